"""Guessing ends after ten tries, for names that exist and for those that don't, across processes and restarts."""

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from portal.audit.models import Entry
from portal.people import lockout, second_factor
from portal.people.lockout import LockedOut, Way
from portal.people.lockout_models import Tries
from portal.people.models import User
from tests import entering
from tests.outreach.registration.house import House

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"


@pytest.fixture
def ben() -> User:
    user = User.objects.create_superuser("ben", password=PASSPHRASE)
    entering.enrol(user)
    return user


def page_after(client: Client, name: str, password: str) -> str:
    """The sign-in page that is shown again, without what differs by itself."""
    answer = client.post(reverse("account_login"), {"login": name, "password": password})
    return re.sub(r'value="[^"]*"', "", answer.text)


@pytest.mark.parametrize("name", ["ben", "nobody"])
def test_after_ten_tries_even_the_right_password_waits(client: Client, ben: User, name: str) -> None:
    for _ in range(lockout.MOST):
        assert "do not fit together" in page_after(client, name, "wrong")
    assert "Please wait 15 minutes" in page_after(client, name, PASSPHRASE)
    assert not Entry.objects.filter(verb="signed in").exists()


def test_locked_pages_say_nothing_of_whether_a_name_exists(client: Client, ben: User) -> None:
    for _ in range(lockout.MOST):
        page_after(client, "ben", "wrong")
        page_after(client, "nobody", "wrong")
    assert page_after(client, "ben", "wrong") == page_after(client, "nobody", "wrong")


def test_capitals_and_blanks_make_no_other_name(ben: User) -> None:
    for name in ("ben", "BEN", " Ben ", "bEn") * 2 + ("ben", "Ben"):
        lockout.spend(Way.PASSWORD, name)
    with pytest.raises(LockedOut):
        lockout.spend(Way.PASSWORD, "beN")


def test_window_over_begins_anew(ben: User) -> None:
    for _ in range(lockout.MOST):
        lockout.spend(Way.PASSWORD, "ben")
    Tries.objects.update(since=timezone.now() - lockout.WINDOW)
    assert lockout.spend(Way.PASSWORD, "ben") == 1


def test_signing_in_forgets_what_failed_before(client: Client, ben: User) -> None:
    for _ in range(lockout.MOST - 1):
        page_after(client, "ben", "wrong")
    assert entering.by_password(client, "ben", PASSPHRASE)
    assert not Tries.objects.exists()


def test_codes_are_guessed_no_better_and_the_password_stays_open(client: Client, ben: User) -> None:
    for _ in range(lockout.MOST):
        entering.by_password(client, "ben", PASSPHRASE)
        assert entering.by_code(client, "000000") == ""
    other = Client()
    assert entering.by_password(other, "ben", PASSPHRASE) == reverse("mfa_authenticate")
    assert entering.by_code(other, entering.code()) == ""
    assert lockout.is_locked(Way.SECOND_STEP, str(ben.pk))


def test_table_holds_no_name(client: Client, ben: User) -> None:
    page_after(client, "a password typed into the wrong field", "x")
    [row] = Tries.objects.values()
    assert re.fullmatch(r"[0-9a-f]{64}", row["key"])
    assert set(row) == {"key", "count", "since"}


def test_unlocking_is_told_and_opens_at_once(client: Client, ben: User) -> None:
    for _ in range(lockout.MOST):
        page_after(client, "ben", "wrong")
    assert lockout.unlock(user=ben, by=ben)
    assert not lockout.unlock(user=ben, by=ben)
    assert entering.by_password(client, "ben", PASSPHRASE)
    assert Entry.objects.get(verb="unlocked").object_id == str(ben.pk)


def test_counts_are_forgotten(ben: User) -> None:
    lockout.spend(Way.PASSWORD, "ben")
    assert lockout.forget(timezone.now()) == 0
    assert lockout.forget(timezone.now() + lockout.WINDOW * 200) == 1


