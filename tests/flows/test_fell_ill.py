"""A presenter falls ill: seen on Today, planned again, and nobody hears of it before another plan is approved."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email

from outreach.seminars import notices, promises
from outreach.seminars.models import PlanVersion, Presenter, Seminar
from outreach.seminars.plans import approving
from outreach.seminars.presenters import availability
from portal.areas import clocks
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db
CARE: dict[str, Any] = {
    "parents_told_on": dt.date(2020, 1, 5),
    "opt_out": "The office",
    "counsellor_present": True,
    "private_room": "Room 14",
}


def mails() -> list[str]:
    return sorted(to for mail in Email.objects.all() for to in mail.to)


def approve(plan: PlanVersion, by: User) -> None:
    approving.approve(plan_id=plan.pk, edition=plan.edition, by=by)


def verbs(client: Client) -> list[str]:
    return [row.verb for row in client.get("/admin/").context["rows"]]


def to_the_ill_day(client: Client, ill: Presenter, event: Seminar) -> None:
    day = clocks.local(event.starts_at, ill.time_zone).date().isoformat()
    path = reverse("admin:outreach_presenter_fall_ill", args=[ill.pk])
    assert client.post(path, {"first": day, "last": day}).status_code == 302


@pytest.mark.parametrize("grades", ["9-12", "college", "adults"])
def test_who_falls_ill_is_replaced_and_all_hear_of_it_upon_approval(
    client: Client, user_with: Callable[..., User], grades: str
) -> None:
    translation.activate("en")
    season, staff = factories.season_ahead(), user_with(Role.SCHEDULER)
    client.force_login(staff)
    ill = rows.offers(name="Robin Hale", email="robin@lamp.example.org")
    asked = rows.asked(season, grades=grades, contact_email="dana@school.example.org", **CARE)
    factories.child_line()
    approve(rows.planned(season, by=staff), staff)
    event = Seminar.objects.get()
    assert (event.state, event.presenter) == ("open", ill)
    notices.send_due()
    yes = {"step": "answer", "seminar": str(event.uid), "seen": str(event.sequence), "answer": "confirmed"}
    client.post(reverse("presenter-page", args=[ill.key]), yes)
    Email.objects.all().delete()
    other = rows.offers(name="Kim Vale", email="kim@lamp.example.org")
    assert verbs(client) == []

    # The presenter is ill: seen on Today, and nobody is told.
    to_the_ill_day(client, ill, event)
    assert verbs(client)[0] == "Find somebody for 1 seminar"
    notices.send_due()
    assert mails() == []

    # Planned again: the same hour, somebody else; still nobody is told.
    plan = rows.planned(season, by=staff, replan=True)
    row = plan.assignments.get(request=asked)
    assert (row.presenter, row.starts_at) == (other, event.starts_at)
    notices.send_due()
    assert mails() == []

    # Approved: the school, the one who comes and the one who was to come hear of it, each once.
    approve(plan, staff)
    event.refresh_from_db()
    assert (event.state, event.presenter, event.answer) == ("open", other, "asked")
    for _ in range(2):
        notices.send_due()
    assert mails() == ["dana@school.example.org", "kim@lamp.example.org", "robin@lamp.example.org"]
    assert "Find somebody for 1 seminar" not in verbs(client)


def test_a_day_that_a_presenter_marks_as_away_is_seen_where_a_seminar_stands(
    client: Client, user_with: Callable[..., User]
) -> None:
    season = factories.season_ahead()
    client.force_login(user_with(Role.SCHEDULER))
    robin = rows.offers(name="Robin Hale", time_zone="Pacific/Guam")
    # On Guam it is the next day by then.
    event = factories.seminar(
        season=season, presenter=robin, answer="confirmed", starts_at=factories.in_days(60, hour=20), audience="adults"
    )
    there = clocks.local(event.starts_at, robin.time_zone).date()
    availability.set_away(
        presenter_id=robin.pk, shown=[there - dt.timedelta(days=1)], away=[there - dt.timedelta(days=1)]
    )
    assert promises.broken() == []

    availability.set_away(presenter_id=robin.pk, shown=[there], away=[there])

    [broken] = promises.broken()
    assert (broken.seminar, "is away on that day" in broken.sentence) == (event, True)
    assert "Mend 1 promise" in verbs(client)
    event.refresh_from_db()
    assert event.presenter == robin
    to_the_ill_day(client, robin, event)
    assert promises.broken() == []
    assert Seminar.objects.left_alone().upcoming(timezone.now()).get() == event
