"""The pages of signing in. Only those named here are there: nobody signs up, and addresses are changed by staff."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path

View = Callable[..., HttpResponseBase]


def later(module: str, name: str) -> View:
    """A view whose module is loaded when it is first asked for.

    Passkeys and OpenID Connect bring libraries of some megabytes, which a web worker needs only when somebody signs in.
    """

    @cache
    def found() -> View:
        loaded: View = getattr(import_module(f"portal.people.{module}"), name)
        return loaded

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return found()(request, *args, **kwargs)

    return view


def page(route: str, view: str, name: str, module: str = "account_views") -> Any:
    """One page."""
    return path(route, later(module, view), name=name)


def office(route: str, view: str, name: str) -> Any:
    """One page of an office's own sign-in; not found where none is configured."""
    return page(route, view, name, module="oidc")


def factor(route: str, view: str, name: str) -> Any:
    """One page of second factors."""
    return page(route, view, name, module="factor_views")


urlpatterns = [
    page("sign-in/", "sign_in", "account_login"),
    page("sign-out/", "sign_out", "account_logout"),
    page("again/", "again_by_password", "account_reauthenticate"),
    page("password/", "change_password", "account_change_password"),
    page("password/forgotten/", "forgotten", "account_reset_password"),
    page("password/sent/", "sent", "account_reset_password_done"),
    # A token holds hyphens of its own, so that the first one ends the account's number.
    re_path(
        r"^password/new/(?P<uidb36>[0-9a-z]{1,13})-(?P<key>.{1,200})/$",
        later("account_views", "new_password"),
        name="account_reset_password_from_key",
    ),
    page("password/done/", "new_password_done", "account_reset_password_from_key_done"),
    office("office/", "office_sign_in", "office-sign-in"),
    office("office/start/", "office_start", "office-start"),
    office("office/connect/", "office_connect", "office-connect"),
    office("office/answer/", "office_answer", "office-answer"),
    office("office/cancelled/", "cancelled", "socialaccount_login_cancelled"),
    office("security/office/", "connections", "socialaccount_connections"),
    factor("second-step/", "second_step", "mfa_authenticate"),
    factor("passkey/", "by_passkey", "mfa_login_webauthn"),
    factor("again/code/", "again_by_code", "mfa_reauthenticate"),
    factor("again/passkey/", "again_by_passkey", "mfa_reauthenticate_webauthn"),
    factor("second-factor/", "choose", "second-factor"),
    factor("security/", "security", "mfa_index"),
    factor("security/app/", "add_app", "mfa_activate_totp"),
    factor("security/app/remove/", "remove_app", "mfa_deactivate_totp"),
    factor("security/passkey/", "add_passkey", "mfa_add_webauthn"),
    factor("security/passkey/<int:pk>/", "rename_passkey", "mfa_edit_webauthn"),
    factor("security/passkey/<int:pk>/remove/", "remove_passkey", "mfa_remove_webauthn"),
    factor("security/codes/", "codes", "mfa_view_recovery_codes"),
    factor("security/codes/new/", "new_codes", "mfa_generate_recovery_codes"),
    factor("security/codes/file/", "codes_file", "mfa_download_recovery_codes"),
]
