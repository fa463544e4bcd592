"""Lets accounts into the pages of an agency, and out of them: the only way to.

    let_in(user=…, agency=…, may=Membership.May.EDIT, by=staff)      # mails the account's holder, who asked for nothing
    grant(user=…, agency=…, may=Membership.May.EDIT, by=colleague)   # who accepted an invitation
    change(membership_id=…, may=Membership.May.LOOK, by=staff)
    end(membership_id=…, by=staff)
    end_by_partner(membership_id=…, by=colleague)   # keeps somebody who may edit

Whoever belongs to an agency holds the role of a partner, which opens the pages and asks for a second factor.
"""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from outreach.agencies.models import Agency
from outreach.partners.models import Membership
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.mail import outbox
from portal.people import granting
from portal.people.models import User
from portal.people.roles import Role

ONESELF: Final = "Nobody lets themselves in: ask a colleague."


def grant(*, user: User, agency: Agency, may: str, by: User | None) -> Membership:
    """Lets an account in. One that belongs to the agency already gets what is said now.

    Raises ``NotPossible``: the agency or the account is out of use, the account may not be a partner's, or is one's own.
    """
    _must_be_of_another(user, by)
    with transaction.atomic():
        locked = _locked(agency.pk)
        if locked.retired_at:
            raise NotPossible(_("This agency is no longer in use."))
        if not user.is_active:
            raise NotPossible(_("This account is no longer in use."))
        kept = Membership.objects.filter(user=user, agency=locked, ended_at=None).first()
        membership = _change(kept, may=may, by=by) if kept else _new(user, locked, may=may, by=by)
        try:
            granting.grant(user=user, role=Role.PARTNER, by=by)
        except granting.NotPossible as refusal:
            raise NotPossible(str(refusal)) from refusal
    return membership


def let_in(*, user: User, agency: Agency, may: str, by: User | None) -> Membership:
    """The same by staff, unasked: the holder of the account is told by mail. Raises ``NotPossible``."""
    with transaction.atomic():
        membership = grant(user=user, agency=agency, may=may, by=by)
        if user.email:
            _tell(membership)
    return membership


def change(*, membership_id: int, may: str, by: User | None) -> Membership:
    """Changes whether somebody edits or only looks. Raises ``NotPossible``: it ended, or is one's own."""
    with transaction.atomic():
        membership = _held(membership_id)
        _must_be_of_another(membership.user, by)
        if membership.ended_at:
            raise NotPossible(_("This membership has ended. Grant it anew."))
        return _change(membership, may=may, by=by)


def end(*, membership_id: int, by: User | None) -> Membership:
    """Lets somebody in no more, from the next page on; one that ended stays as it is."""
    with transaction.atomic():
        membership = _held(membership_id)
        if membership.ended_at is None:
            before = trail.snapshot(membership)
            membership.ended_at, membership.ended_by = timezone.now(), by
            membership.save(update_fields=["ended_at", "ended_by"])
            trail.record(actor=by, verb="ended", target=membership, before=before, after=trail.snapshot(membership))
            if not Membership.objects.filter(user=membership.user_id, ended_at=None).exists():
                granting.revoke(user=membership.user, role=Role.PARTNER, by=by)
    return membership


def end_by_partner(*, membership_id: int, by: User) -> Membership:
    """A colleague lets somebody in no more, or somebody leaves.

    Raises ``NotPossible``: nobody would be left who may edit, so the agency could not mend it alone.
    """
    with transaction.atomic():
        membership = _held(membership_id)
        others = Membership.objects.open().filter(agency=membership.agency_id, may=Membership.May.EDIT)
        if membership.may == Membership.May.EDIT and not others.exclude(pk=membership.pk).exists():
            raise NotPossible(_("Nobody else of your agency may edit. Invite somebody first, or write to us."))
        return end(membership_id=membership_id, by=by)


def _must_be_of_another(user: User, by: User | None) -> None:
    """Nobody speaks for a partner by their own word: who records an agreement could confirm it in its name."""
    if by is not None and by.pk == user.pk:
        raise NotPossible(ONESELF)


def _new(user: User, agency: Agency, *, may: str, by: User | None) -> Membership:
    membership = Membership.objects.create(user=user, agency=agency, may=Membership.May(may), granted_by=by)
    trail.record(actor=by, verb="granted", target=membership, after=trail.snapshot(membership))
    return membership


def _change(membership: Membership, *, may: str, by: User | None) -> Membership:
    if membership.may != may:
        before = trail.snapshot(membership)
        membership.may = Membership.May(may)
        membership.save(update_fields=["may"])
        trail.record(actor=by, verb="changed", target=membership, before=before, after=trail.snapshot(membership))
    return membership


def _tell(membership: Membership) -> None:
    """Who let in where, to do what, and whom to ask. The link holds no secret: it leads to signing in."""
    language = membership.user.language
    with translation.override(language):
        link = settings.PUBLIC_ADDRESS + reverse("partner-home")
    outbox.send(
        to=membership.user.email,
        template="partner_let_in",
        context={
            "name": str(membership.user),
            "username": membership.user.username,
            "agency": membership.agency,
            "may_edit": membership.may == Membership.May.EDIT,
            "by": membership.granted_by,
            "link": link,
        },
        language=language,
        key=f"partner_let_in:{membership.pk}",
        about=f"outreach.membership:{membership.pk}",
    )


def _held(membership_id: int) -> Membership:
    """Under the lock of its agency, so that two who leave at once see each other."""
    agency_id = Membership.objects.values_list("agency", flat=True).get(pk=membership_id)
    _locked(agency_id)
    return Membership.objects.select_for_update(of=("self",)).get(pk=membership_id)


def _locked(agency_id: int) -> Agency:
    return Agency.objects.select_for_update(of=("self",)).get(pk=agency_id)
