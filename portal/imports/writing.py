"""Writes a register's rows past the ORM: single statements that say what a row must be before."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, models

from portal.imports.pages import Row, Values
from portal.imports.sources import Missed

if TYPE_CHECKING:
    from portal.imports.bulk import BulkResource


class Table:
    """Writes rows of a resource's model past the ORM, by the register's id."""

    def __init__(self, resource: "BulkResource") -> None:
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

    def make_way(self, steps: Iterable[tuple[str, Values | None, Values | None]]) -> None:
        """A register's rows stand in nobody's way: its ids tell them apart, and never change."""

    def add(self, rows: Iterable[Row]) -> None:
        """Stores new rows. Raises ``Missed`` where one is there."""
        given = [(*self._key(row), *self._values(row.after), *(make() for make in self._makers)) for row in rows]
        if given:
            try:
                with connection.cursor() as cursor:
                    cursor.executemany(self._insert, given)
            except IntegrityError as error:
                raise Missed from error

    def move(self, steps: Iterable[tuple[Row, Values, Values]]) -> None:
        """Changes rows from one list of values to another. Raises ``Missed`` where one is something else by now."""
        given = [(*self._values(new), *self._key(row), *self._values(old)) for row, old, new in steps]
        if self._run(self._update, given) != len(given):
            raise Missed

    def remove(self, rows: Iterable[Row], now: Any) -> None:
        """Deletes rows to which nothing refers, and retires the others. Raises ``Missed`` as ``move`` does."""
        given = [(*self._key(row), *self._values(row.after)) for row in rows]
        moment = self._field(self.resource.retired).get_db_prep_save(now, connection)
        gone = self._run(self._delete, given)
        if gone < len(given):
            gone += self._run(self._retire, [(moment, *one) for one in given])
        if gone != len(given):
            raise Missed

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
