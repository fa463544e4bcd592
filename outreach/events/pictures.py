"""The picture that a link to an event shows (Open Graph), drawn by Pillow: a low sun, what it is called, when and where.

It is seen by whoever looks at the phone of somebody who was sent the link: its words are those of ``names``. What was
drawn names the address, so that a picture may be kept for ever and a moved event has another one.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from outreach.events import names
from outreach.seminars.models import Seminar
from portal.typesetting import PALETTE
from portal.typesetting.fonts import font_files

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

WIDTH: Final = 1200
HEIGHT: Final = 630
#: Counts up with every change of how it is drawn: addresses that were kept elsewhere stay true.
DRAWING: Final = 1

_MARGIN: Final = 72
_WATERLINE: Final = 372
#: Circles are drawn larger and made smaller: Pillow leaves their edges rough.
_SMOOTH: Final = 2
_TITLE_SIZES: Final = (76, 68, 60, 52, 46, 40)
_SUN_X: Final = 1008
#: In the order in which they are tried; the first one that has every letter is taken.
_FAMILIES: Final = (
    "Inter[", "NotoSans[", "NotoSansArabic", "NotoSansKR", "NotoSansJP", "NotoSansSC", "NotoSansTC", "NotoSansHebrew",
    "NotoSansDevanagari", "NotoSansBengali", "NotoSansThai", "NotoSansEthiopic", "NotoSansKhmer",
)  # fmt: skip
_NO_LETTER: Final = "\U0010fffe"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the picture: neutral words of one language."""

    title: str
    day: str
    time: str
    place: str
    mark: str = ""

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that name the picture."""
        said = json.dumps([DRAWING, asdict(self)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def told(self) -> str:
        """All of it in a line, for those who don't see pictures."""
        return " · ".join(filter(None, (self.mark, self.title, self.day, self.time, self.place)))


def words(event: Seminar, *, mark: str = "") -> Words:
    """What the picture says, in the active language; ``mark`` is what must be known first ("Cancelled")."""
    return Words(
        title=names.title(event),
        day=names.day(event),
        time=f"{event.start_time}, {event.clock}",
        place=names.place(event),
        mark=mark,
    )


@lru_cache(maxsize=32)
def draw(said: Words) -> bytes:
    """A PNG of ``WIDTH`` × ``HEIGHT`` pixels, RGB, with nothing beside the pixels. Takes about 0.1 s."""
    from PIL import ImageDraw

    picture = _ground()
    pen = ImageDraw.Draw(picture)
    _title(pen, said.title)
    _line(pen, said.day, y=_WATERLINE + 44, size=44, weight=700, fill=PALETTE["white"], room=WIDTH - 2 * _MARGIN - 230)
    _line(pen, said.time, y=_WATERLINE + 104, size=34, weight=600, fill=PALETTE["sand"], room=WIDTH - 2 * _MARGIN - 120)
    _line(pen, said.place, y=_WATERLINE + 156, size=34, weight=500, fill=PALETTE["sand"], room=WIDTH - 2 * _MARGIN)
    if said.mark:
        _mark(pen, said.mark)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


@lru_cache(maxsize=1)
def _drawn_ground() -> "Image.Image":
    from PIL import Image, ImageDraw

    scale = _SMOOTH
    ground = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), PALETTE["paper"])
    pen = ImageDraw.Draw(ground)
    for radius, part in ((330, 0.07), (236, 0.14), (158, 0.28), (88, 1.0)):
        reach, y = radius * scale, _WATERLINE * scale
        x = _SUN_X * scale
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=_mixed(PALETTE["sun"], PALETTE["paper"], part))
    pen.rectangle((0, _WATERLINE * scale, WIDTH * scale, HEIGHT * scale), fill=PALETTE["ink"])
    for shift, y, length, thick in ((0, 18, 172, 7), (-18, 42, 124, 7), (14, 66, 82, 6), (-4, 89, 44, 6)):
        left, top = _SUN_X + shift - length / 2, _WATERLINE + y
        box = tuple(value * scale for value in (left, top, left + length, top + thick))
        pen.rounded_rectangle(box, radius=thick * scale / 2, fill=PALETTE["sun"])
    return ground.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _ground() -> "Image.Image":
    return _drawn_ground().copy()


