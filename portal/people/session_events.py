"""Begins and ends rows of sessions as people sign in and out, and ends the others when password or factor changes."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from portal.people import lockout, sessions
from portal.people.models import User


@receiver(user_logged_in, dispatch_uid="portal.people.sessions")
def signed_in(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """A session begins."""
    sessions.start(session=request.session, user=user, user_agent=request.headers.get("User-Agent", ""))


@receiver(user_logged_out, dispatch_uid="portal.people.sessions")
def signed_out(sender: object, request: HttpRequest | None, **rest: Any) -> None:
    """A session ends, by its holder."""
    if request is not None and hasattr(request, "session"):
        sessions.end_of(request.session)


@receiver([password_changed, password_set, password_reset], dispatch_uid="portal.people.sessions")
def password_is_new(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """Whoever knew the old password is out."""
    sessions.end_all(user=user, by=user, why="the password changed", but=request.session)


@receiver([authenticator_added, authenticator_removed, authenticator_reset], dispatch_uid="portal.people.sessions")
def factor_is_new(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """Whoever was in by the old factors is out."""
    sessions.end_all(user=user, by=user, why="a second factor changed", but=request.session)


@receiver(authenticator_used, dispatch_uid="portal.people.sessions")
def factor_is_right(sender: object, user: User, **rest: Any) -> None:
    """A code or a passkey was right: those that were wrong before count no more."""
    lockout.forgive_codes(user)
