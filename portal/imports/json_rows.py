"""Tables as JSON: a list of objects, read one at a time so that none is large and none is deep."""

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from portal.imports.columns import MOST_DIGITS, Column
from portal.imports.problems import FileRefused, Problem
from portal.imports.sheets import refused
from portal.imports.tables import AS_IT_STANDS, LONGEST_RAW, MOST_ROWS, REASON, Line, Table, shown

DEEPEST: Final = 5
"""A list of objects, a list of objects in each, a list in each of these."""
LONGEST: Final = 1_000_000
MOST_SIGNS: Final = 20_000
"""Brackets, commas and texts of one object."""

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},"]', re.DOTALL)
_HALF = re.compile("[\ud800-\udfff]")
_WRAPPED = re.compile(r'\s*\{\s*"[^"\\]{1,60}"\s*:\s*(?=\[)')
_TOO_LONG = f"A number of more than {MOST_DIGITS} digits: write it as a text in quotation marks."
_DEEP = f"Lists lie in lists more than {DEEPEST} deep: no table does."


class JsonTable(Table):
    """The objects of a list; or of the only list in an object."""

    format = "json"

    def __init__(self, text: str, *, known: Collection[str]) -> None:
        self._text, self.header = text, list(known)
        self._known = frozenset(known)
        found = _WRAPPED.match(text)
        self._begin = found.end() if found else len(text) - len(text.lstrip())
        if text[self._begin : self._begin + 1] != "[":
            raise refused("This is no list of objects: write [{…}, {…}].")
        self._end = text.rfind("]")
        if self._end < self._begin:
            raise refused("The list has no end: a “]” is missing. The file may be cut off: export it once more.")
        rest = "".join(text[self._end + 1 :].split()) if len(text) - self._end < 1000 else "…"
        if rest != ("}" if found else ""):
            raise refused("Something stands behind the list's end: delete it.")

    def __iter__(self) -> Iterator[Line]:
        number, passed = 1, 0
        for count, (begin, end) in enumerate(self._objects(), 1):
            if count > MOST_ROWS:
                raise refused(f"More than {MOST_ROWS:,} rows: cut the list in two, and bring in one after the other.")
            number += self._text.count("\n", passed, begin)
            passed = begin
            yield self._line(number, self._text[begin:end])

    def _line(self, number: int, text: str) -> Line:
        if len(text) > LONGEST:
            return Line(number, {}, f"Longer than {LONGEST:,} letters: no row is.")
        try:
            row = json.loads(
                text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole, parse_float=_finite
            )
        except _Wrong as told:
            return self._broken_row(number, text, str(told))
        except json.JSONDecodeError as error:
            says = f"No JSON at letter {error.pos + 1} of this object ({error.msg}): mend it there."
            return self._broken_row(number, text, says)
        except (ValueError, RecursionError) as error:
            return self._broken_row(number, text, f"No JSON ({shown(str(error))}): mend this object.")
        if not isinstance(row, dict):
            return self._broken_row(number, text, "No object: write the row as {“name”: “…”}.")
        if unknown := [name for name in row if name not in self._known]:
            says = f"None of the columns: delete it, or name it as one of {', '.join(name for name in self.header if name != REASON)}."
            known = {name: row[name] for name in row if name in self._known}
            if AS_IT_STANDS in unknown:
                return Line(number, known, says, raw=text if len(text) <= LONGEST_RAW else "")
            return Line(number, known, says, shown(unknown[0]), unknown={name: row[name] for name in unknown})
        return Line(number, row)

    def _broken_row(self, number: int, text: str, says: str) -> Line:
        return Line(number, {}, says, raw=text if len(text) <= LONGEST_RAW else "")

    def _objects(self) -> Iterator[tuple[int, int]]:
        """Where each object of the list begins and ends. Raises ``FileRefused`` for what is none, or too deep."""
        depth, signs, begin = 0, 0, self._begin + 1
        for found in _SIGN.finditer(self._text, self._begin, self._end + 1):
            sign = found[0]
            signs += 1
            if sign == '"':
                raise self._broken(found.start(), "A text has no end: a quotation mark is missing.")
            if sign in "[{":
                depth += 1
                if depth > DEEPEST:
                    raise self._broken(found.start(), _DEEP)
            elif sign in "]}":
                depth -= 1
                if depth < 0 or (depth == 0 and found.start() != self._end):
                    raise self._broken(found.start(), "A bracket closes what none opened: mend it.")
            if (depth == 1 and sign == ",") or depth == 0:
                if depth or self._text[begin : found.start()].strip():
                    yield begin + _blanks(self._text, begin, found.start()), found.start()
                begin, signs = found.end(), 0
            elif signs > MOST_SIGNS:
                raise self._broken(begin, f"An object of more than {MOST_SIGNS:,} parts: no row has so many.")
        if depth:
            raise self._broken(self._end, "The list has no end: brackets are missing.")

    def _broken(self, place: int, says: str) -> FileRefused:
        return FileRefused([Problem(self._text.count("\n", 0, place) + 1, "", "", says)])


class _Wrong(ValueError):
    pass


def _blanks(text: str, begin: int, end: int) -> int:
    part = text[begin:end]
    return len(part) - len(part.lstrip())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Wrong(f"“{shown(twice)}” stands twice in one object: delete one of the two.")
    return found


def _no_number(word: str) -> None:
    raise _Wrong(f"{word} is no number of JSON: write null, or a text in quotation marks.")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise _Wrong(_TOO_LONG)
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Wrong(_TOO_LONG)
    return number


def write(columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> bytes:
    """A list of objects, one a line, always in the same order and UTF-8 without a mark."""
    return ("[\n" + ",\n".join(_written(columns, row) for row in rows) + "\n]\n").encode()


def _written(columns: Sequence[Column], row: dict[str, Any]) -> str:
    if AS_IT_STANDS in row:
        return str(row[AS_IT_STANDS]).strip()
    cells = {column.name: column.json(row[column.name]) for column in columns if column.name in row}
    text = json.dumps(cells, ensure_ascii=False)
    # Half of a character, which a row was refused for, has no bytes of its own.
    return text if not _HALF.search(text) else json.dumps(cells)
