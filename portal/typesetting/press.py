"""Sole door to pikepdf: what a print shop asks of a page. Its boxes, its crop marks, and several pages on one sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pikepdf

#: Points from the bleed to where a mark begins, its length, and from there to the edge of the page.
_GAP: Final = 3.0
_LENGTH: Final = 18.0
_MARGIN: Final = 3.0
#: Points that a page with marks has on every side beyond its bleed.
SLUG: Final = _GAP + _LENGTH + _MARGIN
HAIRLINE: Final = 0.25

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
            self._forms[trim, bleed] = marks_form(self._document, _crop_marks(trim, bleed), whole)
        page.mediabox = _array(whole)
        page.add_resource(self._forms[trim, bleed], pikepdf.Name.XObject, self._name)
        page.contents_add(self._before, prepend=True)
        page.contents_add(self._after)


def marks_form(document: pikepdf.Pdf, lines: list[_Line], bounds: _Rect) -> pikepdf.Object:
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
    form = document.make_stream(f"/All CS 1 SCN {HAIRLINE} w\n{drawn}S\n".encode())
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
