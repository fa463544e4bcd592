"""The school's journey: it asks, staff answer and plan, an event opens, fills up, and is left again."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from outreach.registration import notices as booking_notices
from outreach.registration.models import Registration
from outreach.seminars import intake, notices
from outreach.seminars.models import BookedInstant, PreferredDate, Request, Seminar, WeeklyHours
from outreach.seminars.plans import approving, solving
from portal.audit.models import Entry
from portal.jobs import runners
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def last_mail(to: str) -> Email:
    mail = [mail for mail in Email.objects.order_by("pk") if mail.to == [to]][-1]
    assert isinstance(mail, Email)
    return mail


def private_path(mail: Email) -> str:
    """The private link of a mail, as a path."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.message)
    assert found
    return found.group(1)


def book(client: Client, event: Seminar, email: str, seats: int = 1) -> Any:
    form = {"name": "Guest", "email": email, "seats": str(seats), "nonce": str(uuid.uuid4())}
    return client.post(reverse("registration", args=[event.uid]), form)


def test_request_to_seminar_to_full_to_cancelled(user_with: Callable[..., User]) -> None:
    translation.activate("en")
    season = factories.season_ahead()
    public, staff = Client(enforce_csrf_checks=True), Client()
    staff.force_login(user_with(Role.SCHEDULER))

    # A school asks for an evening for parents, and confirms its address.
    form = {
        "school_name": "Pearl River High School",
        "city": "Phoenix",
        "area": "AZ",
        "grades": "adults",
        "headcount": "3",
        "topic": "online",
        "mode": "in_person",
        "language": "en",
        "minutes": "60",
        "presenter_kinds": "educator",
        "date_1": f"{season.year}-01-13",
        "earliest_1": "18:00",
        "latest_end_1": "20:00",
        "contact_name": "Dana Cole",
        "contact_email": "dana@school.example.org",
    }
    assert public.post(reverse("seminar-request"), form).status_code == 303
    asked = Request.objects.get()
    page = private_path(last_mail("dana@school.example.org"))
    public.get(page)
    assert Request.objects.get().confirmed_at is None
    public.post(page, {"step": "confirm"})
    assert Request.objects.get().confirmed_at is not None

    # Staff accept it, plan it on the school's own clock, and open it.
    staff.post(
        reverse("admin:outreach_request_changelist"), {"action": "accept_all", "_selected_action": [str(asked.pk)]}
    )
    plan = {"date": f"{season.year}-01-13", "start": "18:00", "time_zone": "America/Phoenix"}
    draft = staff.post(reverse("admin:outreach_request_plan", args=[asked.pk]), plan)["Location"]
    event = Seminar.objects.get()
    assert event.starts_at == dt.datetime(season.year, 1, 14, 1, 0, tzinfo=dt.UTC)
    assert public.get(reverse("event", args=[event.uid])).status_code == 404
    fields = {name: value for name, value in form_of(staff, draft).items() if value is not None}
    staff.post(draft, fields | {"outreach_seminar_open_it": "1"})
    notices.send_due()
    assert "6:00" in last_mail("dana@school.example.org").message

    # It stands in the list; three seats go, the fourth wish is told so.
    assert event.title in public.get(reverse("events")).content.decode()
    assert "Mountain Standard Time" in public.get(reverse("event", args=[event.uid])).content.decode()
    assert book(public, event, "ana@example.org", 2).status_code == 303
    assert book(public, event, "ben@example.org").status_code == 303
    full = book(public, event, "cem@example.org")
    assert (full.status_code, "There is no room" in full.content.decode()) == (409, True)
    assert "Full" in public.get(reverse("event", args=[event.uid])).content.decode()

    # Ana's mail is opened by a scanner, then by Ana, who cancels: there is room again.
    booking_notices.send_due()
    link = private_path(last_mail("ana@example.org"))
    public.get(link)
    public.head(link)
    assert Registration.objects.get(email="ana@example.org").state == "booked"
    public.post(link, {"step": "cancel"})
    assert book(public, event, "cem@example.org", 2).status_code == 303

    # The evening is called off: everyone who still comes is told, and the school.
    staff.post(reverse("admin:outreach_seminar_call_off", args=[event.pk]), {"reason": "The heating is broken."})
    notices.send_due()
    booking_notices.send_due()
    for email in ("ben@example.org", "cem@example.org", "dana@school.example.org"):
        assert "The heating is broken." in last_mail(email).message
    assert "The heating is broken." not in last_mail("ana@example.org").message
    assert "This event is cancelled" in public.get(reverse("registration", args=[event.uid])).content.decode()

    event.refresh_from_db()
    live = sum(Registration.objects.filter(state="booked").values_list("seats", flat=True))
    assert event.seats_taken == live == 3
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"asked", "address confirmed", "accepted", "planned", "opened", "booked", "cancelled"} <= verbs


