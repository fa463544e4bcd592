"""The report: sums that are right, and small counts that nobody can work out from the others."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.attendance import report, report_paper
from outreach.attendance.attendance import settle
from outreach.attendance.models import CheckIn, FeedbackTally
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.keeping.suppression import SMALL
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import page_texts
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def held(**fields: Any) -> Seminar:
    """An event of yesterday with room for many."""
    values: dict[str, Any] = {"starts_at": timezone.now() - dt.timedelta(days=1), "capacity": 500}
    return factories.seminar(**values | fields)


def booked(event: Seminar, *, adults: int, classes: int = 0, **fields: Any) -> list[Registration]:
    """Adults of one seat each, and classes of 25."""
    number = itertools.count()
    rows = [
        Registration(seminar=event, name="Ana Cole", email=f"ana{next(number)}@example.org", seats=1, **fields)
        for _ in range(adults)
    ] + [
        Registration(
            seminar=event,
            name="Dana",
            email=f"dana{next(number)}@example.org",
            kind="class",
            group_name="Room 7",
            seats=25,
            adults=2,
            **fields,
        )
        for _ in range(classes)
    ]
    for row in rows:
        row.booked_at = timezone.now()
    return Registration.objects.bulk_create(rows)


def let_in(bookings: list[Registration], people: int | None = None) -> None:
    """All of them come, with as many as they booked or with ``people``."""
    CheckIn.objects.bulk_create(
        CheckIn(
            seminar=booking.seminar,
            registration=booking,
            device=uuid.uuid4(),
            kind=CheckIn.Kind.ARRIVED,
            people=booking.seats if people is None else people,
            scanned_at=timezone.now(),
        )
        for booking in bookings
    )


def counts(table: report.Table | None) -> dict[str, tuple[int | None, ...]]:
    assert table is not None
    return dict(table.rows)


def test_sums_are_those_of_the_doors() -> None:
    event = held()
    adults = booked(event, adults=40)
    classes = booked(event, adults=0, classes=2)
    let_in(adults[:25])
    let_in(classes[:1], people=31)
    told = report.of(event)
    people = counts(told.people)
    assert people["Together"] == (90, 56)
    assert people["Adults who booked for themselves"] == (40, 25)
    assert people["Classes and groups"] == (50, 31)
    assert (told.came, told.came_is_known, told.is_withholding) == (56, True, False)


def test_nobody_counted_is_said_and_is_not_none_came() -> None:
    event = held()
    booked(event, adults=20)
    told = report.of(event)
    assert (told.came, told.came_is_known) == (0 if told.came_is_known else told.came, False)
    assert told.people.columns == ("Seats booked",)
    data = report_paper.content(told, language="en", on=dt.date(2027, 1, 13))
    assert data["came"] == "Not counted"


def test_small_counts_and_what_gives_them_away_are_withheld() -> None:
    event = held()
    let_in(booked(event, adults=40, classes=0))
    CheckIn.objects.create(seminar=event, device=uuid.uuid4(), kind="counted", people=3, scanned_at=timezone.now())
    people = counts(report.of(event).people)
    assert people["Counted at the door without a booking"][1] is None
    # 43 together less 40 adults would tell the three.
    assert None in (people["Together"][1], people["Adults who booked for themselves"][1])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    came=st.integers(0, 45),
    away=st.integers(0, 45),
    walked=st.integers(0, 30),
    yes=st.integers(0, 40),
    no=st.integers(0, 12),
)
def test_no_small_count_can_be_worked_out(db: None, came: int, away: int, walked: int, yes: int, no: int) -> None:
    event = held()
    adults = booked(event, adults=came + away)
    let_in(adults[:came])
    let_in(booked(event, adults=0, classes=1))
    if walked:
        CheckIn.objects.create(
            seminar=event, device=uuid.uuid4(), kind="counted", people=walked, scanned_at=timezone.now()
        )
    FeedbackTally.objects.create(seminar=event, question="useful", answer="yes", count=yes)
    FeedbackTally.objects.create(seminar=event, question="useful", answer="no", count=no)
    told = report.of(event)
    shown = [count for table in (told.people, *told.answers) for _, row in table.rows for count in row]
    assert not [count for count in shown if count is not None and 1 <= count <= SMALL]
    # Whoever subtracts all but one of a column from its sum finds no small number.
    for column in range(len(told.people.columns)):
        *parts, (_, whole) = told.people.rows
        hidden = [name for name, row in parts if row[column] is None]
        assert whole[column] is None or len(hidden) != 1
    for table in told.answers:
        *answers, (_, all_of_them) = table.rows
        hidden = [name for name, row in answers if row[0] is None]
        assert all_of_them[0] is None or len(hidden) != 1


def test_same_numbers_are_withheld_each_time_it_is_asked_for() -> None:
    event = held()
    let_in(booked(event, adults=60, classes=3)[:9])
    for answer, number in (("yes", 30), ("partly", 14), ("no", 2)):
        FeedbackTally.objects.create(seminar=event, question="useful", answer=answer, count=number)
    assert len({report.of(event) for _ in range(12)}) == 1


def test_line_is_told_in_bookings() -> None:
    event = held()
    for number, (state, extra) in enumerate(
        [("booked", {"booked_at": timezone.now()})] * 14 + [("lapsed", {"ended": "began"})] * 12
    ):
        Registration.objects.create(
            seminar=event, name="Ana", email=f"a{number}@example.org", line=number + 1, state=state, **extra
        )
    line = counts(report.of(event).line)
    assert [row[0] for row in line.values()] == [26, 14, 12, 0]


def test_sum_outlives_the_names_and_a_small_one_is_not_told() -> None:
    event = held()
    let_in(booked(event, adults=30))
    settle(event)
    CheckIn.objects.all().delete()
    event.refresh_from_db()
    told = report.of(event)
    assert (told.came, told.came_is_known) == (30, True)
    Seminar.objects.update(attended=4)
    event.refresh_from_db()
    told = report.of(event)
    assert (told.came, told.came_is_known, told.is_withholding) == (None, True, True)


def test_seminar_for_students_is_a_headcount_alone() -> None:
    event = held(audience="students")
    CheckIn.objects.create(seminar=event, device=uuid.uuid4(), kind="counted", people=58, scanned_at=timezone.now())
    told = report.of(event)
    assert (told.came, told.line) == (58, None)


@pytest.mark.parametrize("language", ["en", "es"])
def test_paper_names_nobody(language: str) -> None:
    event = held(presenter=factories.presenter(name="Robin Hale"))
    let_in(booked(event, adults=30, classes=1))
    FeedbackTally.objects.create(seminar=event, question="useful", answer="yes", count=4)
    paper = report_paper.paper(event, language=language)
    text = " ".join(page_texts(paper))
    assert "55" in text
    assert not [name for name in ("Ana", "Cole", "Dana", "Robin", "Room 7", "@") if name in text]
    assert b"pdfuaid" in paper


def test_staff_read_it_and_take_it_as_pdf(client: Client, user_with: Callable[..., User]) -> None:
    event = held()
    let_in(booked(event, adults=30))
    client.force_login(user_with(Role.SCHEDULER))
    address = reverse("admin:outreach_seminar_report", args=[event.pk])
    assert "30 people came" in " ".join(client.get(address).content.decode().split())
    assert client.get(address, {"pdf": "es"})["Content-Type"] == "application/pdf"
    ahead = factories.seminar()
    assert client.get(reverse("admin:outreach_seminar_report", args=[ahead.pk])).status_code == 404
