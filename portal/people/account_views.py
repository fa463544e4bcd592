"""Signing in by name and password, and out; passwords changed and forgotten."""

from typing import Any

from allauth.account import views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.people import oidc_settings, second_factor, uncounted
from portal.people.account_pages import limited, on_the_way, private
from portal.people.adapters import enrolment, home_of
from portal.people.models import User


class SignIn(views.LoginView):
    """Name and password, or a passkey, or the office's own sign-in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = second_factor.account_of(request)
        if isinstance(account, User) and not second_factor.is_done(request, account):
            return HttpResponseRedirect(enrolment(self.get_next_url() or home_of(account)))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "office": oidc_settings.name()}


class SignOut(views.LogoutView):
    """Ends the session; from then on printed codes that the browser tries are counted."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        uncounted.unmark(response)
        return response


class NewPassword(views.PasswordResetFromKeyView):
    """The page behind the mailed link. It signs nobody in: the new password and the second step do."""


class ChangePassword(views.PasswordChangeView):
    """A new password for whoever knows the old one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (
            isinstance(request.user, User) and not request.user.has_usable_password()
        ):  # signs in by the office: there is none to change
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


sign_in = private(limited(SignIn.as_view()))
sign_out = on_the_way(SignOut.as_view())
again_by_password = on_the_way(views.ReauthenticateView.as_view())
change_password = private(login_required(ChangePassword.as_view()))
forgotten = private(limited(views.PasswordResetView.as_view()))
sent = private(views.PasswordResetDoneView.as_view())
new_password = private(NewPassword.as_view())
new_password_done = private(views.PasswordResetFromKeyDoneView.as_view())
