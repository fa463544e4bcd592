"""The pages of signing in: how each answers whom. ``half`` knows a password and has no second factor yet."""

from dataclasses import dataclass, field
from typing import Any, Final

SIGN_IN: Final = "account_login"


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What a page answers by GET to nobody, to half an account and to a whole one."""

    nobody: int
    half: int
    whole: int
    args: dict[str, Any] = field(default_factory=dict)


ACCOUNT: Final = {
    "account_login": AccountPage(200, 302, 302),
    "account_logout": AccountPage(302, 200, 200),
    "account_reauthenticate": AccountPage(302, 200, 200),
    "account_change_password": AccountPage(302, 302, 200),
    "account_reset_password": AccountPage(200, 200, 200),
    "account_reset_password_done": AccountPage(200, 200, 200),
    "account_reset_password_from_key": AccountPage(200, 200, 200, {"uidb36": "1", "key": "a-b"}),
    "account_reset_password_from_key_done": AccountPage(200, 200, 200),
    "mfa_authenticate": AccountPage(302, 302, 302),
    "mfa_login_webauthn": AccountPage(302, 302, 302),
    "mfa_reauthenticate": AccountPage(302, 302, 200),
    "mfa_reauthenticate_webauthn": AccountPage(302, 302, 302),
    "account-sessions": AccountPage(302, 302, 200),
    "second-factor": AccountPage(302, 200, 302),
    "mfa_index": AccountPage(302, 302, 200),
    "mfa_activate_totp": AccountPage(302, 200, 302),
    "mfa_deactivate_totp": AccountPage(302, 302, 200),
    "mfa_add_webauthn": AccountPage(302, 200, 200),
    "mfa_edit_webauthn": AccountPage(302, 302, 404, {"pk": 0}),
    "mfa_remove_webauthn": AccountPage(302, 302, 404, {"pk": 0}),
    "mfa_view_recovery_codes": AccountPage(302, 302, 200),
    "mfa_generate_recovery_codes": AccountPage(302, 302, 200),
    "mfa_download_recovery_codes": AccountPage(302, 302, 200),
    # Where no issuer is named there are none.
    "office-sign-in": AccountPage(404, 404, 404),
    "office-start": AccountPage(405, 405, 405),
    "office-connect": AccountPage(405, 405, 405),
    "office-answer": AccountPage(404, 404, 404),
    "socialaccount_connections": AccountPage(404, 404, 404),
    "socialaccount_login_cancelled": AccountPage(200, 200, 200),
}
