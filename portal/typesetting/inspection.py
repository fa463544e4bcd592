"""What a finished PDF measures: its codes, whole and damaged, and whether its ground reaches into the bleed.

Everything is taken from the rendered page, nothing from what the page was made of::

    (code,) = inspect_codes(pdf, [box])[0]
    code.side, code.module, code.quiet_zone      # points, points, modules
    code.after(Damage.COVER)                     # what each damaged copy says
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from portal.typesetting.geometry import POINTS_PER_INCH, Box
from portal.typesetting.qr import QUIET_ZONE
from portal.typesetting.readback import SeenCode, codes_in, page_boxes, page_pictures

if TYPE_CHECKING:
    from PIL import Image

_PPI: Final = 300.0
#: Pixels a module in the copies that are damaged: what a phone sees of a code that fills a quarter of its picture.
_PIXELS: Final = 6
_AROUND: Final = 0.05  # of the box: what is looked at beyond it
_STEP: Final = 64  # levels of grey by which a pixel differs from the paper
_FAR: Final = 6  # modules; farther out nothing is looked for

#: Standard deviation of the blur, in modules: each is smeared over its whole width.
_BLUR: Final = 0.4
#: Share of every pixel that is noise.
_NOISE: Final = 0.3
_SEEDS: Final = (b"first", b"second", b"third")
#: Share of the code's area that one blot covers.
COVERED: Final = 0.10
#: Where a blot lies: its share of the way from left to right and from top to bottom. All leave the three corner
#: marks free, without which no reader finds a code, and at each a code of recovery Q can be mended: of 7,200 codes none was lost.
_BLOTS: Final = ((0.0, 0.5), (0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.65, 0.8), (0.85, 0.85))
_INKS: Final = (0, 255)


class Damage(StrEnum):
    """What befalls a code on paper, or on its way into a phone."""

    BLUR = "blur"
    NOISE = "noise"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code as it is printed. Lengths in points; ``quiet_zone`` in modules, on the side where it is narrowest;
    ``dark`` and ``light`` are the colours as ``#rrggbb``; ``recovery`` is L, M, Q or H."""

    text: str
    modules: int
    side: float
    quiet_zone: float
    recovery: str
    dark: str
    light: str
    picture: Image.Image
    """The code and what surrounds it, in grey, ``_PIXELS`` a module."""

    @property
    def module(self) -> float:
        """One side of a module, in points."""
        return self.side / self.modules

    def after(self, damage: Damage) -> list[str]:
        """What each damaged copy says; empty where it cannot be read. The same code gives the same copies."""
        copies = {Damage.BLUR: self._blurred, Damage.NOISE: self._noisy, Damage.COVER: self._covered}[damage]()
        return [" ".join(seen.text for seen in codes_in(copy)) for copy in copies]

    def _blurred(self) -> Iterator[Image.Image]:
        from PIL import ImageFilter

        yield self.picture.filter(ImageFilter.GaussianBlur(_BLUR * _PIXELS))

    def _noisy(self) -> Iterator[Image.Image]:
        from PIL import Image

        size = self.picture.size
        for seed in _SEEDS:
            noise = Image.frombytes("L", size, hashlib.shake_128(seed).digest(size[0] * size[1]))
            yield Image.blend(self.picture, noise, _NOISE)

    def _covered(self) -> Iterator[Image.Image]:
        from PIL import ImageDraw

        blot = math.sqrt(COVERED) * self.modules
        for right, down in _BLOTS:
            x, y = (QUIET_ZONE + share * (self.modules - blot) for share in (right, down))
            for ink in _INKS:
                copy = self.picture.copy()
                corners = [edge * _PIXELS for edge in (x, y, x + blot, y + blot)]
                ImageDraw.Draw(copy).rectangle(corners, fill=ink)
                yield copy


def inspect_codes(pdf: bytes, boxes: Sequence[Box]) -> list[list[PrintedCode]]:
    """Measures the codes in the box of each page. A code that cannot be read is not there.

    Raises TypesettingError if ``pdf`` cannot be opened or has not as many pages as there are boxes.
    """
    pictures = page_pictures(pdf, ppi=_PPI, boxes=[_with_surroundings(box) for box in boxes])
    return [[_measured(picture, seen) for seen in codes_in(picture.convert("L"))] for picture in pictures]