def _title(pen: "ImageDraw.ImageDraw", title: str) -> None:
    """The title above the water, as large as three lines allow; what is longer than that is cut with an ellipsis."""
    room, tall = WIDTH - 2 * _MARGIN - 120, _WATERLINE - 2 * 44
    for size in _TITLE_SIZES:
        font = _font(title, size, 800)
        lines = list(_broken(title, font, room))
        if len(lines) * size * 1.16 <= tall:
            break
    else:
        most = int(tall // (_TITLE_SIZES[-1] * 1.16))
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    y = 60.0
    for line in lines:
        _put(pen, line, y=y, font=font, fill=PALETTE["ink"])
        y += size * 1.16


def _line(pen: "ImageDraw.ImageDraw", text: str, *, y: float, size: int, weight: int, fill: str, room: float) -> None:
    """One line, smaller where it would be too long, and cut where it would be too small to read."""
    text = text.replace("\u00a0", " ")
    font = _font(text, size, weight)
    if (wide := font.getlength(text)) > room:
        font = _font(text, max(int(size * room / wide), 24), weight)
    while len(text) > 1 and font.getlength(text) > room:
        text = f"{text.rstrip('…')[:-1].rstrip()}…"
    _put(pen, text, y=y, font=font, fill=fill)


def _mark(pen: "ImageDraw.ImageDraw", mark: str) -> None:
    """A word on a band of its own at the top: it must not be overlooked."""
    font = _font(mark, 28, 700)
    wide = font.getlength(mark)
    pen.rounded_rectangle((_MARGIN - 4, 14, _MARGIN + wide + 28, 56), radius=8, fill=PALETTE["alert"])
    pen.text((_MARGIN + 12, 35), mark, font=font, fill=PALETTE["white"], anchor="lm")


def _put(pen: "ImageDraw.ImageDraw", text: str, *, y: float, font: "ImageFont.FreeTypeFont", fill: str) -> None:
    """A line from the edge at which its writing begins; to the left of the sun where that is the right one."""
    if _runs_left(text):
        pen.text((WIDTH - _MARGIN, y), text, font=font, fill=fill, anchor="ra")
    else:
        pen.text((_MARGIN, y), text, font=font, fill=fill, anchor="la")


def _broken(text: str, font: "ImageFont.FreeTypeFont", room: float) -> Iterator[str]:
    """Lines no wider than ``room``; a word that is wider, or writing without blanks, breaks anywhere."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = ""
        for letter in word:
            if line and font.getlength(line + letter) > room:
                yield line
                line = ""
            line += letter
    if line:
        yield line


def _runs_left(text: str) -> bool:
    """Whether it begins in Arabic or Hebrew letters."""
    import unicodedata

    first = next((unicodedata.bidirectional(letter) for letter in text if letter.isalpha()), "L")
    return first in {"R", "AL"}


def _mixed(colour: str, ground: str, part: float) -> tuple[int, ...]:
    return tuple(
        round(int(colour[at : at + 2], 16) * part + int(ground[at : at + 2], 16) * (1 - part)) for at in (1, 3, 5)
    )


def _font(text: str, size: int, weight: int) -> "ImageFont.FreeTypeFont":
    """The first font that has every letter; the last one tried where none has."""
    font = _loaded(_FAMILIES[0], size, weight)
    for family in _FAMILIES:
        font = _loaded(family, size, weight)
        if _has_all(font, text):
            return font
    return _loaded(_FAMILIES[1], size, weight)


def _has_all(font: "ImageFont.FreeTypeFont", text: str) -> bool:
    missing = bytes(font.getmask(_NO_LETTER))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in set(text))


@lru_cache(maxsize=48)
def _loaded(family: str, size: int, weight: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    path = next(path for path in font_files() if path.name.startswith(family) and "Italic" not in path.name)
    font = ImageFont.truetype(str(path), size)
    axes = font.get_variation_axes()
    wanted: dict[bytes, float] = {b"Weight": weight, b"Optical size": 32, b"Width": 100}
    font.set_variation_by_axes([wanted.get(axis["name"] or b"", axis["default"] or 0) for axis in axes])
    return font
