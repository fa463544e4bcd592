"""Before whom a seminar is given: minors, college students, adults; who may know of it, and what must be there."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.seminars import conditions, intake, pack, promises, publishing, triage
from outreach.seminars.audiences import UNLISTED, Audience, audience_of
from outreach.seminars.choices import Grades, Topic
from outreach.seminars.forms import RequestForm
from outreach.seminars.models import PresenterKind, Seminar
from outreach.seminars.pack import Part
from outreach.seminars.plans import timetable
from outreach.seminars.refusals import NotPossible
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.asking import wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


@pytest.fixture
def college(ahead: Season) -> Seminar:
    """A draft for a college class, with a presenter whose check for work with minors is not recorded."""
    asked = factories.request(season=ahead, grades="college", state="accepted", safeguarding_contact="")
    staff = User.objects.create_user("staff")
    return intake.make_seminar(
        request_id=asked.pk,
        by=staff,
        date=dt.date(ahead.year, 1, 12),
        start=dt.time(10),
        presenter=factories.presenter(clearance_expires_on=None),
    )


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("grades", Grades)
def test_the_audience_follows_from_group_and_topic(grades: Grades, topic: Topic) -> None:
    audience = audience_of(grades=grades, topic=topic)
    is_of_adults = grades == Grades.ADULTS or topic == Topic.STAFF
    assert (audience == Audience.ADULTS) == is_of_adults
    assert audience.is_unlisted == (not is_of_adults) == (audience in UNLISTED)
    assert audience.are_minors == (not is_of_adults and grades != Grades.COLLEGE)


def test_what_is_not_known_is_treated_as_minors() -> None:
    assert audience_of(grades="", topic="").are_minors
    assert audience_of(grades="\x00", topic="x").are_minors


@pytest.mark.parametrize(
    ("grades", "topic", "needed"),
    [
        ("9-12", "awareness", {"parents_told_on", "safeguarding_contact"}),
        ("college", "awareness", {"safeguarding_contact"}),
        ("adults", "awareness", set()),
        ("9-12", "staff", set()),
    ],
)
def test_the_form_asks_only_minors_schools_for_parents(
    ahead: Season, grades: str, topic: str, needed: set[str]
) -> None:
    sent = wish(ahead, grades=grades, topic=topic, parents_told_on="", safeguarding_contact="")
    form = RequestForm(sent, season=ahead, today=timezone.localdate())
    assert form.errors.keys() == needed


def test_a_college_class_is_unlisted_and_waits_for_no_parents_and_no_child_line(
    client: Client, college: Seminar
) -> None:
    staff = User.objects.get()
    assert (college.audience, college.child_line) == ("college", None)
    assert [each.name for each in conditions.missing(college)] == [
        "counsellor_present",
        "private_room",
        "safeguarding_contact",
    ]
    publishing.hold(seminar_id=college.pk, by=staff)
    assert college.request
    page = reverse("request-conditions", args=[college.request.uid])
    fields = client.get(page).context["form"].fields
    assert set(fields) == {"counsellor_present", "private_room", "safeguarding_contact"}
    said = {"counsellor_present": "on", "private_room": "Room 2", "safeguarding_contact": "The dean of students"}
    assert client.post(page, said).status_code == 303

    opened = publishing.publish(seminar_id=college.pk, by=staff)

    assert (opened.state, opened.parents_told_on, opened.child_line) == ("open", None, None)
    assert promises.broken() == []
    assert client.get(reverse("event", args=[opened.uid])).status_code == 404
    assert not Seminar.objects.public().exists()
    assert opened.title not in client.get(reverse("events")).content.decode()


def test_a_college_gets_papers_without_parents_and_without_the_line_for_children(college: Seminar) -> None:
    assert pack.for_school(college) == [Part.CHECKLIST]
    assert set(pack.digests(college)) == {"checklist", "brief"}
    told = str(pack.content(college, part=Part.CHECKLIST, language="en"))
    for word in ("Parents", "Families", "child", "Card"):
        assert word not in told
    for part in pack.OF_MINORS:
        with pytest.raises(NotPossible):
            pack.content(college, part=part, language="en")


def test_staff_are_not_told_to_ask_a_college_about_parents(college: Seminar) -> None:
    assert college.request
    missing = " ".join(triage._missing(college.request))
    assert "parents" not in missing
    assert "family" not in missing
    assert "whom a student can go to" in missing


def test_a_check_for_work_with_minors_is_needed_before_minors_alone(college: Seminar) -> None:
    presenter = factories.presenter(clearance_expires_on=None)
    assert promises.may_give(college, presenter) == ""
    assert college.request
    assert timetable.topic_text(college.request) == "awareness|adults|educator"
    college.audience = Audience.STUDENTS
    assert "is not recorded" in promises.may_give(college, presenter)


@pytest.mark.parametrize("lacks", ["counsellor_present", "private_room", "safeguarding_contact"])
def test_the_database_opens_no_college_class_without_care(lacks: str) -> None:
    care: dict[str, Any] = {"counsellor_present": True, "private_room": "Room 2", "safeguarding_contact": "The dean"}
    factories.seminar(audience="college", **care)
    with pytest.raises(IntegrityError, match="college_met_only_with_care"), transaction.atomic():
        factories.seminar(audience="college", **care | {lacks: None if lacks == "counsellor_present" else ""})


@pytest.mark.parametrize("said", [None, False])
def test_the_database_opens_no_class_of_minors_unless_a_counselor_is_known_to_be_there(said: bool | None) -> None:
    with pytest.raises(IntegrityError, match="students_met_only_with_care"), transaction.atomic():
        factories.seminar(audience="students", **factories.care() | {"counsellor_present": said})


@pytest.mark.parametrize("audience", UNLISTED)
def test_students_are_never_registered(audience: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.seminar(**_care(), audience=audience, seats_taken=1)


def _care() -> dict[str, Any]:
    return factories.care() | {"parents_told_kind": PresenterKind.EDUCATOR}
