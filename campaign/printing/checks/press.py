"""Checks of what a print shop gets beside the pages: crop marks, and several posters on a press sheet."""

from collections.abc import Iterator
from typing import Final

from campaign.printing.checks.context import Context
from campaign.printing.checks.findings import Check, Remark, fail, note, warn
from campaign.printing.imposition import sheets_of
from portal.typesetting import SLUG, page_boxes

_MISS: Final = 0.05  # points


def _crop_marks(context: Context) -> Iterator[Remark]:
    style = context.style
    if not style.has_marks:
        yield note(
            "Ordered without crop marks. A print shop finds the cut in the file all the same: it is the TrimBox."
            if style.has_bleed
            else "Ordered without crop marks."
        )
        return
    if not style.has_bleed:
        yield fail("Crop marks stand outside the bleed. Order with bleed too, or leave the marks out.")
        return
    if context.sheet and not context.sheet.bleed:
        yield fail("Crop marks stand outside the bleed, and this sheet has none. Give it one under Paper, Sheets.")
        return
    for proof, boxes in zip(context.proofs, page_boxes(context.pdf) if context.pdf else (), strict=True):
        media, bleed = boxes.media, boxes.bleed
        room = min(abs(outer - inner) for outer, inner in zip(media, bleed, strict=True)) if media and bleed else 0.0
        if room < SLUG - _MISS:
            yield fail("The page has no room for crop marks outside its bleed. Mend the design.", proof.where)


def _imposition(context: Context) -> Iterator[Remark]:
    if refusals := context.refusals.get("IMPOSITION"):
        yield from map(fail, refusals)
        return
    plan = context.imposition
    if plan is None:
        yield note("One poster a sheet.")
        return
    posters, sheets = sum(context.packet_pages), sheets_of(context.packet_pages, plan)
    yield note(
        f"{plan.up} posters on each {context.press}: {plan.columns} across and {plan.rows} down, "
        f"{posters:,} posters on {sheets:,} sheets. Every packet begins a sheet of its own."
    )
    if not context.style.has_bleed:
        yield warn(
            "Without bleed, one cut parts two posters on a press sheet, and a knife that goes astray takes from one of "
            "them. Order with bleed for a print shop."
        )


CROP_MARKS: Final = Check(
    code="CROP_MARKS",
    title="Crop marks",
    passes="Crop marks stand at the four corners of every page, outside its bleed.",
    run=_crop_marks,
)
IMPOSITION: Final = Check(
    code="IMPOSITION",
    title="Press sheets",
    passes="The posters fit on the press sheet.",
    run=_imposition,
)
