"""What one printed poster says, apart from its design: no models, plain values in, JSON for Typst out.

page = PosterPage(language="en", texts=built_in_texts("en"), call="1-888-373-7888", …)
pdf = compile_pdf(FIRST_LIGHT, to_data([page], sheet=LETTER), timestamp=now)
decoded = decode_pdf(pdf, [LETTER.qr])
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from portal.typesetting import Box, mm, qr

Texts = Mapping[str, str | Sequence[str]]

_HERE: Final = Path(__file__).parent

#: The built-in restroom poster.
FIRST_LIGHT: Final = _HERE / "designs" / "first_light.typ"

#: Local lines that the design has room for.
MAX_LOCAL_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper, in points, and where on it the QR code lies with its quiet zone."""

    width: float
    height: float
    qr: Box

    def to_data(self) -> dict[str, object]:
        """Return the sheet as the design expects it."""
        return {"width": self.width, "height": self.height, "qr": self.qr.to_data()}


#: 8.5 × 11 in; the code proper is 42 mm wide (29 modules; 37 with the quiet zone).
LETTER: Final = Sheet(width=612, height=792, qr=Box(x=420, y=500, width=mm(53.5), height=mm(53.5)))


@dataclass(frozen=True, slots=True)
class Line:
    """A line answered near the station: what it is called, who answers (in words), and its number."""

    name: str
    answered_by: str
    number: str


@dataclass(frozen=True, slots=True)
class PosterPage:
    """One poster for one placement in one language.

    `text`, `call` and `relay` are numbers as printed, with plain hyphens; `chat` and `host` are addresses
    without a scheme; `url` is what the QR code says, upper case; `code` is grouped for people. `station` and
    `spot` are written in the page's language. An empty `text`, `relay` or `chat` leaves that line out.
    """

    language: str
    texts: Texts
    call: str
    url: str
    host: str
    station: str
    spot: str
    code: str
    text: str = ""
    relay: str = ""
    chat: str = ""
    local: tuple[Line, ...] = ()
    direction: str = "ltr"


@cache
def built_in_texts(language: str) -> Texts:
    """Return the texts that the release ships for `language` ("en", "es"); KeyError for any other."""
    path = _HERE / "texts" / f"{language}.toml"
    if language not in BUILT_IN_LANGUAGES:
        raise KeyError(language)
    return tomllib.loads(path.read_text(encoding="utf-8"))


BUILT_IN_LANGUAGES: Final = ("en", "es")


def to_data(
    pages: Sequence[PosterPage],
    *,
    sheet: Sheet = LETTER,
    sample: bool = False,
    watermark: str | None = None,
) -> dict[str, object]:
    """Return `pages` as the data of a poster design; its shape is described in `first_light.typ`.

    Pages of one language usually share their texts, which are therefore written once.
    """
    texts: dict[int, Texts] = {}
    for page in pages:
        texts.setdefault(id(page.texts), page.texts)
    place = {key: index for index, key in enumerate(texts)}
    return {
        "sheet": sheet.to_data(),
        "sample": sample,
        "watermark": watermark,
        "texts": [dict(block) for block in texts.values()],
        "pages": [
            {
                "language": page.language,
                "direction": page.direction,
                "texts": place[id(page.texts)],
                "lines": {
                    "text": page.text,
                    "call": page.call,
                    "relay": page.relay,
                    "chat": page.chat,
                },
                "local": [
                    {
                        "name": line.name,
                        "answered_by": line.answered_by,
                        "number": line.number,
                    }
                    for line in page.local
                ],
                "qr": qr(page.url).to_svg(),
                "host": page.host,
                "placement": {
                    "station": page.station,
                    "spot": page.spot,
                    "code": page.code,
                },
            }
            for page in pages
        ],
    }
