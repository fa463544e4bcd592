"""The file of refused rows loses nothing: types of cells, cells under no column, names that are none; nothing in it runs."""

import csv
import datetime as dt
import io
import json
import math
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from outreach.agencies.models import Agency
from portal.imports.cells import escape, unescape
from portal.imports.models import TakenImport
from portal.imports.sources import SOURCES
from portal.imports.tables import without_blank_end
from tests.hostile.files.books import S1, book, sheet, text
from tests.outreach.agencies.tables import ROW, a_list, counts, read, refusals, take

pytestmark = pytest.mark.django_db
moment = dt.datetime.fromisoformat

HEADER = ["name", "kind", "level", "acronym", "description"]


def errors_of(taken: TakenImport) -> bytes:
    return b"".join(SOURCES[taken.kind]().refused_file(taken)[2])


def a_book(*rows: list[Any]) -> bytes:
    """A workbook as a spreadsheet saves it."""
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(out)
    return out.getvalue()


def cells_of(content: bytes) -> list[list[Any]]:
    """The values of a workbook, each row as wide as the widest."""
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.rows]  # type: ignore[union-attr]


def mended(content: bytes, row: int, column: int, value: Any) -> bytes:
    """The workbook with one cell written anew, saved as a spreadsheet does."""
    changed, out = load_workbook(io.BytesIO(content)), io.BytesIO()
    cell = changed.active.cell(row, column)  # type: ignore[union-attr]
    cell.value, cell.number_format, cell.quotePrefix = value, "General", False
    changed.save(out)
    return out.getvalue()


TYPED = [moment("2027-01-31"), moment("2027-01-31T16:05"), dt.time(8, 30), dt.timedelta(hours=30), True, False]


@pytest.mark.parametrize("value", TYPED, ids=repr)
def test_cell_that_is_no_text_stays_what_it_is_and_is_refused_again_until_it_is_mended(value: Any) -> None:
    taken = read(a_book(HEADER, ["Lantern", "ngo", "private", "L", value]), "a.xlsx")
    assert counts(taken) == {"refused": 1}

    errors = errors_of(taken)

    assert cells_of(errors)[1][:5] == ["Lantern", "ngo", "private", "L", value]
    assert type(cells_of(errors)[1][4]) is type(value)
    again = read(errors, "a.xlsx")
    assert counts(again) == {"refused": 1}
    assert refusals(again)[0].message == refusals(taken)[0].message
    assert counts(take(mended(errors, 2, 5, "A light"), "a.xlsx")) == {"new": 1}
    assert Agency.objects.get(name="Lantern").description == "A light"


def test_numbers_and_days_that_were_sound_are_taken_as_they_would_have_been() -> None:
    header = [*HEADER, "retired_at", "is_listed"]
    content = a_book(header, ["Lantern", "wizard", "private", 7.0, 0.5, moment("2026-01-31"), True])
    errors = errors_of(read(content, "a.xlsx"))
    taken = take(mended(errors, 2, 2, "ngo"), "a.xlsx")
    assert counts(taken) == {"new": 1}
    lantern = Agency.objects.get(name="Lantern")
    assert (lantern.acronym, lantern.description, lantern.is_listed) == ("7", "0.5", True)
    assert lantern.retired_at
    assert lantern.retired_at.date() == dt.date(2026, 1, 31)


