"""A link for a new password goes to the address that the account has now, however it is written, and nowhere else."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from portal.people.models import User

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"


def ask(address: str) -> list[list[str]]:
    """Asks for a link; to whom mails went since."""
    last = max(Email.objects.values_list("pk", flat=True), default=0)
    assert Client().post(reverse("account_reset_password"), {"email": address}).status_code == 302
    return [mail.to for mail in Email.objects.filter(pk__gt=last)]


def link() -> str:
    """The path in the newest mail."""
    found = re.search(rf"{re.escape(settings.PUBLIC_ADDRESS)}(\S+)", Email.objects.latest("pk").message)
    assert found
    return found[1]


@pytest.mark.parametrize("typed", ["Ana.Ruiz@Agency.example.gov", "ana.ruiz@agency.example.gov"])
def test_an_address_with_capitals_gets_its_link(typed: str) -> None:
    ana = User.objects.create_user("ana", "Ana.Ruiz@agency.example.gov", PASSPHRASE)
    assert ask(typed) == [[ana.email]]
    client = Client()
    page = client.get(link(), follow=True).request["PATH_INFO"]
    client.post(page, {"password1": "another lamp over water", "password2": "another lamp over water"})
    ana.refresh_from_db()
    assert ana.check_password("another lamp over water")


def test_a_mailbox_that_an_account_had_before_gets_no_link() -> None:
    ana = User.objects.create_user("ana", "ana@before.example.org", PASSPHRASE)
    assert ask("ana@before.example.org") == [["ana@before.example.org"]]
    of_before = link()
    ana.email = "ana@now.example.org"
    ana.save()
    assert ask("ana@before.example.org") == []
    assert "does nothing more" in Client().get(of_before, follow=True).text
    assert ask("ana@now.example.org") == [["ana@now.example.org"]]


def test_an_address_that_only_looks_alike_gets_no_link() -> None:
    User.objects.create_user("mike", "mike@example.org", PASSPHRASE)
    assert ask("mıke@example.org") == []


def test_accounts_that_are_over_or_have_no_password_get_no_link() -> None:
    User.objects.create_user("over", "one@example.org", PASSPHRASE, is_active=False)
    User.objects.create_user("office", "two@example.org")
    assert ask("one@example.org") == []
    assert ask("two@example.org") == []
