"""The form for schools: the register beneath it, every field of it, and what is wrong said in words."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from outreach.seminars import closed, intake
from outreach.seminars.forms import RequestForm
from outreach.seminars.models import Request, RequestDraft
from portal.areas.models import Area
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.asking import wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


def test_everything_that_a_school_says_is_kept(client: Client, ahead: Season) -> None:
    year = ahead.year
    sent = wish(
        ahead,
        postal_code="39201-1234",
        room="Library, 60 seats",
        equipment=["projector", "sound"],
        parents_told_how="letter",
        opt_out="A form at the front office",
        counsellor_present="on",
        private_room="Room 14",
        date_5=f"{year}-01-20",
        earliest_5="13:00",
        latest_end_5="15:00",
        closed_from_1=f"{year}-01-04",
        closed_to_1=f"{year}-01-06",
        closed_why_1="exams",
        closed_from_2=f"{year}-01-25",
    )
    client.post(reverse("seminar-request"), sent)

    asked = Request.objects.get()
    kept = (asked.postal_code, asked.room, asked.equipment, asked.parents_told_how, asked.opt_out, asked.private_room)
    assert kept == (
        "39201",
        "Library, 60 seats",
        ["projector", "sound"],
        "letter",
        "A form at the front office",
        "Room 14",
    )
    assert asked.counsellor_present is True
    assert [(day.rank, day.date.day) for day in asked.preferred_dates.all()] == [(0, 12), (1, 20)]
    stretches = [(each.first.day, each.last.day, each.why) for each in asked.blackouts.all()]
    assert stretches == [(4, 6, "exams"), (25, 25, "closed")]
    days = closed.blackouts([asked])[asked.pk]
    assert {day.day for day in days} == {4, 5, 6, 25}


def test_only_days_of_the_season_are_kept_as_closed(client: Client, ahead: Season) -> None:
    year = ahead.year
    stretches = {"closed_from_1": "0001-01-01", "closed_to_1": f"{year}-01-04", "closed_from_2": f"{year}-01-29"}
    stretches |= {"closed_to_2": "9999-12-31", "closed_from_3": f"{year - 1}-12-20"}
    client.post(reverse("seminar-request"), wish(ahead, **stretches))

    kept = [(each.first, each.last) for each in Request.objects.get().blackouts.all()]
    assert kept == [(ahead.starts_on, dt.date(year, 1, 4)), (dt.date(year, 1, 29), ahead.ends_on)]


def test_closed_days_typed_by_staff_count_within_the_season_alone(ahead: Season) -> None:
    asked = factories.request(season=ahead)
    asked.blackouts.create(first=dt.date.min, last=dt.date(ahead.year, 1, 2))
    asked.blackouts.create(first=dt.date(ahead.year, 1, 31), last=dt.date.max)

    assert {day.day for day in closed.blackouts([asked])[asked.pk]} == {1, 2, 31}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"closed_from_1": "{year}-01-11", "closed_to_1": "{year}-01-15"}, "closed or busy on Tuesday 12 January"),
        ({"closed_from_1": "{year}-01-15", "closed_to_1": "{year}-01-11"}, "must not be before the first"),
        ({"closed_to_2": "{year}-01-11"}, "From which day on?"),
        ({"date_2": "{year}-01-12", "earliest_2": "09:00", "latest_end_2": "11:00"}, "named this day and time above"),
        ({"postal_code": "3920"}, "Write five digits"),
        ({"earliest_1": "00:00", "latest_end_1": "00:30"}, "at least 60 minutes"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: Client, ahead: Season, more: dict[str, str], says: str
) -> None:
    sent = wish(ahead, room="Room 5", **{name: text.format(year=ahead.year) for name, text in more.items()})
    answer = client.post(reverse("seminar-request"), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'value="Room 5"' in page
    assert not Request.objects.exists()


def test_plain_words_on_immigration_stand_before_the_boxes(client: Client, ahead: Season) -> None:
    page = client.get(reverse("seminar-request"), {"at": "people"}).content.decode()

    assert 0 < page.index("may work for immigration enforcement") < page.index('name="presenter_kinds"')


def test_a_school_is_found_and_picked_without_scripts(client: Client, ahead: Season) -> None:
    school = factories.school(name="Lanier High School", address="833 Maple St", postal_code="39203-1111")
    factories.school(name="Provine High School")
    path = reverse("seminar-request")
    sent = wish(
        ahead, school_name="lanier", city="", area="", note="Room 5 has a screen", presenter_kinds=["local_police"]
    )

    page = client.post(path, {**sent, "step": "find"}).content.decode()
    assert f'value="{school.uid}"' in page
    assert "833 Maple St" in page
    assert "Provine" not in page
    assert "Please look at this again" not in page

    picked = client.post(path, {**sent, "pick": str(school.uid)})
    form, page = picked.context["form"], picked.content.decode()
    shown = {name: form[name].value() for name in ("school_name", "city", "area", "postal_code", "school")}
    assert shown == {
        "school_name": "Lanier High School",
        "city": "Jackson",
        "area": "MS",
        "postal_code": "39203",
        "school": str(school.uid),
    }
    assert form["presenter_kinds"].value() == ["local_police"]
    assert "Room 5 has a screen" in page
    assert "In the national register" in page
    assert not Request.objects.exists()
    assert not RequestDraft.objects.exists()

    client.post(path, {**sent, **shown})
    asked = Request.objects.get()
    assert (asked.school, asked.zone) == (school, "America/Chicago")


def test_a_search_that_finds_nothing_says_how_to_go_on(client: Client, ahead: Season) -> None:
    path = reverse("seminar-request")

    nothing = client.post(path, wish(ahead, step="find", school_name="Zzyzx")).content.decode()
    assert "No school found" in nothing
    short = client.post(path, wish(ahead, step="find", school_name="Z")).content.decode()
    assert "at least three letters" in short


def test_another_name_than_the_registers_is_another_school(client: Client, ahead: Season) -> None:
    school = factories.school(name="Lanier High School")
    client.post(reverse("seminar-request"), wish(ahead, school=str(school.uid), school_name="Murrah High School"))

    assert Request.objects.get().school is None


@pytest.mark.parametrize("uid", ["x", "\x00", "00000000-0000-0000-0000-000000000000", "9" * 36])
def test_a_school_that_is_none_is_no_matter(client: Client, ahead: Season, uid: str) -> None:
    assert client.get(reverse("seminar-request"), {"school": uid}).status_code == (400 if "\x00" in uid else 200)
    form = RequestForm(wish(ahead, school=uid), season=ahead, today=dt.date(2020, 1, 1))

    assert form.is_valid() == ("\x00" not in uid)
    assert form.cleaned_data.get("school") is None


def test_schools_are_offered_as_one_types(client: Client, ahead: Season) -> None:
    school = factories.school(name="Lanier High School", address="833 Maple St")
    factories.school(name="Lanier Middle School", state=Area.objects.get(pk="AZ"), city="Mesa")
    closed_one = factories.school(name="Lanier Old School")
    closed_one.retired_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    closed_one.save(update_fields=["retired_at"])
    answer = client.get(reverse("seminar-schools"), {"q": "lanier jack", "state": "ms"})

    assert answer.json()["schools"] == [
        {
            "school": str(school.uid),
            "school_name": "Lanier High School",
            "city": "Jackson",
            "area": "MS",
            "postal_code": "",
            "where": "833 Maple St, Jackson, Mississippi",
        }
    ]
    assert client.get(reverse("seminar-schools"), {"q": "la"}).json() == {"schools": []}
    assert client.get(reverse("seminar-schools")).json() == {"schools": []}


@pytest.mark.parametrize("count", [1, 3])
def test_finding_needs_the_same_statements_for_any_number(
    client: Client, ahead: Season, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        factories.school(name=f"Lanier {number}")
    with django_assert_max_num_queries(1):
        assert len(client.get(reverse("seminar-schools"), {"q": "lanier"}).json()["schools"]) == count
    sent = wish(ahead, step="find", school_name="lanier")
    with django_assert_max_num_queries(6):
        client.post(reverse("seminar-request"), sent)


def test_a_zip_code_gives_place_and_clock_where_no_school_is_linked(client: Client, ahead: Season) -> None:
    factories.school(postal_code="32501", latitude=30.42, longitude=-87.22, state=Area.objects.get(pk="FL"))
    client.post(reverse("seminar-request"), wish(ahead, area="FL", city="Pensacola", postal_code="32501"))

    asked = Request.objects.get()
    assert (asked.position, asked.zone) == ((30.42, -87.22), "America/Chicago")


def test_a_state_of_two_clocks_is_not_guessed(ahead: Season) -> None:
    asked = factories.request(season=ahead, area=Area.objects.get(pk="FL"))
    assert (asked.zone, asked.position) == ("", None)

    asked.time_zone = "America/Chicago"
    assert asked.zone == "America/Chicago"
    asked.school = factories.school(time_zone="America/New_York", latitude=27.9, longitude=-82.4)
    assert (asked.zone, asked.position) == ("America/New_York", (27.9, -82.4))


def test_no_seminar_is_made_on_a_day_that_any_request_of_the_school_closed(
    ahead: Season, django_user_model: Any
) -> None:
    school = factories.school()
    first = factories.request(season=ahead, school=school)
    first.blackouts.create(first=dt.date(ahead.year, 1, 11), last=dt.date(ahead.year, 1, 13))
    second = factories.request(season=ahead, school=school, state="accepted")
    stranger = factories.request(season=ahead)

    assert len(closed.blackouts([second])[second.pk]) == 3
    assert not closed.blackouts([stranger])[stranger.pk]
    staff = django_user_model.objects.create_user("staff")
    with pytest.raises(intake.NotPossible, match="closed or busy"):
        intake.make_seminar(request_id=second.pk, by=staff, date=dt.date(ahead.year, 1, 12), start=dt.time(10))


def test_the_school_answers_what_it_was_asked(client: Client, ahead: Season, django_user_model: Any) -> None:
    asked = factories.request(season=ahead)
    path = reverse("request-page", args=[asked.uid])
    assert client.post(path, {"step": "answer", "answer": "Too early"}).status_code == 409
    intake.ask_back(request_id=asked.pk, by=django_user_model.objects.create_user("staff"), reason="How many rooms?")

    page = client.get(path).content.decode()
    assert "How many rooms?" in page
    assert page.index("Please don’t write about anyone’s situation") < page.index("<textarea")
    empty = client.post(path, {"step": "answer", "answer": " "})
    assert (empty.status_code, "Write your answer here." in empty.content.decode()) == (422, True)
    for _ in range(2):
        client.post(path, {"step": "answer", "answer": "Two rooms."})

    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.answer) == ("new", "How many rooms?", "Two rooms.")
    assert asked.asked_at is not None
    assert asked.answered_at is not None
    assert "Two rooms." in client.get(path).content.decode()
