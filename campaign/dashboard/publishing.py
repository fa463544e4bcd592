"""Finished weeks are published once and for good: the cells that everybody at the desk may see, and no others."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from campaign.places.models import Placement, Station, Train
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, GalleryPoster
from campaign.printing.models import Print
from campaign.scans import weeks
from campaign.scans.journal import DAY_ZONE
from campaign.scans.models import DailyCount, PublishedWeek
from portal.areas.register import BY_CODE
from portal.audit import trail
from portal.keeping.suppression import Pick, totals, withhold

TABLES: Final = ("state", "station", "design", "language")
VERSION: Final = 1

ON_TRAINS, ELSEWHERE, UNKNOWN_STATE, NO_DESIGN = "trains", "elsewhere", "unknown", "none"
NATION: Final = ("nation", "")

Name = tuple[str, str]
"""A cell: the table that it stands in, and its key there."""


@dataclass(frozen=True, slots=True)
class Where:
    """The scans that can be told apart in reports. Keys of rows; 0 where a code hangs at no such place."""

    station: int
    train: int
    design: str
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """A cell with its name. ``count`` is ``None`` where it is withheld; ``part_of`` is a station's state."""

    key: str
    name: str
    count: int | None
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """All that is shown of one week."""

    total: int | None
    rows: dict[str, tuple[Row, ...]]

    def as_json(self) -> dict[str, Any]:
        """As ``PublishedWeek.tables`` keeps it."""
        tables = {name: [[row.key, row.name, row.count, row.part_of] for row in self.rows[name]] for name in TABLES}
        return {"version": VERSION, "total": self.total, "tables": tables}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Tables":
        """Reads what ``as_json`` wrote. Raises ``KeyError`` where it is something else."""
        return cls(kept["total"], {name: tuple(Row(*row) for row in kept["tables"][name]) for name in TABLES})


def publish(*, now: dt.datetime) -> list[PublishedWeek]:
    """Publishes every finished week that is not yet; returns the new ones. Safe to run twice, or at once."""
    published = []
    for monday in weeks.unpublished(now):
        tables = tables_of(monday).as_json()
        with transaction.atomic():
            # Whoever comes first decides: two draws for one week would show more than one.
            week, is_new = PublishedWeek.objects.get_or_create(
                monday=monday, defaults={"published_on": now.astimezone(DAY_ZONE).date(), "tables": tables}
            )
            if is_new:
                trail.record(actor=None, verb="published", target=week)
                published.append(week)
    return published


def tables_of(monday: dt.date, *, of_demo: bool = False, pick: Pick[Name] | None = None) -> Tables:
    """The cells of a week as they may be shown. Real work and the demo never share a table.

    Drawn by lot where ``pick`` is not given (see ``suppression``): publish them, never show them beside others.
    """
    counts = _counts(monday, of_demo=of_demo)
    names = _Names({where.station for where in counts}, {where.train for where in counts})
    slices: dict[frozenset[Name], int] = defaultdict(int)
    for where, count in counts.items():
        slices[names.cells(where)] += count
    withheld = withhold(slices, pick=pick) if pick else withhold(slices)
    shown: dict[Name, int | None] = {
        cell: None if cell in withheld else count for cell, count in totals(slices).items()
    }
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for table, key in sorted(shown, key=names.of):
        if table in rows:
            state = names.state_of(key) if table == "station" else ""
            rows[table].append(Row(key, names.of((table, key)), shown[table, key], state))
    return Tables(shown.get(NATION, 0), {table: tuple(found) for table, found in rows.items()})


def placed(counts: QuerySet[DailyCount]) -> QuerySet[Any, Any]:
    """Adds ``of_placement``: where the code was last printed for, or has its place now; none for others.

    A code that was replaced belongs to its old place still: its scans are no one else's.
    """
    return counts.annotate(
        of_placement=Coalesce(
            Subquery(_newest_print().values("placement")[:1]),
            F("link__placement_link__placement"),
            output_field=BigIntegerField(),
        )
    )


def _newest_print() -> QuerySet[Print]:
    return Print.objects.filter(link=OuterRef("link"), packet__file__isnull=False).order_by("-pk")


