"""Bookings and schools out to a spreadsheet and in again: harmless, counted, never oversold."""

import csv
import io
from collections.abc import Callable

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from outreach.registration import mails
from outreach.registration.imports import RegistrationResource
from outreach.registration.models import BookingNotice, Registration
from outreach.schools.imports import SchoolResource
from outreach.schools.models import School
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def sheet(*rows: tuple[str, ...], headers: tuple[str, ...]) -> tablib.Dataset:
    return tablib.Dataset(*rows, headers=headers)


def test_export_from_the_admin_holds_no_formula(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    factories.booking(factories.seminar(title="@SUM(1)"), name='=HYPERLINK("https://evil.example.org")')

    path = reverse("admin:outreach_registration_export")
    form = client.get(path).context["form"]
    wanted = {name: "on" for name in form.fields if name.startswith("registrationresource_")}
    answer = client.post(path, {"format": "0", "resource": "0", **wanted})
    [row] = csv.DictReader(io.StringIO(answer.content.decode()))
    assert row["name"] == '\'=HYPERLINK("https://evil.example.org")'
    assert row["title"] == "'@SUM(1)"
    entry = Entry.objects.get(verb="exported")
    assert (entry.object_label, entry.after["rows"], entry.after["format"]) == ("registrations", 1, "csv")
    assert {"name", "title"} <= set(entry.after["fields"])
    assert entry.actor


def test_import_of_bookings_takes_seats_and_writes_mail() -> None:
    event = factories.seminar(capacity=5)
    rows = sheet(
        (str(event.uid), "Ana", "ana@example.org", "2"),
        (str(event.uid), "'=Ben", "ben@example.org", "1"),
        headers=("seminar", "name", "email", "seats"),
    )
    result = RegistrationResource().import_data(rows, dry_run=False)

    assert not result.has_errors()
    event.refresh_from_db()
    assert event.seats_taken == 3
    assert set(Registration.objects.values_list("name", flat=True)) == {"Ana", "=Ben"}
    assert BookingNotice.objects.count() == 2
    assert Entry.objects.get(verb="imported").after == {"created": 2, "changed": 0, "unchanged": 0}


def test_import_of_more_bookings_than_seats_takes_none() -> None:
    event = factories.seminar(capacity=2)
    rows = sheet(
        *((str(event.uid), f"Guest {number}", f"guest{number}@example.org", "1") for number in range(3)),
        headers=("seminar", "name", "email", "seats"),
    )
    result = RegistrationResource().import_data(rows, dry_run=False)

    assert "Only 0 seats are left." in str(result.invalid_rows[0].error)
    event.refresh_from_db()
    assert event.seats_taken == 0
    assert not Registration.objects.exists()
    assert not BookingNotice.objects.exists()


def test_import_leaves_a_standing_booking_alone() -> None:
    event = factories.seminar()
    booked = factories.booking(event, seats=2)
    rows = sheet((str(event.uid), "Someone else", booked.email, "9"), headers=("seminar", "name", "email", "seats"))
    RegistrationResource().import_data(rows, dry_run=False)

    booked.refresh_from_db()
    assert (booked.name, booked.seats) == ("Ana", 2)


def test_import_knows_a_booking_in_other_letters_and_after_a_cancelled_one() -> None:
    event = factories.seminar()
    factories.booking(event, email="Ana@example.org", state="cancelled")
    standing = factories.booking(event, email="Ana@example.org", seats=2)
    rows = sheet((str(event.uid), "Ana", "ana@EXAMPLE.org", "9"), headers=("seminar", "name", "email", "seats"))
    result = RegistrationResource().import_data(rows, dry_run=False)

    assert not result.has_errors(), result.row_errors()
    assert result.totals["skip"] == 1
    standing.refresh_from_db()
    assert standing.seats == 2
    assert not BookingNotice.objects.exists()


def test_import_gives_no_seat_to_a_booking_that_was_cancelled_elsewhere() -> None:
    event = factories.seminar()
    headers = ("seminar", "name", "email", "seats", "state")
    rows = sheet((str(event.uid), "Ana", "ana@example.org", "1", "cancelled"), headers=headers)
    RegistrationResource().import_data(rows, dry_run=False, raise_errors=True)
    assert not Registration.objects.exists()


def test_import_writes_in_a_language_that_pages_speak() -> None:
    event = factories.seminar()
    headers = ("seminar", "name", "email", "seats", "language")
    rows = sheet((str(event.uid), "Ana", "ana@example.org", "1", "German"), headers=headers)
    RegistrationResource().import_data(rows, dry_run=False, raise_errors=True)
    booked = Registration.objects.get()
    assert f"/en/bookings/{booked.uid}/" in mails.private_link(booked)


def test_schools_come_back_as_they_left() -> None:
    factories.school(name="=Tricky High", latitude=32.30, longitude=-90.18, phone="+1 601 555 0100")
    before = School.objects.values().get()
    sheet_out = SchoolResource().export()
    assert sheet_out["name"] == ["'=Tricky High"]

    result = SchoolResource().import_data(sheet_out, dry_run=False, raise_errors=True)
    assert result.totals["skip"] == 1
    assert School.objects.values().get() == before


def test_import_of_a_bad_school_names_the_column() -> None:
    rows = sheet(("staff", "1", "A school", "Jackson", "ZZ"), headers=("source", "source_id", "name", "city", "state"))
    result = SchoolResource().import_data(rows, dry_run=False)

    assert result.has_errors() or result.has_validation_errors()
    assert not School.objects.exists()


def test_import_of_a_class_counts_it_as_one() -> None:
    event = factories.seminar(capacity=50, takes_classes=True, groups=1)
    rows = sheet(
        (str(event.uid), "Dana Cole", "dana@school.example.org", "28", "2", "class", "Grade 10"),
        (str(event.uid), "Ana", "ana@example.org", "1", "", "", ""),
        headers=("seminar", "name", "email", "seats", "adults", "kind", "group_name"),
    )
    RegistrationResource().import_data(rows, dry_run=False, raise_errors=True)
    event.refresh_from_db()
    assert (event.seats_taken, event.groups_taken) == (29, 1)


def test_import_never_puts_anybody_in_line() -> None:
    event = factories.seminar(capacity=1)
    rows = sheet((str(event.uid), "Ana", "ana@example.org", "2"), headers=("seminar", "name", "email", "seats"))
    result = RegistrationResource().import_data(rows, dry_run=False)
    assert result.has_errors() or result.has_validation_errors()
    assert not Registration.objects.exists()
