"""Posters on press sheets: where they lie, where they are cut, in which order, and that they are drawn, not rendered."""

import datetime as dt
import io
from itertools import chain, combinations

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.typesetting import (
    Box,
    Imposition,
    Project,
    Stock,
    Trimmed,
    TypesettingError,
    compile_pdf,
    decode_places,
    impose,
    page_texts,
    plan_imposition,
    press_ready,
    qr,
)
from portal.typesetting.imposition import MARK_GAP, SHORTEST_MARK

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
STICKER = Trimmed(288, 432, bleed=9)
PRESS = Stock(13 * 72, 19 * 72, margin=9)
NEAR = 1e-6

AROUND = MARK_GAP + SHORTEST_MARK


@st.composite
def plans(draw: st.DrawFn) -> Imposition:
    """Posters on a sheet that was made for some of them, or that two of them halve."""
    poster = draw(
        st.builds(Trimmed, st.floats(100, 900), st.floats(100, 900), st.sampled_from([0.0, 8.504, 9.0, 18.0]))
    )
    margin = draw(st.floats(0, 40))
    if not poster.bleed and draw(st.booleans()):
        return _plan(poster, Stock(poster.width, 2 * poster.height + draw(st.floats(-0.9, 0.9)), margin, may_fill=True))
    columns, rows = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)).filter(lambda grid: grid != (1, 1)))
    stock = Stock(
        columns * (poster.width + 2 * poster.bleed) + 2 * (margin + AROUND) + draw(st.floats(0, 90)),
        rows * (poster.height + 2 * poster.bleed) + 2 * (margin + AROUND) + draw(st.floats(0, 90)),
        margin,
    )
    plan = _plan(poster, stock)
    assert plan.up >= columns * rows
    return plan


def _plan(poster: Trimmed = STICKER, stock: Stock = PRESS) -> Imposition:
    plan = plan_imposition(poster, stock)
    assert plan
    return plan


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > NEAR and down > NEAR


def _with_bleed(place: Box, bleed: float) -> Box:
    return Box(place.x - bleed, place.y - bleed, place.width + 2 * bleed, place.height + 2 * bleed)


@given(plans())
def test_posters_lie_apart_within_what_the_press_prints(plan: Imposition) -> None:
    poster, stock = plan.poster, plan.stock
    assert plan.up == len(plan.places) > 1
    size = (poster.height, poster.width) if plan.is_turned else (poster.width, poster.height)
    assert {(place.width, place.height) for place in plan.places} == {size}
    whole = [_with_bleed(place, poster.bleed) for place in plan.places]
    assert not any(_overlap(one, other) for one, other in combinations(whole, 2))
    margin = stock.margin if plan.marks else -1.0  # what fills a sheet may miss it by as much as an inch misses 25 mm
    for box in whole:
        assert box.x >= margin - 0.01
        assert box.y >= margin - 0.01
        assert box.x + box.width <= stock.width - margin + 0.01
        assert box.y + box.height <= stock.height - margin + 0.01


@given(plans())
def test_marks_stand_clear_of_the_posters_at_every_cut(plan: Imposition) -> None:
    stock, live = plan.stock, plan.live
    if not plan.marks:
        assert plan.up == 2
        assert stock.may_fill
        return
    for x0, y0, x1, y1 in plan.marks:
        assert (x0 == x1) != (y0 == y1)
        assert all(stock.margin - 0.02 <= x <= stock.width - stock.margin + 0.02 for x in (x0, x1))
        assert all(stock.margin - 0.02 <= y <= stock.height - stock.margin + 0.02 for y in (y0, y1))
        beside = max(x0, x1) < live.x or min(x0, x1) > live.x + live.width
        above = max(y0, y1) < live.y or min(y0, y1) > live.y + live.height
        assert beside or above
    edges = {x for place in plan.places for x in (place.x, place.x + place.width)}
    assert {x0 for x0, _, x1, _ in plan.marks if x0 == x1} == edges
    levels = {y for place in plan.places for y in (place.y, place.y + place.height)}
    assert {y0 for _, y0, _, y1 in plan.marks if y0 == y1} == levels


@given(plans(), st.integers(1, 400))
def test_every_page_lies_on_one_place_and_piles_are_in_order(plan: Imposition, pages: int) -> None:
    sheets = plan.order(pages)
    assert len(sheets) == plan.sheets_for(pages)
    assert sorted(chain.from_iterable(sheets)) == list(range(pages))
    assert all(len(sheet) == plan.up for sheet in sheets[:-1])
    assert 0 < len(sheets[-1]) <= plan.up
    piles = [[sheet[place] for sheet in sheets if place < len(sheet)] for place in range(plan.up)]
    assert list(chain.from_iterable(piles)) == list(range(pages))


