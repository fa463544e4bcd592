"""What can be taken in by way of a preview, and taken back: registers' files and people's own tables."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, ClassVar, Protocol

from django.db import models
from django.db.models import DateTimeField
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from portal.imports import pages
from portal.imports.models import TakenImport
from portal.imports.pages import Row, Values

if TYPE_CHECKING:
    from portal.people.models import User


class Missed(Exception):
    """A row was not what it was said to be; or a sentence on what it met."""


class Writer(Protocol):
    """Stores rows, and puts them back, in the caller's transaction; each raises ``Missed``."""

    def make_way(self, steps: Iterable[tuple[str, Values | None, Values | None]]) -> None:
        """Hears first of all that is to come, by key and from what to what: of rows that change places with others."""

    def add(self, rows: Iterable[Row]) -> None:
        """Stores new rows."""

    def move(self, steps: Iterable[tuple[Row, Values, Values]]) -> None:
        """Changes rows from one list of values to another."""

    def remove(self, rows: Iterable[Row], now: Any) -> None:
        """Deletes rows to which nothing refers, and retires the others."""


@dataclass(frozen=True, slots=True)
class Done:
    """A file was read. ``counts`` by kind; ``header`` and ``edition`` as ``TakenImport`` keeps them."""

    counts: dict[str, int]
    header: str
    edition: int | None = None


class Source(ABC):
    """A kind of file, and the rows it speaks of."""

    kind: ClassVar[str]
    """As ``schools.ccd``."""
    title: ClassVar[str]
    permission: ClassVar[str]
    upload_page: ClassVar[str]
    """The name of the page that asks for the file."""
    columns: ClassVar[tuple[str, ...]]
    """What is compared, stored and put back, by attribute. All of JSON's types but times."""
    told_first: ClassVar[tuple[str, ...]] = ()
    """Of ``columns``, what the preview says of a new row before a person asks for more."""
    untold: ClassVar[frozenset[str]] = frozenset({"search"})
    """Of ``columns``, what no preview says."""
    hung: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Other models (``app.model``) of which a row's pages hold values too, and their field that points at the row."""
    noun: ClassVar[str] = "School"
    """What one row is of, above the preview."""

    mend: ClassVar[str] = "as the register wrote it; columns that are not read are empty"
    """What the file of refused rows is."""

    @property
    @abstractmethod
    def model(self) -> type[models.Model]:
        """What a row is stored as."""

    @abstractmethod
    def read_file(self, taken: TakenImport, stream: IO[bytes], tell: Callable[[int], object]) -> Done:
        """Reads a file into the import's pages; ``tell`` hears of bytes. Raises ``FileRefused``."""

    @abstractmethod
    def writer(self, by: "User | None") -> Writer:
        """Stores what was read."""

    @abstractmethod
    def now(self, rows: list[Row]) -> dict[str, tuple[Any, ...]]:
        """By key how these rows are stored now: ``columns``, as the rows say them."""

    def label(self, name: str) -> str:
        """A column's name in a preview."""
        return str(self._field(name).verbose_name).capitalize()

    def said(self, name: str, value: Any) -> str:
        """A value as a person says it: a choice by its label, a moment by its day."""
        field = self._field(name)
        if isinstance(field, DateTimeField) and (moment := parse_datetime(str(value))):
            return localtime(moment).date().isoformat()
        return str(dict(field.flatchoices).get(value, value))

    def refused_file(self, taken: TakenImport) -> tuple[str, str, Iterator[bytes]]:
        """The rows that were refused, to be mended and brought in again: the file's name, its type, its bytes."""
        return f"refused-{taken.file_name}", "text/csv", pages.refused_lines(taken)

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)


SOURCES: dict[str, type[Source]] = {}
"""By kind: what a worker can read."""
