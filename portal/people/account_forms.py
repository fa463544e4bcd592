"""The forms of signing in: allauth's, with our words, and codes judged as ``codes`` and ``lockout`` say."""

from typing import Any, Final

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as KeyForm
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal.mail import outbox
from portal.people import codes, lockout, vault
from portal.people.adapters import AccountAdapter, FactorAdapter, counted, too_many
from portal.people.models import User

PENDING: Final = "second_factor_pending"
"""Where a session keeps, sealed, the secret of an app that is being added."""
LOCKED_AWAY: Final = (
    "The key that opens this account's second factor is not here any more. Use a passkey, or ask whoever runs this copy "
    "to take the second factor off, so that you can choose a new one."
)
CLOSED: Final = (
    f"Codes are not looked at any more for this account: {lockout.MOST_IN_A_ROW} were wrong in a row, typed by somebody who "
    "knows its password. A passkey still lets you in. Otherwise ask whoever manages accounts to unlock it, and choose "
    "another password."
)
MOST_LINKS: Final = 3
"""Links for a new password that one address is sent within a window."""


def plain(field: forms.Field, label: str, hint: str = "") -> None:
    """A label above and a hint under it; nothing stands inside the field."""
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["login"], "Name")
        plain(self.fields["password"], "Password")
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        self.fields["login"].widget.attrs["autocapitalize"] = "none"
        self.fields["login"].widget.attrs["spellcheck"] = "false"


class AgainForm(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["password"], "Password")


class ChangeForm(ChangePasswordForm):
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["oldpassword"], "Your password until now")
        plain(self.fields["password1"], "New password", password_validators_help_text_html())
        plain(self.fields["password2"], "New password once more")

    def clean_oldpassword(self) -> str:
        """Counted like a sign-in: a session that was left open is no place to guess."""
        counted(lockout.Way.PASSWORD, self.user.username)
        password: str = super().clean_oldpassword()
        lockout.forgive(lockout.Way.PASSWORD, self.user.username)
        return password


class NewPasswordForm(KeyForm):
    """A new password behind a mailed link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["password1"], "New password", password_validators_help_text_html())
        plain(self.fields["password2"], "New password once more")


class ForgottenForm(ResetPasswordForm):
    """The address to which a link is mailed; what is answered is the same for every address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["email"], "Your e-mail address", "The one that your account here has.")

    def clean_email(self) -> str:
        """Accounts that have the address now, whatever its capitals: the library asks for small letters, and keeps
        addresses that an account had before, whose mailbox may be somebody else's by now."""
        address: str = self.cleaned_data["email"]
        alike = User.objects.filter(email__iexact=address, is_active=True).order_by("pk")
        self.users = [user for user in alike if user.email.lower() == address.lower() and user.has_usable_password()]
        return address

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queues a link for each account of the address, at most so often, to the address as the account has it."""
        address: str = self.cleaned_data["email"]
        try:
            lockout.spend(lockout.Way.RESET, address, most=MOST_LINKS)
        except lockout.LockedOut:
            return address
        for user in self.users:
            request_password_reset(request, user.email, [user], default_token_generator)
        if not self.users:
            _as_if(address)
        return address


def _as_if(address: str) -> None:
    """The same work for an address that no account has, undone: the answer takes as long."""
    link = AccountAdapter().get_reset_password_from_key_url(f"0-{default_token_generator.make_token(User(pk=0))}")
    with transaction.atomic():
        outbox.send(to=address, template="account_reset", context={"name": address, "link": link}, language="en")
        transaction.set_rollback(True)


class SecondStepForm(mfa_forms.AuthenticateForm):
    """A code of the app, or a recovery code."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["code"], "Code", "Six digits from your app, or one of your recovery codes.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """Uses the code up. Tries are counted per account, by whatever session they come."""
        tries = self._counted()
        code: str = self.cleaned_data["code"].replace(" ", "").replace("-", "")
        try:
            factor = codes.take(self.user, code)
        except vault.Unreadable as problem:
            raise forms.ValidationError(LOCKED_AWAY) from problem
        if factor is None:
            app = Authenticator.objects.filter(user=self.user).order_by("type").last()
            if app:
                self._emit_authentication_failed(app)
            if tries == lockout.MOST_IN_A_ROW:
                lockout.close(self.user)
                tell_of(self.user, "account_locked", page="account_reset_password")
            elif tries % lockout.MOST == 0:
                tell_of(self.user, "account_guessed", page="account_change_password")
            raise FactorAdapter().validation_error("incorrect_code")
        lockout.forgive_codes(self.user)
        factor.user = self.user
        self.authenticator = factor
        return code

    def _counted(self) -> int:
        try:
            return lockout.spend_a_code(self.user)
        except lockout.LockedOut as locked:
            raise too_many(locked) from locked
        except lockout.Closed as closed:
            raise forms.ValidationError(CLOSED, code="second_step_closed") from closed


def tell_of(user: User, template: str, *, page: str) -> None:
    """Tells an account's holder that somebody knows the password and guesses at codes; once a day at most."""
    if not user.email:
        return
    told = {"name": str(user), "link": f"{settings.PUBLIC_ADDRESS}{reverse(page)}"}
    key = f"{user.uid}:{template}:{timezone.localdate()}"
    outbox.send(to=user.email, template=template, context=told, language="en", key=key)


class AgainByCodeForm(SecondStepForm, mfa_forms.ReauthenticateForm):
    """A code once more, before something about signing in is changed."""


class AddAppForm(ActivateTOTPForm):
    """The first code of a new app. Its secret waits sealed in the session, and stays the same when the page is reloaded."""

    counter: int

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        plain(self.fields["code"], "The six digits that your app shows now")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        sealed = request.session.get(PENDING)
        if not sealed:
            sealed = request.session[PENDING] = vault.seal(generate_totp_secret())
        self.secret = vault.unseal(sealed)

    def clean_code(self) -> str:
        """The code must be the app's; the same one will not sign in afterwards."""
        code: str = self.cleaned_data["code"].replace(" ", "")
        counter = codes.counter_of(self.secret, code)
        if counter is None:
            raise forms.ValidationError(
                "That is not the code of this moment. Type the one that your app shows now; if it is refused again, "
                "see that your phone sets its clock by itself."
            )
        self.counter = counter
        return code