@pytest.mark.parametrize(
    ("poster", "stock", "up", "is_turned", "has_marks"),
    [
        (STICKER, PRESS, 8, True, True),
        (STICKER, Stock(12 * 72, 18 * 72, margin=9), 4, False, True),
        (
            Trimmed(612, 792),
            Stock(792, 1224, margin=18, may_fill=True),
            2,
            True,
            False,
        ),  # letter on tabloid: one cut, no waste
        (Trimmed(595.276, 841.89), Stock(841.89, 1190.551, margin=17, may_fill=True), 2, True, False),  # A4 on A3
        (Trimmed(288, 432), Stock(864, 1296, margin=9, may_fill=True), 4, False, True),  # nine would leave no room
        (Trimmed(612, 792, bleed=9), Stock(864, 1296, margin=9), 2, True, True),
        (Trimmed(595.276, 841.89, bleed=8.504), Stock(907.087, 1275.591, margin=8.504), 2, True, True),
    ],
)
def test_usual_sizes(poster: Trimmed, stock: Stock, up: int, is_turned: bool, has_marks: bool) -> None:
    plan = _plan(poster, stock)
    assert (plan.up, plan.is_turned, bool(plan.marks)) == (up, is_turned, has_marks)


@pytest.mark.parametrize("bleed", [0, 9])
def test_one_poster_is_no_imposition(bleed: float) -> None:
    assert plan_imposition(Trimmed(792, 1224, bleed), Stock(864, 1296, margin=9)) is None
    assert plan_imposition(Trimmed(612, 792, bleed), Stock(792, 1224, margin=9)) is None  # a press prints no edges
    assert plan_imposition(Trimmed(2016, 792, bleed), Stock(864, 1296, margin=9)) is None


def test_piles_are_as_the_guide_says() -> None:
    plan = _plan(STICKER, Stock(12 * 72, 18 * 72, margin=9))
    assert plan.order(10) == [[0, 3, 6, 8], [1, 4, 7, 9], [2, 5]]
    assert plan.order(3) == [[0, 1, 2]]


DESIGN = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "Stickers")
#set page(width: 306pt, height: 450pt, margin: 0pt, fill: rgb("#cde"))
#set text(lang: "en", font: "Inter")
#for page in data.pages {
  place(top + left, dx: 49pt, dy: 29pt, image(bytes(page.svg), width: 120pt, alt: "Code"))
  place(top + left, dx: 60pt, dy: 300pt)[#page.name]
  pagebreak(weak: true)
}
"""
CODE = Box(40, 20, 120, 120)  # from the corner of the cut


def _stickers(count: int) -> tuple[bytes, list[str]]:
    urls = [f"HTTPS://GO.EXAMPLE.GOV/Q/0W0AB{number:05}" for number in range(count)]
    data = {"pages": [{"svg": qr(url).to_svg(), "name": f"Page {number}"} for number, url in enumerate(urls)]}
    pdf = compile_pdf(Project(main="stickers.typ", files={"stickers.typ": DESIGN}), data, timestamp=NOW)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.trimbox = pikepdf.Array([9, 9, 297, 441])
        trimmed = io.BytesIO()
        document.save(trimmed, deterministic_id=True)
    return trimmed.getvalue(), urls


@pytest.mark.parametrize("stock", [PRESS, Stock(12 * 72, 18 * 72, margin=9)], ids=["turned", "upright"])
@pytest.mark.parametrize("has_marks", [True, False])
def test_pages_are_drawn_on_the_sheets_and_read(stock: Stock, has_marks: bool) -> None:
    plan = _plan(stock=stock)
    pdf, urls = _stickers(11)
    pdf = press_ready(pdf, has_marks=has_marks)
    sheets = impose(pdf, plan, title="Stickers")
    assert sheets == impose(pdf, plan, title="Stickers")
    order = plan.order(11)
    boxes = [[plan.on_sheet(place, CODE) for _, place in zip(pages, plan.places, strict=False)] for pages in order]
    assert decode_places(sheets, boxes) == [[[urls[page]] for page in pages] for pages in order]
    with pytest.raises(TypesettingError, match="pages"):
        decode_places(sheets, boxes[:1])
    for pages, text in zip(order, page_texts(sheets), strict=True):
        assert sorted(int(word) for word in text.replace("Page", "").split()) == sorted(pages)
    with pikepdf.open(io.BytesIO(sheets)) as document:
        assert "/StructTreeRoot" not in document.Root
        assert document.docinfo.Title == "Stickers"
        fonts = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/FontFile3" in item]
        assert len(fonts) <= 2  # what the pages share is there once
        assert not any(
            isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image" for item in document.objects
        )
        for page in document.pages:
            assert [float(side) for side in page.mediabox] == [0, 0, stock.width, stock.height]
            for name, form in page.Resources.XObject.items():
                bounds = [float(side) for side in form.BBox]
                assert bounds == ([0, 0, 306, 450] if name != "/CutMarks" else [0, 0, stock.width, stock.height])
