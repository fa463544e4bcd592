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

from outreach.registration.models import Registration
from outreach.seminars import notices
from outreach.seminars.models import Request, Seminar
from portal.audit.models import Entry
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
    assert (full.status_code, "This event is full" in full.content.decode()) == (409, True)
    assert "Full" in public.get(reverse("event", args=[event.uid])).content.decode()

    # Ana's mail is opened by a scanner, then by Ana, who cancels: there is room again.
    link = private_path(last_mail("ana@example.org"))
    public.get(link)
    public.head(link)
    assert Registration.objects.get(email="ana@example.org").state == "booked"
    public.post(link)
    assert book(public, event, "cem@example.org", 2).status_code == 303

    # The evening is called off: everyone who still comes is told, and the school.
    staff.post(reverse("admin:outreach_seminar_call_off", args=[event.pk]), {"reason": "The heating is broken."})
    notices.send_due()
    for email in ("ben@example.org", "cem@example.org", "dana@school.example.org"):
        assert "The heating is broken." in last_mail(email).message
    assert "The heating is broken." not in last_mail("ana@example.org").message
    assert "This event is cancelled" in public.get(reverse("registration", args=[event.uid])).content.decode()

    event.refresh_from_db()
    live = sum(Registration.objects.filter(state="booked").values_list("seats", flat=True))
    assert event.seats_taken == live == 3
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"asked", "address confirmed", "accepted", "planned", "opened", "booked", "cancelled"} <= verbs


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a change page of the admin would send back untouched."""
    form = client.get(path).context["adminform"].form
    return {name: form[name].value() for name in form.fields}
