"""Sessions: how long they live, at how many places, and who ends them."""

import datetime as dt
from collections.abc import Callable

import pytest
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Entry
from portal.keeping import forgetting
from portal.people import granting, sessions
from portal.people.devices import family
from portal.people.models import LiveSession, User
from portal.people.roles import Role
from portal.people.tasks import clear_sessions

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def mara(user_with: Callable[..., User]) -> User:
    return user_with(Role.COORDINATOR)


def browser(user: User) -> Client:
    """One in which that account is signed in."""
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    """Whether the desk opens."""
    return client.get(reverse("admin:index")).status_code == 200


def seen_ago(minutes: float) -> None:
    """As if every session had last been seen then."""
    LiveSession.objects.update(last_seen_at=timezone.now() - dt.timedelta(minutes=minutes))


def request_of(client: Client) -> HttpRequest:
    """As a page of that browser would see it."""
    request = HttpRequest()
    request.session = client.session
    return request


def test_session_ends_when_it_was_idle(mara: User) -> None:
    client = browser(mara)
    seen_ago(29)
    assert is_in(client)
    assert LiveSession.objects.get().last_seen_at > timezone.now() - dt.timedelta(minutes=1)
    seen_ago(31)
    assert not is_in(client)
    # Nothing is left to come back with.
    LiveSession.objects.update(last_seen_at=timezone.now())
    assert not is_in(client)
    assert not Session.objects.exists()


def test_session_ends_after_its_time_however_busy(mara: User) -> None:
    client = browser(mara)
    LiveSession.objects.update(started_at=timezone.now() - dt.timedelta(hours=12, seconds=1))
    assert not is_in(client)


def test_last_seen_is_written_every_five_minutes_at_most(mara: User) -> None:
    client = browser(mara)
    for minutes, is_written in ((4, False), (6, True)):
        seen_ago(minutes)
        before = LiveSession.objects.get().last_seen_at
        assert is_in(client)
        assert (LiveSession.objects.get().last_seen_at != before) == is_written


def test_fourth_place_ends_the_first(mara: User, user_with: Callable[..., User]) -> None:
    other = browser(user_with(Role.DESIGNER))
    clients = [browser(mara) for _ in range(4)]
    assert [is_in(client) for client in clients] == [False, True, True, True]
    assert is_in(other)
    assert len(sessions.of(mara)) == 3


def test_sessions_that_are_over_count_for_nothing(mara: User) -> None:
    for _ in range(3):
        browser(mara)
    seen_ago(31)
    fresh = [browser(mara) for _ in range(3)]
    assert all(is_in(client) for client in fresh)


def test_signing_out_forgets_the_session_and_no_other(mara: User) -> None:
    one, two = browser(mara), browser(mara)
    one.post(reverse("admin:logout"))
    assert (is_in(one), is_in(two)) == (False, True)
    assert LiveSession.objects.count() == 1


def test_session_without_a_row_is_over(mara: User) -> None:
    """Such as one that began before there were rows."""
    client = browser(mara)
    session = client.session
    del session[sessions.KEY]
    session.save()
    assert not is_in(client)


def test_row_of_somebody_else_opens_nothing(mara: User, user_with: Callable[..., User]) -> None:
    other = user_with(Role.DESIGNER)
    browser(other)
    client = browser(mara)
    LiveSession.objects.filter(user=mara).delete()
    session = client.session
    session[sessions.KEY] = LiveSession.objects.get().uid.hex
    session.save()
    assert not is_in(client)


def test_role_that_is_taken_ends_all(mara: User) -> None:
    clients = [browser(mara), browser(mara)]
    granting.revoke(user=mara, role=Role.COORDINATOR, by=None)
    assert not any(is_in(client) for client in clients)
    assert Entry.objects.get(verb="ended sessions").after == {"why": "a role was taken", "sessions": 2}


def test_role_that_is_given_ends_none(mara: User) -> None:
    client = browser(mara)
    granting.grant(user=mara, role=Role.DESIGNER, by=None)
    assert is_in(client)


