"""From placements to poster pages: the approved design and texts, the lines of the area, the printed code.

assembly = Assembly(design=approved_design(), languages=["en"], address=printed_address(), on=day)
page = assembly.page(placement=placement, language="en", code="0W0ABCDEF9")
pdf = assembly.typeset([page], made_at=now)
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from campaign.links import codes
from campaign.links.address import PrintedAddress
from campaign.places.linking import area_of
from campaign.places.models import Placement, Spot
from campaign.posters.models import Design, Review, TextSet
from campaign.posters.pages import LETTER, MAX_LOCAL_LINES, Line, PosterPage, Texts, to_data
from outreach.channels.directory import NoPrintableLine, PosterLines, poster_lines
from portal.areas.register import NATION
from portal.typesetting import Box, compile_pdf, compile_png

DESIGNS: Final = Path(__file__).parent / "designs"

_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "ur"})
_NO_LABELS: Final[Mapping[str, str]] = MappingProxyType({})
_SPOTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "es": {
            Spot.Kind.RESTROOM_WOMEN: "Baño de mujeres",
            Spot.Kind.RESTROOM_MEN: "Baño de hombres",
            Spot.Kind.RESTROOM_ALL: "Baño para todas las personas",
            Spot.Kind.RESTROOM_FAMILY: "Baño familiar",
            Spot.Kind.WAITING_ROOM: "Sala de espera",
            Spot.Kind.PLATFORM: "Andén",
            Spot.Kind.TICKET_COUNTER: "Boletería",
            Spot.Kind.CONCOURSE: "Vestíbulo",
            Spot.Kind.CAR_RESTROOM: "Baño del vagón",
            Spot.Kind.VESTIBULE: "Entrada del vagón",
            Spot.Kind.CAFE_CAR: "Vagón cafetería",
        }
    }
)
# Only lines that an advocate answers reach a poster.
_ADVOCATE: Final = MappingProxyType({"en": "Trained advocate", "es": "Una persona capacitada"})


class NotReady(Exception):
    """Something that a poster needs is not approved or not in service. ``problems``: one sentence each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def approved_design() -> Design:
    """The newest approved version of the poster for placements. Raises ``NotReady``."""
    design = Design.objects.filter(state=Review.APPROVED).order_by("slug", "-version").first()
    if design is None:
        raise NotReady("No design is approved. Approve one under Paper, Designs.")
    return design


class Assembly:
    """What the posters of one run share: design, texts, address, and each area's lines on one day.

    Raises ``NotReady`` with all that is missing.
    """

    #: Where on every page the code lies, with its quiet zone.
    code_box: Box = LETTER.qr

    def __init__(self, *, design: Design, languages: Sequence[str], address: PrintedAddress, on: dt.date) -> None:
        self.design = design
        self.address = address
        self._on = on
        self._host = urlsplit(address.value).netloc.lower()
        self._template = DESIGNS / Path(design.template).name
        self._lines: dict[str, PosterLines] = {}
        rows = TextSet.objects.filter(language__in=languages, state=Review.APPROVED)
        self._texts: dict[str, Texts] = {row.language: row.blocks for row in rows}
        problems = [*self._problems_of_design(), *self._problems_of_texts(languages)]
        try:
            self._lines_of(NATION.code)
        except NoPrintableLine as missing:
            problems.append(str(missing))
        if problems:
            raise NotReady(*problems)

    def page(self, *, placement: Placement, language: str, code: str) -> PosterPage:
        """The poster of a placement in one language. Load ``spot__station__state`` and ``spot__train`` with it."""
        spot = placement.spot
        return self._page(
            area_of(placement),
            language=language,
            code=code,
            station=str(spot.station or spot.train),
            spot=spot_name(spot, language),
        )

    def page_for_anywhere(self, *, language: str, code: str) -> PosterPage:
        """The poster without a place: national lines alone."""
        return self._page(NATION.code, language=language, code=code, station="", spot="")

    def _page(self, area: str, *, language: str, code: str, station: str, spot: str) -> PosterPage:
        lines = self._lines_of(area)
        return PosterPage(
            language=language,
            direction="rtl" if language in _RIGHT_TO_LEFT else "ltr",
            texts=self._texts[language],
            call=lines.call.value,
            text=lines.text.value if lines.text else "",
            relay=lines.relay.value if lines.relay else "",
            chat=lines.chat.value if lines.chat else "",
            local=tuple(
                Line(name=line.name, answered_by=_ADVOCATE.get(language, _ADVOCATE["en"]), number=line.value)
                for line in lines.local[:MAX_LOCAL_LINES]
            ),
            url=codes.url(code, address=self.address.value),
            host=self._host,
            station=station,
            spot=spot,
            code=codes.grouped(code),
        )

    def typeset(self, pages: Sequence[PosterPage], *, made_at: dt.datetime) -> bytes:
        """One tagged PDF of at most ``MAX_PAGES`` pages; the same pages and moment give the same bytes.

        Raises ``TypesettingError``.
        """
        return compile_pdf(
            self._template, to_data(pages, sheet=LETTER, sample=self.address.is_sample), timestamp=made_at, root=DESIGNS
        )

    def picture(self, page: PosterPage, *, ppi: float) -> bytes:
        """One page as a PNG. Raises ``TypesettingError``."""
        (png,) = compile_png(
            self._template, to_data([page], sheet=LETTER, sample=self.address.is_sample), ppi=ppi, root=DESIGNS
        )
        return png

    def unverified(self, areas: Iterable[str]) -> list[str]:
        """One sentence for each line on the posters of these areas that nobody has verified yet."""
        return list(dict.fromkeys(warning for area in areas for warning in self._lines_of(area).warnings))

    def _lines_of(self, area: str) -> PosterLines:
        if area not in self._lines:
            self._lines[area] = poster_lines(None if area == NATION.code else area, self._on)
        return self._lines[area]

    def _problems_of_design(self) -> list[str]:
        design = self.design
        if design.state != Review.APPROVED:
            return [f"The design “{design}” is not approved. Approve it under Paper, Designs."]
        if not self._template.is_file():
            return [f"The design “{design}” has lost its file {self._template.name}. Choose another."]
        if hashlib.sha256(self._template.read_bytes()).hexdigest() != design.sha256:
            return [f"The design “{design}” changed after its approval. Approve the change as a new version."]
        return []

    def _problems_of_texts(self, languages: Sequence[str]) -> list[str]:
        return [
            f"There is no approved text in the language “{language}”. Approve it under Paper, Texts, or leave it out."
            for language in languages
            if language not in self._texts
        ]


def spot_name(spot: Spot, language: str) -> str:
    """A spot in the poster's language, English where nobody has put it into that language; labels stay as typed."""
    kind = _SPOTS.get(language, _NO_LABELS).get(spot.kind) or spot.get_kind_display()
    return f"{kind}, {spot.label}" if spot.label else str(kind)
