"""Invites people by mail to have an account with roles. Whoever holds the link says yes once, by a button.

    invite(email="…", roles=[Role.DESIGNER], by=staff)      # mails the link
    found = open_link(token)                                # looks, changes nothing: scanners of mail open links
    accept(token=token, person=NewPerson(…))                # an account with a password
    accept_as(token=token, user=signed_in)                  # whoever has an account with that address

Who may invite whom stands in ``roles.INVITES``; whether the inviter still may is judged anew when the link is opened
and when it is used. A room above says what else an invitation brings by a ``Purpose``, so that nothing here knows it:

    register(Purpose(name="outreach.partner", says=…, refusal=…, accept=…))
    invite(email="…", roles=[Role.PARTNER], by=staff, purpose="outreach.partner", payload={"agency": 12, "may": "edit"})
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.audit import trail
from portal.mail import outbox
from portal.pages.languages import speaking, spoken
from portal.people import granting, roles
from portal.people.granting import NotPossible
from portal.people.links import LASTS, LinkClosed, LinkState, Opened, hashed, new_token
from portal.people.models import AccountInvitation, User
from portal.people.roles import Role

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What an invitation brings besides its roles. ``payload`` is what the room gave to ``invite``: keys, as JSON."""

    name: str
    says: Callable[[Payload], str]
    """What it is for, as mail and page say it in the language of the moment: “the pages of Blue Campaign”."""
    refusal: Callable[[Payload, User], str]
    """Why the inviter may not, or not any more; empty where they may. Asked when it is sent, opened and accepted."""
    accept: Callable[[Payload, User, User], None]
    """``(payload, account, inviter)``: in the transaction of the acceptance, once the roles are given."""


LANGUAGE: Final = "language"
"""Where a payload keeps the language of the mails: the one that was chosen, or that of the page on which somebody
invited. The account that is made by it begins with it."""
PURPOSES: Final[dict[str, Purpose]] = {}