@pytest.mark.parametrize("signal", [password_changed, authenticator_removed])
def test_change_of_password_or_factor_ends_the_others(mara: User, signal: object) -> None:
    here, there = browser(mara), browser(mara)
    factor = Authenticator(user=mara, type=Authenticator.Type.TOTP)
    signal.send(sender=User, request=request_of(here), user=mara, authenticator=factor)  # type: ignore[attr-defined]
    assert (is_in(here), is_in(there)) == (True, False)


def test_password_set_by_a_superuser_ends_all(admin_client: Client, mara: User) -> None:
    client = browser(mara)
    new = "another quiet lamp over deep water"
    page = reverse("admin:auth_user_password_change", args=[mara.pk])
    admin_client.post(page, {"usable_password": "true", "password1": new, "password2": new})
    assert not LiveSession.objects.filter(user=mara).exists()
    assert not is_in(client)
    assert is_in(admin_client)


def test_account_that_is_closed_is_out(admin_client: Client, mara: User) -> None:
    client = browser(mara)
    grant = mara.role_grants.get()
    admin_client.post(
        reverse("admin:portal_user_change", args=[mara.pk]),
        {
            "username": mara.username,
            "role_grants-TOTAL_FORMS": 1,
            "role_grants-INITIAL_FORMS": 1,
            "role_grants-0-id": grant.pk,
            "role_grants-0-user": mara.pk,
            "role_grants-0-role": grant.role,
        },
    )
    mara.refresh_from_db()
    assert not mara.is_active
    assert not LiveSession.objects.filter(user=mara).exists()
    assert not is_in(client)


def test_superuser_ends_somebodys_sessions(admin_client: Client, mara: User) -> None:
    client = browser(mara)
    page = reverse("admin:portal_user_end_sessions", args=[mara.pk])
    admin_client.get(page)
    assert is_in(client)
    admin_client.post(page)
    assert not is_in(client)
    assert is_in(admin_client)
    assert Entry.objects.get(verb="ended sessions").after["why"] == "ended by a superuser"


def test_one_ends_ones_own_sessions_and_nobody_elses(mara: User, user_with: Callable[..., User]) -> None:
    other = browser(user_with(Role.DESIGNER))
    here, there = browser(mara), browser(mara)
    page = reverse("account-sessions")
    shown = here.get(page)
    assert shown.text.count("<li>") >= 2
    assert "(this one)" in shown.text
    theirs = LiveSession.objects.exclude(user=mara).get()
    here.post(page, {"session": str(theirs.uid)})
    here.post(page, {"session": "nonsense"})
    assert all(map(is_in, (other, here, there)))
    for row in sessions.of(mara):
        if not sessions.is_this(row, here.session):
            here.post(page, {"session": str(row.uid)})
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)


def test_all_others_end_at_once(mara: User) -> None:
    here, *others = [browser(mara) for _ in range(3)]
    here.post(reverse("account-sessions"))
    assert is_in(here)
    assert not any(is_in(client) for client in others)


def test_sessions_page_needs_csrf(mara: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mara)
    assert client.post(reverse("account-sessions")).status_code == 403


def test_page_for_everybody_reads_and_writes_no_session(mara: User, django_assert_num_queries: object) -> None:
    client = browser(mara)
    seen_ago(10)
    answer = client.get("/en/about/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert LiveSession.objects.get().last_seen_at < timezone.now() - dt.timedelta(minutes=9)


def test_neither_address_nor_browsers_words_are_kept(mara: User) -> None:
    request = HttpRequest()
    request.session = Client().session
    row = sessions.start(session=request.session, user=mara, user_agent=FIREFOX)
    assert row.device == "Firefox on Windows"
    kept = str(LiveSession.objects.values().get())
    assert "Mozilla" not in kept
    assert str(request.session.session_key) not in kept


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("<script>alert(1)</script>" * 50, "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_device_is_named_by_its_family(told: str, expected: str) -> None:
    assert family(told) == expected
    assert len(family(told)) <= 40


def test_what_is_over_goes_every_night(mara: User) -> None:
    browser(mara)
    seen_ago(31)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    kept = browser(mara)
    forgetting.forget()
    clear_sessions()
    assert (LiveSession.objects.count(), Session.objects.count()) == (1, 1)
    assert is_in(kept)
