"""How presenters come in: by a link to their own record, or by a link with which their agency adds them.

    invite(presenter_id=…, by=user)                  # mails a link that claims the record, once
    invite_agency(agency_id=…, email=…, by=user)     # mails a link that adds up to MOST presenters
    found = open_link(token)                         # looks, changes nothing
    claim(token=token) / add(token=token, added=…) / finish(token=token)

Nobody needs an account. A link's token is the person's authority; only its hash is kept, so that nobody who reads
the database can use it. What comes after a claim is the private page behind ``Presenter.key``.
"""

import uuid
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from outreach.agencies.models import Agency
from outreach.seminars.models import Presenter, PresenterInvitation
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.mail import outbox
from portal.people.links import LASTS, LinkClosed, LinkState, Opened, hashed, new_token
from portal.people.models import User

MOST: Final = 20
"""Presenters that an agency can add by one link."""


def invite(*, presenter_id: int, by: User | None) -> PresenterInvitation:
    """Mails the presenter a link that claims the record once; an earlier one that nobody used ends.

    ``by`` is None where the agency added the presenter. Raises ``NotPossible``: retired.
    """
    with transaction.atomic():
        presenter = _locked(presenter_id)
        if presenter.retired_at is not None:
            raise NotPossible("This presenter is retired: clear the date first.")
        presenter.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
        token, invitation = _issue(email=presenter.email, by=by, presenter=presenter)
        trail.record(actor=by, verb="invited", target=presenter, after={"until": str(invitation.expires_at.date())})
        _write(
            "presenter_invited",
            to=presenter.email,
            language=mail_language(presenter),
            page="presenter-claim",
            of={"token": token},
            presenter=presenter,
            until=invitation.expires_at,
        )
    return invitation


def invite_agency(*, agency_id: int, email: str, by: User) -> PresenterInvitation:
    """Mails an agency a link with which it adds its presenters. Raises ``NotPossible``: retired."""
    with transaction.atomic():
        agency = Agency.objects.select_for_update(of=("self",)).get(pk=agency_id)
        if agency.retired_at is not None:
            raise NotPossible("This agency is retired: bring it back first.")
        token, invitation = _issue(email=email.strip(), by=by, agency=agency)
        trail.record(actor=by, verb="asked for presenters", target=agency, after={"invitation": invitation.pk})
        _write(
            "presenter_agency_invited",
            to=invitation.email,
            language="en",
            page="presenter-agency",
            of={"token": token},
            agency=agency,
            most=MOST,
            until=invitation.expires_at,
        )
    return invitation


def open_link(token: str) -> Opened[PresenterInvitation]:
    """What a link leads to. Changes nothing: mail programs follow links too."""
    rows = PresenterInvitation.objects.select_related("presenter__agency", "agency")
    invitation = rows.filter(token_sha256=hashed(token)).first()
    return Opened(_state(invitation), invitation)


def claim(*, token: str) -> Presenter:
    """The presenter says that the record is theirs, and gets the addresses of page and calendar by mail.

    A link does so once, whoever presses at the same moment. Raises ``LinkClosed``.
    """
    with transaction.atomic():
        found = open_link(token).invitation
        if found is None or found.presenter_id is None:
            raise LinkClosed(LinkState.UNKNOWN)
        # The presenter is the lock, as for ``invite``: two presses wait in line here.
        presenter = _locked(found.presenter_id)
        _use(found.pk)
        presenter.claimed_at = timezone.now()
        presenter.save(update_fields=["claimed_at"])
        trail.record(actor=None, verb="claimed", target=presenter, after={"claimed": True})
        write_links(presenter)
    return presenter