def _counts(monday: dt.date, *, of_demo: bool) -> dict[Where, int]:
    """The week's scans by where their posters hang; 0 where posters hung that nobody scanned. Three queries."""
    in_gallery = GalleryPoster.objects.filter(link=OuterRef("link"))
    counted = (
        placed(weeks.counts_of(monday))
        .annotate(
            design=Coalesce(
                Subquery(_newest_print().values("packet__batch__design__slug")[:1]),
                Subquery(in_gallery.values("slug")[:1]),
                Value(NO_DESIGN),
                output_field=CharField(),
            )
        )
        .order_by()
        .values_list("of_placement", "design", "link__language")
        .annotate(scans=Sum("count"))
    )
    until = dt.datetime.combine(monday + weeks.WEEK, dt.time(), tzinfo=DAY_ZONE)
    hung = (
        Print.objects.filter(packet__file__isnull=False, packet__batch__created_at__lt=until)
        .order_by()
        .values_list("placement", "packet__batch__design__slug", "language")
        .distinct()
    )
    places = _places(of_demo=of_demo)
    found: dict[Where, int] = defaultdict(int)
    for scans, (placement, design, language) in _both(counted, hung):
        if placement in places or (placement is None and not of_demo):
            station, train = places.get(placement, (0, 0))
            found[Where(station, train, design, language)] += scans
    return found


def _both(
    counted: QuerySet[Any, tuple[Any, ...]], hung: QuerySet[Any, tuple[Any, ...]]
) -> Iterator[tuple[int, tuple[int | None, str, str]]]:
    for placement, design, language, scans in counted.iterator():
        yield scans, (placement, design, language)
    for row in hung.iterator():
        yield 0, row


def _places(*, of_demo: bool) -> dict[int | None, tuple[int, int]]:
    """Station and train of every placement, 0 where it has none."""
    rows = Placement.objects.filter(is_demo=of_demo).values_list("pk", "spot__station", "spot__train")
    return {pk: (station or 0, train or 0) for pk, station, train in rows.order_by().iterator()}


class _Names:
    """What the cells are called. Two queries, however many there are."""

    def __init__(self, stations: set[int], trains: set[int]) -> None:
        self._stations = Station.objects.in_bulk(stations - {0}) if stations - {0} else {}
        self._trains = Train.objects.in_bulk(trains - {0}) if trains - {0} else {}
        self._by_uid = {str(station.uid): station for station in self._stations.values()}
        self._train_names = {str(train.uid): train.name for train in self._trains.values()}
        newest = Design.objects.order_by("slug", "version").values_list("slug", "name")
        self._designs = {**dict(newest), NO_DESIGN: "Made posters, events and others"}

    def cells(self, where: Where) -> frozenset[Name]:
        """All cells that the scans of one place, design and language lie in."""
        station, train = self._stations.get(where.station), self._trains.get(where.train)
        if station:
            state, place = station.state_id or UNKNOWN_STATE, str(station.uid)
        elif train:
            state, place = ON_TRAINS, str(train.uid)
        else:
            state, place = ELSEWHERE, ELSEWHERE
        return frozenset(
            {NATION, ("state", state), ("station", place), ("design", where.design), ("language", where.language)}
        )

    def of(self, cell: Name) -> str:
        """What a cell is called."""
        table, key = cell
        match table:
            case "state":
                return self._state(key)
            case "station":
                if key == ELSEWHERE:
                    return self._state(ELSEWHERE)
                return self._by_uid[key].name if key in self._by_uid else self._train_names[key]
            case "design":
                return self._designs.get(key, key)
            case "language":
                return LANGUAGES[key].name if key in LANGUAGES else key
        return "Whole country"

    def state_of(self, station: str) -> str:
        """The key of the state in whose total a station is counted."""
        if station == ELSEWHERE:
            return ELSEWHERE
        return (self._by_uid[station].state_id or UNKNOWN_STATE) if station in self._by_uid else ON_TRAINS

    @staticmethod
    def _state(key: str) -> str:
        names = {
            ON_TRAINS: "On trains",
            ELSEWHERE: "Not at a station or train",
            UNKNOWN_STATE: "Station without a state",
        }
        return names.get(key) or BY_CODE[key].name
