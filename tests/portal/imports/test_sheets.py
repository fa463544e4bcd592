"""Lines of a register's file: split as csv splits them, and kept as they stand."""

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.imports.problems import FileRefused
from portal.imports.sheets import Sheet, pieces, split

LINES = st.text(st.sampled_from("ab,\"' ;é"), max_size=30)


@given(line=LINES)
@example(line='"a""b",c')
@example(line='"a"b",c",d')
@example(line='a"b,"c')
@example(line="")
def test_pieces_are_the_cells_as_they_stand(line: str) -> None:
    assert ",".join(pieces(line)) == line
    assert len(pieces(line)) == len(split(line)) or not line
    assert [piece for piece in pieces(line) if '"' not in piece] == [
        cell for cell, piece in zip(split(line), pieces(line), strict=False) if '"' not in piece
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_sheet_counts_lines_and_passes_over_empty_ones(end: str) -> None:
    sheet = Sheet(BytesIO(end.join(["a,b", "1,2", "", '"3,4",5', "6,7"]).encode()))

    assert sheet.header == ["a", "b"]
    assert [(number, cells) for number, _raw, cells in sheet] == [(2, ["1", "2"]), (4, ["3,4", "5"]), (5, ["6", "7"])]


def test_sheet_refuses_a_line_without_end_and_goes_on() -> None:
    sheet = Sheet(BytesIO(b"a,b\n" + b"," * 1_000_000 + b"\n1,2\n"))

    [(second, _raw, told), (third, _other, cells)] = list(sheet)
    assert (second, third, cells) == (2, 3, ["1", "2"])
    assert "100,000 letters" in told


def test_header_of_leaves_the_stream_as_it_was() -> None:
    stream = BytesIO(b"\xef\xbb\xbfa, b \n1,2\n")

    assert Sheet.header_of(stream) == ["a", "b"]
    assert stream.read(3) == b"\xef\xbb\xbf"


def test_sheet_refuses_a_zip() -> None:
    with pytest.raises(FileRefused, match="plain text"):
        Sheet(BytesIO(b"PK\x03\x04" + b"a,b\n" * 9))
