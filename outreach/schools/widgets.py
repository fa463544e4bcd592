"""What registers of schools write in their own ways: levels, grades, states, ZIP codes, whether a school is open."""

import re
from collections.abc import Mapping
from typing import Any

from outreach.schools.models import School
from portal.areas.register import BY_CODE, AreaKind
from portal.imports.widgets import Cells, TextWidget

_ZIP = re.compile(r"([0-9]{5})-?([0-9]{4})?")
_ZERO_FIRST = frozenset({"CT", "MA", "ME", "NH", "NJ", "RI", "VT"})
_GRADES = {"KG": "K", "M": "", "N": "", "-1": "", "-2": "", "-9": "", "NOT APPLICABLE": "", "NOT REPORTED": ""}


class StateWidget(TextWidget):
    """The USPS code of a state, the district or a territory."""

    def __init__(self) -> None:
        super().__init__(longest=60, needed=True, repeats=True)

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        code: str = super().clean(value).upper()
        fact = BY_CODE.get(code)
        if fact is None or fact.kind is AreaKind.NATION:
            raise ValueError("Not a state or territory of the campaign: use its two letters, as MS.")
        return code


class PostalCodeWidget(TextWidget):
    """Five digits, or five and four; "" for nothing."""

    def __init__(self, *, nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(longest=60, nothing=nothing, repeats=True)

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        text = super().clean(value)
        found = _ZIP.fullmatch(text)
        if text and not found:
            raise ValueError("Not a ZIP code of five digits. A spreadsheet drops leading zeros: keep it as text.")
        return "-".join(filter(None, found.groups())) if found else ""


class NumberedPostalCodeWidget(PostalCodeWidget):
    """A ZIP code whose leading zero the register loses, where its state's begin with one; else ``rather`` tells it.

    ``rather`` names the columns of another ZIP code and its state, which count where the former isn't empty.
    """

    def __init__(
        self, state: str, *, rather: tuple[str, str] | None = None, nothing: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(nothing=nothing)
        self.state, self.rather, self.repeats = state, rather, False

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        cells = row or {}
        state = cells[self.state]
        if self.rather and (other := cells[self.rather[0]].strip()) and other not in self.nothing:
            value, state = other, cells[self.rather[1]] or state
        digits = value.strip()
        if len(digits) == 4 and digits.isascii() and digits.isdigit() and state.strip().upper() in _ZERO_FIRST:
            value = f"0{digits}"
        return super().clean(value)


class RatherWidget(TextWidget):
    """What another column says, where it says something; else the column's own cell. Both are read alike."""

    def __init__(self, other: str, widget: TextWidget) -> None:
        super().__init__(nothing=widget.nothing)
        self.other, self.widget = other, widget

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> Any:
        other = (row or {})[self.other].strip()
        return self.widget.clean(other if other and other not in self.nothing else value)


class LevelWidget(TextWidget):
    """The register's word for a level, as ours; an unknown one is “other”."""

    def __init__(self, words: Mapping[str, School.Level]) -> None:
        super().__init__(repeats=True)
        self.words = words

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        return str(self.words.get(super().clean(value).upper(), School.Level.OTHER))


class GradesWidget(TextWidget):
    """The lowest grade, with the highest in another column: ``PK`` and ``05`` are ``PK-5``; "" for nothing."""

    def __init__(self, highest: str, *, codes: Mapping[str, str] | None = None) -> None:
        super().__init__(longest=20)
        self.highest, self.codes = highest, codes or _GRADES

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        low, high = (self._grade(cell) for cell in (value, (row or {})[self.highest]))
        if not low or not high:
            return low or high
        return low if low == high else f"{low}-{high}"

    def _grade(self, cell: str) -> str:
        text = super().clean(cell).upper()
        grade: str = self.codes.get(text, text.lstrip("0"))
        if len(grade) > 5:
            raise ValueError("Longer than 5 letters: write the grade as PK, K or 1 to 12.")
        return grade


class OpenWidget(TextWidget):
    """Whether the register calls the school open: its cell is one of ``words``, and those of ``others`` say nothing."""

    def __init__(self, *words: str, others: tuple[str, ...] = (), nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(nothing=nothing)
        self.words, self.others = frozenset(words), others

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> bool:
        is_open = super().clean(value) in self.words
        return is_open and not any(super(OpenWidget, self).clean((row or {})[name]) for name in self.others)


class SchoolYearWidget(TextWidget):
    """The year in which a school year begins, from any text that begins with a year; None for nothing."""

    def __init__(self, *, years_back: int = 0) -> None:
        super().__init__(longest=40, repeats=True)
        self.years_back = years_back

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        if not (text[:4].isascii() and text[:4].isdigit() and 1980 <= int(text[:4]) <= 2100):
            raise ValueError("Doesn't begin with a year, as 2025-2026 does.")
        return int(text[:4]) - self.years_back
