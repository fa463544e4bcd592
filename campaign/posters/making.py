"""“Make it yours”: a poster that carries the name of a school, a shop or an agency, and a code of its own.

wish = Wish(design=…, sheet=…, language="es", area="MS", name="Lincoln High School", logo=None)
png = preview(wish, on=today, mark=Mark(…))      # about 30 ms; stamped, and its code leads nowhere of its own
file = deliver(wish, kind=Kind.PDF, on=today)    # issues a code, and reads it back from what it returns

Nothing of who asked is kept: the name lives as long as the request, and a link tells an area and a language.
Every page is set from what is approved and in service at that moment; assembling takes 4 of the 30 ms, so
that nothing is kept between two requests either.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from campaign.links.address import printed_address
from campaign.links.models import Link
from campaign.posters.assembly import Assembly, NotReady, printable_texts
from campaign.posters.gallery import PICTURE_PPI, PICTURE_SIDE, PREVIEW_CODE, header_of, midnight, pixels, ppi_for
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, Sheet, TextSet
from campaign.posters.pages import Mark, PosterPage
from outreach.agencies.logo_rights import NotPermitted, use
from outreach.agencies.logos import Logo, Scope
from portal.typesetting import TypesettingError, decode_pdf

#: The box that a preview fills, in pixels.
PREVIEW_WIDTH, PREVIEW_HEIGHT = 640, 620
#: How long a request waits for its turn to set a page, in seconds. Typst sets one page at a time in a process.
PATIENCE: Final = 2.0

_turn = threading.Lock()


class Kind(StrEnum):
    """What is delivered."""

    PDF = "pdf"
    PNG = "png"

    @property
    def content_type(self) -> str:
        """As HTTP names it."""
        return "application/pdf" if self is Kind.PDF else "image/png"


class Busy(Exception):
    """Too many pages are being set at once: nothing was done, and a moment later there is room again."""


class CannotBeMade(Exception):
    """The poster cannot be set so. The message is for the person; ``field`` names what to change, if anything."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wish:
    """A poster that somebody makes: ``name`` was screened; with a ``logo`` its agency's name stands there."""

    design: Design
    sheet: Sheet
    language: str
    area: str
    name: str
    logo: Logo | None = None

    @property
    def partner(self) -> str:
        """The name on the poster."""
        return self.logo.agency.name if self.logo else self.name


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen today."""

    designs: tuple[Design, ...]
    sheets: tuple[Sheet, ...]
    languages: tuple[str, ...]
    logos: tuple[Logo, ...]

    def sheets_of(self, design: Design) -> list[Sheet]:
        """Those that suit a design."""
        header = header_of(design.source)
        return [sheet for sheet in self.sheets if header.layout_for(sheet.paper)]


def offer(on: dt.date) -> Offer:
    """Approved designs with a place for a name, the sheets that suit any, printable languages, permitted logos."""
    designs = [
        design for design in Design.objects.approved().order_by("name") if header_of(design.source).takes_partner
    ]
    headers = [header_of(design.source) for design in designs]
    sheets = [sheet for sheet in Sheet.objects.active() if any(header.layout_for(sheet.paper) for header in headers)]
    spoken = set(TextSet.objects.printable().values_list("language", flat=True))
    logos = Logo.objects.permitted(Scope.PUBLIC, on).select_related("agency", "file")
    return Offer(
        designs=tuple(designs),
        sheets=tuple(sheets),
        languages=tuple(code for code in LANGUAGES if code in spoken),
        logos=tuple(logos),
    )


def is_sample() -> bool:
    """Whether what is delivered says that it must not hang, since no address is printed yet."""
    return printed_address().is_sample


def preview_size(sheet: Sheet) -> tuple[int, int]:
    """Width and height of a preview, in pixels."""
    return pixels(sheet, _preview_side(sheet))


def preview(wish: Wish, *, on: dt.date, mark: Mark) -> bytes:
    """A PNG to look at: stamped with ``mark``, its code never issued.

    Raises ``Busy`` and ``CannotBeMade``.
    """
    assembly = _assembly(wish, on)
    ppi = ppi_for(wish.sheet, _preview_side(wish.sheet))
    with its_turn():
        return _tried(assembly, wish, lambda page: assembly.picture(page, ppi=ppi, mark=mark))


def deliver(wish: Wish, *, kind: Kind, on: dt.date) -> bytes:
    """The poster itself, with a code of its own that was read back from a PDF of it.

    It is set once with a code that is never issued, so that a name that does not fit spends none. Raises
    ``Busy`` and ``CannotBeMade``.
    """
    assembly = _assembly(wish, on)
    moment = midnight(on)
    with its_turn():
        _tried(assembly, wish, lambda page: assembly.typeset([page], made_at=moment))
        (link,) = Link.objects.issue([(wish.area, wish.language)], kind=Link.Kind.MADE)
        page = _page(assembly, wish, link.code)
        try:
            document = assembly.typeset([page], made_at=moment)
            if decode_pdf(document) != [[page.url]]:
                raise CannotBeMade(_unexpected())
            if kind is Kind.PDF:
                return document
            return assembly.picture(page, ppi=min(PICTURE_PPI, ppi_for(wish.sheet, PICTURE_SIDE)))
        except TypesettingError:
            # Its message may hold the name, which no log may.
            raise CannotBeMade(_unexpected()) from None


@contextmanager
def its_turn() -> Iterator[None]:
    """Typst is this request's alone. Raises ``Busy``."""
    if not _turn.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _turn.release()


def _assembly(wish: Wish, on: dt.date) -> Assembly:
    try:
        if wish.logo:
            use(logo=wish.logo, scope=Scope.PUBLIC, on=on)
        return Assembly(
            design=wish.design,
            sheet=wish.sheet,
            texts=printable_texts([wish.language]),
            address=printed_address(),
            on=on,
            logo=wish.logo,
        )
    except (NotReady, NotPermitted):
        # What was approved when the form was checked is not any more; what staff should do is not for the public.
        raise CannotBeMade(_("This was withdrawn a moment ago. Load the page again and choose anew.")) from None


def _page(assembly: Assembly, wish: Wish, code: str) -> PosterPage:
    return assembly.page_for_anywhere(language=wish.language, code=code, area=wish.area, partner=wish.partner)


def _tried(assembly: Assembly, wish: Wish, typeset: Callable[[PosterPage], bytes]) -> bytes:
    """The page with the code that is never issued. What fails with this name and not without is the name's fault."""
    page = _page(assembly, wish, PREVIEW_CODE)
    try:
        return typeset(page)
    except TypesettingError as error:
        lacks_a_letter = "no poster font" in str(error)
    try:
        typeset(replace(page, partner=None))
    except TypesettingError:
        raise CannotBeMade(_unexpected()) from None
    if lacks_a_letter:
        message = _("The fonts of a poster in this language lack a letter of the name. Write it in other letters.")
    else:
        message = _("The name does not fit on this poster. Shorten it, or choose a larger size.")
    raise CannotBeMade(message, field="logo" if wish.logo else "name")


def _unexpected() -> str:
    return _("This design cannot be set in this size and language at the moment. Choose another one.")


def _preview_side(sheet: Sheet) -> int:
    width, height = sheet.paper.width, sheet.paper.height
    scale = min(PREVIEW_WIDTH / width, PREVIEW_HEIGHT / height)
    return round(max(width, height) * scale)
