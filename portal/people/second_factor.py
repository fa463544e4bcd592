"""Nobody is signed in without a second factor: until then a request's user is nobody, on every page there is.

A password, a passkey, OpenID Connect, a link for a new password or an invitation: each makes a session, and none is
enough. ``RequireSecondFactor`` gives views an account only if this very session proved a second factor that the
account still has. So no view, permission or page that is added later can forget to ask. The pages that ask for the
factor or enrol one are the exception (``sees_the_account``).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from portal.audit import trail
from portal.mail import outbox
from portal.people import lockout, sessions
from portal.people.models import User

METHOD: Final = "mfa"
"""What allauth notes in a session for a second factor, and for a passkey, which is two factors in one."""

RESET: Final = "second factor reset"
NEWS_OF_RESET: Final = (
    "Its second factors were taken off, so that you can choose a new one when you sign in next, with your password."
)

View = Callable[..., HttpResponseBase]


class RequireSecondFactor(AuthenticationMiddleware):
    """Django's middleware, but whoever proved no second factor is nobody.

    It looks at the session when a view asks who is there, so that public pages cost nothing and set no cookie.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: who(request))  # type: ignore[assignment]
        del request.auser


def who(request: HttpRequest) -> User | AnonymousUser:
    """The account of a request if its session proved a second factor, else nobody."""
    account = account_of(request)
    return account if isinstance(account, User) and is_done(request, account) else AnonymousUser()


def account_of(request: HttpRequest) -> User | AnonymousUser:
    """The account that the session knows, whether or not it proved a second factor."""
    return sessions.account_of(request)


def is_done(request: HttpRequest, account: User) -> bool:
    """Whether this session proved a second factor, and the account still has one."""
    how = {record["method"] for record in get_authentication_records(request, account)}
    return METHOD in how and is_enrolled(account)


def is_enrolled(account: User) -> bool:
    """Whether an account has an authenticator app or a passkey; recovery codes alone are none."""
    return bool(factors_of(account).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def factors_of(account: User) -> Any:
    """Everything that an account could prove itself with besides its password."""
    return Authenticator.objects.filter(user_id=account.pk)


def note(request: HttpRequest, account: User, factor: Authenticator) -> None:
    """Notes in the session that a factor was proven: enrolling one proves it."""
    record_authentication(request, account, METHOD, id=factor.pk, type=factor.type)


def reset(*, user: User, by: User | None) -> int:
    """Takes every second factor from an account whose holder lost them; returns how many rows went.

    All its sessions end. The next sign-in, by the password, leads to enrolling anew: an office's own sign-in opens it
    no more, since whoever connected one while the account was theirs would enrol first. ``by`` is ``None`` for a
    command. The holder is told by mail, since somebody else may have asked for it.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        kinds = sorted(factors_of(locked).values_list("type", flat=True))
        factors_of(locked).delete()
        lockout.forgive_codes(locked)
        offices, _ = SocialAccount.objects.filter(user_id=locked.pk).delete()
        sessions.end_all(user=locked, by=by, why="its second factor was reset")
        before: trail.Fields = {"second factors": kinds} | ({"offices connected": offices} if offices else {})
        trail.record(actor=by, verb=RESET, target=locked, before=before, label=locked.username)
        if locked.email:
            told = {"name": str(locked), "news": NEWS_OF_RESET, "link": f"{settings.PUBLIC_ADDRESS}/account/sign-in/"}
            outbox.send(to=locked.email, template="account_changed", context=told, language="en")
    return len(kinds)


def sees_the_account(view: View) -> View:
    """A page on the way to a second factor: it sees the account of the session before one is proven."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.user = account_of(request)
        return view(request, *args, **kwargs)

    return inner
