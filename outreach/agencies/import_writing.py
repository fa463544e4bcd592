"""Stores what a table of agencies says, and puts it back: areas, contacts, seasons and former names with each record.

The tree is locked throughout; a row that is not what the preview said makes the whole import, or its undoing, do nothing.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, models
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.utils.dateparse import parse_datetime

from outreach.agencies import placing, tree
from outreach.agencies.columns import Facts, facts
from outreach.agencies.import_hanging import (
    MODELS,
    AreasOf,
    Dropped,
    Hung,
    children,
    delete,
    hanging,
    item_fields,
    item_of,
    named,
)
from outreach.agencies.import_plan import FIELDS, ITEMS, as_said
from outreach.agencies.models import Agency, AgencyQuerySet
from portal.audit import authorship, trail
from portal.audit.models import Entry
from portal.imports import pages
from portal.imports.pages import Row, Values
from portal.imports.sources import Missed
from portal.seasons.models import Season

if TYPE_CHECKING:
    from portal.people.models import User

PLAIN: Final = (
    *("name", "legal_name", "acronym", "kind", "level", "description", "website", "postal_address", "parts"),
    *("needs_agreement", "is_listed"),
)
TAKEN: Final = "another agency has its name there, or its id, by now."
REMOVED: Final = "removed, its import undone"


class AgencyWriter:
    """A ``Writer`` of agencies, in the caller's transaction. What a page needs is read at once, as is its trail written."""

    def __init__(self, by: "User | None") -> None:
        self.by = by
        self._aside: dict[str, str] = {}
        """By id, the names of those that stepped aside."""
        self._told: list[Entry] = []
        self._dropped = Dropped()

    @cached_property
    def _seasons(self) -> dict[int, Season]:
        return Season.objects.in_bulk()

    def make_way(self, steps: Iterable[tuple[str, Values | None, Values | None]]) -> None:
        """Gives a name of nobody's, for a while, to those whose place another one takes: so two can exchange theirs."""
        moves = [(key, _place_in(old), _place_in(new)) for key, old, new in steps]
        goals = {new for _key, old, new in moves if new is not None and new != old}
        leaving = [key for key, old, new in moves if old in goals and old != new]
        if leaving:
            placing.lock()
        for begin in range(0, len(leaving), pages.SIZE):
            agencies = Agency.objects.filter(uid__in=leaving[begin : begin + pages.SIZE])
            self._aside |= {str(uid): name for uid, name in agencies.values_list("uid", "name")}
            agencies.update(name=Concat(Value("… "), Cast("uid", models.CharField())))

    def add(self, rows: Iterable[Row]) -> None:
        """Makes agencies, offices above before those beneath."""
        given = list(rows)
        if not given:
            return
        now, above = tree.Tree(placing.lock()), _above([row.after for row in given])
        areas = AreasOf()
        for row in given:
            after = _fields(row.after)
            agency = Agency(uid=row.key)
            self._place(agency, after, now, above)
            try:
                agency.save(force_insert=True)
            except IntegrityError as error:
                raise Missed(f"{agency.name}: {TAKEN}") from error
            now.put(agency.pk, agency.parent_id)
            above[row.key] = agency.pk, None
            areas.change(agency.pk, [], after["jurisdictions"])
            self._hang(authorship.TAKEN_IN, agency, {}, None, after)
            self._tell(authorship.TAKEN_IN, agency, {}, after)
        areas.store()
        self._record()

    def move(self, steps: Iterable[tuple[Row, Values, Values]]) -> None:
        """Changes agencies, each of which must be as ``old`` says."""
        given = list(steps)
        if not given:
            return
        now, above = tree.Tree(placing.lock()), _above([new for _row, _old, new in given])
        rows = [row for row, _old, _new in given]
        agencies = self._agencies(Agency.objects.all(), rows)
        hung, stored = hanging(agencies.values(), self._seasons), self._now(rows)
        areas = AreasOf()
        for row, old, new in given:
            if row.key not in agencies or stored[row.key] != tuple(old):
                raise Missed
            agency, before, after = agencies[row.key], _fields(old), _fields(new)
            told = _snapshot(agency, before)
            self._place(agency, after, now, above)
            try:
                agency.save(update_fields=[*PLAIN, "parent", "retired_at"])
            except IntegrityError as error:
                raise Missed(f"{agency.name}: {TAKEN}") from error
            now.put(agency.pk, agency.parent_id)
            areas.change(agency.pk, before["jurisdictions"], after["jurisdictions"])
            verb = authorship.TAKEN_IN if new == row.after else authorship.PUT_BACK
            self._hang(verb, agency, hung[agency.pk], before, after)
            self._tell(verb, agency, told, after)
        areas.store()
        self._record()

    def remove(self, rows: Iterable[Row], now: Any) -> None:
        """Deletes what an import made, offices beneath others before these; retires what something refers to by now."""
        given = list(rows)
        if not given:
            return
        placing.lock()
        # Nobody comes to name them from here on.
        agencies = self._agencies(Agency.objects.select_for_update(), given)
        hung, stored = hanging(agencies.values(), self._seasons), self._now(given)
        if any(stored.get(row.key) != tuple(row.after) for row in given):
            raise Missed
        kept = named(agencies.values())
        beneath = children(agencies.values())
        gone: dict[int, int | None] = {}
        for row in given:
            agency, after = agencies[row.key], _fields(row.after)
            told = _snapshot(agency, after)
            items = [hung[agency.pk].pop((column, _name(column, item))) for column in ITEMS for item in after[column]]
            if agency.pk in kept or hung[agency.pk] or beneath[agency.pk] - gone.keys():
                self._retire(agency, now)
                self._tell("retired, its import undone", agency, told, after)
                continue
            self._told.append(trail.note(actor=self.by, verb=REMOVED, target=agency, before=told))
            self._told += [self._gone(item) for item in items]
            gone[agency.pk] = agency.parent_id
        self._record()
        delete(gone)

    def _agencies(self, rows: AgencyQuerySet, given: Iterable[Row]) -> dict[str, Agency]:
        """The agencies of these rows, by id, under the names that they had."""
        found = {str(row.uid): row for row in rows.filter(uid__in=[row.key for row in given]).order_by("pk")}
        for key in found.keys() & self._aside.keys():
            found[key].name = self._aside[key]
        return found

    def _now(self, rows: list[Row]) -> dict[str, tuple[Any, ...]]:
        """How they are stored, under the names that they had."""
        found = now_of(rows)
        for key in found.keys() & self._aside.keys():
            values = list(found[key])
            values[FIELDS.index("name")] = self._aside[key]
            found[key] = tuple(values)
        return found

    def _place(self, agency: Agency, after: Facts, now: tree.Tree, offices: dict[str, tuple[int, int | None]]) -> None:
        """Sets an agency's own fields. Raises ``Missed`` where the tree is another one by now."""
        for name in PLAIN:
            setattr(agency, name, after[name])
        agency.retired_at = parse_datetime(after["retired_at"]) if after["retired_at"] else None
        under = None
        if after["within"]:
            under, merged = offices.get(after["within"]["uid"], (None, None))
            if under is None or (merged and agency.pk is None):
                raise Missed(f"{agency.name}: the office above it was {'merged away' if merged else 'deleted'}.")
        if agency.pk is None or under != agency.parent_id:
            if refusal := now.refusal(moved=agency.pk, under=under):
                raise Missed(f"{agency.name}: {refusal}")
            agency.parent_id = under

    def _hang(self, verb: str, agency: Agency, hung: Hung, before: Facts | None, after: Facts) -> None:
        """Adds, changes and takes away what hangs on an agency, so that it is as ``after`` says."""
        for column in ITEMS:
            old = {_name(column, item): item for item in before[column]} if before else {}
            new = {_name(column, item): item for item in after[column]}
            for name in old.keys() - new.keys():
                row = item_of(hung, column, old[name])
                self._told.append(self._gone(row))
                self._dropped.add(row)
            for name, item in new.items():
                row = item_of(hung, column, old[name]) if name in old else MODELS[column](agency=agency)
                told = trail.snapshot(row) if name in old else {}
                self._put(agency, column, row, item)
                after_all = trail.snapshot(row)
                self._told.append(trail.note(actor=self.by, verb=verb, target=row, before=told, after=after_all))

    def _put(self, agency: Agency, column: str, row: Any, item: Facts) -> None:
        for name, value in item_fields(column, item).items():
            setattr(row, name, value)
        if column == "seasons":
            if row.season_id not in self._seasons:
                raise Missed(f"{agency.name}: no January {row.season_id} is on record any more.")
            row.season = self._seasons[row.season_id]
        try:
            row.save()
        except IntegrityError as error:
            raise Missed(f"{agency.name}: another record has one of its {column.replace('_', ' ')} by now.") from error

    def _retire(self, agency: Agency, now: Any) -> None:
        agency.retired_at = agency.retired_at or now
        try:
            agency.save(update_fields=["name", "retired_at"])
        except IntegrityError as error:
            raise Missed(f"{agency.name}: something refers to it, and {TAKEN}") from error

    def _gone(self, row: Any) -> Entry:
        return trail.note(actor=self.by, verb=REMOVED, target=row, before=trail.snapshot(row))

    def _tell(self, verb: str, agency: Agency, before: trail.Fields, now: Facts) -> None:
        after = _snapshot(agency, now)
        self._told.append(trail.note(actor=self.by, verb=verb, target=agency, before=before, after=after))

    def _record(self) -> None:
        """Writes what was kept for the end of a page."""
        self._dropped.delete()
        trail.record_all(self._told)
        self._told, self._dropped = [], Dropped()


