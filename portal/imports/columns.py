"""Columns of tables that people keep in a spreadsheet: what a cell says, and how a value is written into one.

A cell of a CSV file is a text; a workbook brings numbers, yes or no and days as well; JSON all of its types. Values are
of JSON's types, so that a preview can keep them. ``read`` raises ``ValueError`` with what to do.
"""

import datetime as dt
import re
import unicodedata
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

Cell = Any
Value = Any

MOST_ITEMS: Final = 200
MOST_DIGITS: Final = 15
"""More a spreadsheet doesn't keep."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Between them a moment stays one in every zone."""
YES: Final = frozenset({"yes", "true", "1", "y", "x"})
NO: Final = frozenset({"no", "false", "0", "n", ""})

_TURNS: Final = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_BETWEEN = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_ESCAPED = re.compile(r"\\(.)")
_BARE_SITE = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#].*)?")
"""A host with a dot, whose last part is letters: never an address of mail, another scheme, or a number."""


class Column(ABC):
    """One column. ``is_only_told``: it leaves, and is not taken back in."""

    may_be_cut_off: ClassVar[bool] = False
    """Whether a row may end before it: spreadsheets leave out the empty cells at the end of some rows. Not where a text
    before it may hold a line break, which ends a row too if nobody quoted it."""

    def __init__(self, name: str, label: str = "", *, needed: bool = False, is_only_told: bool = False) -> None:
        self.name, self.label = name, label or name.replace("_", " ").capitalize()
        self.needed, self.is_only_told = needed, is_only_told

    @abstractmethod
    def read(self, cell: Cell) -> Value:
        """What the cell says."""

    def note(self, cell: Cell, value: Value) -> str:
        """What a person should know of how the cell was read; mostly nothing."""
        return ""

    def text(self, value: Value) -> str:
        """The value in a cell of a sheet."""
        return "" if value is None else str(value)

    def sheet(self, value: Value) -> Cell:
        """The value in a cell of a workbook: a text, unless a column keeps what it was given."""
        return self.text(value)

    def json(self, value: Value) -> Value:
        """The value in JSON."""
        return value

    def is_same(self, cell: Cell, value: Value) -> bool:
        """Whether a cell is what an export writes of the value: then it says nothing new."""
        return bool(cell == self.text(value)) if isinstance(cell, str) else bool(cell == self.json(value))

    def said(self, value: Value) -> str:
        """The value in a preview."""
        return self.text(value)


