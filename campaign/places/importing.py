"""Brings a feed and a station register into the database: one transaction, all or nothing.

**Who owns a stop that several operators of one feed serve?** One place gets one station, or every
poster would be planned twice: the operator that calls there most often gets it. Once somebody has
it, they keep it while they call there, so that neither a shift in the timetable nor a wider filter
moves stations about. Operators whose feeds are imported one by one get a station each, since
nothing says that they are one place. A stop that nobody serves goes to the feed's busiest operator.

**What is retired?** An import speaks only for the operators and route types that it selects. Of
those, trains that are gone are retired, and stations where no train beyond the selection calls.
An operator that a newer feed no longer has keeps its stations: a feed can also be incomplete.

**Who knows best?** Name, code and position come from the feed. City, state, address and kind come
from the register where it has the code and a position within `FURTHEST_MATCH`; unknown never
replaces known, and what staff wrote stays.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from campaign.places import gtfs
from campaign.places.models import Operator, Station, Train, TrainStop
from campaign.places.problems import Problem, ProblemLog
from campaign.places.register import Entry, Register
from portal.areas.register import BY_CODE, NATION
from portal.areas.zones import keep_the_same_time, zone_at
from portal.audit import trail
from portal.people.models import User
from portal.seasons.models import Season

FURTHEST_MATCH = 50.0
"""Kilometres; further away, a code was given to another place, and nothing is taken over."""
ODD_DISTANCE = 2.0
"""Kilometres; further away, the station may have moved, and staff are told."""
BATCH = 500


@dataclass(slots=True)
class Tally:
    """How many rows an import touched. Coming back from retirement counts as changed."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    def as_json(self) -> dict[str, int]:
        """The shape that `--json` promises."""
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "retired": self.retired,
        }

    @property
    def moved(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.created or self.changed or self.retired)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do."""

    stations: Tally
    trains: Tally
    problems: tuple[Problem, ...]


def import_feed(
    *,
    season: Season,
    feed: gtfs.Feed,
    register: Register | None = None,
    actor: User | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Store a feed's stations and trains. Raises `Refused` before anything is written.

    The season judges stated time zones (they change) and stands in the audit row. A second run of
    the same input changes nothing. `dry_run` does all of it and rolls back.
    """
    log = ProblemLog()
    drafts = _draft_stations(feed, register, season, log)
    _judge_lengths(feed, log)
    log.stop_on_errors()
    problems = (*feed.problems, *(register.problems if register else ()), *log.problems)
    with transaction.atomic():
        outcome = _Import(feed, drafts).store(problems)
        if outcome.stations.moved or outcome.trains.moved:
            trail.record(
                actor=actor,
                verb="imported a feed",
                target=season,
                after={
                    "feed": feed.version,
                    "operators": [operator.key for operator in feed.operators],
                    "stations": outcome.stations.as_json(),
                    "trains": outcome.trains.as_json(),
                },
            )
        if dry_run:
            transaction.set_rollback(True)
    return outcome


@dataclass(frozen=True, slots=True)
class _Draft:
    """A station as it should stand: what the feed says and, where somebody knows, its description."""

    station: gtfs.Station
    facts: Mapping[str, Any]
    description: Mapping[str, Any] = field(default_factory=dict)


def _draft_stations(feed: gtfs.Feed, register: Register | None, season: Season, log: ProblemLog) -> list[_Draft]:
    drafts = []
    entries = register.entries if register else {}
    for station in feed.stations:
        zone = zone_at(station.latitude, station.longitude)
        if not zone:
            log.error(
                "stops.txt",
                station.line,
                "stop_lat",
                f"The position {station.latitude}, {station.longitude} of {station.stop_id!r} lies on the "
                "open sea. Look it up and fill it in.",
                kind="sea",
            )
        elif station.stated_time_zone and not keep_the_same_time(station.stated_time_zone, zone, season.year):
            log.warn(
                "stops.txt",
                station.line,
                "stop_timezone",
                f"{station.code} states {station.stated_time_zone}; its position lies in {zone}, which is used.",
                kind="zone",
            )
        entry = entries.get(station.code.upper()) or entries.get(station.stop_id.upper())
        drafts.append(
            _Draft(
                station,
                {
                    "code": station.code,
                    "name": station.name,
                    "latitude": station.latitude,
                    "longitude": station.longitude,
                    "time_zone": zone,
                },
                _description(station, entry, register, log) if entry and register else {},
            )
        )
    if register and (missing := [draft.station.code for draft in drafts if not draft.description]):
        log.warn(
            register.name,
            None,
            "code",
            f"{len(missing)} stations of the feed are not in the register; their city, state and kind stay unknown: "
            f"{', '.join(missing[:20])}{' …' if len(missing) > 20 else ''}.",
            kind="missing",
        )
    return drafts


