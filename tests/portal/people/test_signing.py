"""Who signs in, fails to or leaves is told; what was typed and from where is not."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import Entry
from portal.people import granting, lockout, signing
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"
ADDRESS = "203.0.113.77"


@pytest.fixture
def ben() -> User:
    return User.objects.create_superuser("ben", password=PASSPHRASE)


def tries(client: Client, name: str, password: str) -> None:
    """The sign-in page, from an address that must be kept nowhere."""
    client.post(
        reverse("account_login"),
        {"login": name, "password": password},
        REMOTE_ADDR=ADDRESS,
        headers={"x-forwarded-for": ADDRESS, "user-agent": "Secret/1.0"},
    )


def told() -> list[tuple[str, str, str]]:
    """What the trail says: verb, kind and label."""
    return list(Entry.objects.order_by("pk").values_list("verb", "object_type", "object_label"))


def test_sign_in_and_out_are_told_once(client: Client, ben: User) -> None:
    tries(client, "ben", PASSPHRASE)
    client.post(reverse("account_logout"))
    assert told() == [("signed in", "portal.user", "ben"), ("signed out", "portal.user", "ben")]
    assert set(Entry.objects.values_list("actor", flat=True)) == {ben.pk}


def test_failure_is_told_of_the_account_and_never_what_was_typed(client: Client, ben: User) -> None:
    tries(client, "ben", "hunter2hunter2")
    tries(client, "my secret passphrase", "ben")
    assert told() == [
        (signing.FAILED, "portal.user", "ben"),
        (signing.FAILED, "", "no account of ours"),
    ]
    everything = str(list(Entry.objects.values()))
    assert not any(typed in everything for typed in ("hunter2", "secret", ADDRESS, "Secret/1.0"))


@pytest.mark.parametrize("name", ["ben", "nobody", "x" * 3000])
def test_guessing_fills_no_trail(client: Client, ben: User, name: str) -> None:
    for _ in range(signing.MOST_AN_HOUR + 5):
        tries(client, name, "wrong")
        # As if a quarter of an hour had passed: the lock is another test's matter.
        lockout.forgive(lockout.Way.PASSWORD, name)
    entries = Entry.objects.filter(verb=signing.FAILED)
    assert entries.count() <= signing.MOST_AN_HOUR
    if entries:
        assert entries[0].after == {"more": "not told until an hour has passed"}


def test_accounts_that_commands_sign_in_leave_nothing(client: Client, ben: User) -> None:
    client.force_login(ben)
    assert told() == []


def test_role_is_given_once_and_opens_the_admin(ben: User) -> None:
    user = User.objects.create_user("anna")
    granting.grant(user=user, role=Role.SCHEDULER, by=ben)
    granting.grant(user=user, role=Role.SCHEDULER, by=ben)
    [entry] = Entry.objects.all()
    assert (entry.verb, entry.actor, entry.object_label) == ("granted", ben, "Scheduler: anna")
    assert entry.after == {"user": user.pk, "role": "scheduler", "opens the admin": True}
    assert user.is_staff


def test_role_that_is_taken_closes_the_admin(ben: User) -> None:
    user = User.objects.create_user("anna")
    granting.grant(user=user, role=Role.SCHEDULER, by=ben)
    granting.grant(user=user, role=Role.PARTNER, by=ben)
    assert granting.revoke(user=user, role=Role.SCHEDULER, by=ben)
    assert not granting.revoke(user=user, role=Role.SCHEDULER, by=ben)
    user.refresh_from_db()
    assert not user.is_staff
    entry = Entry.objects.get(verb="revoked")
    assert (entry.before["role"], entry.after) == ("scheduler", {"opens the admin": False})
