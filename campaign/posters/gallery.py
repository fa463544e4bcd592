"""The posters that everyone may take: each approved design on every sheet that it suits, in every printable language.

gallery.shelf(languages=["es"])    # what can be taken now: one card a design
gallery.refresh(today, most=20)    # makes what is missing or out of date; a task calls it, never a web request

A poster whose design, sheet or language is no longer offered, or which says a number or a text that is not
that of today, keeps its row, and with it its code, and is not listed; when it is offered again, the same code
stands on it.
"""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.links.address import PrintedAddress, printed_address
from campaign.links.models import Link
from campaign.posters.assembly import USUAL, Assembly, NotReady
from campaign.posters.header import Header
from campaign.posters.languages import LANGUAGES, PosterLanguage
from campaign.posters.models import Design, GalleryPoster, Sheet, TextSet
from campaign.posters.words import size_of_sheet
from outreach.channels.directory import NoPrintableLine, poster_lines
from portal.areas.register import NATION
from portal.files.models import StoredFile
from portal.typesetting import POINTS_PER_INCH, TypesettingError, decode_pdf

PICTURE_PPI: Final = 150.0
#: The long side of the picture to download and of the preview, in pixels.
PICTURE_SIDE: Final = 4200
PREVIEW_SIDE: Final = 480
#: Letters of a fingerprint that tell what the poster says, whatever it looks like.
_SAYS: Final = 16
#: Stands in previews: its check is wrong, so that it is never issued, and leads to the nation's page uncounted.
PREVIEW_CODE: Final = "PREV1EW000"

logger = logging.getLogger(__name__)

# What could not be set, as far as this process knows: until something changes it would only fail again.
_refused: set[str] = set()


@dataclass(frozen=True, slots=True)
class Card:
    """A design in one language, with the posters of all its sheets, the first of which is shown."""

    design: Design
    language: PosterLanguage
    takes_partner: bool
    posters: tuple[GalleryPoster, ...]

    @property
    def shown(self) -> GalleryPoster:
        """Whose preview stands for all."""
        return self.posters[0]

    @property
    def takes(self) -> list[tuple[str, str, GalleryPoster]]:
        """Name and measures of each sheet, and its poster."""
        return [(_(row.sheet.name), size_of_sheet(row.sheet), row) for row in self.posters]

    @property
    def others(self) -> int:
        """How many sizes there are beside the first."""
        return len(self.posters) - 1

    @property
    def preview_size(self) -> tuple[int, int]:
        """Of that preview, in pixels."""
        return pixels(self.shown.sheet, PREVIEW_SIDE)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that can be taken now: cards by audience, and what they can be filtered by."""

    cards: Mapping[str, tuple[Card, ...]]
    languages: tuple[PosterLanguage, ...]
    sheets: tuple[Sheet, ...]
    audiences: tuple[str, ...]
    language: str
    is_sample: bool
    can_make: bool


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A poster that the gallery should have."""

    design: Design
    sheet: Sheet
    texts: TextSet
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.design.slug}, {self.sheet.slug}, {self.texts.language}"

    @property
    def key(self) -> tuple[str, int, str]:
        return self.design.slug, self.sheet.pk, self.texts.language


@lru_cache(maxsize=64)
def header_of(source: str) -> Header:
    """The header of an approved design, read once."""
    return Header.of(source)


def midnight(on: dt.date) -> dt.datetime:
    """The moment that is written into files of that day; they say no more of when they were made."""
    return dt.datetime.combine(on, dt.time(), tzinfo=dt.UTC)


def pixels(sheet: Sheet, side: int) -> tuple[int, int]:
    """Width and height of a picture of the sheet whose long side has ``side`` pixels."""
    paper = sheet.paper
    scale = side / max(paper.width, paper.height)
    return round(paper.width * scale), round(paper.height * scale)


def ppi_for(sheet: Sheet, side: int) -> float:
    """The resolution at which the long side of the sheet has ``side`` pixels."""
    return side * POINTS_PER_INCH / max(sheet.paper.width, sheet.paper.height)


