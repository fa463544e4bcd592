"""The directory: which lines a poster or a help page of an area carries.

Posters ask the database and say what nobody has verified yet::

    lines = poster_lines("MS", today)
    lines.call.value        # "1-888-373-7888"
    lines.text              # or None: then the poster leaves that row out
    lines.local             # only where an advocate answers; Mississippi has none
    lines.warnings          # sentences for whoever prints; empty once all are verified

Pages ask ``help_lines``, which makes no query: it reads the last known good copy (``local_copy.py``).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone

from outreach.channels import conflicts
from outreach.channels.lines import AnsweredBy, Audience, Kind, Line, from_channel, with_floor
from outreach.channels.models import Channel
from portal.areas.register import BY_CODE, NATION

HELPERS = (AnsweredBy.ADVOCATE, AnsweredBy.COUNSELLOR)
"""Who may answer under a heading for people who need help."""

FOR_RIDERS = (Audience.EMERGENCY, Audience.VICTIMS, Audience.CRISIS, Audience.CHILDREN, Audience.TIPS)


class NoPrintableLine(LookupError):
    """There is no national number that may be printed: a poster would help nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterLines:
    """What a poster of one area says. ``local`` are the state's own lines that an advocate answers."""

    call: Line
    text: Line | None
    relay: Line | None
    chat: Line | None
    emergency: Line | None
    local: tuple[Line, ...]
    warnings: tuple[str, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """Slugs of all lines, for the record of what was printed."""
        lines = (self.call, self.text, self.relay, self.chat, self.emergency, *self.local)
        return tuple(line.slug for line in lines if line is not None)


def poster_lines(area: str | None, on: dt.date, *, county: str | None = None) -> PosterLines:
    """The lines of a poster, in one query. ``area`` is a USPS code; ``None``, where the state is unknown.

    ``county`` is the number of a county, whose own lines it carries too. Only values of confidence H, in service on
    that day, whose check has not lapsed, and that no other record contradicts. Raises ``NoPrintableLine``.
    """
    today = timezone.localdate()
    sure = list(
        Channel.objects.for_area(area, on, county=county)
        .sure()
        .filter(audience__in=(Audience.VICTIMS, Audience.EMERGENCY))
        .select_related("area")
    )
    contradicted = conflicts.contradicted(sure)
    rows = [row for row in sure if row.pk not in contradicted and not row.has_lapsed(today)]
    emergency = next((row for row in rows if row.audience == Audience.EMERGENCY and row.area_id == NATION.code), None)
    rows = [row for row in rows if row.audience == Audience.VICTIMS and row.answered_by == AnsweredBy.ADVOCATE]
    national = [row for row in rows if row.area_id == NATION.code]
    first = {kind: next((row for row in national if row.kind == kind), None) for kind in Kind}
    call = first[Kind.VOICE]
    if call is None:
        raise NoPrintableLine(
            "No national number may be printed: none of confidence H that an advocate answers is in service, checked "
            "in time and free of contradiction. Mend it under Partners, Reporting channels."
        )
    local = [row for row in rows if row.area_id != NATION.code]
    used = [row for row in (call, first[Kind.SMS], first[Kind.RELAY], first[Kind.CHAT], *local) if row]

    def line(kind: Channel.Kind) -> Line | None:
        row = first[kind]
        return from_channel(row) if row else None

    return PosterLines(
        call=from_channel(call),
        text=line(Kind.SMS),
        relay=line(Kind.RELAY),
        chat=line(Kind.CHAT),
        emergency=from_channel(emergency) if emergency else None,
        local=tuple(from_channel(row) for row in local),
        warnings=tuple(row.print_warning for row in used if row.print_warning),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLines:
    """What the help page of one area shows, in the order in which it shows it."""

    text: Line | None
    call: Line
    chat: Line | None
    relay: Line | None
    emergency: Line
    operator: tuple[Line, ...]
    local: tuple[Line, ...]
    children: tuple[Line, ...]
    crisis: tuple[Line, ...]
    tips: tuple[Line, ...]
    mandated: tuple[Line, ...]


def help_lines(
    lines: Iterable[Line], area: str, on: dt.date, *, failed: Collection[str] = (), operator: str = ""
) -> HelpLines:
    """Sorts lines under the headings of an area's page; the floor fills what is missing.

    ``failed`` are keys that the floor must not bring back; ``operator`` is the key of the transit operator whose
    page it is. Local lines are the area's own that an advocate or a counselor answers, those of its counties last.
    Police and child protection never stand under a heading for people who need help, whoever called them so: those
    for children stand with the tips, and with what mandated reporters use.
    """
    all_lines = with_floor(lines, on, failed=failed)
    general = [line for line in all_lines if not line.transit_operator]
    national = [line for line in general if line.area == NATION.code]
    own = sorted((line for line in general if _is_within(line, area)), key=lambda line: line.area != area)

    def advocates(kind: Channel.Kind) -> Line | None:
        wanted = (Audience.VICTIMS, AnsweredBy.ADVOCATE, kind)
        return next((line for line in national if (line.audience, line.answered_by, line.kind) == wanted), None)

    def heading(is_meant: Callable[[Line], bool]) -> tuple[Line, ...]:
        return tuple(line for line in (*own, *national) if is_meant(line))

    call = advocates(Kind.VOICE)
    emergency = next((line for line in national if line.audience == Audience.EMERGENCY), None)
    if call is None or emergency is None:
        raise AssertionError("the floor has both")
    return HelpLines(
        text=advocates(Kind.SMS),
        call=call,
        chat=advocates(Kind.CHAT),
        relay=advocates(Kind.RELAY),
        emergency=emergency,
        operator=tuple(
            line for line in all_lines if operator and line.transit_operator == operator and line.audience in FOR_RIDERS
        ),
        local=tuple(
            line for line in own if line.audience in (Audience.VICTIMS, Audience.CRISIS) and line.answered_by in HELPERS
        ),
        children=heading(
            lambda line: line.audience == Audience.CHILDREN and line.answered_by in (*HELPERS, AnsweredBy.ADMINISTRATOR)
        ),
        crisis=tuple(line for line in national if line.audience == Audience.CRISIS and line.answered_by in HELPERS),
        tips=heading(
            lambda line: (
                line.audience == Audience.TIPS
                or (line.audience == Audience.CHILDREN and line.answered_by in (AnsweredBy.POLICE, AnsweredBy.FEDERAL))
            )
        ),
        mandated=heading(
            lambda line: (
                line.audience == Audience.MANDATED
                or (line.audience == Audience.CHILDREN and line.answered_by == AnsweredBy.CHILD_PROTECTION)
            )
        ),
    )


def _is_within(line: Line, area: str) -> bool:
    """Whether a line is a state's own, or one of a county of it."""
    if area == NATION.code or line.area == NATION.code:
        return False
    return line.area == area or (line.area.isdecimal() and line.area[:2] == f"{BY_CODE[area].number:02}")