def _description(station: gtfs.Station, entry: Entry, register: Register, log: ProblemLog) -> dict[str, Any]:
    distance = entry.distance_to(station.latitude, station.longitude)
    if distance is not None and distance > ODD_DISTANCE:
        far = distance > FURTHEST_MATCH
        log.warn(
            register.name,
            entry.line,
            "code",
            f"{entry.code} lies {distance:,.0f} km from where the feed has it. "
            + ("Not taken over: the code means another place." if far else "Has the station moved? Check its kind."),
            kind="far",
        )
        if far:
            return {}
    for column, value in (("city", entry.city), ("address1", entry.address), ("zipcode", entry.postal_code)):
        name = _REGISTER_COLUMNS[column]
        if len(value) > _longest(Station, name):
            log.error(
                register.name,
                entry.line,
                column,
                f"The value is longer than {_longest(Station, name)} characters. Shorten it.",
                kind="length",
            )
    area = BY_CODE.get(entry.state)
    return {
        "address": entry.address,
        "city": entry.city,
        "state_id": area.code if area and area is not NATION else None,
        "postal_code": entry.postal_code,
        "kind": entry.kind or Station.Kind.UNKNOWN,
    }


_REGISTER_COLUMNS = {"city": "city", "address1": "address", "zipcode": "postal_code"}


def _longest(model: type[models.Model], name: str) -> int:
    field = model._meta.get_field(name)
    assert isinstance(field, models.CharField)
    assert field.max_length
    return field.max_length


def _judge_lengths(feed: gtfs.Feed, log: ProblemLog) -> None:
    checks: Iterator[tuple[str, int | None, str, str, int]] = iter(
        [
            *(("stops.txt", s.line, "stop_id", s.stop_id, _longest(Station, "stop_id")) for s in feed.stations),
            *(("stops.txt", s.line, "stop_code", s.code, _longest(Station, "code")) for s in feed.stations),
            *(("stops.txt", s.line, "stop_name", s.name, _longest(Station, "name")) for s in feed.stations),
            *(("routes.txt", None, "route_long_name", t.name, _longest(Train, "name")) for t in feed.trains),
            *(("agency.txt", None, "agency_id", o.key, _longest(Operator, "key")) for o in feed.operators),
            *(("agency.txt", None, "agency_name", o.name, _longest(Operator, "name")) for o in feed.operators),
            *(("agency.txt", None, "agency_url", o.url, _longest(Operator, "url")) for o in feed.operators),
        ]
    )
    for file, line, column, value, longest in checks:
        if len(value) > longest:
            log.error(
                file, line, column, f"{value[:40]!r} … is longer than {longest} characters. Shorten it.", kind="length"
            )


