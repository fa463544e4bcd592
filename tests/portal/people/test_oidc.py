"""An office's own sign-in opens the account that its holder connected, and no other, whatever the answer says."""

import time
from collections.abc import Iterator

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from config import environment
from portal.audit.models import Entry
from portal.people import second_factor
from portal.people.models import User
from tests import entering
from tests.portal.people import issuer as fake
from tests.portal.people.issuer import Issuer, issuing

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"
NOW = int(time.time())


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Issuer]:
    """An issuer that the settings name."""
    with issuing() as made:
        settings.OIDC = {
            "issuer": made.address,
            "client_id": fake.CLIENT,
            "client_secret": fake.SECRET,
            "name": "Example Office",
            "origins": [made.address],
        }
        yield made


@pytest.fixture
def ben() -> User:
    user = User.objects.create_superuser("ben", "ben@example.org", PASSPHRASE)
    entering.enrol(user)
    return user


def asked(client: Client, issuer: Issuer, *, page: str = "office-start") -> dict[str, str]:
    """Presses the button; returns the question that the browser is sent to the issuer with."""
    answer = client.post(reverse(page), {"next": "/admin/"})
    assert answer.headers["Location"].startswith(f"{issuer.address}/authorize?")
    return issuer.remember(answer.headers["Location"])


def answered(client: Client, question: dict[str, str], **more: str) -> str:
    """Comes back from the issuer; returns where that leads, or nothing where it leads nowhere."""
    sent = {"code": "c", "state": question["state"], **more}
    return client.get(reverse("office-answer"), sent).headers.get("Location", "")


def connected(user: User, issuer: Issuer) -> None:
    """As if the holder had connected it before."""
    client = Client()
    client.force_login(user)
    question = asked(client, issuer, page="office-connect")
    assert answered(client, question)
    assert SocialAccount.objects.filter(user=user).exists()


def test_connected_account_comes_in_by_office_and_second_step(client: Client, ben: User, issuer: Issuer) -> None:
    connected(ben, issuer)
    question = asked(client, issuer)
    assert {"openid"} <= set(question["scope"].split())
    assert question["redirect_uri"] == f"{django_settings.PUBLIC_ADDRESS}{reverse('office-answer')}"
    assert question["code_challenge_method"] == "S256"
    assert answered(client, question) == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
    assert entering.by_code(client, entering.code()) == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert Entry.objects.get(verb="signed in").after == {"by": ["socialaccount", "totp"]}
    assert issuer.asked[-1]["code_verifier"]


def test_account_without_a_second_factor_reaches_enrolling_alone(client: Client, issuer: Issuer) -> None:
    eva = User.objects.create_superuser("eva", password=PASSPHRASE)
    connected(eva, issuer)
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    assert answered(client, asked(client, issuer)).startswith(reverse("second-factor"))
    assert client.get("/admin/").status_code == 302


def test_reset_of_the_second_factor_leaves_no_way_in_but_the_password(
    client: Client, ben: User, issuer: Issuer
) -> None:
    connected(ben, issuer)  # by whomever, while the account was theirs
    second_factor.reset(user=ben, by=None)
    assert not SocialAccount.objects.exists()
    assert answered(client, asked(client, issuer)) == reverse("account_login")
    assert client.get(reverse("second-factor")).status_code == 302
    assert Entry.objects.get(verb=second_factor.RESET).before == {"second factors": ["totp"], "offices connected": 1}


@pytest.mark.parametrize("is_verified", [True, False])
def test_equal_address_opens_and_joins_nothing(client: Client, ben: User, issuer: Issuer, is_verified: bool) -> None:
    issuer.change = {"email": ben.email, "email_verified": is_verified}
    assert answered(client, asked(client, issuer)) == reverse("account_login")
    assert "No account here is connected" in client.get(reverse("account_login")).text
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": ["somebody-else"]},
        {"aud": [fake.CLIENT, "somebody-else"], "azp": "somebody-else"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": NOW - 600},
        {"exp": None},
        {"iat": NOW + 3600},
        {"sub": None},
    ],
)
def test_token_that_is_not_for_us_now_opens_nothing(
    client: Client, ben: User, issuer: Issuer, change: dict[str, object]
) -> None:
    connected(ben, issuer)
    question = asked(client, issuer)
    issuer.change = change
    assert answered(client, question) == ""
    assert client.get(reverse("mfa_authenticate")).headers["Location"] == reverse("account_login")


