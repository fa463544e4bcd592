"""An agency's presenters, as its own people keep them: added, changed, reminded to claim their page, taken out.

What somebody offers is kept by ``presenters.profile``, links are mailed by ``presenters.claiming``.
"""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.agencies.models import Agency
from outreach.seminars import occupancy
from outreach.seminars.models import Presenter
from outreach.seminars.presenters import claiming, profile
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.mail import outbox

if TYPE_CHECKING:
    from portal.people.models import User

MOST: Final = 100
"""Presenters of an agency."""
MAILS_A_DAY: Final = 3
"""To one address, so that nobody's inbox is flooded in our name."""


def add(*, agency: Agency, presenter: Presenter, by: "User") -> Presenter:
    """Keeps a new presenter (unsaved) of an agency and mails the link to claim the page.

    Raises ``NotPossible``: the agency has that address already, or MOST.
    """
    with transaction.atomic():
        locked = Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
        if Presenter.objects.filter(agency=locked, retired_at=None).count() >= MOST:
            raise NotPossible(_("Your agency has %(most)s presenters. Please write to us.") % {"most": MOST})
        _must_be_new(locked.pk, presenter.email)
        presenter.agency = locked
        presenter.save(force_insert=True)
        trail.record(actor=by, verb="added by its agency", target=presenter, after=trail.snapshot(presenter))
        _invite(presenter, by)
    return presenter


def change(*, presenter_id: int, name: str, email: str, offers: Mapping[str, object], by: "User") -> Presenter:
    """Keeps what an agency says of its presenter. A new address gets a link; it is new only until the page is claimed.

    Raises ``NotPossible``: seminars that stand could not be reached, the page is claimed, or the address is taken.
    """
    with transaction.atomic():
        presenter = profile.keep(presenter_id=presenter_id, fields=offers, by=by)
        before = trail.snapshot(presenter)
        moves = email.lower() != presenter.email.lower()
        if moves and presenter.claimed_at:
            raise NotPossible(_("The page has been claimed: only we can change its address. Please write to us."))
        if moves:
            _must_be_new(presenter.agency_id, email)
        presenter.name, presenter.email = name, email if moves else presenter.email
        presenter.save(update_fields=["name", "email"])
        after = trail.snapshot(presenter)
        if before != after:
            trail.record(actor=by, verb="changed", target=presenter, before=before, after=after)
        if moves:
            _invite(presenter, by)
    return presenter


def remind(*, presenter_id: int, by: "User") -> Presenter:
    """Mails the link to claim the page once more. Raises ``NotPossible``: claimed, or mailed often today."""
    presenter = Presenter.objects.get(pk=presenter_id)
    if presenter.claimed_at:
        raise NotPossible(_("The page has been claimed already."))
    _invite(presenter, by)
    return presenter


def retire(*, presenter_id: int, by: "User") -> Presenter:
    """Nobody asks the presenter any more. Raises ``NotPossible``: seminars to come need somebody else first."""
    with transaction.atomic():
        [presenter] = occupancy.hold([presenter_id])
        if profile.coming(presenter).exists():
            raise NotPossible(
                _("Seminars are planned with this person. Please write to us, so that we find others first.")
            )
        before = trail.snapshot(presenter)
        presenter.retired_at = timezone.now()
        presenter.save(update_fields=["retired_at"])
        trail.record(actor=by, verb="retired", target=presenter, before=before, after=trail.snapshot(presenter))
    return presenter


def _invite(presenter: Presenter, by: "User") -> None:
    if outbox.sent_to(presenter.email, since=timezone.now() - dt.timedelta(days=1)) >= MAILS_A_DAY:
        raise NotPossible(_("We wrote to this address several times today. Try again tomorrow."))
    claiming.invite(presenter_id=presenter.pk, by=by)


def _must_be_new(agency_id: int, email: str) -> None:
    if Presenter.objects.filter(agency=agency_id, email__iexact=email, retired_at=None).exists():
        raise NotPossible(_("Your agency has a presenter with this address."))
