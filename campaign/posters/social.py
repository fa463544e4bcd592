"""Pictures for posts: what a poster says, without a code or a place, in the sizes that platforms show.

post = Post(shape=SHAPES["square"], texts=texts, lines=lines_to_post(on), host="go.example.gov")
png = post.picture()     # 1080 × 1080, RGB, nothing beside the pixels; its numbers were read back
words = post.words()     # alt text and a caption to paste, of reviewed words alone

Typst sets the words, as it does those of posters: Pillow with Raqm shapes every script too, but knows neither the
fonts that stand in for each other, nor where Khmer and Thai may break, nor a number that stays whole within Arabic;
the kit does, and one identity stays one. Pillow finishes: exact size, no transparency, nothing told of who made it.

A post cannot be called back as paper can. So its lines must not only be in service but verified by somebody, where
posters warn.
"""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from PIL import Image

from campaign.links.address import PrintedAddress
from campaign.posters.assembly import NotReady
from campaign.posters.languages import LANGUAGES
from campaign.posters.pages import PosterPage
from campaign.posters.shipped import Texts, kit
from outreach.channels.directory import NoPrintableLine, PosterLines, poster_lines
from portal.typesetting import PALETTE, POINTS_PER_INCH, Project, TypesettingError, compile_pdf, compile_png, page_texts

#: What a platform takes without making it worse, and a slow connection within a second or two.
MAX_BYTES: Final = 300_000
#: Points, which are pixels: a phone shows them at a third.
FLOORS: Final = MappingProxyType({"headline": 44, "text": 24, "number": 64, "small": 24})
COLOURS: Final = MappingProxyType(
    {"water": "ink", "figure": "white", "quiet": "sand", "sun": "sun", "sky": "paper", "words": "ink"}
)
_DESIGN: Final = Path(__file__).parent / "posts" / "first_light.typ"
_READ_BACK_AT: Final = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
# Holds a number together where the words around it run from right to left (Unicode Bidirectional Algorithm, X1).
_LEFT_TO_RIGHT, _END_OF_IT = "\u2066", "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A size of picture, in pixels. ``top``, ``bottom`` and ``side`` are what platforms cover or cut off.

    ``waterline`` is where the water begins; ``name`` and ``use`` are for people.
    """

    slug: str
    name: str | Promise
    use: str | Promise
    width: int
    height: int
    top: int
    bottom: int
    side: int
    waterline: int

    @property
    def size(self) -> str:
        """1080 × 1350."""
        return f"{self.width} × {self.height}"


#: By slug, in the order in which people are offered them.
SHAPES: Final = MappingProxyType(
    {
        shape.slug: shape
        for shape in (
            Shape(
                slug="square",
                name=gettext_lazy("Square"),
                use=gettext_lazy("Posts and messages"),
                width=1080,
                height=1080,
                top=68,
                bottom=64,
                side=72,
                waterline=430,
            ),
            Shape(
                slug="portrait",
                name=gettext_lazy("Portrait"),
                use=gettext_lazy("Posts that fill a phone"),
                width=1080,
                height=1350,
                top=88,
                bottom=88,
                side=72,
                waterline=580,
            ),
            Shape(
                slug="wide",
                name=gettext_lazy("Wide"),
                use=gettext_lazy("Link previews and mail"),
                width=1200,
                height=630,
                top=48,
                bottom=48,
                side=64,
                waterline=290,
            ),
            Shape(
                slug="story",
                name=gettext_lazy("Story"),
                use=gettext_lazy("Stories and status"),
                width=1080,
                height=1920,
                top=284,
                bottom=270,
                side=72,
                waterline=850,
            ),
        )
    }
)


def lines_to_post(on: dt.date) -> PosterLines:
    """The national lines in service on a day, each verified. Raises ``NotReady`` with a sentence for each that is not."""
    try:
        lines = poster_lines(None, on)
    except NoPrintableLine as missing:
        raise NotReady(str(missing)) from missing
    if lines.warnings:
        raise NotReady(*lines.warnings)
    return lines


def host_to_post(address: PrintedAddress) -> str:
    """The host name of the campaign; empty while no address is set, since a sample belongs to nobody."""
    return "" if address.is_sample else urlsplit(address.value).netloc.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One picture and the words beside it: ``texts`` of a language that were reviewed, lines that were verified."""

    shape: Shape
    language: str
    texts: Texts
    lines: PosterLines
    host: str

    @property
    def numbers(self) -> list[str]:
        """All that can be called, texted or opened, as it stands on the picture."""
        return [way["value"] for way in self._page.ways]

    def data(self) -> dict[str, object]:
        """All that the picture depends on, but for the design; the shape is told at the head of ``kit.typ``."""
        written, shape = LANGUAGES[self.language], self.shape
        return {
            "sheet": {"width": shape.width, "height": shape.height, "bleed": 0, "safe": shape.side},
            "layout": {"name": shape.slug, "unit": 1},
            "clear": {"top": shape.top, "bottom": shape.bottom, "side": shape.side},
            "waterline": shape.waterline,
            "floors": dict(FLOORS),
            "colours": {slot: PALETTE[colour] for slot, colour in COLOURS.items()},
            "pictures": {},
            "texts": [dict(self.texts)],
            "pages": [
                {
                    "language": self.language,
                    "direction": written.direction,
                    "family": written.family,
                    "leading": written.leading,
                    "texts": 0,
                    "ways": self._page.ways,
                    "host": self.host,
                    "mark": None,
                }
            ],
        }

    def document(self) -> bytes:
        """The same as a PDF, for whoever reads back what it says."""
        return compile_pdf(design(), self.data(), timestamp=_READ_BACK_AT)

    def picture(self) -> bytes:
        """The PNG. Raises ``TypesettingError``: words that do not fit, a number that the page does not say."""
        (said,) = page_texts(self.document())
        for number in self.numbers:
            # Within Arabic PDFium tells the parts of an address last to first.
            if not all(part in said for part in number.split(".")):
                raise TypesettingError(f"The picture does not say {number}. Nothing of it was kept.")
        (png,) = compile_png(design(), self.data(), ppi=POINTS_PER_INCH)
        return finished(png, size=(self.shape.width, self.shape.height))

    def words(self) -> str:
        """Alt text and caption, each under a heading in the two languages of the office; UTF-8 for everybody."""
        headings = ("Alt text · Texto alternativo", "Caption · Texto de la publicación")
        return "\n\n".join((headings[0], self.alt_text(), headings[1], self.caption())) + "\n"

    def alt_text(self) -> str:
        """What the picture says, in its order: words in a picture are told, not described (WCAG 1.1.1)."""
        return "\n".join([*_sentences(self.texts["headline_restroom"]), str(self.texts["listen"]), *self._ways()])

    def caption(self) -> str:
        """A text for the post, of reviewed words alone: nothing is claimed that a poster does not say."""
        lines = self.lines
        more = [f"{self.texts['danger_label']} {self._number(lines.emergency.value)}"] if lines.emergency else []
        rights = _sentences(self.texts["rights"])
        blocks = [_sentences(self.texts["headline_restroom"]), [str(self.texts["listen"])], self._ways(), rights, more]
        if self.host:
            blocks.append([f"https://{self.host}"])
        return "\n\n".join("\n".join(block) for block in blocks if block)

    @property
    def _page(self) -> PosterPage:
        """The poster that says the same, which knows the order of a language."""
        text, chat = self.lines.text, self.lines.chat
        return PosterPage(
            language=self.language,
            texts=self.texts,
            call=self.lines.call.value,
            text=text.value if text else "",
            chat=chat.value if chat else "",
            url="",
            host=self.host,
        )

    def _ways(self) -> list[str]:
        return [f"{way['label']} {self._number(way['value'])} ({way['note']})" for way in self._page.ways]

    def _number(self, value: str) -> str:
        return f"{_LEFT_TO_RIGHT}{value}{_END_OF_IT}" if LANGUAGES[self.language].direction == "rtl" else value