@pytest.mark.parametrize("how", ["by_another", "by_none", "by_our_secret"])
def test_token_that_the_issuer_did_not_sign_opens_nothing(client: Client, ben: User, issuer: Issuer, how: str) -> None:
    connected(ben, issuer)
    question = asked(client, issuer)
    issuer.sign = getattr(issuer, how)
    assert answered(client, question) == ""


def test_token_changed_on_its_way_opens_nothing(client: Client, ben: User, issuer: Issuer) -> None:
    connected(ben, issuer)
    question = asked(client, issuer)
    issuer.change = {"sub": "person-2"}
    issuer.sign = lambda claims: fake.forged(issuer.signed(claims), sub="person-1")
    assert answered(client, question) == ""


def test_answer_to_another_browser_opens_nothing(client: Client, ben: User, issuer: Issuer) -> None:
    connected(ben, issuer)
    question = asked(client, issuer)
    assert answered(Client(), question) == ""
    assert answered(client, {"state": "guessed"}) == ""
    assert answered(client, question) == reverse("mfa_authenticate")
    other = Client()
    assert answered(other, question) == ""  # and it is answered once


def test_same_number_of_another_issuer_is_somebody_else(
    client: Client, ben: User, issuer: Issuer, settings: Settings
) -> None:
    connected(ben, issuer)
    with issuing() as second:
        settings.OIDC = {**settings.OIDC, "issuer": second.address, "origins": [second.address]}
        assert answered(client, asked(client, second)) == reverse("account_login")


def test_nothing_of_what_the_issuer_tells_is_kept(ben: User, issuer: Issuer) -> None:
    connected(ben, issuer)
    [kept] = SocialAccount.objects.values("uid", "extra_data")
    assert kept["extra_data"] == {}
    assert "person-1" not in kept["uid"]
    assert not SocialToken.objects.exists()
    assert Entry.objects.filter(verb="office connected", actor=ben).exists()


def test_connecting_needs_an_account_that_is_wholly_signed_in(client: Client, issuer: Issuer) -> None:
    User.objects.create_superuser("eva", password=PASSPHRASE)
    entering.by_password(client, "eva", PASSPHRASE)
    answer = client.post(reverse("office-connect"))
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_policy_opens_for_the_issuer_on_its_page_alone(client: Client, issuer: Issuer) -> None:
    def goal(name: str) -> str:
        return str(client.get(reverse(name)).headers["Content-Security-Policy"])

    assert f"form-action 'self' {issuer.address}" in goal("office-sign-in")
    assert issuer.address not in goal("account_login")
    assert reverse("office-sign-in") in client.get(reverse("account_login")).text


def test_issuer_that_is_away_is_told_and_breaks_nothing(client: Client, issuer: Issuer, settings: Settings) -> None:
    settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
    answer = client.post(reverse("office-start"))
    assert answer.status_code == 502
    assert "That did not work" in answer.text


def test_without_an_issuer_there_are_no_such_pages(client: Client) -> None:
    assert client.get(reverse("office-sign-in")).status_code == 404
    assert client.post(reverse("office-start")).status_code == 404
    assert "office" not in client.get(reverse("account_login")).context["office"]


@pytest.mark.parametrize(
    ("issuer_is", "client_is"), [("http://id.example.gov", "waypost"), ("id.example.gov", "waypost"), ("https://x", "")]
)
def test_settings_that_cannot_be_meant_are_refused(
    monkeypatch: pytest.MonkeyPatch, issuer_is: str, client_is: str
) -> None:
    monkeypatch.setenv("WAYPOST_OIDC_ISSUER", issuer_is)
    monkeypatch.setenv("WAYPOST_OIDC_CLIENT_ID", client_is)
    with pytest.raises(ImproperlyConfigured, match="WAYPOST_OIDC"):
        environment.oidc(production=True)