def test_class_is_asked_for_planned_held_and_opened_with_its_papers(user_with: Callable[..., User]) -> None:
    translation.activate("en")
    season = factories.season_ahead()
    public, staff = Client(enforce_csrf_checks=True), Client()
    staff.force_login(user_with(Role.SCHEDULER))
    presenter = factories.presenter()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(presenter=presenter, weekday=weekday, start=dt.time(8), end=dt.time(17)) for weekday in range(5)
    )
    day = next(day for day in (dt.date(season.year, 1, 12 + more) for more in range(7)) if day.weekday() < 4)

    # A high school of the register asks, and staff accept.
    asked = factories.request(
        season=season,
        school=factories.school(latitude=32.31, longitude=-90.19),
        parents_told_on=factories.day_come(),
        opt_out="The office, room 3",
    )
    PreferredDate.objects.create(request=asked, rank=0, date=day, earliest=dt.time(9), latest_end=dt.time(12))
    intake.accept(request_id=asked.pk, by=User.objects.get())

    # A plan is worked out, and approved: the day is held, since the school has not said all.
    plan = solving.start(season=season, by=User.objects.get(), seconds=3)
    assert plan.job is not None
    runners.run(plan.job.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.served) == ("draft", 1)
    approving.approve(plan_id=plan.pk, edition=plan.edition, by=User.objects.get())
    held = Seminar.objects.get()
    assert (held.state, held.presenter) == ("draft", presenter)
    notices.send_due()
    mail = last_mail(asked.contact_email)
    assert "A private room is needed" in mail.message
    assert presenter.name not in mail.message

    # The school prints the letter, then says what is there.
    page = public.get(private_path(mail)).content.decode()
    letter = reverse("request-paper", args=[asked.uid, "letter", "es"])
    assert letter in page
    assert public.get(letter)["Content-Type"] == "application/pdf"
    said = {
        "parents_told_on": factories.day_come().isoformat(),
        "parents_told_kind": "educator",
        "opt_out": "The office, room 3",
        "counsellor_present": "on",
        "private_room": "Room 14",
        "safeguarding_contact": "The counselor, room 12",
    }
    assert public.post(reverse("request-conditions", args=[asked.uid]), said).status_code == 303
    assert Seminar.objects.get().state == "draft"

    # Staff see that nothing is missing any more, and open it. Nothing of it is public.
    staff.post(
        reverse("admin:outreach_seminar_changelist"), {"action": "open_all_ready", "_selected_action": [str(held.pk)]}
    )
    opened = Seminar.objects.get()
    assert opened.state == "open"
    assert public.get(reverse("event", args=[opened.uid])).status_code == 404
    assert opened.title not in public.get(reverse("events")).content.decode()
    notices.send_due()
    assert opened.short_day in last_mail(asked.contact_email).subject
    assert opened.short_day in last_mail(presenter.email).subject

    # The presenter says yes, reads the brief, and is in no second place.
    mine = reverse("presenter-page", args=[presenter.key])
    yes = {"step": "answer", "seminar": str(opened.uid), "seen": str(opened.sequence), "answer": "confirmed"}
    public.post(mine, yes)
    assert Seminar.objects.get().answer == "confirmed"
    assert public.get(reverse("presenter-brief", args=[presenter.key, opened.uid, "en"])).status_code == 200
    assert BookedInstant.objects.filter(presenter=presenter, seminar=opened).exists()


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a change page of the admin would send back untouched."""
    form = client.get(path).context["adminform"].form
    return {name: form[name].value() for name in form.fields}
