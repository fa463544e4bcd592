"""Tables in each format: what a cell becomes, and that no bytes lead to anything but rows or a sentence."""

import datetime as dt
import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.imports.columns import Column, FlagColumn, ItemsColumn, MomentColumn, TextColumn
from portal.imports.csv_rows import CsvTable
from portal.imports.formats import WRITERS, open_table
from portal.imports.problems import FileRefused
from portal.imports.tables import MOST_ROWS, Line, shown
from tests.hostile.files.books import S1, book, sheet, text

COLUMNS: list[Column] = [
    TextColumn("name", longest=100),
    TextColumn("note", longest=1000, lines=True),
    ItemsColumn("items", fields=[TextColumn("role", longest=50), TextColumn("phone", longest=50)]),
]
KNOWN = ["name", "note", "items", "day", "zip", "flag", "problem"]


def lines(content: bytes) -> list[Line]:
    return list(open_table(io.BytesIO(content), known=KNOWN))


def cells(content: bytes) -> list[dict[str, Any]]:
    return [line.cells for line in lines(content)]


def workbook(*rows: list[Any]) -> bytes:
    """As a spreadsheet saves it."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


@given(name=TEXTS, note=TEXTS, role=TEXTS, phone=TEXTS)
@example(name="=1+1", note="'=1", role="a|b", phone="\\")
@example(name="'", note="_x000D_", role="\n", phone="\\n")
@example(name="\ufeff", note="\r", role="\\|", phone="|")
@settings(deadline=None)
@pytest.mark.parametrize("file_format", WRITERS)
def test_what_is_written_is_read_as_it_was(file_format: str, name: str, note: str, role: str, phone: str) -> None:
    items = [{"role": f"R{role}", "phone": phone}]
    content = WRITERS[file_format](COLUMNS, [{"name": f"N{name}", "note": note, "items": items}])
    (line,) = lines(content)
    assert not line.wrong
    for column, value in zip(COLUMNS, (f"N{name}", note, items), strict=True):
        assert column.is_same(line.cells[column.name], value)
    if file_format != "json" and (role + phone).isprintable() and phone == phone.strip():
        (read,) = COLUMNS[2].read(line.cells["items"])
        assert read == {"role": f"R{role}".strip(), "phone": phone.strip()}


def said_of(content: bytes) -> str:
    """Why the file is refused; empty where it has rows, each of which says something."""
    try:
        found = lines(content)
    except FileRefused as told:
        return str(told).strip() or "nothing"
    assert all(line.cells or line.wrong for line in found)
    return ""


@given(content=st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_rows_or_a_sentence(content: bytes) -> None:
    assert said_of(content) != "nothing"


@given(data=st.data())
@settings(deadline=None, max_examples=150)
@pytest.mark.parametrize("file_format", WRITERS)
def test_a_file_of_which_some_bytes_were_changed_is_rows_or_a_sentence(file_format: str, data: st.DataObject) -> None:
    content = bytearray(WRITERS[file_format](COLUMNS, [{"name": "Lantern", "note": "a\nb", "items": []}] * 3))
    for _change in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(content), len(content) // 2, len(content) - 3]))
    assert said_of(bytes(content[:cut])) != "nothing"


def test_cells_of_a_workbook_are_what_a_person_sees() -> None:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(["Name", "zip", "flag", "day", "note"])
    page.append([1984, 501, True, dt.date(2027, 1, 31), 39201.0])
    page["B2"].number_format = "00000"
    book.save(out)
    (row,) = cells(out.getvalue())
    assert TextColumn("name", longest=9).read(row["name"]) == "1984"
    assert TextColumn("zip", longest=9).read(row["zip"]) == "00501"
    assert FlagColumn("flag").read(row["flag"]) is True
    assert MomentColumn("day").read(row["day"]) == "2027-01-31T05:00:00Z"
    assert TextColumn("note", longest=9).read(row["note"]) == "39201"


def test_workbook_that_lies_about_its_size_is_read_at_once() -> None:
    rows = f"<row>{text('name')}</row><row>{text('Lantern')}</row>"
    lying = sheet(rows).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    assert cells(book({S1: lying})()) == [{"name": "Lantern"}]


def test_sheet_of_the_table_is_found_behind_another_one() -> None:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["How to fill this in"])
    book.create_sheet("Data").append(["name"])
    book["Data"].append(["Lantern"])
    book.save(out)
    assert cells(out.getvalue()) == [{"name": "Lantern"}]


def test_apostrophes_of_an_export_go_and_those_of_a_person_stay() -> None:
    assert cells(b"name,note\n'=1+1,'tis\n''=1,O'Neill\n") == [
        {"name": "=1+1", "note": "'tis"},
        {"name": "'=1", "note": "O'Neill"},
    ]
    assert cells(workbook(["name"], ["'=1"])) == [{"name": "'=1"}]


def test_quoted_line_breaks_belong_to_their_cell_and_lines_are_counted_in_the_file() -> None:
    table = CsvTable('name,note\r\n"A","1\r\n2"\r\n\r\n"B",""\r\n', known=KNOWN)
    assert [(line.number, line.cells["note"]) for line in table] == [(2, "1\r\n2"), (5, "")]
    assert [line.number for line in table] == [2, 5], "read twice, it counts anew"


def test_most_rows_are_read_and_one_more_is_refused() -> None:
    content = b"name\n" + b"A\n" * MOST_ROWS
    assert len(lines(content)) == MOST_ROWS
    with pytest.raises(FileRefused, match="More than 10,000 rows"):
        lines(content + b"A\n")


@pytest.mark.parametrize("file_format", WRITERS)
def test_same_rows_are_the_same_bytes(file_format: str) -> None:
    rows = [{"name": "Lantern", "note": "", "items": []}]
    assert WRITERS[file_format](COLUMNS, rows) == WRITERS[file_format](COLUMNS, rows)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "TRUE"),
        (dt.datetime.fromisoformat("2027-01-31"), "2027-01-31"),
        (dt.datetime.fromisoformat("2027-01-31T08:30"), "2027-01-31 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        (["MS"], "…"),
        (" a\nb ", "a\\nb"),
        ("x" * 100, "x" * 60),
    ],
)
def test_cell_in_a_message_is_short_and_as_a_spreadsheet_says_it(value: object, told: str) -> None:
    assert shown(value) == told
