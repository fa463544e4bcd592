"""What a season's focus areas mean for what comes first: one rule for posters and for seminars.

No list of the places exists in public, so none is filled in: partners' lists are brought in, and pages say how many of
the plan's number are on record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from portal.seasons.models import FocusArea, Season

POINTS: Final = 30
"""For a state that holds a focus area."""
BORDER_POINTS: Final = 10
"""More, where that state has a land border: the plan of 2026 puts border states first."""

#: How many places a season's plan names, by level. A later January counts by the newest plan before it.
NAMED: Final[Mapping[int, Mapping[str, int]]] = MappingProxyType(
    {2026: {FocusArea.Level.FEDERAL: 45, FocusArea.Level.STATE: 10}}
)


@dataclass(frozen=True, slots=True)
class Focus:
    """The focus areas of one season in one state, and whether that has a land border."""

    names: tuple[str, ...] = ()
    at_border: bool = False

    @property
    def points(self) -> int:
        """0 without any; else the more, the earlier."""
        return (POINTS + BORDER_POINTS * self.at_border) if self.names else 0

    @property
    def why(self) -> str:
        """``the season’s focus: El Paso, Laredo; border state``; empty without any."""
        if not self.names:
            return ""
        return f"the season’s focus: {', '.join(self.names)}" + ("; border state" if self.at_border else "")


NONE: Final = Focus()


def by_state(seasons: Iterable[int]) -> dict[tuple[int, str], Focus]:
    """By season and state, those that have any; one query, none without seasons."""
    wanted = set(seasons)
    if not wanted:
        return {}
    rows = FocusArea.objects.filter(season__in=wanted).order_by("name", "level")
    found: dict[tuple[int, str], Focus] = {}
    for season, area, name, border in rows.values_list("season_id", "area_id", "name", "area__land_border"):
        before = found.get((season, area), NONE)
        # A place that federal and state partners both name is one.
        names = before.names if name in before.names else (*before.names, name)
        found[season, area] = Focus(names, bool(border))
    return found


def recorded(season: Season) -> str:
    """``Of 45 federal recorded 12 and of 10 state recorded 0, as the plan of 2026 counts them; 3 in a state with …``."""
    if not season.pk:
        return "None yet: places are recorded once there is a season."
    rows = list(FocusArea.objects.filter(season=season.pk).values_list("level", "area__land_border"))
    have = {level: sum(kind == level for kind, _ in rows) for level in FocusArea.Level}
    border = f"{sum(at_border for _, at_border in rows)} in a state with a land border"
    plan = max((year for year in NAMED if year <= season.pk), default=None)
    if plan is None:
        counts = " and ".join(f"{have[level]} {level.label.lower()}" for level in FocusArea.Level)
        return f"{counts} recorded; {border}."
    counts = " and ".join(
        f"of {NAMED[plan][level]} {level.label.lower()} recorded {have[level]}" for level in FocusArea.Level
    )
    return f"{counts[:1].upper()}{counts[1:]}, as the plan of {plan} counts them; {border}."
