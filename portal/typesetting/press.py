"""Sole door to pikepdf: what a print shop asks of a page. Its boxes, its crop marks, and several pages on one sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from portal.typesetting.geometry import Box
from portal.typesetting.imposition import Imposition

if TYPE_CHECKING:
    import pikepdf

#: Points from the bleed to where a mark begins, its length, and from there to the edge of the page.
_GAP: Final = 3.0
_LENGTH: Final = 18.0
_MARGIN: Final = 3.0
#: Points that a page with marks has on every side beyond its bleed.
SLUG: Final = _GAP + _LENGTH + _MARGIN
_HAIRLINE: Final = 0.25

_Rect = tuple[float, float, float, float]
_Line = tuple[float, float, float, float]


def press_ready(pdf: bytes, *, has_marks: bool = False) -> bytes:
    """The same document, each page with a BleedBox: the whole page that Typst made, which writes the TrimBox alone.

    ``has_marks`` adds a slug of ``SLUG`` points round the bleed, and in it two lines at each corner where the page is
    cut. The page grows to negative coordinates: what stood on it stays where it was. Tags, metadata and text stay as
    they are; the marks are artifacts. The same bytes give the same bytes.
    """
    import pikepdf

    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        marks = _Marks(document) if has_marks else None
        for page in document.pages:
            page.bleedbox = page.mediabox
            if marks:
                marks.put_on(page)
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return target.getvalue()


def impose(pdf: bytes, plan: Imposition, *, title: str) -> bytes:
    """The pages of a document, several on a press sheet as the plan says, in its order, with marks where to cut.

    Each page goes there as a form: its own drawing, fonts and all, up to its bleed. Nothing is rendered. The sheets
    are for a press and not tagged. The same bytes give the same bytes.
    """
    import pikepdf

    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as document:
        # Made all before the first is copied, so that what they share is copied once.
        forms = [document.copy_foreign(_page_form(page)) for page in source.pages]
        stock = plan.stock
        lines = [(x0, stock.height - y0, x1, stock.height - y1) for x0, y0, x1, y1 in plan.marks]
        marks = _marks_form(document, lines, (0, 0, stock.width, stock.height))
        for pages in plan.order(len(forms)):
            drawn = [_placed(f"P{page + 1}", plan, place) for page, place in zip(pages, plan.places, strict=False)]
            sheet = document.add_blank_page(page_size=(stock.width, stock.height))
            sheet.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary({f"/P{page + 1}": forms[page] for page in pages} | {"/CutMarks": marks})
            )
            sheet.Contents = document.make_stream("".join([*drawn, "/CutMarks Do\n"]).encode())
        document.docinfo.Title = pikepdf.String(title)
        document.save(
            target,
            deterministic_id=True,
            min_version=source.pdf_version,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return target.getvalue()


def _page_form(page: pikepdf.Page) -> pikepdf.Object:
    """A page as a form that ends where its bleed ends."""
    bleed = _rect(page.bleedbox)
    form = page.as_form_xobject()
    form.BBox = _array(bleed)
    form.Matrix = _array((1, 0, 0, 1, -bleed[0], -bleed[1]))
    return form


def _placed(name: str, plan: Imposition, place: Box) -> str:
    """Draws a form, whose lower left corner is that of its bleed, at its place."""
    bleed = plan.poster.bleed
    x, y = place.x - bleed, plan.stock.height - place.y - place.height - bleed
    turn = (0, -1, 1, 0, x, y + place.height + 2 * bleed) if plan.is_turned else (1, 0, 0, 1, x, y)
    return f"q {' '.join(map(_plain, turn))} cm /{name} Do Q\n"


class _Marks:
    """The crop marks of a document, drawn once for all pages that are cut alike."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        import pikepdf

        self._document = document
        self._forms: dict[tuple[_Rect, _Rect], pikepdf.Object] = {}
        self._name = pikepdf.Name.CropMarks
        self._before = document.make_stream(b"q\n")
        self._after = document.make_stream(f"\nQ\n/Artifact <</Type /Page>> BDC\n{self._name} Do\nEMC\n".encode())

    def put_on(self, page: pikepdf.Page) -> None:
        """Adds slug and marks, as what production needs and no reader is told."""
        import pikepdf

        trim, bleed = _rect(page.trimbox), _rect(page.bleedbox)
        whole = _grown(bleed, SLUG)
        if (trim, bleed) not in self._forms:
            self._forms[trim, bleed] = _marks_form(self._document, _crop_marks(trim, bleed), whole)
        page.mediabox = _array(whole)
        page.add_resource(self._forms[trim, bleed], pikepdf.Name.XObject, self._name)
        page.contents_add(self._before, prepend=True)
        page.contents_add(self._after)


def _marks_form(document: pikepdf.Pdf, lines: Iterable[_Line], bounds: _Rect) -> pikepdf.Object:
    """Hairlines as a form of their own, in the colour that prints on every plate."""
    import pikepdf

    everywhere = pikepdf.Array(
        [
            pikepdf.Name.Separation,
            pikepdf.Name.All,
            pikepdf.Name.DeviceCMYK,
            pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1),
        ]
    )
    drawn = "".join(f"{_plain(x0)} {_plain(y0)} m {_plain(x1)} {_plain(y1)} l\n" for x0, y0, x1, y1 in lines)
    form = document.make_stream(f"/All CS 1 SCN {_HAIRLINE} w\n{drawn}S\n".encode())
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = _array(bounds)
    form.Resources = pikepdf.Dictionary(ColorSpace=pikepdf.Dictionary(All=everywhere))
    return form


def _crop_marks(trim: _Rect, bleed: _Rect) -> list[_Line]:
    """Two lines at each corner of the cut, outside the bleed."""
    begin, end = _grown(bleed, _GAP), _grown(bleed, _GAP + _LENGTH)
    upright = [(x, begin[side], x, end[side]) for x in (trim[0], trim[2]) for side in (1, 3)]
    level = [(begin[side], y, end[side], y) for y in (trim[1], trim[3]) for side in (0, 2)]
    return upright + level


def _rect(box: pikepdf.Object) -> _Rect:
    left, bottom, right, top = (float(each) for each in box.as_list())
    return left, bottom, right, top


def _grown(rect: _Rect, by: float) -> _Rect:
    return rect[0] - by, rect[1] - by, rect[2] + by, rect[3] + by


def _plain(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".")


def _array(lengths: Iterable[float]) -> pikepdf.Array:
    import pikepdf

    return pikepdf.Array([Decimal(_plain(length)) for length in lengths])
