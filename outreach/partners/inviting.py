"""Partners bring in their colleagues: the mail and the account are ``portal.people``'s, the membership is ours."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.agencies.models import Agency
from outreach.partners import memberships
from outreach.partners.door import mine
from outreach.partners.models import Membership
from outreach.seminars.refusals import NotPossible
from portal.people import invitations
from portal.people.models import AccountInvitation, User
from portal.people.roles import Role

PURPOSE: Final = "outreach.partner"
MOST: Final = 20
"""Open invitations of an agency."""


def invite(*, agency: Agency, email: str, may: str, by: User, language: str = "") -> AccountInvitation:
    """Mails a link to an account that belongs to the agency, in ``language`` or that of the moment.

    Raises ``NotPossible`` of what the agency itself knows, and ``granting.NotPossible``, which speaks to staff.
    """
    if open_of(agency).count() >= MOST:
        raise NotPossible(_("%(most)s invitations of your agency are open. Wait for their answers.") % {"most": MOST})
    known = Membership.objects.open().filter(agency=agency, user__email__iexact=email.strip())
    if known.exists():
        raise NotPossible(_("Somebody with this address works here for your agency already."))
    payload = {"agency": agency.pk, "may": Membership.May(may).value}
    return invitations.invite(
        email=email, roles=[Role.PARTNER], by=by, purpose=PURPOSE, payload=payload, language=language
    )


def open_of(agency: Agency) -> QuerySet[AccountInvitation]:
    """Those of an agency that can still be accepted."""
    return AccountInvitation.objects.open(timezone.now()).filter(purpose=PURPOSE, payload__agency=agency.pk)


def withdraw(*, agency: Agency, invitation: uuid.UUID, by: User) -> bool:
    """Ends a link that went to the wrong address, or is wanted no more; False where it had ended before.

    Raises ``AccountInvitation.DoesNotExist`` for one of another agency.
    """
    found = AccountInvitation.objects.filter(purpose=PURPOSE, payload__agency=agency.pk).get(uid=invitation)
    return invitations.withdraw(invitation_id=found.pk, by=by)


def says(payload: Mapping[str, Any]) -> str:
    """Whose pages an invitation opens."""
    agency = Agency.objects.filter(pk=payload["agency"]).first()
    return _("the pages of %(agency)s") % {"agency": agency} if agency else _("the pages of partners")


def refusal(payload: Mapping[str, Any], by: User) -> str:
    """Why somebody may not bring people to this agency: neither staff who let in, nor one who edits there."""
    agency = Agency.objects.filter(pk=payload["agency"], retired_at=None).first()
    if agency is None or payload.get("may") not in Membership.May.values:
        return _("This agency is no longer in use.")
    if by.has_perm("outreach.add_membership"):
        return ""
    edits = any(at.agency == agency and at.may_edit for at in mine(by).own)
    return "" if edits else _("Only who may edit the pages of this agency invites to them.")


def accept(payload: Mapping[str, Any], account: User, inviter: User) -> None:
    """Lets the account in, as was said when it was invited."""
    agency = Agency.objects.get(pk=payload["agency"])
    memberships.grant(user=account, agency=agency, may=payload["may"], by=inviter)


def register() -> None:
    """Tells the ground what invitations of partners bring; once, when the app is ready."""
    invitations.register(invitations.Purpose(name=PURPOSE, says=says, refusal=refusal, accept=accept))
