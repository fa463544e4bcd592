"""How allauth behaves here: nobody signs up, guessing is counted, mails go by the outbox, secrets lie sealed."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.mail import outbox
from portal.pages.languages import speaking, spoken
from portal.people import second_factor, uncounted, vault
from portal.people.lockout import LockedOut, Way, forgive, spend
from portal.people.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

HOMES: Final[list[Callable[[User], str | None]]] = []
"""Where an account that has no desk lands after signing in, first answer counts; rooms above add theirs."""

MAILS: Final = {"account/email/password_reset_key": "account_reset"}
"""Mails of allauth that are sent, and our templates for them."""

NEWS: Final = {
    "account/email/password_changed": _("Its password was changed."),
    "account/email/password_reset": _("Its password was set anew by a link that we mailed."),
    "mfa/email/totp_activated": _("An authenticator app was added."),
    "mfa/email/totp_deactivated": _("Its authenticator app was removed."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "socialaccount/email/account_connected": _("The sign-in of your office was connected."),
    "socialaccount/email/account_disconnected": _("The sign-in of your office was disconnected."),
    "portal/password_set": _("Somebody who manages accounts set its password anew, or took it away."),
    "portal/address_changed": _(
        "Somebody who manages accounts gave it another e-mail address. Mails go there from now on."
    ),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made; the old ones are worth nothing."),
}
"""What the holder of an account is told by mail, without address or device."""

WORDS: Final = {
    "account/messages/password_changed.txt": _("Your password is changed."),
    "mfa/messages/totp_activated.txt": _("Your authenticator app is added."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are made. Keep them somewhere safe."),
    "socialaccount/messages/account_connected.txt": _("From now on you can sign in by your office too."),
    "socialaccount/messages/account_disconnected.txt": _("Your office's sign-in no longer opens this account."),
    "socialaccount/messages/account_connected_other.txt": _("That sign-in of your office belongs to another account."),
}
"""What pages say after something was done; of the rest allauth would say we say nothing."""


class AccountAdapter(DefaultAccountAdapter):
    """Passwords, sessions, words and mails."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("That name and password do not fit together. Please check both."),
        "incorrect_password": _("That is not your password. Please try again."),
        "incorrect_code": _("That code is not right, or it was used before. Wait for the next one, and type that."),
        "too_many_login_attempts": _(
            "Too many tries. Please wait {minutes} minutes. A passkey lets you in at once; "
            "a colleague who manages accounts can unlock yours."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation alone."""
        return False

    def get_login_stages(self) -> list[str]:
        """After the password, the second factor; nothing else stands between."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Judges a name and a password, after counting the try. An account that is over is none."""
        name = str(credentials.get("username", ""))
        counted(Way.PASSWORD, name)
        user = authenticate(request, **credentials)
        if user is None:
            return None
        forgive(Way.PASSWORD, name)
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in a moment ago need not prove it again to enrol a second factor."""
        proven = [record["at"] for record in get_authentication_records(self.request, self.request.user)]
        if proven and time.time() - max(proven) < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """An account that is over: the same words as for a name that is none."""
        clear_login(request)
        messages.error(request, self.error_messages["username_password_mismatch"])
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Leads to where somebody wanted to go, or to enrolling a second factor.

        Notes the language of the page, and marks the browser as one of ours.
        """
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not second_factor.is_done(request, user):
            response = HttpResponseRedirect(enrolment(response.headers["Location"]))
        user.speak(spoken(get_language() or "en"))
        uncounted.mark(response)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk, or the pages that a room above has for the account, or its own security."""
        return home_of(request.user)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The page to sign in."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The page that shows how one signs in."""
        return reverse("mfa_index")

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this host: whoever signs in is led nowhere else."""
        return bool(url) and url.startswith("/") and not url.startswith(("//", "/\\")) and super().is_safe_url(url)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail. It stands on our public address, whatever host a request names."""
        account, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": account, "key": token})
        return f"{settings.PUBLIC_ADDRESS}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queues one of our mails; what we have no words for is not sent."""
        template = MAILS.get(template_prefix)
        if template:
            user = context["user"]
            told = {"name": str(user), "link": speaking(context["password_reset_url"], user.language)}
            outbox.send(to=email, template=template, context=told, language=user.language)

    def send_notification_mail(self, template_prefix: str, user: Any, *rest: Any, **more: Any) -> None:
        """Tells the holder of an account what was changed about signing in."""
        if template_prefix in NEWS:
            tell(user, NEWS[template_prefix], to=user.email)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        """What a page says after something was done."""
        message = more.get("message") or WORDS.get(message_template or "")
        if message:
            messages.add_message(request, level, message)


class FactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, passkeys, recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        """Secrets lie sealed in the database."""
        return vault.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return vault.unseal(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        """The account as an authenticator app shows it."""
        return str(user.username)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of our public address; on a machine of one's own to the host that was asked."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Waypost"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """The name that a passkey has until its holder gives it another."""
        count = second_factor.factors_of(user).filter(type=type).count()
        name = gettext("Passkey")
        return name if not count else f"{name} {count + 1}"


def tell(user: User, news: "StrOrPromise", *, to: str) -> None:
    """Tells the holder of an account, at an address of theirs, what was changed about signing in."""
    if to:
        link = settings.PUBLIC_ADDRESS + speaking(reverse("mfa_index"), user.language)
        told = {"name": str(user), "news": news, "link": link}
        outbox.send(to=to, template="account_changed", context=told, language=user.language)


def counted(way: Way, name: str) -> int:
    """Counts a try that is about to be judged; returns which one it is. Raises ``ValidationError``: it may not be."""
    try:
        return spend(way, name)
    except LockedOut as locked:
        raise too_many(locked) from locked


def too_many(locked: LockedOut) -> ValidationError:
    """What somebody is told who tried too often."""
    minutes = max(1, round((locked.until.timestamp() - time.time() + 29) / 60))
    words = AccountAdapter.error_messages["too_many_login_attempts"]
    return ValidationError(words.format(minutes=minutes), code="too_many_login_attempts")


def home_of(account: Any) -> str:
    """Where an account's work is, in the language of the moment: the desk if it opens, its own pages, its security."""
    if has_a_desk(account):
        return reverse("admin:index")
    found = [home(account) for home in HOMES]
    return next((address for address in found if address), reverse("mfa_index"))


def has_a_desk(account: Any) -> bool:
    """Whether the admin opens: staff whom a part was given."""
    return bool(account.is_active and account.is_staff and account.has_perm("portal.open_today"))


def enrolment(then: str) -> str:
    """The page at which a second factor is enrolled, and where it leads afterwards."""
    return f"{reverse('second-factor')}?{urlencode({'next': then})}"
