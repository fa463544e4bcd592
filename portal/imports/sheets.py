"""Reads a register's comma-separated file line by line: memory doesn't grow with it, and a bad line spoils only itself.

A register writes one row a line. A line without a quotation mark is split at its commas; a bare ``"`` inside a
cell is a letter like any other, and one left open ends with its line. Each line is read as UTF-8 or, where it is
none, as Windows-1252 (of which Latin-1 is part): files that were put together from several hold both.
"""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from typing import IO, Self

from portal.imports.problems import FileRefused, Problem

LONGEST_LINE = 100_000
"""Letters."""

_CELL = re.compile(r'"(?:[^"]|"")*(?:"[^,]*)?|[^,]*')
_BOM = "\N{LATIN SMALL LETTER I WITH DIAERESIS}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{INVERTED QUESTION MARK}"


class Unreadable(ValueError):
    """A line in neither encoding."""


class Sheet:
    """The header's names, and then the lines. Raises ``FileRefused`` for what is no such file.

    ``head`` and every raw line hold the file's very bytes, a letter for each (Latin-1), with their line end.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = TextIOWrapper(stream, encoding="latin-1", newline="")
        try:
            self._begin()
        except BaseException:
            self._lines.detach()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_told: object) -> None:
        """The stream stays open: it is the caller's."""
        self._lines.detach()

    def _begin(self) -> None:
        self.head = self._lines.readline(LONGEST_LINE)
        if len(self.head) >= LONGEST_LINE:
            raise refused(f"The first line has {LONGEST_LINE:,} letters or more: this is no register's table.")
        if "\0" in self.head or self.head.startswith("PK\x03\x04"):
            raise refused("This is no plain text file. Unpack it, and save it as “CSV UTF-8”.")
        try:
            self.header = [name.strip() for name in split(decoded(self.head.removeprefix(_BOM)))]
        except Unreadable:
            raise refused("The letters of this file cannot be read. Save it as “CSV UTF-8”.") from None

    def __iter__(self) -> Iterator[tuple[int, str, list[str] | str]]:
        """Line number (the header's is 1), raw line, and its cells or what is wrong with the line; no empty lines."""
        number = 1
        while raw := self._lines.readline(LONGEST_LINE):
            number += 1
            if len(raw) >= LONGEST_LINE and raw[-1] not in "\r\n":
                self._skip()
                yield number, "", f"Longer than {LONGEST_LINE:,} letters: no row of a register is."
            elif not raw.isspace():
                try:
                    yield number, raw, split(raw if raw.isascii() else decoded(raw))
                except Unreadable:
                    yield number, raw, "Its letters are neither UTF-8 nor Windows-1252: save the file as “CSV UTF-8”."
                except csv.Error as error:
                    yield number, raw, f"Cannot be split into cells ({error}): put quotation marks round each cell."

    @classmethod
    def header_of(cls, stream: IO[bytes]) -> list[str]:
        """The names alone; the stream stands at its beginning again, and stays open. Raises ``FileRefused``."""
        with cls(BytesIO(stream.read(LONGEST_LINE))) as sheet:
            stream.seek(0)
            return sheet.header

    def _skip(self) -> None:
        while rest := self._lines.readline(LONGEST_LINE):
            if rest[-1] in "\r\n":
                return


def decoded(raw: str) -> str:
    """The text of a raw line. Raises ``Unreadable``."""
    content = raw.encode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable


def split(line: str) -> list[str]:
    """The cells of a line, unquoted."""
    line = line.rstrip("\r\n")
    return next(csv.reader([line]), []) if '"' in line else line.split(",")


def pieces(raw: str) -> list[str]:
    """The cells of a line as they stand, quotation marks and all: with commas between them they are the line again."""
    line = raw.rstrip("\r\n")
    found, place = [], 0
    while match := _CELL.match(line, place):
        found.append(match[0])
        place = match.end() + 1
        if place > len(line):
            break
    return found


def refused(message: str) -> FileRefused:
    """The file as a whole cannot be used."""
    return FileRefused([Problem(0, "", "", message)])
