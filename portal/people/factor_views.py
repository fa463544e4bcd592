"""The second step, and the pages where one's own second factors are added, shown and taken away."""

from functools import wraps
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext

from portal.audit import trail
from portal.audit.admin import actor_of
from portal.people import codes as judged
from portal.people import oidc_settings, second_factor
from portal.people.account_forms import PENDING, plain
from portal.people.account_pages import View, limited, on_the_way, private
from portal.people.adapters import home_of
from portal.people.models import User

THEN = "second_factor_then"
"""Where a session keeps the path to go on to once a second factor is enrolled."""


def then_of(request: HttpRequest) -> str:
    """Where somebody wanted to go who had to enrol first."""
    wanted = request.session.get(THEN, "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else home_of(request.user)


class SecondStep(base.AuthenticateView):
    """After the password: a code, or a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(second_factor.factors_of(self.stage.login.user).values_list("type", flat=True))
        return {
            **super().get_context_data(**kwargs),
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever came in by a recovery code is told how many are left: without any, a lost phone locks one out."""
        response: HttpResponse = super().form_valid(form)
        used = getattr(form, "authenticator", None)
        if used and used.type == Authenticator.Type.RECOVERY_CODES:
            used.refresh_from_db()  # the library used the code up in a row of its own
            messages.warning(self.request, _left(len(used.wrap().get_unused_codes())))
        return response


def _left(codes: int) -> str:
    if not codes:
        return gettext("That was your last recovery code. Make new ones now, under “How you sign in”.")
    told = ngettext(
        "You signed in with a recovery code; %(left)s is left. Phone or key lost? Remove it under “How you sign in”.",
        "You signed in with a recovery code; %(left)s are left. Phone or key lost? Remove it under “How you sign in”.",
        codes,
    )
    return told % {"left": codes}


class Choose(base.IndexView):
    """The first page of an account without a second factor: which one shall it be?"""

    template_name = "mfa/choose.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if wanted := request.GET.get("next", ""):
            request.session[THEN] = wanted[:2000]
        if second_factor.is_enrolled(request.user):  # type: ignore[arg-type]  # enrols() let only accounts in
            return HttpResponseRedirect(then_of(request))
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response


class Security(base.IndexView):
    """How one signs in: what is enrolled, and how to change it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        codes = found["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        return {
            **found,
            "app": found["authenticators"].get(Authenticator.Type.TOTP),
            "passkeys": found["authenticators"].get(Authenticator.Type.WEBAUTHN, []),
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "home": home_of(self.request.user),
            "office": oidc_settings.name(),
        }


class AddApp(totp.ActivateTOTPView):
    """A secret for an authenticator app, as a picture and as letters to type, and its first code."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        judged.use_up(app, form.counter)
        second_factor.note(self.request, self.request.user, app)
        self.request.session.pop(PENDING, None)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        secret = found["form"].secret
        return {**found, "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))}


class AddPasskey(webauthn.AddWebAuthnView):
    """A passkey is always one that asks who holds it: alone it is two factors."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        return {**found, "js_data": {"creation_options": auth.begin_registration(self.request.user, True)}}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        passkeys = second_factor.factors_of(self.request.user).filter(type=Authenticator.Type.WEBAUTHN)
        second_factor.note(self.request, self.request.user, passkeys.latest("pk"))
        return response


class RemovePasskey(webauthn.RemoveWebAuthnView):
    """Takes one passkey away."""

    success_url = reverse_lazy("mfa_index")


class RenamePasskey(webauthn.EditWebAuthnView):
    """Another name for a passkey."""

    success_url = reverse_lazy("mfa_index")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        plain(form.fields["name"], gettext("Name"))
        return form


class Codes(recovery.ViewRecoveryCodesView):
    """The recovery codes that are left."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        then = then_of(self.request)
        return {**super().get_context_data(**kwargs), "then": then, "is_first": THEN in self.request.session}


class CodesFile(recovery.DownloadRecoveryCodesView):
    """The recovery codes as a file; that it was taken is told."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = actor_of(request)
        label = account.username if account else ""
        trail.record(actor=account, verb="downloaded recovery codes", target=account, label=label)
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response


def enrols(view: View) -> View:
    """A page that adds a factor: for whoever has none yet, and for whoever proved one in this session.

    A session of before the first one was enrolled, made by a password alone, adds no second one: it signs in again.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = second_factor.account_of(request)
        if not isinstance(account, User):
            return redirect_to_login(request.get_full_path())
        if second_factor.is_enrolled(account) and not second_factor.is_done(request, account):
            return render(request, "account/sign_in_anew.html", status=403)
        return view(request, *args, **kwargs)

    return on_the_way(inner)


second_step = private(limited(SecondStep.as_view()))
by_passkey = private(limited(webauthn.LoginWebAuthnView.as_view()))
again_by_code = on_the_way(base.ReauthenticateView.as_view())
again_by_passkey = on_the_way(webauthn.ReauthenticateWebAuthnView.as_view())
choose = enrols(Choose.as_view())
security = private(Security.as_view())
add_app = enrols(AddApp.as_view())
remove_app = private(login_required(totp.DeactivateTOTPView.as_view()))
add_passkey = enrols(AddPasskey.as_view())
rename_passkey = private(login_required(RenamePasskey.as_view()))
remove_passkey = private(login_required(RemovePasskey.as_view()))
codes = private(Codes.as_view())
new_codes = private(login_required(recovery.GenerateRecoveryCodesView.as_view()))
codes_file = private(CodesFile.as_view())