def offered() -> models.QuerySet[GalleryPoster]:
    """The rows whose design and sheet are still offered, and which say the numbers and texts of today. Two queries."""
    try:
        numbers = _numbers(timezone.localdate())
    except NotReady:
        return GalleryPoster.objects.none()
    printable = TextSet.objects.printable().values_list("language", "sha256")
    says = (Q(language=language, fingerprint__startswith=_said(numbers, sha256)) for language, sha256 in printable)
    return GalleryPoster.objects.filter(
        reduce(or_, says, Q(pk=None)),
        slug__in=Design.objects.approved().values("slug"),
        sheet__in=Sheet.objects.active(),
    )


def posters() -> list[GalleryPoster]:
    """What can be taken now."""
    return list(offered().select_related("sheet", "document", "picture", "preview"))


def shelf(*, languages: Iterable[str], audience: str = "", sheet: str = "") -> Shelf:
    """The cards in the first of ``languages`` that any poster speaks, filtered by audience and a sheet's slug.

    A filter that names nothing offered is none. Four queries, however much there is.
    """
    designs = {design.slug: design for design in Design.objects.approved().order_by("name")}
    rows = [row for row in posters() if header_of(designs[row.slug].source).layout_for(row.sheet.paper)]
    spoken = {row.language for row in rows}
    chosen = next((code for code in (*languages, *LANGUAGES) if code in spoken), "en")
    sheets = {row.sheet.slug: row.sheet for row in sorted(rows, key=lambda row: (row.sheet.position, row.sheet.name))}
    audiences = tuple(dict.fromkeys(design.audience for design in designs.values() if design.audience))
    cards: dict[str, list[Card]] = {}
    for slug, design in sorted(designs.items(), key=lambda pair: pair[0] != USUAL):
        if audience in audiences and design.audience != audience:
            continue
        found = [
            row
            for row in rows
            if row.slug == slug and row.language == chosen and (sheet not in sheets or row.sheet.slug == sheet)
        ]
        if found:
            found.sort(key=lambda row: (row.sheet.position, row.sheet.name))
            header = header_of(design.source)
            card = Card(
                design=design, language=LANGUAGES[chosen], takes_partner=header.takes_partner, posters=tuple(found)
            )
            cards.setdefault(design.audience, []).append(card)
    return Shelf(
        cards={kind: tuple(row) for kind, row in cards.items()},
        languages=tuple(LANGUAGES[code] for code in LANGUAGES if code in spoken),
        sheets=tuple(sheets.values()),
        audiences=audiences,
        language=chosen,
        is_sample=any(row.is_sample for row in rows),
        can_make=any(header_of(design.source).takes_partner for design in designs.values()),
    )


def refresh(on: dt.date, *, most: int | None = None, designs: Collection[str] | None = None) -> int:
    """Makes posters that are missing or say something else than they would today; returns how many.

    At most ``most`` of them, the usual design in English and Spanish first; of ``designs`` (slugs) alone, if
    given. A code is drawn once for each poster and stays. What cannot be set is logged once; an older version of
    the design that says the same still stands. Raises ``NotReady`` where there is no number to print.
    """
    address = printed_address()
    standing = {(row.slug, row.sheet_id, row.language): row for row in GalleryPoster.objects.select_related("link")}
    assemblies: dict[tuple[int, int], Assembly] = {}
    made = 0
    for wanted in _wanted(on, address, designs):
        if made == most:
            break
        row = standing.get(wanted.key)
        if (row and row.fingerprint == wanted.fingerprint) or wanted.fingerprint in _refused:
            continue
        pair = (wanted.design.pk, wanted.sheet.pk)
        try:
            if pair not in assemblies:
                texts = TextSet.objects.printable()
                assemblies[pair] = Assembly(
                    design=wanted.design, sheet=wanted.sheet, texts=texts, address=address, on=on
                )
            _make(assemblies[pair], wanted, link=row.link if row else None, moment=midnight(on))
        except (NotReady, TypesettingError) as error:
            _refused.add(wanted.fingerprint)
            logger.error("The gallery’s poster (%s) cannot be made: %s", wanted, error)
        else:
            made += 1
    return made


