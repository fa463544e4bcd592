"""The queue of requests: what waits, most points first; one press answers it, and doubles are seen."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.seminars import duplicates, intake
from outreach.seminars.models import Request
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db
QUEUE = "admin:outreach_request_queue"


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


@pytest.fixture
def scheduler(client: Client, user_with: Callable[..., User]) -> User:
    user = user_with(Role.SCHEDULER)
    client.force_login(user)
    return user


def answer(client: Client, asked: Request, step: str, **more: Any) -> Any:
    """Presses a button of a card."""
    return client.post(reverse("admin:outreach_request_triage", args=[asked.pk]), {"step": step, **more})


def test_queue_shows_the_most_points_first_with_their_lines(client: Client, scheduler: User, ahead: Season) -> None:
    factories.request(season=ahead, school_name="Small School", headcount=10)
    factories.request(season=ahead, school_name="Large School", headcount=250, language="es")
    factories.request(season=ahead, school_name="Accepted", state="accepted", contact_email="a@example.org")
    page = client.get(reverse(QUEUE)).content.decode()

    assert 0 < page.index("Large School") < page.index("Small School")
    assert "Accepted, Jackson" not in page
    assert "250 people: 1 for each 5" in page
    assert "in Español" in page
    assert "Accept all 2 shown" in page
    assert "Optimise 1 accepted request" in page


def test_card_says_what_is_missing(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, area=Area.objects.get(pk="FL"))
    asked.preferred_dates.create(rank=0, date=dt.date(ahead.year, 1, 12), earliest=dt.time(9), latest_end=dt.time(12))
    page = client.get(reverse(QUEUE)).content.decode()

    for words in ("e-mail address is not confirmed", "its clock is unknown", "its place is unknown", "a private room"):
        assert words in page
    assert "12 Jan, 09:00–12:00" in page


@pytest.mark.parametrize(
    ("step", "more", "state"),
    [
        ("accept", {}, "accepted"),
        ("ask", {"reason": "Which room?"}, "asked"),
        ("decline", {"reason": "No one near."}, "declined"),
    ],
)
def test_a_press_answers_and_leads_to_the_next_card(
    client: Client, scheduler: User, ahead: Season, step: str, more: dict[str, str], state: str
) -> None:
    asked, following = factories.request(season=ahead), factories.request(season=ahead, school_name="Next")
    told = answer(client, asked, step, next=str(following.pk), **more)

    asked.refresh_from_db()
    assert asked.state == state
    assert f"at={following.pk}" in told["Location"]
    page = client.get(told["Location"]).content.decode()
    assert f'id="r{following.pk}" tabindex="-1" data-card data-at' in page
    assert Email.objects.count() == 1
    assert Entry.objects.filter(actor=scheduler, object_type="outreach.request").count() == 1


@pytest.mark.parametrize(
    ("step", "more"),
    [("ask", {}), ("ask", {"reason": " "}), ("decline", {"reason": "x" * 301}), ("withdraw", {}), ("", {})],
)
def test_a_press_without_its_words_changes_nothing(
    client: Client, scheduler: User, ahead: Season, step: str, more: dict[str, str]
) -> None:
    asked = factories.request(season=ahead)
    answer(client, asked, step, **more)

    asked.refresh_from_db()
    assert (asked.state, Email.objects.count()) == ("new", 0)


def test_the_second_of_two_who_press_is_told(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead)
    intake.withdraw(uid=asked.uid)
    told = client.get(answer(client, asked, "accept")["Location"]).content.decode()

    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "that is final" in told


def test_all_shown_are_accepted_but_those_that_wait_no_more(client: Client, scheduler: User, ahead: Season) -> None:
    shown = [factories.request(season=ahead, contact_email=f"{number}@example.org") for number in range(3)]
    later = factories.request(season=ahead)
    intake.withdraw(uid=shown[1].uid)
    path = reverse("admin:outreach_request_accept_shown")
    told = client.post(path, {"shown": ",".join(str(each.pk) for each in shown)}, follow=True).content.decode()

    states = list(Request.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["accepted", "withdrawn", "accepted", "new"]
    assert "2 requests are accepted" in told
    assert "1 of that page waited no more" in told
    assert Email.objects.count() == 2
    assert later.state == "new"
    for nothing in ({}, {"shown": ""}, {"shown": "x"}, {"shown": "9" * 30}):
        client.post(path, nothing)


@pytest.mark.parametrize("count", [1, 3])
def test_queue_needs_the_same_statements_for_any_number(
    client: Client, scheduler: User, ahead: Season, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        asked = factories.request(season=ahead, school=factories.school(), contact_email="same@example.org")
        asked.preferred_dates.create(
            rank=0, date=dt.date(ahead.year, 1, 12 + number), earliest=dt.time(9), latest_end=dt.time(12)
        )
        asked.blackouts.create(first=dt.date(ahead.year, 1, 4), last=dt.date(ahead.year, 1, 5))
    client.get(reverse(QUEUE))
    with django_assert_max_num_queries(22):
        client.get(reverse(QUEUE))


@pytest.mark.parametrize(
    ("more", "is_double"),
    [
        ({"contact_email": "DANA@school.example.org", "school_name": "X", "city": "Y"}, True),
        ({"contact_email": "a@example.org", "school_name": "pearl river  high SCHOOL", "city": "JACKSON"}, True),
        ({"contact_email": "a@example.org", "city": "Biloxi"}, False),
        ({"contact_email": "a@example.org", "school_name": "Another"}, False),
        ({"state": "withdrawn"}, False),
        ({"state": "declined"}, True),
    ],
)
def test_doubles_are_known_by_address_and_by_name(ahead: Season, more: dict[str, Any], is_double: bool) -> None:
    asked = factories.request(season=ahead)
    other = factories.request(season=ahead, **more)

    assert duplicates.of([asked]) == {asked.pk: [other] if is_double else []}


def test_doubles_are_known_by_their_school_and_only_of_the_season(ahead: Season) -> None:
    school = factories.school()
    earlier = Season.objects.get_or_create(year=ahead.year - 1, defaults=factories.dates_of(ahead.year - 1))[0]
    asked = factories.request(season=ahead, school=school)
    alike = {"school": school, "school_name": "By its old name", "contact_email": "a@example.org"}
    other = factories.request(season=ahead, **alike)
    factories.request(season=earlier, **alike)

    assert duplicates.of([asked, other]) == {asked.pk: [other], other.pk: [asked]}


def test_linking_the_school_gives_place_and_clock(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, area=Area.objects.get(pk="FL"), school_name="Bay High")
    school = factories.school(name="Bay High School", state=Area.objects.get(pk="FL"), latitude=30.2, longitude=-85.7)
    path = reverse("admin:outreach_request_school", args=[asked.pk])
    assert "Bay High School" in client.get(path).content.decode()
    assert "No open school fits" in client.get(path, {"q": "nothing like it"}).content.decode()
    client.post(path, {"school": str(school.pk)})

    asked.refresh_from_db()
    assert (asked.school, asked.position, asked.zone) == (school, (30.2, -85.7), "America/Chicago")
    client.post(path, {"school": ""})
    asked.refresh_from_db()
    assert asked.school is None
    asked.state = "planned"
    asked.save(update_fields=["state"])
    refused = client.post(path, {"school": str(school.pk)})
    assert (refused.status_code, "cancel it first" in refused.content.decode()) == (409, True)


def test_a_planned_request_opens_again_when_its_seminar_is_gone(ahead: Season, scheduler: User) -> None:
    asked = factories.request(season=ahead, state="planned")
    event = factories.seminar(season=ahead, request=asked)
    with pytest.raises(intake.NotPossible, match="cancel it first"):
        intake.reopen(request_id=asked.pk, by=scheduler, reason="")
    event.state = "cancelled"
    event.save(update_fields=["state"])
    for _ in range(2):
        assert intake.reopen(request_id=asked.pk, by=scheduler, reason="Snow.").state == "accepted"

    assert Entry.objects.filter(verb="opened again").count() == 1
    with pytest.raises(intake.NotPossible, match="only a planned one"):
        intake.reopen(request_id=factories.request(season=ahead).pk, by=scheduler, reason="")


def test_who_may_present_is_not_narrowed_below_who_is_planned(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, state="planned", presenter_kinds=["educator", "local_police"])
    factories.seminar(season=ahead, request=asked, state="draft", presenter=factories.presenter(kind="local_police"))
    path = reverse("admin:outreach_request_change", args=[asked.pk])
    page = client.get(path)
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    for inline in page.context["inline_admin_formsets"]:
        for part in (inline.formset.management_form, *inline.formset.forms):
            sent |= {part.add_prefix(name): part[name].value() or "" for name in part.fields}
    refused = client.post(path, sent | {"presenter_kinds": ["educator"]})

    assert "find somebody else first" in refused.content.decode()
    asked.refresh_from_db()
    assert asked.presenter_kinds == ["educator", "local_police"]


def test_an_analyst_may_not_triage(client: Client, user_with: Callable[..., User], ahead: Season) -> None:
    asked = factories.request(season=ahead)
    client.force_login(user_with(Role.ANALYST))

    for path in (reverse(QUEUE), reverse("admin:outreach_request_school", args=[asked.pk])):
        assert client.get(path).status_code == 403
    assert answer(client, asked, "accept").status_code == 403
    assert client.post(reverse("admin:outreach_request_accept_shown"), {"shown": str(asked.pk)}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "new"