class _Import:
    """One run inside a transaction."""

    def __init__(self, feed: gtfs.Feed, drafts: list[_Draft]) -> None:
        self.feed = feed
        self.drafts = drafts
        self.now = timezone.now()

    def store(self, problems: Iterable[Problem]) -> Outcome:
        self.operators = self._store_operators()
        stations, tally = self._store_stations()
        trains = self._store_trains(stations)
        tally.retired = self._retire_stations(stations)
        return Outcome(tally, trains, tuple(problems))

    def _store_operators(self) -> dict[str, Operator]:
        """By key, locked: two imports of one operator wait for each other."""
        for operator in self.feed.operators:
            facts = {"agency_id": operator.agency_id, "name": operator.name, "url": operator.url}
            row, _created = Operator.objects.get_or_create(key=operator.key, defaults=facts)
            if fields := _assign(row, facts):
                row.save(update_fields=sorted(fields))
        keys = [operator.key for operator in self.feed.operators]
        return {row.key: row for row in Operator.objects.select_for_update().filter(key__in=keys).order_by("key")}

    def _store_stations(self) -> tuple[dict[tuple[str, str], Station], Tally]:
        """The feed's stations by (operator key, stop id), and what was done to them."""
        tally = Tally()
        keys = {operator.pk: key for key, operator in self.operators.items()}
        rows = {
            (keys[row.operator_id], row.stop_id): row
            for row in Station.objects.select_for_update().filter(operator__in=self.operators.values()).order_by("pk")
        }
        busiest = self._busiest_operator()
        kept: dict[tuple[str, str], Station] = {}
        created: list[Station] = []
        changed: list[Station] = []
        touched: set[str] = set()
        for draft in self.drafts:
            stop_id = draft.station.stop_id
            candidates = draft.station.operators or (busiest,)
            for key in _owners(candidates, stop_id, rows):
                row = rows.get((key, stop_id))
                if row is None:
                    row = Station(operator=self.operators[key], stop_id=stop_id)
                    _describe(row, draft)
                    created.append(row)
                elif fields := _describe(row, draft):
                    touched |= fields
                    changed.append(row)
                else:
                    tally.unchanged += 1
                kept[key, stop_id] = row
        Station.objects.bulk_create(created, batch_size=BATCH)
        if changed:
            Station.objects.bulk_update(changed, sorted(touched), batch_size=100)
        tally.created, tally.changed = len(created), len(changed)
        return kept, tally

    def _busiest_operator(self) -> str:
        count = Counter(key for station in self.feed.stations for key in station.operators[:1])
        return max(self.operators, key=lambda key: (count[key], key))

    def _store_trains(self, stations: Mapping[tuple[str, str], Station]) -> Tally:
        tally = Tally()
        by_stop = {stop_id: row for (_key, stop_id), row in reversed(list(stations.items()))}
        keys = {operator.pk: key for key, operator in self.operators.items()}
        rows = {
            (keys[row.operator_id], row.name): row for row in Train.objects.filter(operator__in=self.operators.values())
        }
        lines: dict[int, list[int]] = {}
        for train_id, station_id in (
            TrainStop.objects.filter(train__in=[row.pk for row in rows.values()])
            .order_by("train", "order")
            .values_list("train", "station")
        ):
            lines.setdefault(train_id, []).append(station_id)
        rerouted: list[tuple[Train, list[int]]] = []
        for train in self.feed.trains:
            row = rows.pop((train.operator, train.name), None)
            line = [(stations.get((train.operator, stop_id)) or by_stop[stop_id]).pk for stop_id in train.stations]
            facts = {"route_type": train.route_type, "numbers": list(train.numbers)}
            if row is None:
                row = Train.objects.create(operator=self.operators[train.operator], name=train.name, **facts)
                tally.created += 1
                rerouted.append((row, line))
                continue
            fields = _assign(row, facts | {"retired_at": None, "is_demo": False})
            if fields:
                row.save(update_fields=sorted(fields))
            if lines.get(row.pk, []) != line:
                rerouted.append((row, line))
            elif not fields:
                tally.unchanged += 1
                continue
            tally.changed += 1
        TrainStop.objects.filter(train__in=[row for row, _line in rerouted]).delete()
        TrainStop.objects.bulk_create(
            (
                TrainStop(train=row, station_id=station, order=order)
                for row, line in rerouted
                for order, station in enumerate(line, start=1)
            ),
            batch_size=BATCH,
        )
        gone = [row.pk for row in rows.values() if row.retired_at is None and self._speaks_for(row)]
        tally.retired = Train.objects.filter(pk__in=gone).update(retired_at=self.now)
        return tally

    def _speaks_for(self, train: Train) -> bool:
        types = self.feed.route_types
        return types is None or train.route_type in types or gtfs.basic_type(train.route_type) in types

    def _retire_stations(self, kept: Mapping[tuple[str, str], Station]) -> int:
        stay = {row.pk for row in kept.values()}
        if self.feed.route_types is not None:
            stay.update(
                TrainStop.objects.filter(
                    train__retired_at=None, station__operator__in=self.operators.values()
                ).values_list("station", flat=True)
            )
        gone = [
            pk
            for pk in Station.objects.active().filter(operator__in=self.operators.values()).values_list("pk", flat=True)
            if pk not in stay
        ]
        return sum(
            Station.objects.filter(pk__in=gone[start : start + BATCH]).update(retired_at=self.now)
            for start in range(0, len(gone), BATCH)
        )


def _owners(candidates: tuple[str, ...], stop_id: str, rows: Mapping[tuple[str, str], Station]) -> tuple[str, ...]:
    """Who has the station: those that have it now, else the first that had it, else the first."""
    having = tuple(key for key in candidates if (key, stop_id) in rows)
    active = tuple(key for key in having if rows[key, stop_id].retired_at is None)
    return active or having[:1] or candidates[:1]


def _describe(row: Station, draft: _Draft) -> set[str]:
    """Bring a row up to date; the names of the fields that changed."""
    wanted = {**draft.facts, "retired_at": None, "is_demo": False}
    if draft.description and row.described_by != Station.Source.STAFF:
        wanted |= {
            name: value for name, value in draft.description.items() if value not in ("", None, Station.Kind.UNKNOWN)
        }
        wanted["described_by"] = Station.Source.REGISTER
    return _assign(row, wanted)


def _assign(row: models.Model, wanted: Mapping[str, Any]) -> set[str]:
    changed = {name for name, value in wanted.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, wanted[name])
    return {name.removesuffix("_id") if name == "state_id" else name for name in changed}
