"""The steps of the form for schools, without scripts: saved at each, nothing lost, days in words on the school's clock."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outreach.seminars import ask_steps
from outreach.seminars.models import PreferredDate, Request, RequestDraft
from portal.areas.models import Area
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.asking import wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


def posted(answer: Any) -> dict[str, Any]:
    """What a browser would send of a page as it stands."""
    page = answer.context["page"]
    sent: dict[str, Any] = {}
    for name, text in page.carried:
        sent.setdefault(name, []).append(text)
    names = ask_steps.fields(page.form, page.at) | {"nonce", "school", "reached"}
    for name in names:
        if values := ask_steps.texts(page.form[name].value()):
            sent[name] = values
    return {**sent, "at": page.at, "edition": page.draft.edition if page.draft else 0}


def go_on(client: Client, answer: Any, **typed: Any) -> Any:
    """Presses “Save and continue” and follows to the next step."""
    address = re.search(r'<form method="post" action="([^"]+)"', answer.content.decode())
    assert address
    sent: Any = client.post(address.group(1), {**posted(answer), **typed, "step": "next"})
    return client.get(sent["Location"]) if sent.status_code == 303 else sent


def part(season: Season, *names: str) -> dict[str, Any]:
    sent = wish(season)
    return {name: sent[name] for name in names}


def to_the_end(client: Client, season: Season, **more: Any) -> Any:
    answer = client.get(reverse("seminar-request"))
    for names in (
        ("school_name", "city", "area"),
        ("grades", "headcount", "topic", "mode", "language", "minutes"),
        ("date_1", "earliest_1", "latest_end_1"),
        ("presenter_kinds", "safeguarding_contact", "parents_told_on"),
        ("contact_name", "contact_email"),
    ):
        answer = go_on(client, answer, **part(season, *names) | {name: more[name] for name in names if name in more})
    return answer


def test_a_school_walks_through_all_steps_without_scripts(client: Client, ahead: Season) -> None:
    answer = client.get(reverse("seminar-request"))
    assert "Step 1 of 6" in answer.content.decode()
    assert not RequestDraft.objects.exists()

    answer = to_the_end(client, ahead)

    page = answer.content.decode()
    assert (answer.context["page"].at, "Step 6 of 6" in page) == ("check", True)
    assert not Request.objects.exists()
    draft = RequestDraft.objects.get()
    sent = client.post(reverse("seminar-draft", args=[draft.uid]), {**posted(answer), "step": "send"})
    assert sent["Location"] == reverse("seminar-request-sent")
    asked = Request.objects.get()
    assert (asked.school_name, asked.headcount, asked.contact_name) == ("Pearl River High School", 60, "Dana Cole")
    assert asked.presenter_kinds == ["educator"]
    assert not RequestDraft.objects.exists()


def test_what_is_wrong_in_a_step_is_told_there_and_kept(client: Client, ahead: Season) -> None:
    answer = go_on(client, client.get(reverse("seminar-request")), **part(ahead, "school_name", "city", "area"))
    wrong = go_on(client, answer, grades="9-12", headcount="sixty")

    page = wrong.content.decode()
    assert (wrong.status_code, wrong.context["page"].at) == (422, "group")
    assert '<a href="#id_headcount">' in page
    assert 'value="sixty"' in page
    assert set(wrong.context["form"].errors) == {"headcount"}
    draft = RequestDraft.objects.get()
    assert (draft.data["headcount"], draft.data["city"]) == (["sixty"], ["Jackson"])
    assert go_on(client, wrong, headcount="60").context["page"].at == "days"


def test_the_private_link_leads_to_where_one_was_and_back_finds_all(client: Client, ahead: Season) -> None:
    answer = go_on(client, client.get(reverse("seminar-request")), **part(ahead, "school_name", "city", "area"))
    answer = go_on(client, answer, grades="9-12", headcount="60")
    own = reverse("seminar-draft", args=[RequestDraft.objects.get().uid])

    assert client.get(own).context["page"].at == "days"
    back = client.get(own, {"at": "school"})
    assert back.context["form"]["school_name"].value() == "Pearl River High School"
    assert ("headcount", "60") in back.context["page"].carried
    assert client.get(own, {"at": "nowhere"}).context["page"].at == "days"


def test_whoever_changes_something_at_the_end_returns_there(client: Client, ahead: Season) -> None:
    answer = to_the_end(client, ahead)
    own = reverse("seminar-draft", args=[RequestDraft.objects.get().uid])
    assert f'href="{own}?at=school"' in answer.content.decode()

    again = go_on(client, client.get(own, {"at": "school"}), city="Biloxi")

    assert again.context["page"].at == "check"
    assert "Biloxi" in again.content.decode()


def test_sending_what_lacks_something_leads_to_the_first_step_that_does(client: Client, ahead: Season) -> None:
    answer = to_the_end(client, ahead)
    own = reverse("seminar-draft", args=[RequestDraft.objects.get().uid])
    sent = {**posted(answer), "step": "send", "headcount": "0", "contact_name": ""}

    wrong = client.post(own, sent)

    assert (wrong.status_code, wrong.context["page"].at) == (422, "group")
    assert set(wrong.context["form"].errors) == {"headcount"}
    mended = go_on(client, wrong, headcount="60")
    assert mended.context["page"].at == "check"


@pytest.mark.parametrize(
    ("grades", "asked", "not_asked"),
    [
        ("9-12", {"safeguarding_contact", "parents_told_on", "opt_out"}, set()),
        ("college", {"safeguarding_contact", "private_room"}, {"parents_told_on", "opt_out", "parents_told_how"}),
        ("adults", {"presenter_kinds"}, {"safeguarding_contact", "parents_told_on", "private_room"}),
    ],
)
def test_only_what_matters_to_the_group_is_asked(
    client: Client, ahead: Season, grades: str, asked: set[str], not_asked: set[str]
) -> None:
    path = client.post(reverse("seminar-request"), {**wish(ahead, grades=grades), "step": "save"})["Location"]
    page = client.get(path, {"at": "people"}).context["page"]
    shown = ask_steps.fields(page.form, "people")

    assert asked <= shown
    assert not (not_asked & shown)


def test_what_is_not_asked_neither_counts_nor_is_wrong(client: Client, ahead: Season) -> None:
    sent = wish(ahead, grades="college", parents_told_on="nonsense", opt_out="x", reached="\x00")
    assert client.post(reverse("seminar-request"), sent).status_code == 303

    request = Request.objects.get()
    assert (request.parents_told_on, request.opt_out) == (None, "")
    assert request.safeguarding_contact == "The counselor, room 12"


PLACES = [
    ("MS", "Jackson", "Central Time", "hora del Centro"),
    ("AZ", "Phoenix", "Mountain Standard Time", "hora estándar de la Montaña"),
    ("GU", "Hagåtña", "Chamorro Time", "hora de Chamorro"),
]


@pytest.mark.parametrize(("area", "city", "english", "spanish"), PLACES)
def test_days_are_read_on_the_schools_own_clock(
    client: Client, ahead: Season, area: str, city: str, english: str, spanish: str
) -> None:
    zone = {"MS": "America/Chicago", "AZ": "America/Phoenix", "GU": "Pacific/Guam"}[area]
    school = factories.school(city=city, state=Area.objects.get(pk=area), time_zone=zone)
    sent = wish(ahead, school=str(school.uid), school_name=school.name, city=city, area=area)
    path = client.post(reverse("seminar-request"), {**sent, "step": "save"})["Location"]

    for at in ("days", "check"):
        page = client.get(path, {"at": at}).content.decode().replace("\xa0", " ")
        assert f"({english})" in page, at
    assert f"12 January {ahead.year}, 9:00 a.m. to 12:00 p.m. ({english})" in page
    assert spanish in client.get(path.replace("/en/", "/es/"), {"at": "check"}).content.decode()
    client.post(path, {**sent, "edition": "1", "step": "send"})
    own = client.get(reverse("request-page", args=[Request.objects.get().uid])).content.decode().replace("\xa0", " ")
    assert f"9:00 a.m. to 12:00 p.m. ({english})" in own


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("America/Indiana/Indianapolis", "Eastern Time"),
        ("America/Indiana/Tell_City", "Central Time"),
        ("", "own clock"),
    ],
)
def test_indiana_is_not_guessed(client: Client, ahead: Season, zone: str, clock: str) -> None:
    school = factories.school(city="Tell City", state=Area.objects.get(pk="IN"), time_zone=zone)
    sent = wish(ahead, school=str(school.uid), school_name=school.name, city="Tell City", area="IN")
    path = client.post(reverse("seminar-request"), {**sent, "step": "save"})["Location"]

    assert clock in client.get(path, {"at": "check"}).content.decode()
    asked = factories.request(season=ahead, school=school, area=school.state)
    PreferredDate.objects.create(
        request=asked, rank=0, date=ahead.starts_on.replace(day=12), earliest="09:00", latest_end="12:00"
    )
    assert clock in client.get(reverse("request-page", args=[asked.uid])).content.decode()


def test_what_was_typed_is_read_as_it_stands_where_it_is_no_day(client: Client, ahead: Season) -> None:
    sent = wish(ahead, date_1="soon", earliest_2="9", closed_from_1=f"{ahead.year}-01-04", closed_why_1="exams")
    path = client.post(reverse("seminar-request"), {**sent, "step": "save"})["Location"]
    page = client.get(path, {"at": "check"}).content.decode()

    assert "soon – 09:00 – 12:00" in page
    assert "Exams" in page
    assert f"4 January {ahead.year}" in page