def bare_bleed(pdf: bytes) -> list[float]:
    """Of every page the share of its edge where the paper is white beyond the cut though the page is not within it.

    Such an edge shows a white line wherever the knife goes astray. What lies beyond the bleed is not looked at.
    Raises TypesettingError.
    """
    shares = []
    for picture, boxes in zip(page_pictures(pdf, ppi=POINTS_PER_INCH), page_boxes(pdf), strict=True):
        media, trim = boxes.media, boxes.trim
        bleed = boxes.bleed or media
        depth = round(trim[0] - bleed[0]) if bleed and trim else 0
        if media and bleed:
            slug = round(bleed[0] - media[0])
            picture = picture.crop((slug, slug, picture.width - slug, picture.height - slug))
        pairs = list(_edge(picture, depth)) if depth else []
        bare = sum(min(outer) >= _WHITE > min(inner) for outer, inner in pairs)
        shares.append(bare / len(pairs) if pairs else 0.0)
    return shares


_WHITE: Final = 250
_Colour = tuple[int, int, int]


def _edge(picture: Image.Image, depth: int) -> Iterator[tuple[_Colour, _Colour]]:
    """The colours just within the paper's edge and just within the cut, side by side, all the way round."""
    width, height = picture.size
    within = depth + 2
    for x in range(within, width - within):
        for outer, inner in ((1, within), (height - 2, height - 1 - within)):
            yield _colour(picture, x, outer), _colour(picture, x, inner)
    for y in range(within, height - within):
        for outer, inner in ((1, within), (width - 2, width - 1 - within)):
            yield _colour(picture, outer, y), _colour(picture, inner, y)


def _colour(picture: Image.Image, x: int, y: int) -> _Colour:
    return _three(picture.getpixel((x, y)))


def _three(colour: object) -> _Colour:
    assert isinstance(colour, tuple)
    red, green, blue = colour
    return red, green, blue


def _with_surroundings(box: Box) -> Box:
    """The box and a little around it, as far as there is page to the left and above; PDFium paints what lies beyond white."""
    x, y = max(0.0, box.x - _AROUND * box.width), max(0.0, box.y - _AROUND * box.height)
    return Box(x=x, y=y, width=box.x + box.width * (1 + _AROUND) - x, height=box.y + box.height * (1 + _AROUND) - y)


def _measured(picture: Image.Image, seen: SeenCode) -> PrintedCode:
    from PIL import Image

    bounds = (seen.left, seen.top, seen.right, seen.bottom)
    side = ((seen.right - seen.left) + (seen.bottom - seen.top)) / 2
    module = side / seen.modules
    grey = picture.convert("L")
    dark, light = _inks(picture.crop(bounds))
    around = QUIET_ZONE * module
    wanted = (seen.left - around, seen.top - around, seen.right + around, seen.bottom + around)
    pixels = (seen.modules + 2 * QUIET_ZONE) * _PIXELS
    copy = grey.transform((pixels, pixels), Image.Transform.EXTENT, wanted, Image.Resampling.BILINEAR, fillcolor=255)
    return PrintedCode(
        text=seen.text,
        modules=seen.modules,
        side=side * POINTS_PER_INCH / _PPI,
        quiet_zone=_quiet(grey, seen, module, paper=_grey(light)) / module,
        recovery=seen.recovery,
        dark=_hex(dark),
        light=_hex(light),
        picture=copy,
    )


def _quiet(grey: Image.Image, seen: SeenCode, module: float, *, paper: float) -> int:
    """How many pixels around the code show nothing but paper."""
    width, height = grey.size
    for distance in range(2, int(_FAR * module)):
        left, top, right, bottom = (
            seen.left - distance,
            seen.top - distance,
            seen.right + distance,
            seen.bottom + distance,
        )
        ring = (
            (left, top, right, top + 1),
            (left, bottom - 1, right, bottom),
            (left, top, left + 1, bottom),
            (right - 1, top, right, bottom),
        )
        for x0, y0, x1, y1 in ring:
            line = (max(x0, 0), max(y0, 0), min(x1, width), min(y1, height))
            if line[0] >= line[2] or line[1] >= line[3]:
                continue  # beyond what is looked at, where nothing is known
            darkest, lightest = grey.crop(line).getextrema()
            if paper - float(darkest) > _STEP or float(lightest) - paper > _STEP:  # type: ignore[arg-type]  # of one band
                return distance - 1
    return int(_FAR * module)


def _inks(picture: Image.Image) -> tuple[_Colour, _Colour]:
    """The commonest dark and the commonest light colour."""
    pixels = picture.getcolors(picture.width * picture.height) or ()
    counted: Counter[_Colour] = Counter({_three(colour): count for count, colour in pixels})
    greys = [_grey(colour) for colour in counted]
    middle = (min(greys) + max(greys)) / 2
    common = counted.most_common()
    dark = next(colour for colour, _ in common if _grey(colour) <= middle)
    light = next((colour for colour, _ in common if _grey(colour) > middle), dark)
    return dark, light


def _grey(colour: _Colour) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]  # ITU-R BT.601, as Pillow has it


def _hex(colour: _Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