@pytest.mark.slow
def test_of_many_tries_by_four_processes_ten_are_judged(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.migrate()
    guess = (
        "from portal.people import lockout\n"
        "judged = 0\n"
        "for _ in range(12):\n"
        "    try:\n"
        "        lockout.spend(lockout.Way.PASSWORD, 'ben'); judged += 1\n"
        "    except lockout.LockedOut:\n"
        "        pass\n"
        "print(json.dumps(judged))"
    )
    processes = [house.start(guess) for _ in range(4)]
    assert sum(int(each.communicate(timeout=120)[0].splitlines()[-1]) for each in processes) == lockout.MOST
    assert house.tell(guess) == 0  # a new process knows it too


def test_superuser_unlocks_and_resets_by_the_page_of_an_account(client: Client, ben: User) -> None:
    eva = User.objects.create_superuser("eva", password=PASSPHRASE)
    entering.enrol(eva)
    for _ in range(lockout.MOST):
        lockout.spend(Way.PASSWORD, "eva")
    client.force_login(ben)
    for verb, told in (("unlock", "unlocked"), ("reset_second_factor", second_factor.RESET)):
        page = reverse(f"admin:portal_user_{verb}", args=[eva.pk])
        assert client.get(page).status_code == 200
        assert not Entry.objects.filter(verb=told).exists()
        assert client.post(page).status_code == 302
        entry = Entry.objects.get(verb=told)
        assert (entry.actor, entry.object_id) == (ben, str(eva.pk))
    assert not second_factor.is_enrolled(eva)
    client.post(reverse("admin:portal_user_reset_second_factor", args=[ben.pk]))
    assert second_factor.is_enrolled(ben)


@pytest.fixture
def closed(client: Client, ben: User) -> User:
    """Ben, after a hundred wrong codes over many windows; the browser stands at the second step."""
    User.objects.filter(pk=ben.pk).update(email="ben@example.org")
    entering.by_password(client, "ben", PASSPHRASE)
    for _ in range(lockout.MOST_IN_A_ROW - 1):
        lockout.spend_a_code(ben)
        Tries.objects.update(since=timezone.now() - lockout.WINDOW)
    assert not lockout.is_closed(ben)
    assert not Entry.objects.filter(verb=lockout.CLOSED).exists()
    entering.by_code(client, "000000")
    return ben


def test_a_hundred_wrong_codes_in_a_row_close_the_second_step_for_good(client: Client, closed: User) -> None:
    assert lockout.is_closed(closed)
    Tries.objects.update(since=timezone.now() - lockout.WINDOW * 1000)
    lockout.forget(timezone.now())
    page = client.post(reverse("mfa_authenticate"), {"code": entering.code()})
    assert "100 were wrong in a row" in page.text
    assert not Entry.objects.filter(verb="signed in").exists()
    entry = Entry.objects.get(verb=lockout.CLOSED)
    assert (entry.object_id, entry.actor) == (str(closed.pk), None)
    mail = Email.objects.get(subject="Waypost: your second step is locked")
    assert (mail.to, reverse("account_reset_password") in mail.message) == (["ben@example.org"], True)
    row = Tries.objects.get(key__startswith=lockout.LASTING)
    assert re.fullmatch(r"lasting-[0-9a-f]{56}", row.key)


def test_superuser_opens_what_was_closed(client: Client, closed: User) -> None:
    desk = Client()
    desk.force_login(User.objects.create_superuser("eva"))
    page = reverse("admin:portal_user_unlock", args=[closed.pk])
    assert "behind the right password" in desk.get(page).text
    desk.post(page)
    assert not lockout.is_closed(closed)
    assert Entry.objects.get(verb="unlocked").object_id == str(closed.pk)
    assert entering.by_code(client, entering.code()) != ""


def test_new_factor_begins_with_no_wrong_codes(closed: User) -> None:
    second_factor.reset(user=closed, by=None)
    assert not lockout.is_closed(closed)


def test_passkey_opens_what_was_closed(closed: User) -> None:
    passkey = Authenticator(user=closed, type=Authenticator.Type.WEBAUTHN, data={})
    authenticator_used.send(sender=Authenticator, request=None, user=closed, authenticator=passkey)
    assert not Tries.objects.exists()


def test_right_code_forgets_all_that_were_wrong(client: Client, ben: User) -> None:
    entering.by_password(client, "ben", PASSPHRASE)
    for _ in range(3):
        entering.by_code(client, "000000")
    entering.by_code(client, entering.code())
    assert Entry.objects.filter(verb="signed in").exists()
    assert not Tries.objects.exists()


@pytest.mark.slow
def test_of_many_codes_by_four_processes_no_more_than_a_hundred_are_judged(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.migrate()
    ben = "from portal.people import lockout\nfrom portal.people.models import User\nben = User.objects.get_or_create(username='ben')[0]\n"
    before = (
        "from portal.people.lockout_models import Tries\n"
        "lockout.spend_a_code(ben)\n"
        f"Tries.objects.filter(key__startswith='lasting-').update(count={lockout.MOST_IN_A_ROW - 4})\n"
        "print(1)"
    )
    house.tell(ben + before)
    guess = (
        "judged = 0\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        lockout.spend_a_code(ben); judged += 1\n"
        "    except lockout.Closed:\n"
        "        pass\n"
        "print(json.dumps(judged))"
    )
    processes = [house.start(ben + guess) for _ in range(4)]
    assert sum(int(each.communicate(timeout=120)[0].splitlines()[-1]) for each in processes) == 4


def test_holder_hears_of_ten_wrong_codes_behind_the_right_password(client: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(email="ben@example.org")
    entering.by_password(client, "ben", PASSPHRASE)
    for _ in range(lockout.MOST - 1):
        entering.by_code(client, "000000")
    assert not Email.objects.exists()
    entering.by_code(client, "000000")
    entering.by_code(client, "000000")
    mail = Email.objects.get()
    assert (mail.to, mail.subject) == (["ben@example.org"], "Waypost: somebody knows your password")
    Tries.objects.all().delete()
    for _ in range(lockout.MOST):
        entering.by_code(client, "000000")
    assert Email.objects.count() == 1, "once a day: no inbox is flooded"
