"""Which requests come first: a few written rules, in points, each with a line that a person can read.

``docs/priorities.md`` says the same for people. The optimiser weighs whole plans by these points; travel costs it
0.1 points a minute (``scheduling``), so that ``BASE`` makes any seminar worth a long day's drive.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from outreach.seminars.choices import Grades, Language
from outreach.seminars.models import Request, Seminar
from portal.areas.register import BY_CODE
from portal.seasons import focus

BASE: Final = 100
PEOPLE_A_POINT: Final = 5
MOST_FOR_PEOPLE: Final = 60
#: High schools and colleges are what the campaign's plan of 2026 names.
NAMED_GROUP: Final = 10
NOT_ENGLISH: Final = 10
NEW_SCHOOL: Final = 15
NEW_STATE: Final = 20
FOCUS: Final = focus.POINTS
#: Seasons before a request's own in which a seminar makes a school one that had its turn.
SEASONS_BACK: Final = 2

NAMED_GROUPS: Final = frozenset({Grades.HIGH, Grades.MIXED, Grades.COLLEGE})
LIVE: Final = (Seminar.State.OPEN, Seminar.State.DONE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. Counts are of seminars that are open or took place."""

    headcount: int
    grades: str
    language: str
    state: str
    """Name of the state or territory."""
    focus: tuple[str, ...] = ()
    """Names of the season's focus areas in that state."""
    seminars_here: int | None = None
    """At this school, this season and ``SEASONS_BACK`` before it; None where no school is linked."""
    seminars_in_state: int = 0
    """This season, in the whole state."""
    shift: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule that held: its points, and what it found, in words."""

    rule: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Priority:
    """Whole points, never below 0, and the lines that they are the sum of."""

    points: int
    lines: tuple[Line, ...]


def priority(facts: Facts) -> Priority:
    """The points of a request, rule by rule. Pure: the same facts give the same points."""
    lines = [Line("every request", BASE, "every request starts here"), _people(facts)]
    if facts.grades in NAMED_GROUPS:
        lines.append(Line("group", NAMED_GROUP, "high school or college, which the campaign’s plan names"))
    if facts.language != Language.ENGLISH:
        lines.append(Line("language", NOT_ENGLISH, f"in {_language(facts.language)}, which few seminars are"))
    if facts.seminars_here == 0:
        lines.append(Line("school", NEW_SCHOOL, f"no seminar at this school, now or in {SEASONS_BACK} seasons before"))
    if not facts.seminars_in_state:
        lines.append(Line("state", NEW_STATE, f"no seminar in {facts.state} yet this season"))
    if facts.focus:
        lines.append(Line("focus area", FOCUS, f"the season’s focus: {', '.join(facts.focus)}"))
    if facts.shift:
        lines.append(Line("staff", facts.shift, facts.why))
    return Priority(max(0, sum(line.points for line in lines)), tuple(lines))


def facts_of(requests: Iterable[Request]) -> dict[int, Facts]:
    """The facts of many requests by their key, in three statements for any number."""
    wanted = list(requests)
    seasons = {request.season_id for request in wanted}
    focused = focus.by_state(seasons)
    in_state, at_school = _in_states(seasons), _at_schools(wanted)
    return {
        request.pk: Facts(
            headcount=request.headcount,
            grades=request.grades,
            language=request.language,
            state=BY_CODE[request.area_id].name if request.area_id in BY_CODE else request.area_id,
            focus=focused.get((request.season_id, request.area_id), focus.NONE).names,
            seminars_here=None
            if request.school_id is None
            else sum(at_school[request.school_id, request.season_id - back] for back in range(SEASONS_BACK + 1)),
            seminars_in_state=in_state[request.season_id, request.area_id],
            shift=request.priority_shift,
            why=request.priority_why,
        )
        for request in wanted
    }


def _people(facts: Facts) -> Line:
    points = min(facts.headcount // PEOPLE_A_POINT, MOST_FOR_PEOPLE)
    capped = f", {MOST_FOR_PEOPLE} at most" if points == MOST_FOR_PEOPLE else ""
    return Line("people", points, f"{facts.headcount} people: 1 for each {PEOPLE_A_POINT}{capped}")


def _language(code: str) -> str:
    return str(Language(code).label) if code in Language.values else code


def _in_states(seasons: Iterable[int]) -> Counter[tuple[int, str]]:
    """Seminars by season and state."""
    rows = Seminar.objects.filter(season__in=seasons, state__in=LIVE).order_by().values("season_id", "area_id")
    return Counter({(row["season_id"], row["area_id"]): row["count"] for row in rows.annotate(count=Count("pk"))})


def _at_schools(requests: Sequence[Request]) -> Counter[tuple[int, int]]:
    """Seminars by school and season, of the schools that are linked."""
    schools = {request.school_id for request in requests} - {None}
    rows = Seminar.objects.filter(school__in=schools, state__in=LIVE).order_by().values("school_id", "season_id")
    return Counter({(row["school_id"], row["season_id"]): row["count"] for row in rows.annotate(count=Count("pk"))})