def now_of(rows: list[Row]) -> dict[str, tuple[Any, ...]]:
    """How the agencies of these rows are stored, as the rows say it."""
    by_uid = {row.key: row for row in rows}
    told = facts(Agency.objects.filter(uid__in=list(by_uid)).order_by("pk"), confidential=True)
    return {one["uid"]: as_said(one, by_uid[one["uid"]]) for one in told}


def _above(values: list[Values]) -> dict[str, tuple[int, int | None]]:
    """The offices above, by id: their keys, and into which they were merged."""
    wanted = {told["within"]["uid"] for told in map(_fields, values) if told["within"]}
    found = Agency.objects.filter(uid__in=wanted).values_list("uid", "pk", "merged_into")
    return {str(uid): (key, merged) for uid, key, merged in found}


def _place_in(values: Values | None) -> tuple[str | None, str] | None:
    """The office above, by id, and the name in small letters: where nobody else may be."""
    if values is None:
        return None
    told = _fields(values)
    return told["within"] and told["within"]["uid"], told["name"].lower()


def _fields(values: Values) -> Facts:
    return dict(zip(FIELDS, values, strict=True))


def _name(column: str, item: Facts) -> str:
    return str(item[ITEMS[column]]).lower()


def _snapshot(agency: Agency, now: Facts) -> trail.Fields:
    return trail.snapshot(agency) | {"jurisdictions": now["jurisdictions"]}
