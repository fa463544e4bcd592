"""One person's data: handed out whole, erased at once, by whoever reads the mailbox or by staff who answer for it."""

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from outreach.attendance import certificates
from outreach.attendance.models import Certificate, CheckIn, FeedbackTally
from outreach.registration import counting
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Presenter, Request, Seminar
from portal.audit.models import Entry
from portal.keeping import links, person, views
from portal.keeping.models import PersonLink
from portal.mail import outbox
from portal.mail.models import Mail
from portal.pages.limits import Limit
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories
from tests.outreach.attendance.test_certificates import came, over
from tests.portal.keeping.test_forgetting import ADDRESS, MARK, files_of, lines_with, whole_database
from tests.portal.keeping.test_forgetting import person as everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked yet: limits live as long as the process."""
    monkeypatch.setattr(views, "ASKED", Limit(name="asked", per_minute=6, burst=6, ceiling_per_minute=60))


def link_in(mail: Email) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.message)
    assert found
    return found.group(1)


def asked(client: Client, address: str = ADDRESS) -> str:
    """Asks on the public page; the path that the mail brings."""
    assert client.post(reverse("your-data"), {"email": address}).status_code == 303
    return link_in(Email.objects.filter(to=[address]).latest("pk"))


def test_export_holds_every_table_in_which_the_address_stands() -> None:
    everything()
    exported = json.loads(person.export(address=ADDRESS.upper(), by=None))
    text = json.dumps(exported, ensure_ascii=False)
    for said in ("guest", "class", "needs", "contact_name", "presenter", "decline", "checker", "subject", "draft"):
        assert f"{MARK} {said}" in text, said
    assert all(part["why"] and part["kept until"] for part in exported["kept"])
    certificate = Certificate.objects.get()
    assert certificate.digest not in text
    assert str(Registration.objects.get().nonce) not in text
    assert ADDRESS not in str(list(Entry.objects.values()))


def test_nothing_of_another_person_is_handed_out() -> None:
    everything()
    factories.booking(factories.seminar(), name="Ben Ortiz", email="ben@example.org", needs="ASL")
    text = person.export(address=ADDRESS, by=None).decode()
    assert "Ben" not in text
    assert json.loads(person.export(address="nobody@example.org", by=None))["kept"] == []


def test_erased_nothing_is_left_in_tables_and_files(data_folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    made = everything()
    with django_capture_on_commit_callbacks(execute=True):
        gone = person.erase(address=ADDRESS, by=None)
    after, files = whole_database(), files_of(data_folder)
    assert lines_with(ADDRESS, after + files) == []
    assert person.found(ADDRESS) == []
    assert gone["outreach.registration"] == 1
    # Words of a school that name nobody by address stay until their day; all that is found with the address is gone.
    for table in ("outreach_registration", "outreach_request:", "post_office", "portal_mail", "outreach_presenter:"):
        assert [line for line in lines_with(MARK, after) if line.startswith(table)] == []
    booking = Registration.objects.get(pk=made["booking"].pk)
    event = Seminar.objects.get(pk=made["event"].pk)
    assert (booking.seats, booking.state, event.seats_taken) == (20, "booked", 20)
    assert Presenter.objects.get(pk=made["presenter"].pk).retired_at is not None
    assert person.erase(address=ADDRESS, by=None) == {}


def test_erased_booking_of_an_event_to_come_frees_its_seats_for_the_line() -> None:
    event = factories.seminar(capacity=3)
    factories.booking(event, email=ADDRESS, seats=2, name="Ana")
    factories.booking(event, email="ben@example.org", seats=1, name="Ben")
    waits = factories.booking(event, email="cem@example.org", seats=2, state="waiting", name="Cem")
    person.erase(address=ADDRESS, by=None)
    waits.refresh_from_db()
    event.refresh_from_db()
    assert (waits.state, event.seats_taken, event.waiting) == ("offered", 3, 0)
    assert counting.faults(event) == []
    assert BookingNotice.objects.filter(registration=waits).exists()
    assert not BookingNotice.objects.exclude(registration=waits).exists()
    assert not Email.objects.filter(to=[ADDRESS]).exists()


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_erased_while_waiting_the_line_moves_on(state: str) -> None:
    event = factories.seminar(capacity=2)
    first = factories.booking(event, email="ben@example.org", seats=1)
    erased = factories.booking(event, email=ADDRESS, seats=1 if state == "offered" else 2, state=state)
    behind = factories.booking(event, email="cem@example.org", seats=1, state="waiting")
    person.erase(address=ADDRESS, by=None)
    for row in (first, erased, behind, event):
        row.refresh_from_db()
    assert (first.state, erased.state, behind.state) == ("booked", "cancelled", "offered")
    assert counting.faults(event) == []


def test_erased_after_the_event_tallies_and_sums_stay() -> None:
    event = over(capacity=30)
    booking = factories.booking(event, email=ADDRESS, seats=4, name="Ana Cole")
    came(booking, people=4)
    FeedbackTally.objects.create(seminar=event, question="useful", answer="yes", count=12)
    certificate = certificates.issue(uid=booking.uid)
    person.erase(address=ADDRESS, by=None)
    event.refresh_from_db()
    assert (event.seats_taken, CheckIn.objects.get().people, FeedbackTally.objects.get().count) == (4, 4, 12)
    assert certificates.check(code=certificate.code, name="Ana Cole").answer is certificates.Answer.FORGOTTEN


def test_school_that_asked_stands_without_its_contact() -> None:
    factories.request(contact_email=ADDRESS, contact_name="Dana Cole", note="My sister")
    person.erase(address=ADDRESS, by=None)
    row = Request.objects.get()
    assert (row.contact_name, row.note, row.headcount) == ("", "", 30)
    assert ADDRESS not in str(list(Entry.objects.values()))


def test_person_takes_a_copy_and_erases_by_the_link_in_their_mail() -> None:
    client = Client(enforce_csrf_checks=True)
    factories.booking(factories.seminar(), name="Ana Cole", email=ADDRESS)
    page = asked(client)
    before = whole_database()
    for _ in range(2):  # a scanner of mails opens every link, and heads it
        assert client.get(page).status_code == 200
        assert client.head(page).status_code == 200
    assert whole_database() == before
    copy = client.post(page, {"step": "download"})
    assert json.loads(copy.content)["kept"][0]["rows"]
    assert copy["Cache-Control"] == "no-store"
    assert "Ana" not in copy["Content-Disposition"]
    assert "Nobody can bring it back." in client.post(page, {"step": "erase"}).content.decode()
    assert Registration.objects.get().name == "Ana Cole"
    assert "It is deleted" in client.post(page, {"step": "erase for good"}).content.decode()
    assert Registration.objects.get().name == ""
    assert client.get(page).status_code == 404
    assert "Ana" not in str(list(Entry.objects.values()))


def test_answer_is_the_same_whether_or_not_anything_is_kept() -> None:
    factories.booking(factories.seminar(), email=ADDRESS)
    known = Client().post(reverse("your-data"), {"email": ADDRESS})
    unknown = Client().post(reverse("your-data"), {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail.to for mail in Mail.objects.all()] == [ADDRESS]


def test_nobody_floods_an_inbox(client: Client) -> None:
    factories.booking(factories.seminar(), email=ADDRESS)
    sent = [links.send(address=ADDRESS, language="es") for _ in range(6)]
    assert sent == [True, True, True, False, False, False]
    assert Email.objects.latest("pk").subject == "Tu enlace"
    answers = [client.post(reverse("your-data"), {"email": f"a{n}@example.org"}).status_code for n in range(12)]
    assert 429 in answers


def test_link_ends_in_time_and_is_kept_as_a_digest(client: Client) -> None:
    factories.booking(factories.seminar(), email=ADDRESS)
    page = asked(client)
    token = page.strip("/").rpartition("/")[2]
    assert token not in str(list(PersonLink.objects.values()))
    PersonLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(page).status_code == 404
    assert client.post(page, {"step": "erase for good"}).status_code == 404
    assert Registration.objects.get().email == ADDRESS


@pytest.mark.parametrize("token", ["x", "%00", "é", "x" * 400])
def test_strange_link_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/en/your-data/{token}/").status_code in {400, 404}


def test_staff_look_send_export_and_erase(client: Client, user_with: Callable[..., User]) -> None:
    factories.booking(factories.seminar(), name="Ana Cole", email=ADDRESS)
    client.force_login(user_with(Role.COORDINATOR))
    address = reverse("admin:portal_personlink_person")
    assert "Bookings of events: 1" in client.post(address, {"email": ADDRESS, "look": "1"}).content.decode()
    assert "Ana Cole" in client.post(address, {"email": ADDRESS, "export": "1"}).content.decode()
    client.post(address, {"email": ADDRESS, "send": "1"})
    assert Mail.objects.filter(to=ADDRESS, template="your_data").count() == 1
    refused = client.post(address, {"email": ADDRESS, "again": "ana@example.org", "erase": "1"}).content.decode()
    assert "Nothing was erased" in refused
    assert Registration.objects.get().name == "Ana Cole"
    client.post(address, {"email": ADDRESS, "again": ADDRESS.upper(), "erase": "1"})
    assert Registration.objects.get().name == ""
    rows = Entry.objects.filter(verb__in=["handed out", "erased"], actor__isnull=False)
    assert {row.verb for row in rows} == {"handed out", "erased"}
    assert ADDRESS not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.AUDITOR, Role.ANALYST])
def test_nobody_else_of_staff_looks(client: Client, user_with: Callable[..., User], role: Role) -> None:
    client.force_login(user_with(role))
    assert client.post(reverse("admin:portal_personlink_person"), {"email": ADDRESS, "export": "1"}).status_code == 403


def test_register_for_staff_names_tables_and_fields(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.AUDITOR))
    page = client.get(reverse("admin:portal_personlink_register")).content.decode()
    assert "outreach.registration: email, fingerprint, group_name, name" in page
    assert "30 days after the event." in page


def test_mail_that_waits_is_erased_too() -> None:
    outbox.send(to=ADDRESS, template="your_data", context={"link": "https://x.example.org/"}, language="en")
    person.erase(address=ADDRESS, by=None)
    assert not Email.objects.exists()
