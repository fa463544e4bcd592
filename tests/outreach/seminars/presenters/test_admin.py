"""Presenters in the admin: hours, links, and what a promise forbids."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.seminars.models import Presenter, PresenterInvitation, Seminar
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories
from tests.outreach.seminars.presenters.conftest import approved

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheduler(user_with: Callable[..., User], client: Client) -> User:
    user = user_with(Role.SCHEDULER)
    client.force_login(user)
    return user


def change(presenter: Presenter) -> str:
    return reverse("admin:outreach_presenter_change", args=[presenter.pk])


def fields_of(client: Client, presenter: Presenter) -> dict[str, Any]:
    """What the page would send unchanged."""
    page = client.get(change(presenter))
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.initial_forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                sent[bound.html_name] = value
    return sent


def test_hours_of_the_week_are_typed_inline(client: Client, scheduler: User, robin: Presenter) -> None:
    sent = fields_of(client, robin) | {
        "weekly_hours-TOTAL_FORMS": "1",
        "weekly_hours-0-weekday": "2",
        "weekly_hours-0-start": "08:00",
        "weekly_hours-0-end": "12:00",
        "availability-TOTAL_FORMS": "1",
        "availability-0-date": "2027-01-12",
        "availability-0-is_away": "on",
    }
    assert client.post(change(robin), sent).status_code == 302
    row = robin.weekly_hours.get()
    assert (row.weekday, row.start) == (2, dt.time(8))
    assert robin.availability.get().is_away

    page = client.post(change(robin), fields_of(client, robin) | {"availability-0-start": "09:00"})
    assert "a day away has no hours" in page.content.decode()


def test_kind_under_a_promise_is_refused_in_the_form(client: Client, scheduler: User, robin: Presenter) -> None:
    approved(robin)
    page = client.post(change(robin), fields_of(client, robin) | {"kind": "federal_agent"})
    assert "is not what was promised to Pearl River High School" in page.content.decode()
    page = client.post(
        change(robin), fields_of(client, robin) | {"retired_at_0": "2026-01-01", "retired_at_1": "10:00"}
    )
    assert "need somebody else first" in page.content.decode()
    robin.refresh_from_db()
    assert (robin.kind, robin.retired_at) == ("educator", None)


def test_zip_gives_position_and_clock(client: Client, scheduler: User, robin: Presenter) -> None:
    factories.school(postal_code="85001", latitude=33.45, longitude=-112.07)
    client.post(change(robin), fields_of(client, robin) | {"base_postal_code": "85001"})
    robin.refresh_from_db()
    assert (robin.latitude, robin.time_zone) == (33.45, "America/Phoenix")

    typed = fields_of(client, robin) | {"latitude": "33.3", "longitude": "-111.9", "time_zone": "America/Denver"}
    client.post(change(robin), typed)
    robin.refresh_from_db()
    assert (robin.latitude, robin.time_zone) == (33.3, "America/Denver")


def test_federal_educators_are_asked_about(client: Client, scheduler: User, robin: Presenter) -> None:
    robin.agency.level = "federal"
    robin.agency.save()
    answer = client.post(change(robin), fields_of(client, robin))
    assert any("schools are told that an educator comes" in str(said) for said in get_messages(answer.wsgi_request))


def test_links_are_mailed_by_a_button_alone(client: Client, scheduler: User, robin: Presenter) -> None:
    key = robin.key
    for step, template in (("send_invitation", "/presenting/claim/"), ("make_new_links", "/presenting/")):
        path = reverse(f"admin:outreach_presenter_{step}", args=[robin.pk])
        before = Email.objects.count()
        assert client.get(path).status_code == 200
        assert Email.objects.count() == before
        assert client.post(path)["Location"] == change(robin)
        newest = Email.objects.order_by("-pk")[0]
        assert template in newest.message
        assert newest.to == [robin.email]
    robin.refresh_from_db()
    assert robin.key != key


def test_an_agency_is_asked_for_its_presenters(client: Client, scheduler: User, robin: Presenter) -> None:
    path = reverse("admin:outreach_presenter_ask_agency")
    assert client.get(path).status_code == 200
    client.post(path, {"agency": str(robin.agency_id), "email": "desk@lamp.example.org"})
    asked = PresenterInvitation.objects.get()
    assert (asked.agency, asked.invited_by, Email.objects.get().to) == (robin.agency, scheduler, [asked.email])
    assert (
        "correct" in client.post(path, {"email": "nobody"}).content.decode() or PresenterInvitation.objects.count() == 1
    )


def test_falling_ill_names_what_needs_somebody_else(client: Client, scheduler: User, robin: Presenter) -> None:
    event = approved(robin)
    day = f"{event.starts_at.astimezone(dt.UTC):%Y-%m-%d}"
    path = reverse("admin:outreach_presenter_fall_ill", args=[robin.pk])
    assert "comes before the first" in client.post(path, {"first": "2027-01-12", "last": "2027-01-11"}).content.decode()
    event.refresh_from_db()
    assert event.presenter == robin

    answer = client.post(path, {"first": day, "last": day})
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any("1 need" in text for text in said)
    assert Seminar.objects.filter(presenter=None, state="draft").get() == event


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_one_and_for_three(
    client: Client, scheduler: User, robin: Presenter, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count - 1):
        factories.presenter()
    path = reverse("admin:outreach_presenter_changelist")
    client.get(path)
    with django_assert_max_num_queries(14):
        assert client.get(path).content.decode().count("Not claimed") >= count


def test_links_and_keys_are_on_no_page_of_the_admin(client: Client, scheduler: User, robin: Presenter) -> None:
    for path in (change(robin), reverse("admin:outreach_presenter_changelist")):
        page = client.get(path).content.decode()
        assert str(robin.key) not in page
        assert str(robin.calendar_key) not in page
