"""Takes a read import into its table in one transaction, and takes it back: all rows or none.

Rows go in and back by single statements that say what the row must be before: whoever changed one since makes
the statement miss, and nothing is done. Only the statements themselves hold the write lock of SQLite.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from portal.audit import trail
from portal.imports import pages
from portal.imports.bulk import RESOURCES, BulkResource
from portal.imports.models import TakenImport
from portal.imports.pages import Page, Row, Values
from portal.imports.statistics import room_for_many_rows, tell_planner
from portal.imports.undo import NotPossible, Undone
from portal.people.models import User

State = TakenImport.State
NAMED = 5


class _Missed(Exception):
    """A row was not what it was said to be."""


class Table:
    """Writes rows of a resource's model past the ORM, by the register's id."""

    def __init__(self, resource: BulkResource) -> None:
        self.model: type[models.Model] = resource._meta.model
        self.resource = resource
        quote = connection.ops.quote_name
        self._name = quote(self.model._meta.db_table)
        keys = [*resource.fixed, resource.key]
        self._is = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
        self._columns = [quote(self._column(name)) for name in resource.columns]
        self._found = " AND ".join(f"{quote(self._column(name))} = %s" for name in keys)
        same = " AND ".join(f"{column} {self._is} %s" for column in self._columns)
        self._as_said = f"{self._found} AND {same}"
        self._times = [
            (place, self.model._meta.get_field(name))
            for place, name in enumerate(resource.columns)
            if isinstance(self.model._meta.get_field(name), models.DateTimeField)
        ]
        known = {self._field(name).attname for name in [*keys, *resource.columns]}
        self._others = [
            field for field in self.model._meta.concrete_fields if field.attname not in known and not field.primary_key
        ]
        self._makers = [self._maker(field) for field in self._others]
        names = [
            *(quote(self._column(name)) for name in keys),
            *self._columns,
            *(quote(f.column) for f in self._others),
        ]
        self._insert = f"INSERT INTO {self._name} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608 (names of our own tables)
        self._update = f"UPDATE {self._name} SET {', '.join(f'{c} = %s' for c in self._columns)} WHERE {self._as_said}"  # noqa: S608
        self._retire = f"UPDATE {self._name} SET {quote(self._column(resource.retired))} = %s WHERE {self._as_said}"  # noqa: S608
        self._delete = f"DELETE FROM {self._name} WHERE {self._as_said}{self._unreferenced()}"  # noqa: S608

    def add(self, rows: Iterable[Row]) -> None:
        """Stores new rows. Raises ``_Missed`` where one is there."""
        given = [(*self._key(row), *self._values(row.after), *(make() for make in self._makers)) for row in rows]
        if given:
            try:
                with connection.cursor() as cursor:
                    cursor.executemany(self._insert, given)
            except IntegrityError as error:
                raise _Missed from error

    def move(self, steps: Iterable[tuple[Row, Values, Values]]) -> None:
        """Changes rows from one list of values to another. Raises ``_Missed`` where one is something else by now."""
        given = [(*self._values(new), *self._key(row), *self._values(old)) for row, old, new in steps]
        if self._run(self._update, given) != len(given):
            raise _Missed

    def remove(self, rows: Iterable[Row], now: Any) -> None:
        """Deletes rows to which nothing refers, and retires the others. Raises ``_Missed`` as ``move`` does."""
        given = [(*self._key(row), *self._values(row.after)) for row in rows]
        moment = self._field(self.resource.retired).get_db_prep_save(now, connection)
        gone = self._run(self._delete, given)
        if gone < len(given):
            gone += self._run(self._retire, [(moment, *one) for one in given])
        if gone != len(given):
            raise _Missed

    def _run(self, statement: str, given: list[tuple[Any, ...]]) -> int:
        if not given:
            return 0
        with connection.cursor() as cursor:
            cursor.executemany(statement, given)
            return int(cursor.rowcount)

    def _field(self, name: str) -> Any:
        return self.model._meta.pk if name == "pk" else self.model._meta.get_field(name)

    def _column(self, name: str) -> str:
        return str(self._field(name).column)

    @staticmethod
    def _maker(field: Any) -> Callable[[], Any]:
        """Makes the value of a field of which the register says nothing; what is the same for all rows is made once."""
        if callable(field.default):
            return lambda: field.get_db_prep_value(field.default(), connection)
        same = field.get_db_prep_save(field.get_default(), connection)
        return lambda: same

    def _key(self, row: Row) -> tuple[str, ...]:
        return (*self.resource.fixed.values(), row.key)

    def _values(self, values: Values) -> Values:
        for place, field in self._times:
            if values[place] is not None:
                values = list(values)
                values[place] = field.get_db_prep_save(values[place], connection)
        return values

    def _unreferenced(self) -> str:
        quote = connection.ops.quote_name
        own = f"{self._name}.{quote(self._column('pk'))}"
        told: list[str] = []
        referring: list[Any] = [relation.field for relation in self.model._meta.related_objects]
        for field in referring:
            if field.column:
                table, column = quote(field.model._meta.db_table), quote(field.column)
                told.append(f" AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.{column} = {own})")  # noqa: S608
        return "".join(told)


def take(*, taken_id: int, by: User | None) -> TakenImport:
    """Stores what was read, in one transaction. Of an import that is taken already nothing is done.

    Raises ``NotPossible`` where rows were changed since the file was read: nothing has changed then.
    """
    try:
        with room_for_many_rows(), transaction.atomic():
            taken = TakenImport.objects.select_for_update().get(pk=taken_id)
            if taken.state == State.TAKEN:
                return taken
            if taken.state not in {State.READ, State.TAKING}:
                raise NotPossible(f"{taken} is {taken.get_state_display().lower()}: read the file again.")
            resource = RESOURCES[taken.kind]()
            table, digest = Table(resource), hashlib.sha256()
            for page in pages.each(taken, hear=digest.update):
                _require_columns(page, resource)
                table.add(row for row in page.rows if row.before is None)
                table.move((row, row.before, row.after) for row in page.rows if row.before is not None)
            taken.state, taken.taken_at, taken.failure = State.TAKEN, timezone.now(), ""
            taken.save(update_fields=["state", "taken_at", "failure"])
            trail.record(
                actor=by,
                verb="imported",
                target=taken,
                after={**taken.counts, "sha256": digest.hexdigest()},
                label=f"{resource._meta.model._meta.verbose_name_plural} from {taken.file_name} ({resource.title})",
            )
            tell_planner(resource._meta.model)
    except _Missed:
        told = _in_the_way(TakenImport.objects.get(pk=taken_id), before=True)
        raise NotPossible(f"{told} Nothing was stored: upload the file again.") from None
    return taken


def undo_pages(*, taken_id: int, by: User | None) -> Undone:
    """Puts every row of a taken import back, in one transaction. Of one that is undone already nothing is done.

    What the import made is deleted, or retired where something refers to it. Raises ``NotPossible`` where rows were
    changed since: nothing has changed then.
    """
    try:
        with room_for_many_rows(), transaction.atomic():
            taken = TakenImport.objects.select_for_update().get(pk=taken_id)
            made = taken.counts.get("new", 0)
            done = Undone(
                restored=sum(taken.counts.get(kind, 0) for kind in ("changed", "closed", "reopened")), removed=made
            )
            if taken.state == State.UNDONE:
                return done
            if taken.state not in {State.TAKEN, State.UNDOING}:
                raise NotPossible(f"{taken} is {taken.get_state_display().lower()}: there is nothing to undo.")
            if not taken.pages.exists() and made + done.restored:
                raise NotPossible("What its rows were is no longer kept: this import can't be undone any more.")
            resource = RESOURCES[taken.kind]()
            table, now = Table(resource), timezone.now()
            for page in pages.each(taken, backwards=True):
                _require_columns(page, resource)
                table.move((row, row.after, row.before) for row in page.rows if row.before is not None)
                table.remove([row for row in page.rows if row.before is None], now)
            taken.state, taken.undone_at, taken.undone_by = State.UNDONE, now, by
            taken.save(update_fields=["state", "undone_at", "undone_by"])
            trail.record(
                actor=by,
                verb="undid import",
                target=taken,
                after={"restored": done.restored, "removed": done.removed},
            )
            tell_planner(resource._meta.model)
    except _Missed:
        told = _in_the_way(TakenImport.objects.get(pk=taken_id), before=False)
        raise NotPossible(f"{told} Nothing was undone.") from None
    return done


def _require_columns(page: Page, resource: BulkResource) -> None:
    if page.columns != resource.columns:
        raise NotPossible("This file was read by another release of the portal: upload it again.")


def _in_the_way(taken: TakenImport, *, before: bool) -> str:
    """Which rows are not what they were before the import, or after it."""
    resource = RESOURCES[taken.kind]()
    name = resource.columns.index("name") if "name" in resource.columns else None
    others: list[str] = []
    count = 0
    for page in pages.each(taken):
        stored = resource.stored([row.key for row in page.rows])
        for row in page.rows:
            said = row.before if before else row.after
            now = stored.get(row.key)
            if now == (None if said is None else tuple(said)):
                continue
            count += 1
            if len(others) < NAMED:
                told = row.after[name] if name is not None else row.key
                wrong = [
                    column
                    for column, one, other in zip(page.columns, now or (), said or (), strict=False)
                    if one != other and column != "search"
                ]
                others.append(f"{told} ({row.key}{': ' + ', '.join(wrong) if wrong else ''})")
    since = "the file was read" if before else "it was taken"
    later = TakenImport.objects.filter(model=taken.model, state=State.TAKEN, pk__gt=taken.pk).exclude(kind="")
    first = later.order_by("-pk").first()
    hint = f" Undo {first.file_name} first, which was taken later." if first and not before else ""
    more = f" and {count - NAMED:,} more" if count > NAMED else ""
    were = "row was" if count == 1 else "rows were"
    return f"{count:,} {were} changed since {since}: {'; '.join(others)}{more}.{hint}"
