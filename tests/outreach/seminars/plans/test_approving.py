"""A plan comes true: what opens, what is held, what is refused, and who is told."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outreach.channels.models import Channel
from outreach.seminars import occupancy
from outreach.seminars.models import BookedInstant, PlanVersion, Request, Seminar, SeminarNotice
from outreach.seminars.plans import approving
from outreach.seminars.plans import editing as plan_editing
from outreach.seminars.plans.editing import ChangedMeanwhile
from outreach.seminars.refusals import NotPossible
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")


def cared_for(season: Season, **fields: Any) -> Request:
    """An accepted request whose school said all that must be there before students are met."""
    return rows.asked(
        season,
        parents_told_on=dt.date(2026, 1, 5),
        opt_out="The front office",
        counsellor_present=True,
        private_room="Room 4",
        safeguarding_contact="The counselor, room 12",
        **fields,
    )


@pytest.fixture
def child_line(db: None) -> Channel:
    """Mississippi's line of the seed, sure enough to be printed."""
    line = Channel.objects.filter(area="MS", answered_by="child_protection", kind="voice").first()
    assert line is not None
    return line


def plan_of(season: Season, by: User | None = None) -> PlanVersion:
    """A plan that was worked out."""
    plan = rows.planned(season, by)
    assert plan.state == "draft", plan.failure
    return plan


def test_look_counts_what_opens_and_says_what_the_rest_waits_for(ahead: Season, scheduler: User) -> None:
    rows.asked(ahead, grades="adults")
    rows.asked(ahead)
    rows.offers(max_seminars=4)
    seen = approving.look(plan_id=plan_of(ahead, scheduler).pk)
    assert seen.button == "Approve 1 seminar, hold 1"
    (held,) = seen.held
    assert any("private room" in sentence for sentence in held.waits)
    assert not Seminar.objects.exists()
    assert not SeminarNotice.objects.exists()


def test_approve_makes_seminars_takes_time_and_notes_who_is_told(ahead: Season, scheduler: User) -> None:
    adults, students = rows.asked(ahead, grades="adults"), rows.asked(ahead)
    robin = rows.offers(max_seminars=4)
    plan = plan_of(ahead, scheduler)
    approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    opened, held = Seminar.objects.get(request=adults), Seminar.objects.get(request=students)
    assert (opened.state, held.state) == ("open", "draft")
    assert held.approved_at is not None
    assert (opened.presenter, opened.plan, opened.answer) == (robin, plan, "asked")
    assert set(Request.objects.values_list("state", flat=True)) == {"planned"}
    told = {(notice.seminar_id, notice.to, notice.template) for notice in SeminarNotice.objects.all()}
    assert (opened.pk, "school", "request_planned") in told
    assert (held.pk, "school", "request_held") in told
    assert {(opened.pk, "presenter", "seminar_assigned"), (held.pk, "presenter", "seminar_assigned")} <= told
    assert BookedInstant.objects.filter(presenter=robin, seminar=opened, part="seminar").count() == 12
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by) == ("approved", scheduler)


def test_approve_again_is_refused_and_changes_nothing(ahead: Season, scheduler: User) -> None:
    rows.asked(ahead, grades="adults")
    rows.offers()
    plan = plan_of(ahead, scheduler)
    approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    notices = SeminarNotice.objects.count()
    with pytest.raises(NotPossible, match="only a draft is approved"):
        approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    assert (Seminar.objects.count(), SeminarNotice.objects.count()) == (1, notices)


def test_approve_refuses_an_older_edition(ahead: Season, scheduler: User) -> None:
    asked = rows.asked(ahead, grades="adults")
    rows.offers()
    plan = plan_of(ahead, scheduler)
    plan_editing.lock(plan_id=plan.pk, request_id=asked.pk, edition=1, by=scheduler)
    with pytest.raises(ChangedMeanwhile):
        approving.approve(plan_id=plan.pk, edition=1, by=scheduler)
    assert not Seminar.objects.exists()


def test_approve_leaves_out_what_changed_since_by_name_and_goes_on(ahead: Season, scheduler: User) -> None:
    gone, stays, other = (rows.asked(ahead, grades="adults") for _ in range(3))
    rows.offers(max_seminars=8)
    plan = plan_of(ahead, scheduler)
    Request.objects.filter(pk=gone.pk).update(state="withdrawn")
    Request.objects.filter(pk=other.pk).update(presenter_kinds=["federal_agent"])
    done = approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    assert [line.row.request_id for line in done.opens] == [stays.pk]
    assert {refusal.row.request_id for refusal in done.refused} == {gone.pk, other.pk}
    assert all(refusal.why.endswith(".") for refusal in done.refused)
    assert list(Seminar.objects.values_list("request", flat=True)) == [stays.pk]


