"""From placements to poster pages: one version of a design, texts, a sheet, the lines of the area, the code.

assembly = Assembly(
    design=approved_design("first-light"), sheet=sheet, texts=printable_texts(["en"]), address=printed_address(), on=day
)
page = assembly.page(placement=placement, language="en", code="0W0ABCDEF9")
pdf = assembly.typeset([page], made_at=now)
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from campaign.links import codes
from campaign.links.address import PrintedAddress
from campaign.places.linking import area_of
from campaign.places.models import Placement, Spot
from campaign.posters.header import Layout, Paper
from campaign.posters.languages import UnknownLanguage, language
from campaign.posters.models import Design, Review, Sheet, TextSet
from campaign.posters.pages import (
    MAX_LOCAL_LINES,
    PROOF,
    Line,
    Mark,
    Partner,
    PosterPage,
    code_box,
    to_data,
    to_variable_data,
)
from campaign.posters.recipes import Recipe, logo_name, pictures_of, project_of
from campaign.posters.shipped import Texts
from outreach.agencies.logos import Logo
from outreach.channels.directory import NoPrintableLine, PosterLines, poster_lines
from portal.areas.register import NATION
from portal.typesetting import SLUG, Box, compile_png

#: The design that placements get when nobody chooses another.
USUAL: Final = "first-light"
USUAL_SHEET: Final = "letter"


class NotReady(Exception):
    """Something that a poster needs is not approved or not in service. ``problems``: one sentence each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def approved_design(slug: str = USUAL) -> Design:
    """The approved version of a design. Raises ``NotReady``."""
    design = Design.objects.approved().filter(slug=slug).first()
    if design is None:
        raise NotReady(f"No version of the design “{slug}” is approved. Approve one under Paper, Designs.")
    return design


def problems_of(design: Design) -> list[str]:
    """Why a version of a design may not be printed, if so: one sentence each."""
    if design.state == Review.RETIRED:
        return [f"The design “{design}” is retired. Order the posters anew, in the version that is approved now."]
    if design.state != Review.APPROVED:
        return [f"The design “{design}” is not approved. Approve it under Paper, Designs."]
    if design.digest() != design.sha256:
        return [f"The design “{design}” changed after its approval. Approve the change as a new version."]
    return []


def printable_texts(languages: Iterable[str]) -> list[TextSet]:
    """The reviewed texts of these languages, in that order. Raises ``NotReady`` with each that is missing or stale."""
    asked = list(dict.fromkeys(languages))
    found = {row.language: row for row in TextSet.objects.printable().filter(language__in=asked)}
    changed = {code for code, row in found.items() if row.sha256 != TextSet.digest_of(row.blocks)}
    stale = set(TextSet.objects.approved().filter(language__in=asked).values_list("language", flat=True))
    problems = []
    for code in asked:
        if code in changed:
            problems.append(f"The text {found[code]} changed after its review. Review the change as a new version.")
        if code in found:
            continue
        try:
            name = str(language(code))
        except UnknownLanguage as unknown:
            problems.append(str(unknown))
            continue
        problems.append(
            f"The text in {name} translates an older English. Review it anew under Paper, Texts, or leave it out."
            if code in stale
            else f"No text in {name} is reviewed. Review it under Paper, Texts, or leave it out."
        )
    if problems:
        raise NotReady(*problems)
    return [found[code] for code in asked]


