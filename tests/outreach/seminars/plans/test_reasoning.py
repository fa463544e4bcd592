"""Why nobody gives a request stays true while a plan is changed by hand."""

import pytest
from django.test import Client
from django.urls import reverse

from outreach.seminars.models import PlanAssignment, PlanVersion, Request
from outreach.seminars.plans import editing, words
from outreach.seminars.plans import rows as plan_rows
from outreach.seminars.scheduling import diary, fitting, model, reasons
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowded(ahead: Season) -> tuple[PlanVersion, list[Request]]:
    """One presenter who gives one seminar, on the one day that three schools want; the first is worth the most."""
    day = rows.school_days(ahead)[:1]
    asked = [
        rows.asked(ahead, school_name=f"{name} High School", headcount=size, days=day)
        for name, size in (("Lanier", 300), ("Murrah", 200), ("Callaway", 100))
    ]
    rows.offers(name="Robin Hale", max_per_day=1)
    plan = rows.planned(ahead)
    assert [row.reason_code for row in (row_of(plan, each) for each in asked)] == ["", "full", "full"]
    return plan, asked


def row_of(plan: PlanVersion, asked: Request) -> PlanAssignment:
    return plan.assignments.select_related("request", "presenter").get(request=asked)


def held_by(plan: PlanVersion, asked: Request) -> list[str]:
    return words.holders(row_of(plan, asked), editing.opened(plan.pk).names)


def test_left_out_seminar_leaves_a_gap_that_others_are_told_of(
    crowded: tuple[PlanVersion, list[Request]], client: Client, scheduler: User
) -> None:
    plan, (first, second, third) = crowded
    assert "Lanier" in held_by(plan, second)[0]
    editing.leave_out(plan_id=plan.pk, request_id=first.pk, edition=plan.edition, by=scheduler)
    assert [row_of(plan, each).reason_code for each in (first, second, third)] == ["taken_out", "open", "open"]
    assert held_by(plan, second) == []
    client.force_login(scheduler)
    page = client.get(reverse("admin:outreach_planversion_change", args=[plan.pk])).content.decode()
    assert "It could be given as the plan stands now" in page
    assert "Robin Hale can give it on" in page


def test_moved_seminar_holds_its_presenter_for_the_others(
    crowded: tuple[PlanVersion, list[Request]], scheduler: User
) -> None:
    plan, (first, second, third) = crowded
    editing.leave_out(plan_id=plan.pk, request_id=first.pk, edition=1, by=scheduler)
    looked = editing.opened(plan.pk)
    best = next(each for each in editing.choices(looked, looked.row(second.pk)) if not each.conflicts)
    editing.move(
        plan_id=plan.pk,
        request_id=second.pk,
        presenter_id=best.presenter.pk,
        start=best.start,
        mode=best.mode,
        edition=2,
        by=scheduler,
    )
    assert [row_of(plan, each).reason_code for each in (first, second, third)] == ["taken_out", "", "full"]
    [held] = held_by(plan, third)
    assert "Murrah" in held
    assert "Lanier" not in held


def test_every_reason_is_true_after_many_changes(ahead: Season, scheduler: User) -> None:
    rows.many(ahead, requests=40, presenters=6)
    plan = rows.planned(ahead)
    for number in range(4):
        given = plan.assignments.exclude(presenter=None).order_by("pk")[number * 2]
        editing.leave_out(plan_id=plan.pk, request_id=given.request_id, edition=number + 1, by=scheduler)
    looked = editing.opened(plan.pk)
    free, book = fitting.Fitting(looked.problem), diary.Diary.of(looked.problem, looked.assigned.assignments)
    known = {f"P{pk}": presenter for pk, presenter in looked.names.presenters.items()}
    for row in looked.rows:
        asked = looked.problem.request_of.get(f"R{row.request_id}")
        if row.is_served or asked is None or row.reason_code == "taken_out":
            continue
        true = reasons.reason_of(free, book, asked)
        said = {"reason_code": str(true) if true is not None else "open"}
        assert row.reason_code == plan_rows.reasoned(said, asked, looked.problem, known)[0]


def test_what_is_left_by_hand_asks_for_nobody_new(crowded: tuple[PlanVersion, list[Request]], scheduler: User) -> None:
    plan, (first, *_) = crowded
    editing.leave_out(plan_id=plan.pk, request_id=first.pk, edition=1, by=scheduler)
    looked = editing.opened(plan.pk)
    unserved = plan_rows.as_plan(looked.rows, looked.problem).unserved
    assert {row.reason for row in unserved} == {model.Reason.LOW_VALUE}
