"""What a design says of itself, and what is told to whoever says it wrong."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.posters.header import BadDesign, Header, Paper
from campaign.posters.shipped import shipped_designs

HEADER = """/* ---
name = "Plain"
description = "For a test."
audience = "restroom"

[[layouts]]
name = "portrait"
grid = [612, 792]
proportions = [0.6, 0.8]
shortest = 7.5
code = { end = 40, bottom = 138, side = 152 }

[colours]
words = "ink"
ground = "white"

[[contrasts]]
text = "words"
on = "ground"
least = 7
--- */
#import "kit.typ": *
"""
LETTER = Paper(612, 792)


def problems(source: str) -> str:
    with pytest.raises(BadDesign) as bad:
        Header.of(source)
    return "\n".join(bad.value.problems)


def test_a_header_is_read() -> None:
    header = Header.of(HEADER)
    assert (header.name, header.audience, header.takes_partner) == ("Plain", "restroom", False)
    assert header.floors == {"headline": 20.0, "text": 9.0, "number": 20.0, "small": 5.0}


def test_the_code_lies_where_the_header_says_and_mirrored() -> None:
    (layout,) = Header.of(HEADER).layouts
    box = layout.code_box(LETTER, mirrored=False)
    assert (box.x, box.y, box.width) == (612 - 40 - 152, 792 - 138 - 152, 152)
    assert layout.code_box(LETTER, mirrored=True).x == 40


@pytest.mark.parametrize(
    ("paper", "suits"),
    [
        (Paper(612, 792), True),
        (Paper(595.3, 841.9), True),
        (Paper(792, 612), False),
        (Paper(300, 400), False),
        (Paper(792, 1500), False),
    ],
)
def test_a_layout_suits_sheets_of_like_proportions_that_are_large_enough(paper: Paper, suits: bool) -> None:
    assert (Header.of(HEADER).layout_for(paper) is not None) == suits


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("/* ---", "", "has no header"),
        ('name = "Plain"', "name = ", "is not TOML"),
        ('name = "Plain"', "", "needs a name"),
        ('name = "Plain"', f'name = "{"x" * 81}"', "81 characters; at most 80"),
        ('name = "Plain"', 'name = "Pl\\u202eain"', "needs a name in words"),
        ('"restroom"', '"everyone"', "is none of restroom"),
        ("[612, 792]", "[612]", "must be two numbers"),
        ("[612, 792]", "[612, true]", "must be a number from 72"),
        ("[0.6, 0.8]", "[0.8, 0.6]", "begin with the smaller"),
        ("bottom = 138, ", "", "either top or bottom"),
        ("side = 152", "side = 40", "Enlarge its side"),
        ('words = "ink"', 'words = "red"', "must be #rrggbb or one of"),
        ('words = "ink"', 'words = "sand"', "contrast of 1.2 to 1, and needs 7"),
        ('text = "words"', 'text = "other"', "both must be among the colours"),
        ("least = 7", "least = 1", "must be a number from 3"),
        ("[colours]", "[floors]\ntext = 2\n[colours]", "floor of text must be a number from 6"),
        ("[colours]", "[floors]\nfoot = 9\n[colours]", "no floor “foot”"),
        ("[colours]", "[pictures.hero]\n[colours]", "needs a name of small letters and an alt text"),
        ("[colours]", "[fonts]\nx = 1\n[colours]", "knows no “fonts”"),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, told: str) -> None:
    assert told in problems(HEADER.replace(old, new, 1))


def test_everything_wrong_is_told_at_once() -> None:
    told = problems(HEADER.replace('"restroom"', '"x"').replace("[612, 792]", "[1]").replace('"ink"', '"x"'))
    assert len(told.splitlines()) >= 3


def test_colours_that_staff_change_keep_their_contrast() -> None:
    header = Header.of(HEADER)
    assert header.problems_of_colours({"words": "#000000"}) == []
    (close,) = header.problems_of_colours({"ground": "#1f6f78"})
    assert "needs 7" in close
    assert "no colour sky" in header.problems_of_colours({"sky": "#000000"})[0]
    assert "write it as #rrggbb" in header.problems_of_colours({"words": "javascript:1"})[0]


@given(st.text(alphabet=string.printable, max_size=400))
def test_no_header_breaks_the_reader(said: str) -> None:
    with pytest.raises(BadDesign):  # nothing so short is whole
        Header.of(f"/* ---\n{said}\n--- */")


def test_shipped_headers_are_right() -> None:
    names = {Header.of(source).name for _, source in shipped_designs()}
    assert len(names) == len(list(shipped_designs()))
