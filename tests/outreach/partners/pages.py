"""The pages of partners: what stands in their addresses, and a form that changes something there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from outreach.agencies.models import Agency
from outreach.partners.urls import of_agency
from tests.outreach.partners.conftest import Desk
from tests.portal.files.hostile import svg

OFFERS = {
    "languages": ["en", "es"],
    "topics": ["awareness"],
    "base_postal_code": "39201",
    "time_zone": "America/Chicago",
    "gives_virtual": "on",
    "radius_miles": "40",
    "max_travel_minutes": "200",
    "max_per_day": "3",
    "max_seminars": "9",
}


def sends(**fields: Any) -> Callable[[Desk], Mapping[str, Any]]:
    """A form that is the same for every agency."""
    return lambda _: fields


@dataclass(frozen=True)
class Page:
    """One page. ``names`` is what else stands in its address; ``form`` what its owner may send."""

    names: Callable[[Desk], Mapping[str, object]] = lambda _: {}
    form: Callable[[Desk], Mapping[str, Any]] | None = None
    shows: bool = True
    """Whether it can be looked at, and not only be sent to."""
    seen_from_above: bool = False
    """Whether members of an agency above may look at it."""
    is_form: bool = False
    """Whether only those who edit may look at it."""


PAGES: dict[str, Page] = {
    "partner-agency": Page(seen_from_above=True),
    "partner-texts": Page(form=sends(description="Other words", website="example.org"), is_form=True),
    "partner-contact-new": Page(form=sends(role="Office", email="office@example.org"), is_form=True),
    "partner-contact": Page(
        lambda desk: {"contact": desk.contact.uid}, sends(role="Press", phone="601-555-0100"), is_form=True
    ),
    "partner-proposal-withdraw": Page(lambda desk: {"proposal": desk.proposal.uid}, sends(), shows=False),
    "partner-logos": Page(seen_from_above=True),
    "partner-logo-new": Page(
        form=lambda _: {
            "upload": SimpleUploadedFile("mark.svg", svg()), "name": "Wordmark", "alt_text": "Wordmark",
        },
        is_form=True,
    ),
    "partner-logo-picture": Page(lambda desk: {"logo": desk.logo.uid}, seen_from_above=True),
    "partner-logo-retire": Page(lambda desk: {"logo": desk.logo.uid}, sends(), shows=False),
    "partner-presenters": Page(),
    "partner-presenter-new": Page(
        form=sends(name="Kim Lee", email="kim@example.org", kind="educator", **OFFERS), is_form=True
    ),
    "partner-presenter": Page(
        lambda desk: {"presenter": desk.presenter.uid},
        lambda desk: {"name": "Robin New", "email": desk.presenter.email, **OFFERS},
        is_form=True,
    ),
    "partner-presenter-remind": Page(lambda desk: {"presenter": desk.presenter.uid}, sends(), shows=False),
    "partner-presenter-retire": Page(lambda desk: {"presenter": desk.presenter.uid}, sends(), shows=False),
    "partner-agreements": Page(),
    "partner-agreement-paper": Page(lambda desk: {"agreement": desk.agreement.uid}),
    "partner-agreement-answer": Page(
        lambda desk: {"agreement": desk.agreement.uid},
        lambda desk: {f"{desk.agreement.uid}-says": "wrong", f"{desk.agreement.uid}-note": "Another year"},
        shows=False,
    ),
    "partner-season": Page(seen_from_above=True),
    "partner-season-answer": Page(
        lambda desk: {"year": desk.participation.season_id}, sends(answer="agreed"), shows=False
    ),
    "partner-people": Page(),
    "partner-invite": Page(form=sends(email="new@example.org", may="look"), is_form=True),
    "partner-invitation-withdraw": Page(lambda desk: {"invitation": desk.invitation.uid}, sends(), shows=False),
    "partner-person-end": Page(lambda desk: {"person": desk.colleague.uid}, sends(), shows=False),
}  # fmt: skip


def address(name: str, agency: Agency, desk: Desk) -> str:
    """The address of a page: beneath ``agency``, naming a row of ``desk``."""
    return reverse(name, kwargs={"agency": agency.uid, **PAGES[name].names(desk)})


def names() -> set[str]:
    """The names of all pages beneath an agency."""
    return {str(entry.name) for entry in of_agency}
