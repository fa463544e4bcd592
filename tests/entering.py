"""Signing in as people do: by the page, with a password and the code of an app."""

import time
from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from portal.people import codes, second_factor, vault
from portal.people.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What the authenticator app of every account of the tests holds."""
HALF_MINUTE: Final = 30


def enrol(user: User) -> Authenticator:
    """Gives an account an authenticator app, if it has none."""
    app, _ = Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": vault.seal(SECRET)}}
    )
    return app


def code(ahead: int = 0) -> str:
    """What the app shows now, or so many half minutes later; those beside the present one are taken too."""
    return codes.at(SECRET, int(time.time()) // HALF_MINUTE + ahead)


def prove(client: Client, user: User) -> None:
    """Notes in a session that is signed in that the account's app was used."""
    request = HttpRequest()
    request.session = client.session
    second_factor.note(request, user, enrol(user))
    request.session.save()


def by_password(client: Client, name: str, passphrase: str, then: str = "/admin/") -> str:
    """Sends the form of the sign-in page; returns where it leads, or nothing where it is shown again."""
    answer = client.post(reverse("account_login"), {"login": name, "password": passphrase, "next": then})
    return answer.headers.get("Location", "")


def by_code(client: Client, said: str) -> str:
    """Sends the form of the second step; returns where it leads, or nothing where it is shown again."""
    return client.post(reverse("mfa_authenticate"), {"code": said}).headers.get("Location", "")


def sign_in(window: "Page", name: str, passphrase: str, then: str, site: str = "") -> None:
    """The same in a browser, in English. A code opens once, so the oldest that is still taken comes first."""
    window.goto(f"{site}/account/sign-in/?language=en&next={then}")
    window.get_by_label("Name", exact=True).fill(name)
    window.get_by_label("Password", exact=True).fill(passphrase)
    window.get_by_role("button", name="Go on").click()
    for ahead in (-1, 0, 1):
        window.get_by_label("Code", exact=True).fill(code(ahead))
        window.get_by_role("button", name="Sign in", exact=True).click()
        window.wait_for_load_state()
        if "/account/second-step/" not in window.url:
            return
    raise AssertionError(f"{name} signed in three times within a minute and a half: no code is left.")
