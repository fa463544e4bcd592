"""Files that no register wrote: each is refused with a sentence, or read; none eats the memory or runs in a spreadsheet."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.imports import pages
from portal.imports.cells import escape
from portal.imports.models import TakenImport
from portal.imports.problems import FileRefused, Problem
from portal.imports.sheets import LONGEST_LINE, Sheet

if TYPE_CHECKING:
    from typing_extensions import Buffer

MEGABYTE = 1024**2
A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Endless(io.RawIOBase):
    """So many bytes of one letter after some bytes, made as they are read."""

    def __init__(self, begin: bytes, letter: bytes, size: int) -> None:
        self.begin, self.letter, self.left = begin, letter, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        view = memoryview(buffer)
        if self.begin:
            piece, self.begin = self.begin[: len(view)], self.begin[len(view) :]
        else:
            piece = self.letter * min(self.left, len(view))
            self.left -= len(piece)
        view[: len(piece)] = piece
        return len(piece)


def zipped(name: str) -> bytes:
    """A ZIP file, as a workbook of Excel is one too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, "a,b\n1,2\n")
    return out.getvalue()


def lines_of(stream: IO[bytes]) -> list[list[str] | str]:
    with Sheet(stream) as sheet:
        return [cells for _number, _raw, cells in sheet]


@pytest.mark.parametrize(
    "content",
    [
        zipped("schools.csv"),
        zipped("xl/workbook.xml"),
        zipped("a.csv").replace(b"PK\x03\x04", b"PK\x05\x06", 1),
        "a,b\n1,2\n".encode("utf-16"),
        "a,b\n1,2\n".encode("utf-16-be"),
        "a,b\n1,2\n".encode("utf-32"),
        b"a,\0b\n1,2\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
    ],
    ids=["zip", "xlsx", "empty zip", "utf-16", "utf-16 without mark", "utf-32", "nul", "xls"],
)
def test_file_that_is_no_text_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(FileRefused, match=r"(S|s)ave it as"):
        lines_of(io.BytesIO(content))


def test_million_columns_are_refused() -> None:
    with pytest.raises(FileRefused, match="no register's table"):
        lines_of(io.BytesIO(b"a," * 1_000_000 + b"\n"))


@pytest.mark.parametrize("begin", [b"a,b\n", b""], ids=["second line", "first line"])
def test_line_of_a_gigabyte_is_refused_in_no_more_memory_than_a_line(begin: bytes) -> None:
    # A part of it, in a fast test: what is held doesn't grow with it.
    stream = io.BufferedReader(Endless(begin, b"x", 16 * MEGABYTE))
    tracemalloc.start()
    try:
        told = lines_of(stream) if begin else []
        if not begin:
            with pytest.raises(FileRefused, match="100,000 letters"):
                lines_of(stream)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert told == ([f"Longer than {LONGEST_LINE:,} letters: no row of a register is."] if begin else [])
    assert peak < 4 * MEGABYTE


def test_nul_and_mixed_letters_spoil_only_their_lines() -> None:
    told = lines_of(io.BytesIO(b"a,b\n1,\xc3\xb1\n2,\xf1\n3,\x81\n4,\0\n5,6\n"))

    assert (told[0], told[1], told[4]) == (["1", "ñ"], ["2", "ñ"], ["5", "6"])
    assert "neither UTF-8 nor Windows-1252" in told[2]


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@given(value=CELLS)
@example(value="=cmd|' /C calc'!A0")
@example(value=" =1+1")
@example(value="\t=1+1")
@example(value="\r=1+1")
@example(value='"=1+1')
@example(value='=HYPERLINK("http://x.example","a")\n=2')
@settings(deadline=None)
def test_no_cell_of_the_reasons_is_run_by_a_spreadsheet(value: str) -> None:
    page = pages.Page((), problems=[Problem(2, value, value, value)])
    for line in read_back(b"".join(_reasons(page))):
        for cell in line:
            assert not cell.lstrip(" ").startswith(A_FORMULA) or cell == value == escape(value)


def _reasons(page: pages.Page) -> Iterator[bytes]:
    """As the view writes them, of one page."""
    yield pages._written([(told.row, *map(escape, (told.column, told.value, told.message))) for told in page.problems])


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd", "\t=1"])
def test_refused_line_goes_back_byte_for_byte_and_only_the_reasons_are_made_harmless(cell: str) -> None:
    line = f'1,"{cell}"\r\n'
    taken = TakenImport.objects.create(model="outreach.school", file_name="a.csv", header="a,b\r\n")
    page = pages.Page(("a", "b"), problems=[Problem(2, "b", cell.strip(), "Mend it.")], lines=[line])
    page.store(taken, 0)

    assert b"".join(pages.refused_lines(taken)) == f"a,b\r\n{line}".encode()
    told = read_back(b"".join(pages.reasons(taken)).removeprefix("\ufeff".encode()))
    assert told[1] == ["2", "b", f"'{cell.strip()}", "Mend it."]
