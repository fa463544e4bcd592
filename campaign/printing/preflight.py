"""Judges a batch before it is made: what it would hold, what stands in its way, what a person should know."""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list

from campaign.links import codes
from campaign.links.address import PrintedAddress, printed_address
from campaign.places.linking import area_of
from campaign.places.models import Placement, Spot
from campaign.posters.assembly import USUAL, USUAL_SHEET, Assembly, NotReady, approved_design, printable_texts
from campaign.posters.languages import name_of
from campaign.posters.models import Sheet
from campaign.printing import packets
from campaign.printing.models import Batch
from campaign.printing.scope import Refused, Scope, unplanned_reason
from outreach.agencies.logos import Logo
from outreach.agencies.logos import Scope as LogoUse
from portal.areas.register import NATION
from portal.seasons.models import Season
from portal.typesetting import TypesettingError, qr

SAMPLE_WARNING = (
    "SAMPLE: no printed address is set, so the codes lead nowhere and every poster says so. "
    "Set WAYPOST_PRINTED_ADDRESS to print for real."
)
RESTROOMS = frozenset(
    {
        Spot.Kind.RESTROOM_WOMEN,
        Spot.Kind.RESTROOM_MEN,
        Spot.Kind.RESTROOM_ALL,
        Spot.Kind.RESTROOM_FAMILY,
        Spot.Kind.CAR_RESTROOM,
    }
)
_ADDRESS = re.compile(r"https?://[^/?#\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the posters of a batch look: slugs of design and sheet, with what a print shop cuts away or without,
    beside a partner's logo or alone."""

    design: str = USUAL
    sheet: str = USUAL_SHEET
    has_bleed: bool = False
    logo: Logo | None = None


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a batch would be. ``problems`` forbid it; ``warnings`` are for the person who starts it."""

    title: str
    posters: int
    packets: int
    warnings: list[str]
    problems: list[str]


def preflight(scope: Scope, *, languages: Sequence[str], style: Style = PLAIN) -> Preflight:
    """Judges a batch without making it."""
    placements = scope.placements()
    warnings: list[str] = []
    problems: list[str] = []
    try:
        warnings = warnings_for(assembly_for(scope.season, languages, style), placements)
    except Refused as refused:
        problems += refused.problems
    if not placements:
        problems.append(unplanned_reason(scope))
    return Preflight(
        title=title_of(scope, languages),
        posters=len(placements) * len(languages),
        packets=len(packets.cut(placements, languages=max(1, len(languages)))),
        warnings=warnings,
        problems=problems,
    )


def assembly_for(season: Season, languages: Sequence[str], style: Style = PLAIN) -> Assembly:
    """What the posters of a new batch would share. Raises ``Refused``."""
    problems = []
    if not languages:
        problems.append("No language is chosen. Choose at least one.")
    address = printed_address()
    if not _ADDRESS.fullmatch(address.value):
        problems.append(
            f"The printed address {address.value} must be a scheme and a host, such as https://help.example.gov."
        )
    else:
        try:
            qr(codes.url("0" * codes.LENGTH, address=address.value))
        except TypesettingError as error:
            problems.append(f"The printed address {address.value} does not suit a code. {error}")
    sheet = Sheet.objects.active().filter(slug=style.sheet).first()
    if sheet is None:
        problems.append(f"There is no sheet “{style.sheet}”. Choose one that stands under Paper, Sheets.")
    problems += _refusal_of(style.logo, season)
    if problems or sheet is None:
        raise Refused(*problems)
    try:
        return Assembly(
            design=approved_design(style.design),
            sheet=sheet,
            texts=printable_texts(languages),
            address=address,
            on=_hangs_on(season),
            logo=style.logo,
            has_bleed=style.has_bleed,
        )
    except NotReady as unready:
        raise Refused(*unready.problems) from unready


def assembly_of(batch: Batch) -> Assembly:
    """What the posters of a batch share: the versions that it was ordered with, all still approved. Raises ``Refused``."""
    try:
        texts = printable_texts(batch.languages)
        problems = [
            *_refusal_of(batch.logo, batch.season),
            *(
                f"The text in {name_of(row.language)} is not the one that this batch was ordered with. Order it anew."
                for row in texts
                if row not in set(batch.texts.all())
            ),
        ]
        if problems:
            raise Refused(*problems)
        return Assembly(
            design=batch.design,
            sheet=batch.sheet,
            texts=texts,
            address=PrintedAddress(value=batch.printed_address, is_sample=batch.is_sample),
            on=_hangs_on(batch.season),
            logo=batch.logo,
            has_bleed=batch.has_bleed,
        )
    except NotReady as unready:
        raise Refused(*unready.problems) from unready


def warnings_for(assembly: Assembly, placements: Collection[Placement]) -> list[str]:
    """What a person should know before these posters are printed."""
    warnings = [SAMPLE_WARNING] if assembly.address.is_sample else []
    areas = sorted({area_of(placement) for placement in placements} | {NATION.code})
    warnings += assembly.unverified(areas)
    unknown = sorted(
        {
            str(placement.spot.station)
            for placement in placements
            if placement.spot.station and not placement.spot.station.state_id
        }
    )
    in_restrooms = sum(placement.spot.kind in RESTROOMS for placement in placements)
    if assembly.design.audience != "restroom" and in_restrooms:
        warnings.append(
            f"“{assembly.design.name}” is not made for restrooms, where a poster must not draw the eye: "
            f"{in_restrooms:,} of these hang in one. Print those in a design for restrooms."
        )
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        warnings.append(f"State unknown, so only national lines are printed: {shown}.")
    return warnings


def title_of(scope: Scope, languages: Sequence[str]) -> str:
    """Mississippi, English and Spanish."""
    names = get_text_list([name_of(code) for code in languages], "and")
    return (f"{scope.title}, {names}" if names else scope.title)[:160]


def _refusal_of(logo: Logo | None, season: Season) -> list[str]:
    """Why a partner's logo may not stand on these posters, if so."""
    refusal = logo.refusal(LogoUse.POSTERS, _hangs_on(season)) if logo else ""
    return [refusal] if refusal else []


def _hangs_on(season: Season) -> dt.date:
    """The first day on which the posters hang: the numbers must be in service then."""
    return max(season.starts_on, timezone.localdate())
