"""What a spreadsheet would run leaves as text and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.imports.cells import escape, unescape


@pytest.mark.parametrize(
    "text", ["=1+1", "+1 601 555 0100", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =HYPERLINK()", "=cmd|' /C calc'!A0"]
)
def test_escape_formula_becomes_text(text: str) -> None:
    assert escape(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-89.5", "+12", "0012", "Jackson", "O'Neil", "", 5, None, -3.5])
def test_escape_plain_value_stays(value: object) -> None:
    assert escape(value) == value


@given(st.text())
def test_unescape_returns_what_was_stored(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text())
def test_escape_never_begins_like_a_formula_unless_a_number(text: str) -> None:
    cell = str(escape(text))
    assert not cell.lstrip(" ").startswith(("=", "@", "\t", "\r")) or cell.startswith("'")
