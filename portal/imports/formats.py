"""Opens and writes tables in each of their formats; a file's is told by what it holds, never by its name."""

import codecs
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import IO, Any, Final

from portal.imports import csv_rows, json_rows, workbooks
from portal.imports.columns import Column
from portal.imports.csv_rows import CsvTable
from portal.imports.json_rows import JsonTable
from portal.imports.sheets import refused
from portal.imports.tables import MOST_BYTES, Table, decoded
from portal.imports.workbooks import Workbook

Write = Callable[[Sequence[Column], Iterable[dict[str, Any]]], bytes]
WRITERS: Final[dict[str, Write]] = {"csv": csv_rows.write, "xlsx": workbooks.write, "json": json_rows.write}
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
LABELS: Final = {"csv": "CSV (UTF-8)", "xlsx": "Workbook (XLSX)", "json": "JSON"}

_OTHERS: Final = (
    (b"%PDF", "This is a PDF"),
    (b"\x89PNG", "This is a picture"),
    (b"\xff\xd8\xff", "This is a picture"),
    (b"GIF8", "This is a picture"),
    (b"\x1f\x8b", "This is a packed file (gzip): unpack it"),
    (b"BZh", "This is a packed file (bzip2): unpack it"),
    (b"\xfd7zXZ\0", "This is a packed file (xz): unpack it"),
    (b"7z\xbc\xaf", "This is a packed file (7z): unpack it"),
    (b"Rar!", "This is a packed file (rar): unpack it"),
    (b"{\\rtf", "This is a text of a word processor"),
    (b"\x7fELF", "This is a program"),
    (b"MZ", "This is a program"),
    (b"SQLite format 3", "This is a database"),
)
_PAGE = re.compile(rb"\s*<(?:!doctype|html|\?xml|svg|script|table|body)", re.IGNORECASE)
SAVE_AS: Final = "save the table as “CSV UTF-8”, as a workbook (.xlsx) or as JSON"


def open_table(stream: IO[bytes], *, known: Collection[str]) -> Table:
    """The table in a file. ``known`` are the columns that it may have. Raises ``FileRefused``."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    if size > MOST_BYTES:
        raise refused(
            f"Larger than {MOST_BYTES // 1024**2} MB: cut the table in two, and bring in one after the other."
        )
    begin = stream.read(1024)
    stream.seek(0)
    if not begin.strip(b"\xef\xbb\xbf \t\r\n"):
        raise refused("There is nothing in this file. Export the table once more, and upload that.")
    if begin.startswith(b"PK"):
        return Workbook(stream, known=known)
    _require_text(begin)
    text = decoded(stream.read())
    if text.lstrip()[:1] in {"[", "{"}:
        return JsonTable(text, known=known)
    return CsvTable(text, known=known)


def _require_text(begin: bytes) -> None:
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused("This is a workbook with a password, or one of before 2007 (.xls): save it as .xlsx without one.")
    for sign, says in _OTHERS:
        if begin.startswith(sign):
            raise refused(f"{says}, and no table: {SAVE_AS}.")
    if _PAGE.match(begin.removeprefix(codecs.BOM_UTF8)):
        raise refused(f"This is a page (HTML or XML), and no table: {SAVE_AS}.")
