"""What the checks look at: the order, what it names as far as it can be had, and a few of its pages, set."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.utils import timezone

from campaign.links import codes
from campaign.links.address import PrintedAddress, printed_address
from campaign.places.linking import area_of
from campaign.places.models import Placement, PlacementLink
from campaign.posters.assembly import Assembly, NotReady, approved_design, printable_texts, problems_of
from campaign.posters.languages import name_of
from campaign.posters.models import Design, Sheet, TextSet
from campaign.posters.pages import MAX_LOCAL_LINES, PosterPage
from campaign.printing.imposition import plan_for
from campaign.printing.packets import cut
from campaign.printing.scope import Refused, Scope
from campaign.printing.styles import Style
from outreach.agencies.logos import Scope as LogoUse
from outreach.channels.directory import NoPrintableLine, PosterLines, poster_lines
from portal.areas.register import NATION
from portal.seasons.models import Season
from portal.typesetting import (
    Box,
    Imposition,
    PrintedCode,
    TypesettingError,
    Words,
    decode_pdf,
    inspect_codes,
    page_words,
    qr,
)

#: Stands on proofs of what was never printed; it leads nowhere.
NO_CODE: Final = "0" * codes.LENGTH
_ADDRESS: Final = re.compile(r"https?://[^/?#\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One page that was set as the batch would set it, and what its bytes hold. ``seen`` are the codes anywhere on it,
    ``codes`` those in the code's place."""

    placement: Placement
    page: PosterPage
    seen: list[str]
    codes: list[PrintedCode]
    words: list[Words]

    @property
    def where(self) -> str:
        """The page, for a person: Spanish, Jackson (JAN), Women's restroom."""
        return f"{name_of(self.page.language)}, {self.placement}"


@dataclass(kw_only=True)
class Context:
    """An order and what is known of it. ``refusals`` are reasons, by the code of the check that tells them, why a part
    of it could not be had; then ``assembly`` is missing."""

    scope: Scope
    languages: Sequence[str]
    style: Style
    placements: Sequence[Placement]
    on: dt.date
    address: PrintedAddress
    design: Design | None = None
    sheet: Sheet | None = None
    press: Sheet | None = None
    imposition: Imposition | None = None
    texts: Sequence[TextSet] = ()
    assembly: Assembly | None = None
    refusals: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pdf: bytes = b""
    proofs: Sequence[Proof] = ()

    @cached_property
    def areas(self) -> list[str]:
        """Of the placements, and the nation."""
        return sorted({area_of(placement) for placement in self.placements} | {NATION.code})

    @cached_property
    def lines(self) -> Mapping[str, PosterLines]:
        """What the posters of each area say."""
        return {area: self.assembly.lines(area) for area in self.areas} if self.assembly else {}

    @cached_property
    def packet_pages(self) -> list[int]:
        """How many posters each packet would hold."""
        cuts = cut(self.placements, languages=max(1, len(self.languages)))
        return [len(each.placements) * len(self.languages) for each in cuts]

    @cached_property
    def links(self) -> list[PlacementLink]:
        """The codes that the placements have already, in these languages."""
        ours = {placement.pk for placement in self.placements}
        kept = PlacementLink.objects.filter(placement__season=self.scope.season, language__in=self.languages)
        return [row for row in kept.select_related("link") if row.placement_id in ours]


def first_day(season: Season) -> dt.date:
    """The first day on which the posters hang: the numbers must be in service then."""
    return max(season.starts_on, timezone.localdate())