@cache
def design() -> Project:
    """The design of the release, and the kit of posters."""
    return Project(main="main.typ", files={"main.typ": _DESIGN.read_bytes(), "kit.typ": kit().encode()})


def finished(png: bytes, *, size: tuple[int, int]) -> bytes:
    """A PNG of exactly that size, in RGB, with no word beside the pixels; read again before it is returned.

    Raises ``TypesettingError`` where it is of another size or heavier than ``MAX_BYTES``.
    """
    with Image.open(io.BytesIO(png)) as drawn:
        if drawn.size != size:
            raise TypesettingError(f"The picture was set {drawn.size}, not {size}, pixels large.")
        flat = Image.new("RGB", size, "white")
        flat.paste(drawn, mask=drawn.getchannel("A") if drawn.has_transparency_data else None)
    file = io.BytesIO()
    flat.save(file, "PNG", optimize=True)
    content = file.getvalue()
    with Image.open(io.BytesIO(content)) as again:
        again.load()
        if (again.size, again.mode, again.info) != (size, "RGB", {}):
            raise TypesettingError("The finished picture does not read as it was written. Nothing of it was kept.")
    if len(content) > MAX_BYTES:
        raise TypesettingError(f"The picture takes {len(content):,} bytes, more than {MAX_BYTES:,}.")
    return content


def small(png: bytes, *, side: int) -> bytes:
    """The picture with a long side of ``side`` pixels, to be looked at, in 256 colours."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        reduced = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    reduced.save(file, "PNG", optimize=True)
    return file.getvalue()


def _sentences(words: str | Sequence[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)
