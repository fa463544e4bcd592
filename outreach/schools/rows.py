"""One school as a register writes it, checked cell by cell, whatever the register's layout."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from outreach.schools.models import School
from portal.areas.register import BY_CODE, AreaKind


class RowRefused(Exception):
    """A row that cannot be taken: the column, what it holds, and how to mend it."""

    def __init__(self, column: str, value: str, message: str) -> None:
        super().__init__(message)
        self.column, self.value, self.message = column, value, message


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """What a register says of one school. None and "" mean that it says nothing."""

    source_id: str
    name: str
    level: School.Level
    grades: str
    address: str
    city: str
    state_id: str
    postal_code: str
    county: str
    latitude: float | None
    longitude: float | None
    enrolment: int | None
    website: str
    phone: str
    is_open: bool


class Cells:
    """The cells of one row by column name, read with a word on what is wrong with them.

    ``nothing`` are the ways in which the register writes that it has no value.
    """

    def __init__(self, cells: Mapping[str, str], *, nothing: frozenset[str]) -> None:
        self._cells = cells
        self._nothing = nothing

    def text(self, column: str, *, longest: int = 160) -> str:
        """The cell with its padding off and inner blanks single; "" for nothing."""
        value = " ".join(self._cells[column].split())
        if value in self._nothing:
            return ""
        if len(value) > longest:
            raise RowRefused(column, value[:60], f"Longer than {longest} letters: shorten it.")
        if not value.isprintable():
            raise RowRefused(column, ascii(value), "Holds a control character: delete it.")
        return value

    def needed(self, column: str, *, longest: int = 160) -> str:
        """As ``text``, but it must be there."""
        value = self.text(column, longest=longest)
        if not value:
            raise RowRefused(column, self._cells[column], "Empty: fill it in.")
        return value

    def identity(self, column: str, digits: int) -> str:
        """An id of exactly so many digits, leading zeros kept."""
        value = self.needed(column, longest=60)
        if not (value.isascii() and value.isdigit() and len(value) == digits):
            raise RowRefused(
                column,
                value,
                f"Not an id of {digits} digits. A spreadsheet drops leading zeros: keep the column as text.",
            )
        return value

    def state(self, column: str) -> str:
        """The USPS code of a state, the district or a territory."""
        value = self.needed(column, longest=60).upper()
        fact = BY_CODE.get(value)
        if fact is None or fact.kind is AreaKind.NATION:
            raise RowRefused(column, value, "Not a state or territory of the campaign: use its two letters, as MS.")
        return value

    def postal_code(self, column: str) -> str:
        """Five digits, or five and four."""
        value = self.text(column, longest=60)
        found = _ZIP.fullmatch(value)
        if value and not found:
            raise RowRefused(
                column, value, "Not a ZIP code of five digits. A spreadsheet drops leading zeros: keep it as text."
            )
        return "-".join(filter(None, found.groups())) if found else ""

    def position(self, latitude: str, longitude: str) -> tuple[float | None, float | None]:
        """Degrees of latitude and longitude; none where either is missing or both are 0."""
        degrees = self._degrees(latitude, 90), self._degrees(longitude, 180)
        return (None, None) if None in degrees or degrees == (0, 0) else degrees

    def _degrees(self, column: str, most: int) -> float | None:
        value = self.text(column, longest=60)
        if not value:
            return None
        if not _NUMBER.fullmatch(value) or abs(float(value)) > most:
            raise RowRefused(column, value, f"Not degrees between -{most} and {most}, as 32.3.")
        return float(value)

    def count(self, column: str) -> int | None:
        """A number of people; none where the register writes a negative code."""
        value = self.text(column, longest=60)
        if not value or (value.startswith("-") and value[1:].isdigit()):
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= 7):
            raise RowRefused(column, value, "Not a whole number of people.")
        return int(value)

    def website(self, column: str) -> str:
        """A web address with its scheme; "" for what is none."""
        value = self.text(column, longest=290)
        if not value or "." not in value or " " in value:
            return ""
        return value if _SCHEME.match(value) else f"https://{value}"

    def phone(self, column: str) -> str:
        """Ten digits grouped, and an extension behind them; anything else as it is written."""
        value = self.text(column, longest=30)
        if value.isascii() and value.isdigit() and len(value) >= 10:
            extension = f" ext. {value[10:]}" if value[10:] else ""
            return f"({value[:3]}) {value[3:6]}-{value[6:10]}{extension}"
        return value


def grades(lowest: str, highest: str) -> str:
    """``PK``, ``05`` become ``PK-5``; "" where the register knows of none."""
    low, high = (_GRADES.get(grade, grade.lstrip("0")) for grade in (lowest.upper(), highest.upper()))
    if not low or not high:
        return low or high
    return low if low == high else f"{low}-{high}"


_ZIP = re.compile(r"([0-9]{5})-?([0-9]{4})?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_GRADES = {"KG": "K", "M": "", "N": "", "-1": "", "-2": "", "-9": "", "NOT APPLICABLE": "", "NOT REPORTED": ""}