def gather(scope: Scope, *, languages: Sequence[str], style: Style) -> Context:
    """Everything that an order names, and its proofs where they can be set."""
    on = first_day(scope.season)
    refusals: dict[str, list[str]] = defaultdict(list)
    context = Context(
        scope=scope,
        languages=languages,
        style=style,
        placements=scope.placements(),
        on=on,
        address=printed_address(),
        refusals=refusals,
    )
    refusals["ADDRESS"] += _problems_of_address(context.address.value)
    if not languages:
        refusals["TRANSLATION"].append("No language is chosen. Choose at least one.")
    context.sheet = Sheet.objects.active().filter(slug=style.sheet).first()
    if context.sheet is None:
        refusals["FITS"].append(f"There is no sheet “{style.sheet}”. Choose one that stands under Paper, Sheets.")
    if style.imposed_on:
        _impose(context, style.imposed_on, refusals)
    if style.logo and (refusal := style.logo.refusal(LogoUse.POSTERS, on)):
        refusals["LOGO"].append(refusal)
    try:
        context.design = approved_design(style.design)
        refusals["APPROVAL"] += problems_of(context.design)
    except NotReady as unready:
        refusals["APPROVAL"] += unready.problems
    try:
        context.texts = printable_texts(languages)
    except NotReady as unready:
        refusals["TRANSLATION"] += unready.problems
    try:
        poster_lines(None, on)
    except NoPrintableLine as missing:
        refusals["NUMBERS_IN_DATE"].append(str(missing))
    if context.design and context.sheet:
        _assemble(context, context.design, context.sheet, refusals)
    if context.assembly and not any(refusals.values()) and context.placements and languages:
        try:
            context.pdf, context.proofs = _proofs(context, context.assembly)
        except TypesettingError as error:
            refusals["SETS"].append(str(error))
    return context


def _problems_of_address(value: str) -> list[str]:
    if not _ADDRESS.fullmatch(value):
        return [f"The printed address {value} must be a scheme and a host, such as https://help.example.gov."]
    try:
        qr(codes.url(NO_CODE, address=value))
    except TypesettingError as error:
        return [f"The printed address {value} does not suit a code. {error}"]
    return []


def _impose(context: Context, slug: str, refusals: dict[str, list[str]]) -> None:
    context.press = Sheet.objects.for_imposition().filter(slug=slug).first()
    if context.press is None:
        refusals["IMPOSITION"].append(f"There is no press sheet “{slug}”. Choose one that stands under Paper, Sheets.")
    elif context.sheet:
        try:
            context.imposition = plan_for(context.sheet, context.press, has_bleed=context.style.has_bleed)
        except Refused as refused:
            refusals["IMPOSITION"] += refused.problems


def _assemble(context: Context, design: Design, sheet: Sheet, refusals: dict[str, list[str]]) -> None:
    try:
        context.assembly = Assembly(
            design=design,
            sheet=sheet,
            texts=context.texts,
            address=context.address,
            on=context.on,
            logo=context.style.logo,
            has_bleed=context.style.has_bleed,
            has_marks=context.style.has_marks,
        )
    except NotReady as unready:
        told = {problem for problems in refusals.values() for problem in problems}
        refusals["FITS"] += [problem for problem in unready.problems if problem not in told]


def _proofs(context: Context, assembly: Assembly) -> tuple[bytes, list[Proof]]:
    """The fullest posters in every language: of the longest place, and of a place with the most lines of its own.

    Raises ``TypesettingError``.
    """
    known = {(row.placement_id, row.language): row.link.code for row in context.links}
    chosen = [
        (placement, language) for language in assembly.languages for placement in _fullest(context.placements, assembly)
    ]
    pages = [
        assembly.page(placement=placement, language=language, code=known.get((placement.pk, language), NO_CODE))
        for placement, language in chosen
    ]
    pdf = assembly.typeset(pages, made_at=timezone.now())
    boxes: list[Box] = [assembly.code_box(page.language) for page in pages]
    parts = zip(chosen, pages, decode_pdf(pdf), inspect_codes(pdf, boxes), page_words(pdf), strict=True)
    return pdf, [
        Proof(placement=placement, page=page, seen=seen, codes=printed, words=words)
        for (placement, _), page, seen, printed, words in parts
    ]


def _fullest(placements: Iterable[Placement], assembly: Assembly) -> list[Placement]:
    def local(placement: Placement) -> tuple[int, int]:
        lines = assembly.lines(area_of(placement)).local[:MAX_LOCAL_LINES]
        return len(lines), sum(len(line.name) for line in lines)

    ordered = list(placements)
    longest = max(ordered, key=lambda placement: len(str(placement)))
    crowded = max(ordered, key=local)
    return [longest] if crowded == longest or not local(crowded)[0] else [longest, crowded]