class Assembly:
    """What the posters of one run share: design, sheet, texts, address, and each area's lines on one day.

    ``is_proof`` takes designs and texts that nobody approved, and marks every page so. ``has_bleed`` adds
    what a print shop cuts away, ``has_marks`` then marks where it cuts. ``logo`` co-brands; the caller has asked
    whether it may be used, see ``outreach.agencies.logos``. Raises ``NotReady`` with all that is missing.
    """

    def __init__(
        self,
        *,
        design: Design,
        sheet: Sheet,
        texts: Iterable[TextSet],
        address: PrintedAddress,
        on: dt.date,
        logo: Logo | None = None,
        has_bleed: bool = False,
        has_marks: bool = False,
        is_proof: bool = False,
    ) -> None:
        self.design = design
        self.sheet = sheet
        self.address = address
        self.is_proof = is_proof
        self._logo = logo
        self._on = on
        self._host = urlsplit(address.value).netloc.lower()
        self._header = design.header
        self._paper = sheet.paper if has_bleed else replace(sheet.paper, bleed=0.0)
        self._has_marks = has_marks and self._paper.bleed > 0
        self._lines: dict[str, PosterLines] = {}
        self.texts = list(texts)
        self._texts: dict[str, Texts] = {row.language: row.blocks for row in self.texts}
        layout = self._header.layout_for(self._paper)
        problems = [] if is_proof else problems_of(design)
        if layout is None:
            problems.append(f"The design “{design.name}” does not suit {sheet}. Choose another size or design.")
        if logo and not self._header.takes_partner:
            problems.append(f"The design “{design.name}” has no place for a partner. Choose another, or no partner.")
        try:
            self._lines_of(NATION.code)
        except NoPrintableLine as missing:
            problems.append(str(missing))
        if problems or layout is None:
            raise NotReady(*problems)
        self._layout: Layout = layout
        self._pictures = pictures_of(design)
        self.project = project_of(design, logo)

    @property
    def languages(self) -> list[str]:
        """Of the texts, in their order."""
        return list(self._texts)

    @property
    def takes_partner(self) -> bool:
        """Whether the design has a place for a partner's name."""
        return self._header.takes_partner

    def page(self, *, placement: Placement, language: str, code: str) -> PosterPage:
        """The poster of a placement in one language. Load ``spot__station__state`` and ``spot__train`` with it."""
        spot = placement.spot
        return self._page(
            area_of(placement),
            language=language,
            code=code,
            station=str(spot.station or spot.train),
            spot=spot_name(spot, self._texts[language]),
        )

    def page_for_anywhere(
        self, *, language: str, code: str, area: str = NATION.code, partner: str = "", shows_code: bool = True
    ) -> PosterPage:
        """The poster without a spot: lines of an area alone, the partner's name where the design has room for it."""
        page = self._page(area, language=language, code=code, station="", spot="")
        if not shows_code:
            page = replace(page, code="")
        return replace(page, partner=Partner(name=partner, logo=self._logo_name)) if partner else page

    def _page(self, area: str, *, language: str, code: str, station: str, spot: str) -> PosterPage:
        lines = self._lines_of(area)
        texts = self._texts[language]
        return PosterPage(
            language=language,
            texts=texts,
            call=lines.call.value,
            text=lines.text.value if lines.text else "",
            relay=lines.relay.value if lines.relay else "",
            chat=lines.chat.value if lines.chat else "",
            danger=lines.emergency.value if lines.emergency else "",
            local=tuple(
                # Only lines that an advocate answers reach a poster.
                Line(name=line.name, answered_by=str(texts["advocate"]), number=line.value)
                for line in lines.local[:MAX_LOCAL_LINES]
            ),
            partner=Partner(name=self._logo.agency.name, logo=self._logo_name) if self._logo else None,
            url=codes.url(code, address=self.address.value),
            host=self._host,
            station=station,
            spot=spot,
            code=codes.grouped(code),
        )

    def data(self, pages: Sequence[PosterPage], *, mark: Mark | None = None) -> dict[str, object]:
        """All that the bytes of these pages depend on, but for the design's own files and the moment.

        ``mark`` stamps pages that are only looked at; a proof has a mark of its own.
        """
        return to_data(
            pages,
            header=self._header,
            layout=self._layout,
            paper=self._paper,
            colours=self.design.colours,
            pictures={slot: name for slot, (name, _) in self._pictures.items()},
            mark=PROOF if self.is_proof else mark,
            is_sample=self.address.is_sample,
        )

    def typeset(self, pages: Sequence[PosterPage], *, made_at: dt.datetime) -> bytes:
        """One tagged PDF of at most ``MAX_PAGES`` pages; the same pages and moment give the same bytes.

        Raises ``TypesettingError``.
        """
        return self.recipe(pages, made_at=made_at).typeset()

    def recipe(self, pages: Sequence[PosterPage], *, made_at: dt.datetime) -> Recipe:
        """All that one PDF of these pages is made of."""
        is_packet = all(page.code for page in pages)
        data = to_variable_data(pages, write=self.data) if is_packet else self.data(pages)
        return Recipe(project=self.project, data=data, made_at=made_at, has_marks=self._has_marks)

    def picture(self, page: PosterPage, *, ppi: float, mark: Mark | None = None) -> bytes:
        """One page as a PNG, stamped with ``mark`` if it is only looked at. Raises ``TypesettingError``."""
        (png,) = compile_png(self.project, self.data([page], mark=mark), ppi=ppi)
        return png

    def code_box(self, language: str) -> Box:
        """Where on the pages of a language the code lies, from the corner of the file's page: bleed and slug included."""
        box = self.code_box_in_cut(language)
        around = self._paper.bleed + (SLUG if self._has_marks else 0.0)
        return replace(box, x=box.x + around, y=box.y + around)

    def code_box_in_cut(self, language: str) -> Box:
        """Where on the posters of a language the code lies, from the corner of what is left when they are cut."""
        return code_box(language, layout=self._layout, paper=self._paper)

    def lines(self, area: str) -> PosterLines:
        """What the posters of an area say; one query the first time. The poster has room for ``MAX_LOCAL_LINES``."""
        return self._lines_of(area)

    def unverified(self, areas: Iterable[str]) -> list[str]:
        """One sentence for each line on the posters of these areas that nobody has verified yet."""
        return list(dict.fromkeys(warning for area in areas for warning in self._lines_of(area).warnings))

    @property
    def paper(self) -> Paper:
        """The sheet in points, as this run uses it."""
        return self._paper

    @property
    def _logo_name(self) -> str:
        return logo_name(self._logo) if self._logo else ""

    def _lines_of(self, area: str) -> PosterLines:
        if area not in self._lines:
            self._lines[area] = poster_lines(None if area == NATION.code else area, self._on)
        return self._lines[area]


def spot_name(spot: Spot, texts: Texts) -> str:
    """A spot in the words of a text; labels stay as typed."""
    kind = str(texts.get(f"spot_{spot.kind}") or spot.get_kind_display())
    return f"{kind}, {spot.label}" if spot.label else kind
