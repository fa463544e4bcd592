"""Door links: staff make one for each adult at a door, show it once, and can take it back at any time.

The address is the authority. Only its digest is kept; it is in letters that a QR code holds well, so that a phone
takes it from a screen. Names go to a phone at the earliest a day before the event, and the link ends a day after it.
"""

import datetime as dt
import secrets
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from outreach.attendance.models import DoorLink
from outreach.registration.tickets import ALPHABET
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.people.links import LinkState, Opened, hashed
from portal.people.models import User

BEFORE: Final = dt.timedelta(hours=24)
AFTER: Final = dt.timedelta(hours=24)
_LETTERS: Final = 32
"""Of 5 random bits each."""

State = Seminar.State


def make(*, seminar_id: int, label: str, by: User) -> tuple[DoorLink, str]:
    """A link for one door, and its token: told now and never again.

    Raises ``NotPossible``: the event is a draft, cancelled, or over for more than a day.
    """
    with transaction.atomic():
        seminar = Seminar.objects.select_for_update(of=("self",), no_key=True).get(pk=seminar_id)
        if seminar.state not in {State.OPEN, State.DONE}:
            raise NotPossible(f"This event is “{seminar.get_state_display()}”: open it first, then make its doors.")
        if ends_at(seminar) <= timezone.now():
            raise NotPossible("This event is over for more than a day: its doors are closed.")
        token = "".join(secrets.choice(ALPHABET) for _ in range(_LETTERS))
        link = DoorLink.objects.create(
            seminar=seminar,
            label=" ".join(label.split()) or "Door",
            token_sha256=hashed(token),
            expires_at=ends_at(seminar),
            made_by=by,
        )
        trail.record(actor=by, verb="made a door link", target=seminar, after={"door": link.label})
    return link, token


def revoke(*, link_id: int, by: User) -> DoorLink:
    """Takes a link back at once; what its phone has recorded already stays. Twice is once."""
    with transaction.atomic():
        link = DoorLink.objects.select_for_update(of=("self",)).get(pk=link_id)
        if link.revoked_at is None:
            link.revoked_at = timezone.now()
            link.save(update_fields=["revoked_at"])
            trail.record(actor=by, verb="took a door link back", target=link.seminar, before={"door": link.label})
    return link


def open_link(token: str) -> Opened[DoorLink]:
    """What a link leads to. Looking changes nothing: mail programs look too."""
    link = DoorLink.objects.select_related("seminar__area").filter(token_sha256=hashed(token.upper())).first()
    return Opened(state_of(link), link)


def state_of(link: DoorLink | None) -> LinkState:
    """Whether a door still works. An event that was moved takes its doors along."""
    if link is None:
        return LinkState.UNKNOWN
    if link.revoked_at is not None or link.seminar.state not in {State.OPEN, State.DONE}:
        return LinkState.OVER
    if max(link.expires_at, ends_at(link.seminar)) <= timezone.now():
        return LinkState.EXPIRED
    return LinkState.OPEN


def opens_at(seminar: Seminar) -> dt.datetime:
    """From when on a phone gets names (UTC)."""
    return seminar.starts_at - BEFORE


def ends_at(seminar: Seminar) -> dt.datetime:
    """Until when doors of the event work (UTC)."""
    return seminar.ends_at + AFTER


def address(token: str, *, language: str = "en") -> str:
    """Of the door's page, to be sent or opened."""
    with translation.override(language):
        return f"{settings.PUBLIC_ADDRESS}{reverse('door', args=[token])}"


def short_address(token: str) -> str:
    """The same for a QR code, in upper case; it leads to the page."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('door-short', args=[token])}".upper()
