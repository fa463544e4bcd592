"""Checks of what was ordered: the plan, the address, and what others had to agree to."""

from collections.abc import Iterator
from typing import Final

from campaign.posters.models import Design
from campaign.printing.checks.context import Context
from campaign.printing.checks.findings import Check, Remark, fail, note, warn
from campaign.printing.scope import unplanned_reason

SAMPLE_WARNING: Final = (
    "SAMPLE: no printed address is set, so the codes lead nowhere and every poster says so. "
    "Set WAYPOST_PRINTED_ADDRESS to print for real."
)


def _refused(context: Context, code: str) -> Iterator[Remark]:
    yield from map(fail, context.refusals.get(code, ()))


def _planned(context: Context) -> Iterator[Remark]:
    if not context.placements:
        yield fail(unplanned_reason(context.scope))


def _address(context: Context) -> Iterator[Remark]:
    yield from _refused(context, "ADDRESS")
    if context.address.is_sample:
        yield warn(SAMPLE_WARNING)


def _approval(context: Context) -> Iterator[Remark]:
    yield from _refused(context, "APPROVAL")


def _translation(context: Context) -> Iterator[Remark]:
    yield from _refused(context, "TRANSLATION")


def _fits(context: Context) -> Iterator[Remark]:
    yield from _refused(context, "FITS")
    design, sheet = context.design, context.sheet
    if design and sheet and design.header.layout_for(sheet.paper) is None:
        suit = [each.name for each in Design.objects.approved().order_by("name") if each.header.layout_for(sheet.paper)]
        yield fail(f"{sheet} suits {', '.join(suit)}." if suit else f"No approved design suits {sheet}.")


def _logo(context: Context) -> Iterator[Remark]:
    yield from _refused(context, "LOGO")
    if context.style.logo is None:
        yield note("No partner’s logo is printed.")


PLANNED: Final = Check(code="PLANNED", title="Plan", passes="There are placements to print for.", run=_planned)
ADDRESS: Final = Check(
    code="ADDRESS",
    title="Printed address",
    passes="The codes begin with the address of the portal.",
    run=_address,
)
APPROVAL: Final = Check(
    code="APPROVAL",
    title="Approval of the design",
    passes="The design is approved and has not changed since.",
    run=_approval,
)
TRANSLATION: Final = Check(
    code="TRANSLATION",
    title="Review of the texts",
    passes="Every text is reviewed, unchanged since, and of the English that is approved now.",
    run=_translation,
)
FITS: Final = Check(
    code="FITS",
    title="Design, size and partner",
    passes="The design suits the sheet and has a place for all that was asked.",
    run=_fits,
)
LOGO: Final = Check(
    code="LOGO",
    title="Partner’s logo",
    passes="A written permission covers the logo on the day on which the posters hang.",
    run=_logo,
)
