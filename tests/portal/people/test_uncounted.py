"""The mark of our own people's browsers: the same for all, sent to printed codes alone."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from campaign.links import codes
from campaign.scans import journal
from portal.people import uncounted
from portal.people.models import User

pytestmark = pytest.mark.django_db

PASSPHRASE = "a long enough passphrase"


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_superuser(name, password=PASSPHRASE) for name in ("anna", "ben")]


def sign_in(client: Client, name: str, passphrase: str = PASSPHRASE) -> dict[str, str]:
    """The marks that the answer sets, as they are sent."""
    answer = client.post(reverse("account_login"), {"login": name, "password": passphrase, "next": "/admin/"})
    return {name: answer.cookies[name].OutputString() for name in uncounted.PATHS.values() if name in answer.cookies}


def test_signing_in_sets_the_same_mark_for_everybody(people: list[User]) -> None:
    anna, ben = (sign_in(Client(), person.username) for person in people)
    strip = [sorted(part for part in text.split("; ") if not part.startswith("expires")) for text in anna.values()]
    assert strip == [sorted(p for p in text.split("; ") if not p.startswith("expires")) for text in ben.values()]
    assert set(anna) == {"uncounted", "uncounted-typed"}
    first = anna["uncounted"]
    assert first.startswith("uncounted=1;")
    for part in ("HttpOnly", "Path=/Q/", "SameSite=Lax", "Max-Age=43200"):
        assert part in first
    assert "Domain" not in first
    assert "Path=/q/" in anna["uncounted-typed"]


def test_signing_in_in_vain_sets_no_mark(people: list[User]) -> None:
    assert sign_in(Client(), "anna", "wrong") == {}
    assert Client().get(reverse("account_login")).cookies.get("uncounted") is None


def test_mark_travels_by_tls_alone_in_production(people: list[User], settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    settings.UNCOUNTED_COOKIE_DOMAIN = "example.gov"
    for text in sign_in(Client(), "anna").values():
        assert "Secure" in text
        assert "Domain=example.gov" in text


def test_signed_in_browser_is_not_counted_and_after_signing_out_it_is(people: list[User]) -> None:
    client, code = Client(), codes.make(area="MS", language="en")
    sign_in(client, "anna")
    assert client.get(f"/Q/{code}").headers["Location"] == "/en/near/ms/"
    assert not journal.folder().exists()
    out = client.post(reverse("account_logout"))
    for path, name in uncounted.PATHS.items():
        assert out.cookies[name]["path"] == path
        assert out.cookies[name]["max-age"] == 0
    for name in uncounted.PATHS.values():
        del client.cookies[name]
    client.get(f"/Q/{code}")
    assert len(list(journal.folder().iterdir())) == 1
