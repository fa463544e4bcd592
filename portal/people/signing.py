"""Tells the trail who signed in, who failed to, and who left: accounts and times, never an address or what was typed."""

import datetime as dt
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from portal.audit import trail
from portal.audit.models import Entry
from portal.people.models import User

FAILED: Final = "failed to sign in"
MOST_AN_HOUR: Final = 20
"""Failures an hour that are told one by one, per account and for all unknown names together: guessing fills no trail."""


@receiver(user_logged_in)
def signed_in(sender: object, request: HttpRequest | None, user: User, **rest: Any) -> None:
    """Somebody came in by a page."""
    if _by_a_page(request):
        by = [str(record.get("type", record["method"])) for record in get_authentication_records(request, user)]
        trail.record(actor=user, verb="signed in", target=user, after={"by": by}, label=user.username)


@receiver(user_logged_out)
def signed_out(sender: object, request: HttpRequest | None, user: User | None, **rest: Any) -> None:
    """Somebody left."""
    if user is not None and _by_a_page(request):
        trail.record(actor=user, verb="signed out", target=user, label=user.username)


@receiver(user_login_failed)
def failed(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **rest: Any) -> None:
    """Somebody did not come in. A name that is no account's may be a password typed into the wrong field: not kept."""
    if not _by_a_page(request):
        return
    name = credentials.get(User.USERNAME_FIELD)
    account = User.objects.filter(username=name).first() if isinstance(name, str) and "\0" not in name else None
    told = Entry.objects.filter(
        verb=FAILED, object_id=str(account.pk) if account else "", at__gt=timezone.now() - dt.timedelta(hours=1)
    ).count()
    if told >= MOST_AN_HOUR:
        return
    label = account.username if account else "no account of ours"
    more = {"more": "not told until an hour has passed"} if told == MOST_AN_HOUR - 1 else {}
    trail.record(actor=None, verb=FAILED, target=account, after=more, label=label)


@receiver(authentication_failed)
def failed_the_second_step(sender: object, user: User, authenticator: Authenticator, **rest: Any) -> None:
    """Somebody knew the password, and not the code."""
    if user.pk:
        trail.record(actor=None, verb=FAILED, target=user, after={"at": "the second step"}, label=user.username)


@receiver([password_changed, password_set])
def password_is_new(sender: object, user: User, **rest: Any) -> None:
    """Its holder chose another password."""
    trail.record(actor=user, verb="password changed", target=user, label=user.username)


@receiver(password_reset)
def password_by_mail(sender: object, user: User, **rest: Any) -> None:
    """Whoever reads the account's mail chose another password."""
    trail.record(actor=user, verb="password changed", target=user, after={"by": "a link"}, label=user.username)


@receiver(authenticator_added)
def factor_added(sender: object, user: User, authenticator: Authenticator, **rest: Any) -> None:
    """A second factor is there from now on."""
    _factor(user, "second factor added", authenticator)


@receiver(authenticator_removed)
def factor_removed(sender: object, user: User, authenticator: Authenticator, **rest: Any) -> None:
    """A second factor is there no more."""
    _factor(user, "second factor removed", authenticator)


@receiver(authenticator_reset)
def codes_made(sender: object, user: User, authenticator: Authenticator, **rest: Any) -> None:
    """New recovery codes stand in for the old ones."""
    _factor(user, "recovery codes made", authenticator)


@receiver(social_account_added)
def office_connected(sender: object, sociallogin: Any, **rest: Any) -> None:
    """The office's own sign-in opens the account from now on."""
    trail.record(actor=sociallogin.user, verb="office connected", target=sociallogin.user)


@receiver(social_account_removed)
def office_disconnected(sender: object, socialaccount: Any, **rest: Any) -> None:
    """It opens it no more."""
    trail.record(actor=socialaccount.user, verb="office disconnected", target=socialaccount.user)


def _factor(user: User, verb: str, factor: Authenticator) -> None:
    trail.record(actor=user, verb=verb, target=user, after={"kind": factor.type}, label=user.username)


def _by_a_page(request: HttpRequest | None) -> bool:
    """Whether a request came by an address: tests and commands sign accounts in without any."""
    return request is not None and bool(request.path)