def test_approve_never_moves_what_the_presenter_confirmed_meanwhile(ahead: Season, scheduler: User) -> None:
    days = rows.school_days(ahead)
    asked, robin = rows.asked(ahead, grades="adults", days=days), rows.offers()
    first = plan_of(ahead, scheduler)
    approving.approve(plan_id=first.pk, edition=first.edition, by=scheduler)
    second = plan_of(ahead, scheduler)
    start = dt.datetime.combine(days[2], dt.time(13), tzinfo=CHICAGO)
    plan_editing.move(
        plan_id=second.pk,
        request_id=asked.pk,
        presenter_id=robin.pk,
        start=start,
        mode="in_person",
        edition=1,
        by=scheduler,
    )
    plan_editing.lock(plan_id=second.pk, request_id=asked.pk, edition=2, by=scheduler)
    before = Seminar.objects.get()
    Seminar.objects.update(answer="confirmed")
    with pytest.raises(NotPossible, match="confirmed"):
        approving.approve(plan_id=second.pk, edition=3, by=scheduler)
    assert Seminar.objects.get().starts_at == before.starts_at


def test_approve_moves_a_seminar_and_tells_of_the_change_once(ahead: Season, scheduler: User) -> None:
    days = rows.school_days(ahead)
    asked, robin = rows.asked(ahead, grades="adults", days=days), rows.offers()
    first = plan_of(ahead, scheduler)
    approving.approve(plan_id=first.pk, edition=first.edition, by=scheduler)
    second = plan_of(ahead, scheduler)
    start = dt.datetime.combine(days[2], dt.time(13), tzinfo=CHICAGO)
    moved = plan_editing.move(
        plan_id=second.pk,
        request_id=asked.pk,
        presenter_id=robin.pk,
        start=start,
        mode="in_person",
        edition=1,
        by=scheduler,
    )
    done = approving.approve(plan_id=second.pk, edition=moved.edition, by=scheduler)
    assert len(done.moved) == 1
    seminar = Seminar.objects.get()
    assert (seminar.starts_at, seminar.sequence, seminar.state) == (start, 1, "open")
    told = SeminarNotice.objects.filter(sequence=1).values_list("to", "template")
    assert sorted(told) == [("presenter", "seminar_moved"), ("school", "request_changed")]
    marks = BookedInstant.objects.filter(part="seminar").values_list("mark", flat=True)
    assert min(marks) == start.timestamp() // 300
    first.refresh_from_db()
    assert first.state == "superseded"


def test_approve_leaves_a_dropped_seminar_its_hour(ahead: Season, scheduler: User) -> None:
    asked, robin = rows.asked(ahead, grades="adults"), rows.offers()
    first = plan_of(ahead, scheduler)
    approving.approve(plan_id=first.pk, edition=first.edition, by=scheduler)
    second = plan_of(ahead, scheduler)
    left = plan_editing.leave_out(plan_id=second.pk, request_id=asked.pk, edition=1, by=scheduler)
    other = rows.asked(ahead, grades="adults")
    before = Seminar.objects.get()
    done = approving.approve(plan_id=second.pk, edition=left.edition, by=scheduler)
    assert len(done.dropped) == 1
    seminar = Seminar.objects.get()
    assert (seminar.presenter, seminar.starts_at) == (None, before.starts_at)
    assert not BookedInstant.objects.filter(presenter=robin).exists()
    assert SeminarNotice.objects.filter(presenter=robin, template="seminar_released").exists()
    other.refresh_from_db()
    assert other.state == "accepted"


def test_approve_opens_students_seminars_whose_conditions_are_there(
    ahead: Season, scheduler: User, child_line: Channel
) -> None:
    asked = cared_for(ahead)
    rows.offers()
    plan = plan_of(ahead, scheduler)
    seen = approving.look(plan_id=plan.pk)
    if seen.held:  # the seed's line is not verified by two persons in this world
        Channel.objects.filter(pk=child_line.pk).update(confidence="H")
    done = approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    seminar = Seminar.objects.get(request=asked)
    assert (seminar.state == "open") == (not done.held)


def test_approve_of_what_somebody_booked_by_hand_is_all_or_nothing(ahead: Season, scheduler: User) -> None:
    asked, robin = rows.asked(ahead, grades="adults"), rows.offers()
    plan = plan_of(ahead, scheduler)
    row = plan.assignments.get(request=asked)
    assert row.starts_at is not None
    factories.seminar(season=ahead, presenter=robin, starts_at=row.starts_at)
    occupancy.book(presenter_ids=[robin.pk])
    with pytest.raises(NotPossible):
        approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    asked.refresh_from_db()
    assert asked.state == "accepted"
    plan.refresh_from_db()
    assert plan.state == "draft"


def test_look_asks_as_often_for_three_seminars_as_for_one(ahead: Season, scheduler: User) -> None:
    counts = []
    for _ in range(2):
        rows.asked(ahead, grades="adults")
        rows.offers()
        plan = plan_of(ahead, scheduler)
        with CaptureQueriesContext(connection) as asked:
            approving.look(plan_id=plan.pk)
        counts.append(len(asked))
        rows.asked(ahead, grades="adults")
    assert counts[0] == counts[1]
