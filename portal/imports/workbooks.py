"""Tables as workbooks (XLSX), by openpyxl and only once ``packages`` has judged the file."""

import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any, Final

from portal.imports import packages
from portal.imports.columns import Column
from portal.imports.kept_cells import Unread
from portal.imports.problems import FileRefused, Problem
from portal.imports.sheets import refused
from portal.imports.tables import BEYOND, MOST_COLUMNS, MOST_ROWS, Line, Table, require_header, shown, without_blank_end

LONGEST_CELL: Final = 32_767
"""Letters; a spreadsheet cuts what is longer without a word."""
WRITTEN_AT: Final = (2000, 1, 1, 0, 0, 0)
"""The time of all parts of a workbook that we write, so that the same rows give the same bytes."""

_OUR_SIGNS = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_THEIR_SIGNS = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x(00[01][0-9A-Fa-f])_")
_ZEROS = re.compile(r"0{2,15}")
ERROR_CODES: Final = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_WITHOUT_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


class Workbook(Table):
    """The first sheet whose first row names columns. Formulas are refused: a value that nobody typed is nobody's."""

    format = "xlsx"

    def __init__(self, stream: IO[bytes], *, known: Collection[str]) -> None:
        packages.judge(stream)
        stream.seek(0)
        with _damage():
            from openpyxl import load_workbook

            book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise refused("This workbook has no sheet to be seen: unhide it, and save it anew.")
        told: FileRefused | None = None
        for sheet in sheets:
            self._sheet = sheet
            with _damage():
                sheet.reset_dimensions()
                first = next(self._rows(), ())
            try:
                self.header = require_header([_name(cell) for cell in first], known=known, row=1)
            except FileRefused as error:
                told = told or error
            else:
                return
        raise told or refused("This workbook has no sheet with a table.")

    def __iter__(self) -> Iterator[Line]:
        width = len(self.header)
        count = 0
        rows = self._rows()
        with _damage():
            next(rows, None)
        for number in range(2, packages.LAST_ROW + 2):
            with _damage():
                cells = next(rows, None)
            if cells is None:
                return
            if all(cell.value is None or cell.value == "" for cell in cells):
                continue
            count += 1
            if count > MOST_ROWS:
                raise refused(f"More than {MOST_ROWS:,} rows: cut the table in two, and bring in one after the other.")
            with _damage():
                line = self._line(number, cells[:width], cells[width:])
            yield line

    def where(self, number: int, column: str) -> str:
        return f"{column} ({_letters(self.header.index(column) + 1)}{number})" if column in self.header else column

    def _rows(self) -> Iterator[Sequence[Any]]:
        return iter(self._sheet.iter_rows(max_col=MOST_COLUMNS + 1))

    def _line(self, number: int, cells: Sequence[Any], beyond: Sequence[Any]) -> Line:
        line = Line(number, {})
        for name, cell in zip(self.header, cells, strict=False):
            line.cells[name], wrong = _value(cell)
            if wrong and not line.wrong:
                line.wrong, line.column = wrong, name
        line.beyond = without_blank_end(_value(cell)[0] for cell in beyond)
        for place, value in enumerate(line.beyond, len(self.header) + 1):
            if value != "" and not line.wrong:
                told = f"Cell {_letters(place)}{number} (“{shown(value)}”)"
                line.wrong = f"{told} stands under no column: delete it, or name its column."
        return line


@contextmanager
def _damage() -> Iterator[None]:
    """Whatever openpyxl stumbles over in a file that no spreadsheet wrote."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FileRefused:
        raise
    except Exception as error:
        says = f"This workbook is damaged ({type(error).__name__}): open it in a spreadsheet and save it anew."
        raise refused(says) from None


def _name(cell: Any) -> str:
    value = cell.value
    return _theirs(value) if isinstance(value, str) and cell.data_type != "f" else "" if value is None else str(value)


def _value(cell: Any) -> tuple[Any, str]:
    """What a cell says, and what is wrong with it."""
    value = cell.value
    match cell.data_type:
        case "f":
            text = value if isinstance(value, str) else getattr(value, "text", None) or "="
            return Unread(text), "Holds a formula: copy it, and paste its value in its place (Paste Special, Values)."
        case "e":
            code = value if value in ERROR_CODES else "#VALUE!"
            return Unread(str(value), code), f"Holds the error {value}: write what it should be."
        case "s" | "inlineStr":
            text = _theirs(str(value or ""))
            if len(text) > LONGEST_CELL:
                return Unread(text[:LONGEST_CELL]), f"Longer than a cell may be ({LONGEST_CELL:,} letters): cut it."
            return text, ""
    return _plain(cell, value), ""


def _plain(cell: Any, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        zeros = _ZEROS.fullmatch(str(cell.number_format))
        # Shown as 00501: the zeros are part of what it says.
        return str(value).zfill(len(zeros[0])) if zeros and value < 10**15 else value
    return "" if value is None else value


def _theirs(text: str) -> str:
    return _THEIR_SIGNS.sub(lambda found: chr(int(found[1], 16)) if found[1] else "_", text)


def _ours(text: str) -> str:
    return _OUR_SIGNS.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _letters(place: int) -> str:
    """A for 1, AA for 27."""
    found = ""
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def write(columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> bytes:
    """A sheet of texts that no spreadsheet runs or rewrites; cells that were kept as they stood have their type again.

    Raises ``FileRefused`` for a text that no cell can hold.
    """
    # All of it before the sheet is begun, which no one could leave half written.
    values = [_values(number, columns, row) for number, row in enumerate(rows, 2)]
    from openpyxl import Workbook as Book
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    def cell_of(value: Any) -> Any:
        cell = WriteOnlyCell(sheet, value=value.code if isinstance(value, Unread) else value)
        if isinstance(value, str):
            # As text, whatever it begins with; the mark makes a spreadsheet keep it as text when it is edited.
            cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
        return cell

    book = Book(write_only=True)
    sheet = book.create_sheet("Table")
    sheet.freeze_panes = "A2"
    head, bold = [], Font(bold=True)
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[_letters(place)].width = 24
        cell = WriteOnlyCell(sheet, value=column.name)
        cell.font = bold
        head.append(cell)
    sheet.append(head)
    for row in values:
        sheet.append([None if value is None or value == "" else cell_of(value) for value in row])
    out = BytesIO()
    book.save(out)
    return _always_the_same(out)


def _values(number: int, columns: Sequence[Column], row: dict[str, Any]) -> list[Any]:
    """A row's cells. Raises ``FileRefused``."""
    found = [column.sheet(row.get(column.name)) for column in columns]
    for column, value in zip(columns, found, strict=True):
        if isinstance(value, str) and len(value) > LONGEST_CELL:
            says = f"{len(value):,} letters, where a cell holds {LONGEST_CELL:,}: take CSV or JSON."
            raise FileRefused([Problem(number, column.name, "", says)])
    return [_ours(value) if isinstance(value, str) else value for value in [*found, *row.get(BEYOND, ())]]


def _always_the_same(book: BytesIO) -> bytes:
    """The workbook without the time at which it was written."""
    out = BytesIO()
    with zipfile.ZipFile(book) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in sorted(package.infolist(), key=lambda one: one.filename != "[Content_Types].xml"):
            content = package.read(member)
            if member.filename == "docProps/core.xml":
                content = _WITHOUT_TIMES.sub(b"", content)
            copy.writestr(zipfile.ZipInfo(member.filename, WRITTEN_AT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
