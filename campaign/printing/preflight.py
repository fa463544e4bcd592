"""Judges a batch before it is made: what it would hold, what stands in its way, what a person should know."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import get_language_info

from campaign.links import codes
from campaign.links.address import PrintedAddress, printed_address
from campaign.places.linking import area_of
from campaign.places.models import Placement
from campaign.posters.assembly import Assembly, NotReady, approved_design
from campaign.printing import packets
from campaign.printing.models import Batch
from campaign.printing.scope import Refused, Scope, unplanned_reason
from portal.areas.register import NATION
from portal.seasons.models import Season
from portal.typesetting import TypesettingError, qr

SAMPLE_WARNING = (
    "SAMPLE: no printed address is set, so the codes lead nowhere and every poster says so. "
    "Set WAYPOST_PRINTED_ADDRESS to print for real."
)
_ADDRESS = re.compile(r"https?://[^/?#\s]+")


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a batch would be. ``problems`` forbid it; ``warnings`` are for the person who starts it."""

    title: str
    posters: int
    packets: int
    warnings: list[str]
    problems: list[str]


def preflight(scope: Scope, *, languages: Sequence[str]) -> Preflight:
    """Judges a batch without making it."""
    placements = scope.placements()
    warnings: list[str] = []
    problems: list[str] = []
    try:
        warnings = warnings_for(assembly_for(scope.season, languages), placements)
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


def assembly_for(season: Season, languages: Sequence[str]) -> Assembly:
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
    if problems:
        raise Refused(*problems)
    try:
        return Assembly(
            design=approved_design(),
            languages=languages,
            address=address,
            on=_hangs_on(season),
        )
    except NotReady as unready:
        raise Refused(*unready.problems) from unready


def assembly_of(batch: Batch) -> Assembly:
    """What the posters of a batch share, by what is approved now. Raises ``Refused``."""
    try:
        return Assembly(
            design=batch.design,
            languages=batch.languages,
            address=PrintedAddress(value=batch.printed_address, is_sample=batch.is_sample),
            on=_hangs_on(batch.season),
        )
    except NotReady as unready:
        raise Refused(*unready.problems) from unready


def warnings_for(assembly: Assembly, placements: Iterable[Placement]) -> list[str]:
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
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        warnings.append(f"State unknown, so only national lines are printed: {shown}.")
    return warnings


def title_of(scope: Scope, languages: Sequence[str]) -> str:
    """Mississippi, English and Spanish."""
    names = get_text_list([language_name(code) for code in languages], "and")
    return (f"{scope.title}, {names}" if names else scope.title)[:160]


def language_name(code: str) -> str:
    """In English; the code itself where Django has no name for it."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def _hangs_on(season: Season) -> dt.date:
    """The first day on which the posters hang: the numbers must be in service then."""
    return max(season.starts_on, timezone.localdate())