class TextColumn(Column):
    """A text; ``lines`` says whether it may have several."""

    def __init__(self, name: str, label: str = "", *, longest: int, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(name, label, **kwargs)
        self.longest, self.lines = longest, lines

    def read(self, cell: Cell) -> str:
        text = text_of(cell) if self.lines else text_of(cell).strip()
        if not text.isprintable() and (strange := next(filter(self._is_strange, text), "")):
            raise ValueError(f"Holds a control sign or a line break (U+{ord(strange):04X}): delete it.")
        if len(text) > self.longest:
            raise ValueError(f"Longer than {self.longest:,} letters ({len(text):,}): shorten it.")
        if self.needed and not text:
            raise ValueError("Empty: fill it in.")
        return text

    def is_same(self, cell: Cell, value: Value) -> bool:
        """A spreadsheet writes line breaks its own way, and changed nothing by it."""
        if self.lines and isinstance(cell, str) and isinstance(value, str):
            return _with_plain_breaks(cell) == _with_plain_breaks(value)
        return super().is_same(cell, value)

    def _is_strange(self, letter: str) -> bool:
        """What moves a cursor, or turns text round so that it reads as another one."""
        return (unicodedata.category(letter) in {"Cc", "Zl", "Zp"} or letter in _TURNS) and not (
            self.lines and letter in "\n\r\t"
        )


class CheckedColumn(TextColumn):
    """A text that a validator of Django's knows: an address of a website, of mail."""

    def __init__(self, name: str, label: str = "", *, check: Callable[[str], object], says: str, **kwargs: Any) -> None:
        super().__init__(name, label, **kwargs)
        self.check, self.says = check, says

    def read(self, cell: Cell) -> str:
        text = super().read(cell)
        if text:
            try:
                self.check(text)
            except ValidationError:
                raise ValueError(self.says) from None
        return text


class WebsiteColumn(CheckedColumn):
    """The address of a website. People leave out how it begins."""

    def __init__(self, name: str, label: str = "", *, longest: int) -> None:
        says = "No web address, as https://www.example.gov."
        super().__init__(name, label, longest=longest, check=URLValidator(["http", "https"]), says=says)

    def read(self, cell: Cell) -> str:
        text = text_of(cell).strip()
        return super().read(f"https://{text}" if _BARE_SITE.fullmatch(text) else text)

    def note(self, cell: Cell, value: Value) -> str:
        return "taken with https:// before it." if value != text_of(cell).strip() else ""


def email_column(name: str) -> CheckedColumn:
    """An address of mail."""
    return CheckedColumn(name, longest=254, check=validate_email, says="Not an address, as press@example.gov.")


class ChoiceColumn(TextColumn):
    """One of some words, by its value or as people read it."""

    def __init__(self, name: str, label: str = "", *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(name, label, longest=100, **kwargs)
        self.choices = dict(choices)
        self.words = {word.casefold(): value for value, label in choices for word in (value, label)}

    def read(self, cell: Cell) -> str:
        text = super().read(cell)
        if not text and not self.needed:
            return ""
        if text.casefold() not in self.words:
            raise ValueError(f"None of {', '.join(self.choices)}: write one of these.")
        return self.words[text.casefold()]

    def said(self, value: Value) -> str:
        return str(self.choices.get(value, value))


class FlagColumn(Column):
    """Yes or no."""

    def read(self, cell: Cell) -> bool:
        if isinstance(cell, bool):
            return cell
        word = text_of(cell).strip().casefold()
        if word in YES | NO:
            return word in YES
        raise ValueError("Neither yes nor no: write one of them.")

    def text(self, value: Value) -> str:
        return "yes" if value else "no"


class UidColumn(Column):
    """The id that a row keeps wherever it goes; ``None`` for nothing."""

    def read(self, cell: Cell) -> str | None:
        text = text_of(cell).strip()
        if not text:
            return None
        try:
            return str(uuid.UUID(text)) if len(text) in {32, 36} else _no_uid()
        except ValueError:
            return _no_uid()


def _no_uid() -> str:
    raise ValueError("Not an id as an export writes it: copy it from there, or leave it empty for a new row.")


class DayColumn(Column):
    """A day; ``None`` for nothing."""

    def read(self, cell: Cell) -> str | None:
        day = cell.date() if isinstance(cell, dt.datetime) else cell
        if not isinstance(day, dt.date):
            text = text_of(cell).strip()
            if not text:
                return None
            try:
                day = parse_date(text)
            except ValueError:
                day = None
        if day is None:
            raise ValueError("Not a day: write it as 2027-01-31.")
        return str(day.isoformat())


class MomentColumn(Column):
    """A moment, ISO 8601 in UTC; a day alone is its midnight in the portal's zone; ``None`` for nothing."""

    may_be_cut_off = True

    def read(self, cell: Cell) -> str | None:
        moment = cell
        if not isinstance(cell, dt.date):
            text = text_of(cell).strip()
            if not text:
                return None
            try:
                moment = parse_datetime(text) or parse_date(text)
            except ValueError:
                moment = None
        if moment is None:
            raise ValueError("Not a time: write it as 2027-01-31 or 2027-01-31T17:00:00Z.")
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, dt.time.min)
        if not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise ValueError(f"Not a year between {FIRST_YEAR} and {LAST_YEAR}: write it as 2027-01-31.")
        return moment_text(moment if moment.tzinfo else timezone.make_aware(moment))

    def said(self, value: Value) -> str:
        return str(value)[:10]


def moment_text(moment: dt.datetime) -> str:
    """As an export writes it, nothing rounded."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


class CodesColumn(Column):
    """Some of a set of codes, in any order; written with commas between them, in JSON as a list."""

    def __init__(
        self, name: str, label: str = "", *, codes: Callable[[], frozenset[str]], says: str, upper: bool = False
    ) -> None:
        super().__init__(name, label)
        self.codes, self.says, self.upper = codes, says, upper

    def read(self, cell: Cell) -> list[str]:
        words = cell if isinstance(cell, list) else text_of(cell).replace(";", ",").split(",")
        found = {text_of(word).strip() for word in words} - {""}
        found = {word.upper() if self.upper else word.lower() for word in found}
        if unknown := sorted(found - self.codes()):
            raise ValueError(f"No {self.says}: {', '.join(unknown)[:80]}.")
        return sorted(found)

    def text(self, value: Value) -> str:
        return ", ".join(value or [])


class ItemsColumn(Column):
    """What hangs on a row: an item a line, its fields with “|” between them, in JSON a list of objects.

    A backslash before “|”, “n” (a line break) or itself makes them letters.
    """

    may_be_cut_off = True

    def __init__(self, name: str, label: str = "", *, fields: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(name, label, **kwargs)
        self.fields = {field.name: field for field in fields}

    def read(self, cell: Cell) -> list[dict[str, Value]]:
        items = cell if isinstance(cell, list) else _lines(text_of(cell))
        if len(items) > MOST_ITEMS:
            raise ValueError(f"{len(items):,} items, where a cell holds {MOST_ITEMS}: cut it.")
        return [self._item(place, item) for place, item in enumerate(items, 1)]

    def text(self, value: Value) -> str:
        return "\n".join(
            "|".join(_escaped(field.text(item.get(name))) for name, field in self.fields.items())
            for item in value or []
        )

    def json(self, value: Value) -> Value:
        return [{name: field.json(item.get(name)) for name, field in self.fields.items()} for item in value or []]

    def said(self, value: Value) -> str:
        shown = (
            ", ".join(filter(None, (f.said(item.get(n)) for n, f in self.fields.items() if n != "uid")))
            for item in value
        )
        return "; ".join(shown)

    def _item(self, place: int, item: Cell) -> dict[str, Value]:
        if isinstance(item, str):
            parts = [_unescaped(part) for part in _BETWEEN.sub(r"\1\0", text_of(item)).split("\0")]
            if len(parts) > len(self.fields):
                told = "|".join(self.fields)
                raise ValueError(f"Item {place} has {len(parts)} fields, where there are {len(self.fields)}: {told}.")
            item = dict(zip(self.fields, parts, strict=False))
        if not isinstance(item, Mapping):
            raise ValueError(f"Item {place} is no object: write {{{', '.join(self.fields)}}}.")
        if unknown := sorted(map(str, item.keys() - self.fields.keys())):
            told = f"Item {place} has a field {unknown[0][:40]!r}, which is none of {', '.join(self.fields)}"
            raise ValueError(f"{told}: delete it.")
        found = {}
        for name, field in self.fields.items():
            try:
                found[name] = field.read(item.get(name))
            except ValueError as told:
                raise ValueError(f"Item {place}, {name}: {told}") from None
        return found


class ToldColumn(Column):
    """What another page keeps: it leaves, and what a file says of it must be what an export says."""

    may_be_cut_off = True

    def __init__(self, name: str, label: str = "", *, says: str, told: Column | None = None) -> None:
        super().__init__(name, label, is_only_told=True)
        self.says, self.told = says, told

    def read(self, cell: Cell) -> Value:
        raise ValueError(self.says)

    def text(self, value: Value) -> str:
        return self.told.text(value) if self.told else super().text(value)

    def json(self, value: Value) -> Value:
        return self.told.json(value) if self.told else value


def text_of(cell: Cell) -> str:
    """A cell as text: numbers as they are read, a whole one without its point. Raises ``ValueError`` for what is none."""
    match cell:
        case None:
            return ""
        case str():
            if "\0" in cell:
                raise ValueError("Holds a NUL character, which is no letter: delete it.")
            if not cell.isascii() and any("\ud800" <= letter <= "\udfff" for letter in cell):
                raise ValueError("Holds half of a character (a lone surrogate): write it anew.")
            return cell
        case bool():
            raise ValueError("Holds TRUE or FALSE where a text is expected: format the cell as text.")
        case int() | float():
            if cell != cell or abs(cell) >= 10**MOST_DIGITS:
                raise ValueError(f"A number of more than {MOST_DIGITS} digits: format the cell as text.")
            return str(int(cell)) if cell == int(cell) else str(cell)
        case dt.date():
            raise ValueError("Holds a date where a text is expected: format the cell as text.")
        case _:
            raise ValueError("Holds a list or an object where a text is expected.")


def _lines(text: str) -> list[str]:
    return [line for line in _with_plain_breaks(text).split("\n") if line.strip()]


def _with_plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r", "\\r").replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), text)
