"""The poster of a public event: what, when, where, and a code that leads to its page.

issue(event)                                     # its codes, one a language; when it opens, by a signal or a sweep
pdf = deliver(event, language="es", paper=PAPERS["letter"], now=now)      # the code is read back from the page

An event's codes stay the same when it moves or is cancelled: paper that hangs leads to the page that says so.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign.links import codes
from campaign.links.address import PrintedAddress, printed_address
from campaign.links.destinations import event_target
from campaign.links.models import Link
from campaign.posters.languages import LANGUAGES as WRITINGS
from campaign.posters.making import its_turn
from campaign.posters.shipped import kit
from outreach.channels.directory import NoPrintableLine, poster_lines
from outreach.events import names
from outreach.seminars.models import Seminar
from portal.areas.register import BY_CODE, NATION
from portal.typesetting import PALETTE, Project, TypesettingError, compile_pdf, decode_pdf, qr

#: The languages that our own pages speak: a code of another one would lead to a page in English.
LANGUAGES: Final = ("en", "es")
#: How many events a sweep gives their codes at once.
AT_ONCE: Final = 500
_DESIGN: Final = Path(__file__).parent / "event_sheets" / "event.typ"
_COLOURS: Final = MappingProxyType(
    {"water": "ink", "figure": "white", "quiet": "sand", "sun": "sun", "sky": "paper", "words": "ink", "label": "sea"}
)
#: Points below which nothing is set, on Letter.
_FLOORS: Final = MappingProxyType({"headline": 22, "text": 9, "number": 20, "small": 8})
_OF_LETTER: Final = 612


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet, in points, and what it is called."""

    slug: str
    width: int
    height: int

    @property
    def unit(self) -> float:
        """One unit of the design's grid, in points: as large a part of the sheet as a point is of Letter."""
        return self.width / _OF_LETTER


PAPERS: Final = MappingProxyType(
    {paper.slug: paper for paper in (Paper("letter", 612, 792), Paper("tabloid", 792, 1224))}
)


class NoPoster(Exception):
    """The event takes place no more, or is over: nothing to put up."""


class NotYet(Exception):
    """Its codes are being issued; a moment later they are there."""


def issue(*, event_id: int) -> list[Link]:
    """The codes of a public event, one a language; those that are missing are issued. None for any other.

    May run twice, and at once: the event is locked meanwhile.
    """
    with transaction.atomic():
        locked = Seminar.objects.public().select_for_update(of=("self",), no_key=True)
        event = locked.filter(pk=event_id, state=Seminar.State.OPEN).first()
        if event is None:
            return []
        target = event_target(event.uid)
        standing = {link.language: link for link in _links(event)}
        missing = [language for language in LANGUAGES if language not in standing]
        if missing:
            area = event.area_id if event.area_id in BY_CODE else NATION.code
            for link in Link.objects.issue([(area, language) for language in missing], kind=Link.Kind.EVENT):
                link.target = target
                link.save(update_fields=["target"])
                standing[link.language] = link
        return [standing[language] for language in LANGUAGES]


def issue_missing() -> int:
    """Gives every event that is open and to come its codes; returns how many got some. A task calls it."""
    to_come = Seminar.objects.public().filter(state=Seminar.State.OPEN).upcoming(timezone.now())
    held = Counter(Link.objects.filter(kind=Link.Kind.EVENT, retired_at=None).values_list("target", flat=True))
    rows = to_come.order_by("starts_at", "pk").values_list("pk", "uid")
    missing = [pk for pk, uid in rows if held[event_target(uid)] < len(LANGUAGES)][:AT_ONCE]
    return sum(bool(issue(event_id=pk)) for pk in missing)


def deliver(event: Seminar, *, language: str, paper: Paper, now: dt.datetime) -> bytes:
    """The poster as a tagged PDF (PDF/UA), its code read back from it. ``event`` comes with ``area`` and ``host``.

    Raises ``NoPoster``, ``NotYet``, ``making.Busy``, and ``TypesettingError`` where a word does not fit.
    """
    if event.state != Seminar.State.OPEN or event.starts_at <= now:
        raise NoPoster
    link = next((link for link in _links(event) if link.language == language), None)
    if link is None:
        raise NotYet
    with translation.override(language):
        data = content(event, code=link.code, language=language, paper=paper, on=timezone.localdate(now))
    return _set(json.dumps(data, sort_keys=True), event.changed_at)