def add(*, token: str, added: Presenter) -> Presenter:
    """Keeps a presenter of the link's agency (``added`` is unsaved) and mails them a link of their own.

    The same address sent twice by one link is one presenter. Raises ``LinkClosed``, and ``NotPossible``: MOST were
    added, or the agency has a presenter with this address.
    """
    with transaction.atomic():
        found = open_link(token).invitation
        if found is None or found.agency is None:
            raise LinkClosed(LinkState.UNKNOWN)
        # The link is the lock: two forms at once are counted one after the other.
        invitation = PresenterInvitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
        _must_be_open(invitation)
        known = Presenter.objects.filter(agency=found.agency, email__iexact=added.email, retired_at=None).first()
        if known is not None and known.added_through_id == invitation.pk:
            return known
        if known is not None:
            raise NotPossible(_("Your agency has a presenter with this address."))
        if invitation.added.count() >= MOST:
            raise NotPossible(_("This link has added %(most)s presenters. Ask us for another one.") % {"most": MOST})
        added.agency, added.added_through = found.agency, invitation
        added.save(force_insert=True)
        trail.record(actor=None, verb="added by its agency", target=added, after=trail.snapshot(added))
        invite(presenter_id=added.pk, by=None)
    return added


def finish(*, token: str) -> PresenterInvitation:
    """The agency has added everybody: its link ends. Raises ``LinkClosed``."""
    with transaction.atomic():
        found = open_link(token).invitation
        if found is None or found.agency is None:
            raise LinkClosed(LinkState.UNKNOWN)
        return _use(found.pk)


def new_links(*, presenter_id: int, by: User | None) -> Presenter:
    """Gives page and calendar new addresses and mails them; the old ones lead nowhere from now on."""
    with transaction.atomic():
        presenter = _locked(presenter_id)
        presenter.key, presenter.calendar_key = uuid.uuid4(), uuid.uuid4()
        presenter.save(update_fields=["key", "calendar_key"])
        trail.record(actor=by, verb="got new links", target=presenter)
        write_links(presenter)
    return presenter


def write_links(presenter: Presenter) -> None:
    """Mails a presenter the address of the private page, in the caller's transaction."""
    _write(
        "presenter_links",
        to=presenter.email,
        language=mail_language(presenter),
        page="presenter-page",
        of={"key": presenter.key},
        presenter=presenter,
    )


def mail_language(presenter: Presenter) -> str:
    """In which language we write: Spanish to those who speak it and no English."""
    return "es" if "es" in presenter.languages and "en" not in presenter.languages else "en"


def _issue(
    *, email: str, by: User | None, presenter: Presenter | None = None, agency: Agency | None = None
) -> tuple[str, PresenterInvitation]:
    token, kept = new_token()
    invitation = PresenterInvitation.objects.create(
        presenter=presenter,
        agency=agency,
        email=email,
        token_sha256=kept,
        expires_at=timezone.now() + LASTS,
        invited_by=by,
    )
    return token, invitation


def _write(template: str, *, to: str, language: str, page: str, of: dict[str, object], **more: object) -> None:
    with translation.override(language):
        path = reverse(page, kwargs=of)
    link = f"{settings.PUBLIC_ADDRESS}{path}"
    outbox.send(to=to, template=template, context={"link": link, **more}, language=language)


def _use(invitation_id: int) -> PresenterInvitation:
    invitation = PresenterInvitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    _must_be_open(invitation)
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return invitation


def _must_be_open(invitation: PresenterInvitation) -> None:
    if (state := _state(invitation)) is not LinkState.OPEN:
        raise LinkClosed(state)


def _state(invitation: PresenterInvitation | None) -> LinkState:
    if invitation is None:
        return LinkState.UNKNOWN
    if invitation.used_at is not None:
        return LinkState.USED
    whose = invitation.presenter or invitation.agency
    if invitation.withdrawn_at is not None or whose is None or whose.retired_at is not None:
        return LinkState.OVER
    if invitation.presenter and invitation.presenter.email.lower() != invitation.email.lower():
        # It went to another address, perhaps a stranger's by a slip of the keys.
        return LinkState.OVER
    return LinkState.OPEN if invitation.expires_at > timezone.now() else LinkState.EXPIRED


def _locked(presenter_id: int) -> Presenter:
    return Presenter.objects.select_for_update(of=("self",)).get(pk=presenter_id)