def _wanted(on: dt.date, address: PrintedAddress, designs: Collection[str] | None) -> Iterator[_Wanted]:
    """Every poster that there should be, in the order in which they are made."""
    numbers = _numbers(on)
    sheets = list(Sheet.objects.active())
    order = list(LANGUAGES)
    texts = sorted(TextSet.objects.printable(), key=lambda row: order.index(row.language))
    approved = Design.objects.approved() if designs is None else Design.objects.approved().filter(slug__in=designs)
    ordered = sorted(approved, key=lambda design: (design.slug != USUAL, design.slug))
    for of_everyone in (True, False):
        for design in ordered:
            header = header_of(design.source)
            for sheet in sheets:
                if not header.layout_for(sheet.paper):
                    continue
                for text in texts:
                    if LANGUAGES[text.language].is_answered is of_everyone:
                        looks = [design.sha256, sheet.slug, sheet.size, str(sheet.safe), text.language]
                        looks += [address.value, f"{PICTURE_SIDE}, {PREVIEW_SIDE}"]
                        said = _said(numbers, text.sha256)
                        yield _Wanted(design, sheet, text, said + _hashed(looks)[_SAYS:])


def _numbers(on: dt.date) -> list[str]:
    """What posters of everywhere say beside their text. Raises ``NotReady``."""
    try:
        lines = poster_lines(None, on)
    except NoPrintableLine as missing:
        raise NotReady(str(missing)) from missing
    national = (lines.call, lines.text, lines.relay, lines.chat, lines.emergency)
    return [line.value if line else "" for line in national]


def _said(numbers: Iterable[str], text: str) -> str:
    """How a fingerprint begins: the numbers and the text (its hash) that the poster says."""
    return _hashed([*numbers, text])[:_SAYS]


def _make(assembly: Assembly, wanted: _Wanted, *, link: Link | None, moment: dt.datetime) -> None:
    """Sets the poster, reads its code back from the stored file, and only then offers it.

    The preview is set first: whatever does not fit fails there, before a code is spent on it.
    """
    language, sheet = wanted.texts.language, wanted.sheet
    shown = assembly.page_for_anywhere(language=language, code=PREVIEW_CODE)
    small = assembly.picture(shown, ppi=ppi_for(sheet, PREVIEW_SIDE))
    if link is None:
        (link,) = Link.objects.issue([(NATION.code, language)], kind=Link.Kind.PUBLIC)
    page = assembly.page_for_anywhere(language=language, code=link.code)
    name = f"poster-{wanted.design.slug}-{sheet.slug}-{language}"
    document = assembly.typeset([page], made_at=moment)
    large = assembly.picture(page, ppi=min(PICTURE_PPI, ppi_for(sheet, PICTURE_SIDE)))
    with transaction.atomic():
        key: dict[str, Any] = {"slug": wanted.design.slug, "sheet": sheet, "language": language}
        standing = GalleryPoster.objects.select_for_update().filter(**key).first()
        if standing and standing.link_id != link.pk:
            return  # Another worker was faster: its code stands on the poster.
        put = StoredFile.objects.put
        stored = put(document, name=f"{name}.pdf", content_type="application/pdf")
        with stored.open() as file:
            decoded = decode_pdf(file.read())
        if decoded != [[page.url]]:
            raise TypesettingError(f"Its code reads {decoded}, not {page.url}.")
        GalleryPoster.objects.update_or_create(
            **key,
            defaults={
                "design": wanted.design,
                "link": link,
                "fingerprint": wanted.fingerprint,
                "is_sample": assembly.address.is_sample,
                "document": stored,
                "picture": put(large, name=f"{name}.png", content_type="image/png"),
                "preview": put(small, name=f"{name}-small.png", content_type="image/png"),
            },
        )


def _hashed(made_of: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(made_of)).encode()).hexdigest()