def content(event: Seminar, *, code: str, language: str, paper: Paper, on: dt.date) -> dict[str, Any]:
    """What the design reads, in the active language, which is ``language``."""
    address = printed_address()
    writing = WRITINGS.get({"zh": "zh-Hans"}.get(event.language, event.language), WRITINGS["en"])
    side, end = 150 * paper.unit, 44 * paper.unit
    page = {
        "language": language,
        "direction": "ltr",
        "family": writing.family,
        "leading": writing.leading,
        "texts": 0,
        "url": codes.url(code, address=address.value),
        "code": {"x": paper.width - end - side, "y": paper.height - 228 * paper.unit, "width": side, "height": side},
        "host": urlsplit(address.value).netloc.lower(),
        "ways": [],
        "local": [],
        "partner": None,
        "placement": {"station": "", "spot": "", "code": ""},
        "mark": _mark(address, language),
        "title_direction": writing.direction,
        "event": _said(event, on),
    }
    return {
        "sheet": {"width": paper.width, "height": paper.height, "bleed": 0, "safe": 18},
        "layout": {"name": paper.slug, "unit": paper.unit},
        "floors": {name: size * paper.unit for name, size in _FLOORS.items()},
        "colours": {slot: PALETTE[colour] for slot, colour in _COLOURS.items()},
        "pictures": {},
        "texts": [
            {
                "title": event.title,
                "qr_alt": _("Code that leads to the page of this event"),
                "qr_opens": _("Scan to see it and to book"),
                "talk": _("Do you want to talk to someone? Call"),
                "text_word": _("text"),
            }
        ],
        "pages": [page],
    }


def _said(event: Seminar, on: dt.date) -> dict[str, Any]:
    if event.is_virtual:
        place = [_("By video. The link comes with your booking."), event.place]
    else:
        place = [event.venue, event.address, event.place]
    notes = [_("Free. No one asks why you come.")]
    if event.takes_classes:
        notes.append(_("Groups are welcome."))
    call, text = _numbers(on)
    return {
        "title": event.title,
        "day": names.day(event),
        "time": _("%(start)s to %(end)s, %(clock)s")
        % {"start": event.start_time, "end": event.end_time, "clock": event.clock},
        "place": place,
        "invites": _("%(agency)s invites you") % {"agency": event.host.name} if event.host else "",
        "notes": [*notes, *_few(event.access)],
        "call": call,
        "text": text,
    }


def _few(access: str) -> list[str]:
    """The first lines about getting in, as long as a poster has room for them."""
    lines = [line.strip() for line in access.splitlines() if line.strip()]
    return [line for line in lines[:2] if len(line) <= 90]


def _numbers(on: dt.date) -> tuple[str, str]:
    """To call and to text; none where none may be printed that day."""
    try:
        lines = poster_lines(None, on)
    except NoPrintableLine:
        return "", ""
    return lines.call.value, lines.text.value if lines.text else ""


def _mark(address: PrintedAddress, language: str) -> Mapping[str, str] | None:
    if not address.is_sample:
        return None
    why = _("Sample. Not for posting: the code leads nowhere, since no address is set yet.")
    return {"word": _("Sample"), "why": why, "language": language}


def _links(event: Seminar) -> list[Link]:
    """Its codes that are in use; the first ones, should two have been issued for a language."""
    found = Link.objects.filter(kind=Link.Kind.EVENT, target=event_target(event.uid), retired_at=None).order_by("-pk")
    return list({link.language: link for link in found}.values())


@lru_cache(maxsize=24)
def _set(said: str, made_at: dt.datetime) -> bytes:
    """The page of this data; kept, since whoever prints asks twice. Raises ``TypesettingError`` and ``making.Busy``."""
    data = json.loads(said)
    (page,) = data["pages"]
    page["qr"] = qr(page["url"]).to_svg()
    with its_turn():
        document = compile_pdf(_project(), data, timestamp=made_at)
        if decode_pdf(document) != [[page["url"]]]:
            raise TypesettingError("The code of the poster cannot be read back. Nothing of it was kept.")
    return document


@cache
def _project() -> Project:
    return Project(main="main.typ", files={"main.typ": _DESIGN.read_bytes(), "kit.typ": kit().encode()})
