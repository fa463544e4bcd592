"""What one printed poster says, apart from its design: no models, plain values in, JSON for Typst out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from campaign.posters.header import Header, Layout, Paper
from campaign.posters.languages import LANGUAGES
from campaign.posters.shipped import Texts
from portal.typesetting import Box, qr

#: Local lines that designs have room for.
MAX_LOCAL_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line answered near the station: what it is called, who answers (in words), and its number."""

    name: str
    answered_by: str
    number: str


@dataclass(frozen=True, slots=True)
class Partner:
    """Who else puts the poster up. ``logo`` is the name of a file of the design's project, or empty."""

    name: str
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Says that a page must not hang: a short word for the stamp, and why, both in ``language``."""

    word: str
    why: str
    language: str = "en"


#: What marks a page whose text or design is not approved; staff read it, so it is in English.
PROOF: Final = Mark(word="Proof", why="Proof: only to look at. Not for posting.")


@dataclass(frozen=True, slots=True)
class PosterPage:
    """One poster for one placement in one language.

    ``text``, ``call``, ``relay`` and ``danger`` are numbers as printed, with plain hyphens; ``chat`` and
    ``host`` are addresses without a scheme; ``url`` is what the QR code says, upper case; ``code`` is grouped
    for people. ``station`` and ``spot`` are written in the page's language. An empty number leaves its line out.
    """

    language: str
    texts: Texts
    call: str
    url: str
    host: str
    station: str = ""
    spot: str = ""
    code: str = ""
    text: str = ""
    relay: str = ""
    chat: str = ""
    danger: str = ""
    local: tuple[Line, ...] = ()
    partner: Partner | None = None

    @property
    def kind(self) -> tuple[object, ...]:
        """What pages that differ in nothing but their code and their placement have in common."""
        lines = (self.call, self.text, self.relay, self.chat, self.danger, self.local)
        return (self.language, id(self.texts), self.host, self.partner, *lines)

    @property
    def ways(self) -> list[dict[str, str]]:
        """The ways to reach someone, in the order in which this language offers them.

        Where text and chat are answered in the language: text, call, relay, chat, since a voice can be
        overheard. Elsewhere the call comes first: an interpreter joins by phone only.
        """
        ways = {
            kind: {
                "kind": kind,
                "value": value,
                "label": str(self.texts.get(f"{kind}_label", "")),
                "note": str(self.texts.get(f"{kind}_note", "")),
            }
            for kind, value in (("text", self.text), ("call", self.call), ("relay", self.relay), ("chat", self.chat))
            if value
        }
        order = ("text", "call") if LANGUAGES[self.language].is_answered else ("call", "text")
        return [ways[kind] for kind in (*order, "relay", "chat") if kind in ways]


def to_data(
    pages: Sequence[PosterPage],
    *,
    header: Header,
    layout: Layout,
    paper: Paper,
    colours: Mapping[str, str] | None = None,
    pictures: Mapping[str, str] | None = None,
    mark: Mark | None = None,
    is_sample: bool = False,
) -> dict[str, object]:
    """Pages as the data of a design; the shape is told at the head of ``kit.typ``.

    Pages of one language usually share their texts, which are therefore written once. ``colours`` differ
    from the header's, ``pictures`` are file names by slot. A sample says so in the words of its language.
    """
    texts: dict[int, Texts] = {}
    for page in pages:
        texts.setdefault(id(page.texts), page.texts)
    place = {key: index for index, key in enumerate(texts)}
    return {
        "sheet": {"width": paper.width, "height": paper.height, "bleed": paper.bleed, "safe": paper.safe},
        "layout": {"name": layout.name, "unit": layout.unit(paper)},
        "floors": dict(header.floors),
        "colours": header.painted(colours or {}),
        "pictures": {
            slot: {"path": (pictures or {}).get(slot, ""), "alt": alt} for slot, alt in header.pictures.items()
        },
        "texts": [dict(block) for block in texts.values()],
        "pages": [
            _page(page, place[id(page.texts)], layout, paper, mark=_mark(page, mark, is_sample)) for page in pages
        ],
    }


def to_variable_data(
    pages: Sequence[PosterPage], *, write: Callable[[Sequence[PosterPage]], dict[str, object]]
) -> dict[str, object]:
    """Pages as masters, which hold what many pages share, and what is each page's own.

    What ``write``, which is ``to_data`` but for its options, gives of one page of each kind is called ``masters``;
    ``pages`` holds ``{master, url, station, spot, code}`` for each.
    """
    masters: dict[tuple[object, ...], int] = {}
    kinds: list[PosterPage] = []
    own: list[dict[str, object]] = []
    for page in pages:
        number = masters.setdefault(page.kind, len(kinds))
        if number == len(kinds):
            kinds.append(page)
        own.append({"master": number, "url": page.url, "station": page.station, "spot": page.spot, "code": page.code})
    data = write(kinds)
    shared = data.pop("pages")
    assert isinstance(shared, list)
    return {**data, "masters": [{**each, "qr": _BLANK, "placement": _NOWHERE} for each in shared], "pages": own}


_BLANK: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
_NOWHERE: Final = {"station": "", "spot": "", "code": ""}


def code_box(language: str, *, layout: Layout, paper: Paper) -> Box:
    """Where on a page in that language the code lies."""
    return layout.code_box(paper, mirrored=LANGUAGES[language].direction == "rtl")


def _mark(page: PosterPage, mark: Mark | None, is_sample: bool) -> dict[str, str] | None:
    if mark:
        return {"word": mark.word, "why": mark.why, "language": mark.language}
    if is_sample:
        texts = page.texts
        return {"word": str(texts["sample_word"]), "why": str(texts["sample_why"]), "language": page.language}
    return None


def _page(
    page: PosterPage, texts: int, layout: Layout, paper: Paper, *, mark: Mapping[str, str] | None
) -> dict[str, object]:
    written = LANGUAGES[page.language]
    return {
        "language": page.language,
        "direction": written.direction,
        "family": written.family,
        "leading": written.leading,
        "texts": texts,
        "ways": page.ways,
        "danger": page.danger,
        "local": [{"name": line.name, "answered_by": line.answered_by, "number": line.number} for line in page.local],
        "partner": {"name": page.partner.name, "logo": page.partner.logo} if page.partner else None,
        "qr": qr(page.url).to_svg(),
        "code": code_box(page.language, layout=layout, paper=paper).to_data(),
        "host": page.host,
        "placement": {"station": page.station, "spot": page.spot, "code": page.code},
        "mark": mark,
    }