@pytest.mark.parametrize("formula", ["=A2&B2", ArrayFormula("E2:E2", "=A2:A2&1")], ids=["plain", "array"])
def test_formula_never_comes_back_as_one_nor_as_its_text_and_its_text_is_told(formula: Any) -> None:
    taken = read(a_book(HEADER, ["Lantern", "ngo", "private", "=1+1", formula]), "a.xlsx")
    errors = errors_of(taken)
    with zipfile.ZipFile(io.BytesIO(errors)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    row = cells_of(errors)[1]
    assert row[3:5] == ["#VALUE!", "#VALUE!"]
    assert "acronym held =1+1" in row[5]
    assert "description held =A2" in row[5]
    assert counts(read(errors, "a.xlsx")) == {"refused": 1}
    half = mended(errors, 2, 5, "A light")
    assert counts(read(half, "a.xlsx")) == {"refused": 1}
    assert counts(read(mended(half, 2, 4, "2"), "a.xlsx")) == {"new": 1}


def test_error_of_a_spreadsheet_stays_one() -> None:
    errors = errors_of(read(a_book(HEADER, ["Lantern", "ngo", "private", "L", "#N/A"]), "a.xlsx"))
    assert cells_of(errors)[1][4] == "#N/A"
    assert counts(read(errors, "a.xlsx")) == {"refused": 1}


def test_cells_of_a_workbook_under_no_column_stay_behind_the_others_and_are_refused_until_they_are_mended() -> None:
    day = moment("2027-01-31")
    content = a_book(HEADER, ["Lantern", "ngo", "private", "L", "A", None, day, "=1"], ["Lamp", "ngo", "private"])
    taken = read(content, "a.xlsx")
    assert counts(taken) == {"new": 1, "refused": 1}

    errors = errors_of(taken)

    header, row = cells_of(errors)
    assert header == [*HEADER, "problem", None, None, None]
    assert row[:5] == ["Lantern", "ngo", "private", "L", "A"]
    assert "Cell G2 (“2027-01-31”) stands under no column" in row[5]
    assert row[6:] == [None, day, "#VALUE!"]
    again = read(errors, "a.xlsx")
    assert counts(again) == {"refused": 1}
    assert cells_of(errors_of(again))[1][6:] == row[6:]
    emptied = mended(mended(errors, 2, 8, None), 2, 9, None)
    assert counts(read(emptied, "a.xlsx")) == {"new": 1}


def test_cells_of_a_text_under_no_column_stay_behind_the_others_and_are_refused_until_they_are_mended() -> None:
    taken = read(b"name,kind,level,description\nLantern,ngo,private,one, two,=3\nLamp,ngo,private,x\n")
    assert counts(taken) == {"new": 1, "refused": 1}

    errors = errors_of(taken)

    lines = errors.decode("utf-8-sig").splitlines()
    assert lines[0] == "name,kind,level,description,problem,,"
    assert lines[1].startswith("Lantern,ngo,private,one,")
    assert lines[1].endswith(", two,'=3")
    again = read(errors)
    assert counts(again) == {"refused": 1}
    assert errors_of(again).decode().splitlines()[1].endswith(", two,'=3")
    named = errors.replace(b"problem,,", b"problem,acronym,").replace(b",'=3", b",")
    taken = take(named)
    assert (counts(taken), Agency.objects.get(name="Lantern").acronym) == ({"new": 1}, "two")


def test_names_that_are_no_columns_stay_in_their_object_with_what_is_wrong() -> None:
    row = {**ROW, "street": {"number": 1}, "seats": 7, "open": True, "acronym": None}
    errors = errors_of(read(a_list(row, {**ROW, "name": "Lamp", "": 1}), "a.json"))
    assert b'"": 1' in errors
    first, _second = json.loads(errors)
    assert {name: first[name] for name in row} == row
    assert first["problem"].startswith("street: None of the columns")
    left = {name: value for name, value in first.items() if name not in {"street", "seats", "open"}}
    assert counts(read(a_list(left), "a.json")) == {"new": 1}


def test_half_of_a_character_does_not_keep_the_file_of_errors_from_its_reader() -> None:
    content = json.dumps([{**ROW, "description": "\ud83d"}]).encode()
    errors = errors_of(read(content, "a.json"))
    assert b"\\ud83d" in errors
    assert counts(read(errors, "a.json")) == {"refused": 1}


def test_text_that_no_cell_holds_is_refused_and_its_file_of_errors_opens() -> None:
    rows = (HEADER, ["Lantern", "ngo", "private", "L", "x" * 40_000])
    content = book({S1: sheet("".join(f"<row>{''.join(map(text, row))}</row>" for row in rows))})()
    taken = read(content, "a.xlsx")
    assert "Longer than a cell may be (32,767 letters)" in refusals(taken)[0].message
    assert counts(read(errors_of(taken), "a.xlsx")) == {"refused": 1}


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff", exclude_categories=["Cs"]), max_size=20
)
DAYS = st.datetimes(moment("1901-01-01"), moment("2199-01-01")).map(lambda day: day.replace(microsecond=0))
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: float(f"{number:.12g}")),
    DAYS,
    TEXTS.filter(lambda text: not text.startswith("=") and text.isprintable()),
)


@given(row=st.lists(CELLS, min_size=1, max_size=8), is_beyond=st.booleans())
@example(row=[1e300, 1e15], is_beyond=False)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_row_of_a_workbook_comes_back_as_it_was_and_is_judged_alike(row: list[Any], is_beyond: bool) -> None:
    cells = ["Lantern", "wizard", "private", *row] if is_beyond else ["Lantern", "wizard", "private", *row[:2]]
    before = a_book(HEADER, cells)
    taken = read(before, "a.xlsx")
    errors = errors_of(taken)
    again = read(errors, "a.xlsx")
    assert counts(again) == counts(taken) == {"refused": 1}

    def told(content: bytes, gap: int) -> list[Any]:
        found = cells_of(content)[1]
        values = [*found[:5], *found[5 + gap :]]
        while values and values[-1] in (None, ""):
            values.pop()
        return [None if value == "" else value for value in values]

    for one, other in zip(told(errors, 1), told(before, 0), strict=True):
        assert type(one) is type(other) or {type(one), type(other)} == {int, float}
        assert one == other or math.isclose(one, other)
    assert cells_of(errors_of(again)) == cells_of(errors) or is_beyond


@given(row=st.lists(TEXTS, min_size=2, max_size=8))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_row_of_a_text_comes_back_as_it_was_and_nothing_of_it_runs(row: list[str]) -> None:
    given_cells = ["Lantern", "wizard", "private", *row]
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, given_cells])
    errors = errors_of(read(out.getvalue().encode()))
    (found,) = list(csv.reader(io.StringIO(errors.decode("utf-8-sig"), newline="")))[1:]
    assert all(escape(cell) == cell or cell.startswith("'") for cell in found)
    beyond = without_blank_end(map(unescape, given_cells[5:]))
    assert [*map(unescape, [*found[:5], *found[6:]])] == [*map(unescape, given_cells[:5]), *beyond]
    assert counts(read(errors)) == {"refused": 1}
