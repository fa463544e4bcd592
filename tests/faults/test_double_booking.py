"""One presenter, two seminars at the same hour, booked at the same moment in every way there is: exactly one stands.

Runs on SQLite, and on PostgreSQL with ``-p tests.plugins.postgres``. Delays are put before the statements that
matter, so that both have looked before either has written.
"""

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from outreach.seminars import intake, occupancy
from outreach.seminars.models import BookedInstant, PlanVersion, Presenter, Request, Seminar
from outreach.seminars.plans import approving
from outreach.seminars.plans import editing as plan_editing
from outreach.seminars.refusals import NotPossible
from portal.areas.models import Area
from portal.people.models import User
from portal.seasons.models import Season
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

__all__ = ["on_disk"]

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@contextmanager
def slow_at(table: str, seconds: float, meeting: threading.Barrier | None = None) -> Iterator[None]:
    """Waits before each statement on a table, for the others if they come in time; of this thread's connection."""

    def wait(execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, Any]) -> object:
        if table in sql:
            if meeting is not None and sql.startswith("INSERT"):
                with contextlib.suppress(threading.BrokenBarrierError):  # the other waits for our lock: as it should
                    meeting.wait(timeout=seconds)
            else:
                time.sleep(seconds / 10)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wait):
        yield


def slowly(call: Callable[[], object], meeting: threading.Barrier) -> Callable[[], object]:
    """The call, with delays round everything that takes a presenter's time."""

    def run() -> object:
        with slow_at("outreach_bookedinstant", 0.5, meeting):
            return call()

    return run


@pytest.fixture
def ahead(transactional_db: None) -> Season:
    """A season that has not begun. What the migrations brought in is gone after the first of such tests."""
    Area.objects.get_or_create(code="MS", defaults={"name": "Mississippi", "kind": "state"})
    return factories.season_ahead()


@pytest.fixture
def by(ahead: Season) -> User:
    """Somebody who may plan."""
    return get_user_model().objects.create_user("planner", password="x" * 20)


def in_two_places() -> list[tuple[int, int]]:
    """Marks of a presenter that are taken twice, by what the seminars themselves say: none, if all is well."""
    found = []
    for presenter in Presenter.objects.all():
        taken: set[int] = set()
        live = Seminar.objects.filter(presenter=presenter, state__in=occupancy.LIVE).select_related("school", "request")
        for stretch in occupancy.day_plan(presenter, live):
            found += [(presenter.pk, mark) for mark in stretch.marks if mark in taken]
            taken |= set(stretch.marks)
        assert taken == set(BookedInstant.objects.filter(presenter=presenter).values_list("mark", flat=True))
    return found


def exactly_one(answers: list[object]) -> None:
    """One was done, the other refused in words; and the database agrees."""
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == len(answers) - 1, answers
    assert all(isinstance(answer, NotPossible) for answer in refused), answers
    assert Seminar.objects.filter(presenter__isnull=False).count() == 1
    assert in_two_places() == []


def at_ten(request: Request, presenter: Presenter, by: User, season: Season) -> Callable[[], Seminar]:
    """Makes a seminar by hand, at ten on the season's first school day."""
    day = rows.school_days(season)[0]
    return partial(intake.make_seminar, request_id=request.pk, by=by, date=day, start=dt.time(10), presenter=presenter)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_two_who_book_by_hand_at_once_are_one(ahead: Season, by: User, _: int) -> None:
    robin = rows.offers()
    asked = [rows.asked(ahead, grades="adults") for _ in range(2)]
    meeting = threading.Barrier(2)
    exactly_one(at_once([slowly(at_ten(request, robin, by, ahead), meeting) for request in asked]))


@pytest.mark.parametrize("_", range(ROUNDS))
def test_two_plans_approved_at_once_are_one(ahead: Season, by: User, _: int) -> None:
    robin = rows.offers(max_seminars=4)
    asked = rows.asked(ahead, grades="adults")
    first = rows.planned(ahead, by)
    second = plan_editing.copy(plan_id=first.pk, by=by)
    meeting = threading.Barrier(2)
    exactly_one(
        at_once(
            [slowly(partial(approving.approve, plan_id=plan.pk, edition=1, by=by), meeting) for plan in (first, second)]
        )
    )
    assert list(PlanVersion.objects.filter(state="approved").values_list("state", flat=True)) == ["approved"]
    assert Seminar.objects.get(request=asked).presenter == robin


@pytest.mark.parametrize("_", range(ROUNDS))
def test_plan_and_hand_at_once_are_one(ahead: Season, by: User, _: int) -> None:
    robin = rows.offers()
    planned = rows.asked(ahead, grades="adults", days=rows.school_days(ahead)[:1])
    plan = rows.planned(ahead, by)
    start = plan.assignments.get().starts_at
    assert start is not None
    by_hand = rows.asked(ahead, grades="adults")
    local = start.astimezone(ZoneInfo("America/Chicago"))
    hand = partial(
        intake.make_seminar,
        request_id=by_hand.pk,
        by=by,
        date=local.date(),
        start=local.time(),
        presenter=robin,
    )
    meeting = threading.Barrier(2)
    exactly_one(
        at_once([slowly(partial(approving.approve, plan_id=plan.pk, edition=1, by=by), meeting), slowly(hand, meeting)])
    )
    assert {planned.pk, by_hand.pk} >= set(Seminar.objects.filter(presenter=robin).values_list("request", flat=True))


def test_the_database_itself_refuses_whoever_forgets_to_hold_the_presenter(ahead: Season, by: User) -> None:
    robin = rows.offers()
    seminar = factories.seminar(season=ahead, presenter=robin)

    def write() -> None:
        with transaction.atomic():
            BookedInstant.objects.create(presenter=robin, mark=123456, seminar=seminar, part="seminar")

    answers = at_once([slowly(write, threading.Barrier(2)) for _ in range(2)])
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers
    assert BookedInstant.objects.count() == 1


def test_many_at_once_neither_lock_each_other_out_nor_overlap(ahead: Season, by: User) -> None:
    people = [rows.offers() for _ in range(3)]
    calls = []
    for number in range(9):
        asked = rows.asked(ahead, grades="adults")
        calls.append(at_ten(asked, people[number % 3], by, ahead))
    answers = at_once(calls)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, NotPossible) for answer in refused), answers
    assert len(answers) - len(refused) == 3
    assert in_two_places() == []
