"""Cells of a register's file, read with a word on what is wrong with them.

Each raises ``ValueError`` with what to do. A widget that ``repeats`` reads the cell alone, and few different ones
come: what it made of a cell is remembered.
"""

import re
from collections.abc import Mapping
from typing import Any

from import_export.widgets import Widget

_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)

Cells = Mapping[str, str]


class TextWidget(Widget):
    """A text with its padding off and inner blanks single; "" for each way in which the register writes nothing."""

    repeats = False

    def __init__(
        self, *, longest: int = 160, nothing: frozenset[str] = frozenset(), needed: bool = False, repeats: bool = False
    ) -> None:
        super().__init__()
        self.longest, self.nothing, self.needed, self.repeats = longest, nothing, needed, repeats

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> Any:
        text = " ".join(value.split())
        if text in self.nothing:
            text = ""
        if len(text) > self.longest:
            raise ValueError(f"Longer than {self.longest} letters: shorten it.")
        if not text.isprintable():
            raise ValueError("Holds a control character: delete it.")
        if self.needed and not text:
            raise ValueError("Empty: fill it in.")
        return text


class JoinedWidget(TextWidget):
    """A text that goes on in other columns."""

    def __init__(self, *others: str, longest: int = 160, nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(longest=longest, nothing=nothing)
        self.others = others

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        parts = [value, *((row or {})[other] for other in self.others)]
        joined = ", ".join(filter(None, (super(JoinedWidget, self).clean(part) for part in parts)))
        if len(joined) > self.longest:
            raise ValueError(
                f"Longer than {self.longest} letters together with {' and '.join(self.others)}: shorten it."
            )
        return joined


class IdentityWidget(TextWidget):
    """An id of exactly so many signs, leading zeros kept."""

    def __init__(self, length: int, *, letters: bool = False) -> None:
        super().__init__(longest=60, needed=True)
        self.length, self.letters = length, letters

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        text: str = super().clean(value)
        fits = text.isalnum() if self.letters else text.isdigit()
        if not (fits and text.isascii() and len(text) == self.length):
            signs = "digits and letters" if self.letters else "digits"
            raise ValueError(
                f"Not an id of {self.length} {signs}. A spreadsheet drops leading zeros: keep the column as text."
            )
        return text.upper()


class DegreesWidget(TextWidget):
    """Degrees of latitude or longitude; None for nothing."""

    def __init__(self, most: int, *, nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(longest=60, nothing=nothing)
        self.most = most

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> float | None:
        text = super().clean(value)
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or abs(float(text)) > self.most:
            raise ValueError(f"Not degrees between -{self.most} and {self.most}, as 32.3.")
        return float(text)


class CountWidget(TextWidget):
    """A number of people; None where the register writes nothing or a negative code."""

    def __init__(self, *, nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(longest=60, nothing=nothing, repeats=True)

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> int | None:
        text = super().clean(value)
        if not text or (text.startswith("-") and text[1:].isdigit()):
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 7):
            raise ValueError("Not a whole number of people.")
        return int(text)


class WebsiteWidget(TextWidget):
    """A web address with its scheme; "" for what is none."""

    def __init__(self, *, nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(longest=290, nothing=nothing, repeats=True)

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        text: str = super().clean(value)
        if not text or "." not in text or " " in text:
            return ""
        return text if _SCHEME.match(text) else f"https://{text}"


class PhoneWidget(TextWidget):
    """Ten digits grouped, and an extension behind them; anything else as it is written."""

    def __init__(self, *, nothing: frozenset[str] = frozenset()) -> None:
        super().__init__(longest=30, nothing=nothing)

    def clean(self, value: str, row: Cells | None = None, **kwargs: Any) -> str:
        text: str = super().clean(value)
        if len(text) >= 10 and text.isascii() and text.isdigit():
            extension = f" ext. {text[10:]}" if text[10:] else ""
            return f"({text[:3]}) {text[3:6]}-{text[6:10]}{extension}"
        return text