def register(purpose: Purpose) -> None:
    """Lets a room say what invitations of its purpose bring; once, when the app is ready."""
    PURPOSES[purpose.name] = purpose


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody says of themselves when they accept; a form has judged it."""

    username: str
    first_name: str
    last_name: str
    password: str


def invite(
    *,
    email: str,
    roles: Iterable[Role],
    by: User,
    purpose: str = "",
    payload: Payload | None = None,
    language: str = "",
) -> AccountInvitation:
    """Mails a link, in ``language`` or that of the moment. Raises ``NotPossible``: the right, roles that stand apart, or an open invitation."""
    wanted, address, now = sorted(set(roles)), email.strip(), timezone.now()
    if not wanted:
        raise NotPossible(_("Choose a role at least."))
    if by.email and by.email.lower() == address.lower():
        raise NotPossible(_("That is your own address: nobody invites themselves."))
    account = _account_at(address)
    if why := _refusal(wanted, by, purpose, payload or {}, account):
        raise NotPossible(why)
    if account and not purpose and granting.held(account).issuperset(wanted):
        raise NotPossible(_("%(name)s has this address, and the role already.") % {"name": account.username})
    token, kept = new_token()
    language = spoken(language or translation.get_language() or "en")
    with transaction.atomic():
        # An unused link that ran out makes room.
        AccountInvitation.objects.filter(
            email__iexact=address, used_at=None, withdrawn_at=None, expires_at__lte=now
        ).update(withdrawn_at=now)
        try:
            with transaction.atomic():
                invitation = AccountInvitation.objects.create(
                    email=address,
                    roles=wanted,
                    purpose=purpose,
                    payload={**(payload or {}), LANGUAGE: language},
                    token_sha256=kept,
                    invited_by=by,
                    expires_at=now + LASTS,
                )
        except IntegrityError as error:
            raise NotPossible(_("An invitation to this address is open. Withdraw it first.")) from error
        trail.record(actor=by, verb="invited", target=invitation, after=trail.snapshot(invitation))
        path = reverse("account-invitation", kwargs={"token": token})
        link = settings.PUBLIC_ADDRESS + speaking(path, language)
        _write(invitation, to=address, template="account_invited", language=language, link=link, inviter=str(by))
    return invitation


def open_link(token: str) -> Opened[AccountInvitation]:
    """What a link leads to. Changes nothing."""
    found = AccountInvitation.objects.select_related("invited_by").filter(token_sha256=hashed(token)).first()
    return Opened(state_of(found), found)


def state_of(invitation: AccountInvitation | None) -> LinkState:
    """What an invitation can still do; whether its inviter still may is asked now."""
    if invitation is None:
        return LinkState.UNKNOWN
    if invitation.used_at is not None:
        return LinkState.USED
    if invitation.withdrawn_at is not None:
        return LinkState.OVER
    if invitation.expires_at <= timezone.now():
        return LinkState.EXPIRED
    account = _account_at(invitation.email)
    why = _refusal(invitation.wanted, invitation.invited_by, invitation.purpose, invitation.payload, account)
    return LinkState.OVER if why else LinkState.OPEN


def has_account(invitation: AccountInvitation) -> bool:
    """Whether somebody has an account with the address already: then that account accepts, and no other."""
    return _account_at(invitation.email) is not None


def accept(*, token: str, person: NewPerson) -> User:
    """Makes the account, with its password and roles. A link does so once, whoever presses at the same moment.

    Raises ``LinkClosed``, and ``NotPossible``: the address has an account by now, or the user name is taken.
    """
    with transaction.atomic():
        invitation = _locked(token)
        if has_account(invitation):
            raise NotPossible(
                _("Somebody has an account with this address. Sign in with it, then open the link again.")
            )
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    username=person.username,
                    email=invitation.email,
                    password=person.password,
                    first_name=person.first_name,
                    last_name=person.last_name,
                    language=language_of(invitation),
                )
        except IntegrityError as error:
            raise NotPossible(_("This user name is taken. Choose another one.")) from error
        trail.record(actor=user, verb="added by invitation", target=user, after=trail.snapshot(user))
        _take(invitation, user)
    return user


def accept_as(*, token: str, user: User) -> User:
    """Gives the roles to the account that the invited address belongs to.

    Raises ``LinkClosed``, and ``NotPossible``: the account has another address, or its roles stand apart from these.
    """
    with transaction.atomic():
        invitation = _locked(token)
        if _account_at(invitation.email) != user:
            raise NotPossible(_("This invitation went to another address. Sign in with the account that has it."))
        _take(invitation, user)
    return user


def withdraw(*, invitation_id: int, by: User) -> bool:
    """Ends a link that nobody used; False where there is nothing to end.

    Raises ``NotPossible`` for who neither sent it nor could have.
    """
    with transaction.atomic():
        row = AccountInvitation.objects.select_for_update().get(pk=invitation_id)
        if row.invited_by_id != by.pk and not granting.may_give(by).issuperset(row.wanted):
            raise NotPossible(_("Only who sent it, or could have, withdraws an invitation."))
        if row.used_at is not None or row.withdrawn_at is not None:
            return False
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        trail.record(actor=by, verb="withdrew an invitation", target=row)
    return True


def forget(before: dt.datetime) -> int:
    """Deletes invitations that ended before a moment; returns how many."""
    ended = AccountInvitation.objects.filter(created_at__lt=before).exclude(
        pk__in=AccountInvitation.objects.open(timezone.now()).values("pk")
    )
    return ended.delete()[0]


def what_for(invitation: AccountInvitation) -> str:
    """What an invitation is for, in the words of its purpose; empty without one."""
    return PURPOSES[invitation.purpose].says(invitation.payload) if invitation.purpose else ""


def language_of(invitation: AccountInvitation) -> str:
    """In which language whoever was invited is written to."""
    return spoken(str(invitation.payload.get(LANGUAGE, "en")))


def _refusal(wanted: Iterable[Role], by: User, purpose: str, payload: Payload, account: User | None) -> str:
    """Why ``by`` may not bring somebody in with these roles; empty where they may."""
    if beyond := [str(role.label) for role in wanted if role not in granting.may_give(by)]:
        return _("%(roles)s: only a superuser invites to this.") % {"roles": ", ".join(beyond)}
    has = granting.held(account) if account else frozenset[Role]()
    if why := roles.clash({*has, *wanted}, is_superuser=bool(account and account.is_superuser)):
        return why
    if account and not account.is_active:
        return _("Whoever has this address has an account that is closed. A superuser can open it again.")
    return PURPOSES[purpose].refusal(payload, by) if purpose else ""


def _locked(token: str) -> AccountInvitation:
    """The invitation, held until its transaction ends. Raises ``LinkClosed``."""
    row = AccountInvitation.objects.select_for_update().filter(token_sha256=hashed(token)).first()
    if row is None or (state := state_of(row)) is not LinkState.OPEN:
        raise LinkClosed(LinkState.UNKNOWN if row is None else state)
    return row


def _take(invitation: AccountInvitation, user: User) -> None:
    inviter = invitation.invited_by
    for role in invitation.wanted:
        granting.grant(user=user, role=role, by=inviter)
    if invitation.purpose:
        PURPOSES[invitation.purpose].accept(invitation.payload, user, inviter)
    invitation.used_at, invitation.account = timezone.now(), user
    invitation.save(update_fields=["used_at", "account"])
    trail.record(actor=user, verb="accepted an invitation", target=invitation, after={"account": user.pk})
    if inviter.email:
        _write(
            invitation,
            to=inviter.email,
            template="account_accepted",
            language=inviter.language,
            person=str(user),
            username=user.username,
        )


def _write(invitation: AccountInvitation, *, to: str, template: str, language: str, **more: object) -> None:
    with translation.override(language):
        for_what, parts = what_for(invitation), [str(role.label) for role in invitation.wanted]
    context = {
        "roles": parts,
        "what_for": for_what,
        "until": invitation.expires_at,
        **more,
    }
    outbox.send(
        to=to,
        template=template,
        context=context,
        language=language,
        about=f"portal.accountinvitation:{invitation.pk}",
        expires_at=invitation.expires_at if template == "account_invited" else None,
    )


def _account_at(address: str) -> User | None:
    """The account with an address, whatever its case; of several the one that is open, then the oldest."""
    return User.objects.filter(email__iexact=address).order_by("-is_active", "pk").first()
