"""All that the page of a public event says, in at most three queries."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from outreach.agencies.logos import Logo, Scope
from outreach.agencies.models import Agency
from outreach.events import calendars, names, pictures, standing, structured
from outreach.events.standing import Standing
from outreach.seminars.models import Seminar
from portal.areas import clocks

#: One zone for each clock of the United States that people live by, from east to west.
CLOCKS: Final = (
    "America/Puerto_Rico",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
    "Pacific/Guam",
)


@dataclass(frozen=True, slots=True)
class Invites:
    """An agency that invites or takes part, with its logo where it may stand here today."""

    name: str
    website: str
    logo: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """What another clock shows when it begins; ``day`` is said where it is another one."""

    name: str
    time: str
    day: str


#: The box that a logo fills, in CSS pixels.
LOGO_WIDTH: Final = 168
LOGO_HEIGHT: Final = 64


def found(uid: uuid.UUID) -> Seminar:
    """The public event of an address. Raises ``Seminar.DoesNotExist``: for students, a draft and an unknown one alike."""
    return Seminar.objects.public().select_related("area", "host").get(uid=uid)


def content(event: Seminar, now: dt.datetime) -> dict[str, object]:
    """What the template reads, in the active language. ``event`` as ``found`` gives it."""
    stands = standing.of(event, now)
    drawn = words_of_picture(event, stands)
    picture = f"{settings.PUBLIC_ADDRESS}{reverse('event-picture', args=[event.uid, drawn.digest])}"
    address = calendars.address(event, get_language() or "en")
    host, partners = _agencies(event, timezone.localdate(now))
    return {
        "event": event,
        "standing": stands,
        "name": names.title(event),
        "described": names.described(event),
        "address": address,
        "picture": picture,
        "picture_alt": drawn.told,
        "picture_size": (pictures.WIDTH, pictures.HEIGHT),
        "structured": structured.written(event, address=address, picture=picture, standing=stands),
        "host": host,
        "partners": partners,
        "policy": standing.policy(event),
        "clocks": other_clocks(event) if event.is_virtual else [],
        "moved": said_before(event),
    }


def words_of_picture(event: Seminar, stands: Standing) -> pictures.Words:
    """What its picture says now."""
    return pictures.words(event, mark=str(stands.words) if stands is Standing.CANCELLED else "")


def other_clocks(event: Seminar) -> list[Clock]:
    """When a video meeting begins on the clocks of the country; its own is on the page already."""
    own = clocks.clock_name(event.time_zone)
    here = clocks.local(event.starts_at, event.time_zone).date()
    return [
        Clock(
            name=name,
            time=clocks.spoken_time(event.starts_at, zone),
            day="" if clocks.local(event.starts_at, zone).date() == here else clocks.short_day(event.starts_at, zone),
        )
        for zone in CLOCKS
        if (name := clocks.clock_name(zone)) != own
    ]


def said_before(event: Seminar) -> str:
    """When it was to be first, if it was moved and still takes place: ``Tuesday 12 January 2027, 10:00 a.m.``."""
    if event.moved_from is None or event.state == Seminar.State.CANCELLED:
        return ""
    zone = event.time_zone
    return f"{clocks.spoken_day(event.moved_from, zone)}, {clocks.spoken_time(event.moved_from, zone)}"


def _agencies(event: Seminar, on: dt.date) -> tuple[Invites | None, list[Invites]]:
    """Who invites, and who takes part beside."""
    partners = list(event.partners.active().order_by("name"))
    everyone = [*([event.host] if event.host else []), *partners]
    logos: dict[int, Logo] = {}
    if everyone:
        permitted = Logo.objects.permitted(Scope.EVENTS, on).filter(agency__in=everyone).select_related("preview")
        for logo in permitted.order_by("name", "pk"):
            logos.setdefault(logo.agency_id, logo)
    shown = [_invites(agency, logos.get(agency.pk)) for agency in everyone]
    if event.host is None:
        return None, shown
    return shown[0], [each for agency, each in zip(everyone[1:], shown[1:], strict=True) if agency != event.host]


def _invites(agency: Agency, logo: Logo | None) -> Invites:
    if logo is None:
        return Invites(name=agency.name, website=agency.website)
    scale = min(LOGO_WIDTH / logo.ratio, LOGO_HEIGHT)
    return Invites(
        name=agency.name,
        website=agency.website,
        logo=reverse("event-logo", args=[logo.preview.sha256[:16]]),
        alt=logo.alt_text,
        width=round(scale * logo.ratio),
        height=round(scale),
    )
