"""How long the desk keeps what it knows of people, and what goes when one asks."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from outreach.agencies import agreements, keeping
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Note, Task
from outreach.agencies.models import Contact
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.keeping import person, register
from portal.people.models import User
from tests.outreach.agencies.conftest import LAST, office

pytestmark = pytest.mark.django_db
Agree = Callable[..., Agreement]
ADDRESS = "ana@example.org"


def after(day: dt.date, days: int) -> dt.datetime:
    """Noon so many days after a day."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=days), dt.time(12)))


def test_agreement_goes_with_its_paper_once_it_was_over_for_long(
    agree: Agree, data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    agency, days = office("Lantern"), register.keep_days("agreements")
    old = agree(agency, title="First")
    new = agree(agency, title="Second", effective_on=LAST, expires_on=None, renews=old)
    for each in (old, new):  # papers of their own
        agreements.file_paper(each, f"paper {each.pk}".encode(), "application/pdf")
        each.save()
    path = data_folder / "media" / old.document.path
    assert keeping.forget_agreements(after(LAST, days)) == 0
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.forget_agreements(after(LAST, days + 2)) == 1
    kept = Agreement.objects.get()
    assert (kept.title, kept.renews) == ("Second", None)
    assert not path.exists()
    assert kept.content() == f"paper {new.pk}".encode()


def test_what_an_expired_agreement_blocked_stays_blocked_when_it_is_forgotten(agree: Agree) -> None:
    agency, other = office("Lantern"), office("Lamp")
    agree(agency)
    agree(other, allows_co_branding=False)
    keeping.forget_agreements(after(LAST, register.keep_days("agreements") + 2))
    agency.refresh_from_db()
    other.refresh_from_db()
    assert not Agreement.objects.exists()
    assert (agency.needs_agreement, other.needs_agreement) == (True, False)
    assert Entry.objects.get(verb="needs an agreement").after == {"needs_agreement": True}


def test_paper_that_another_agreement_shares_stays(agree: Agree, django_capture_on_commit_callbacks: Any) -> None:
    agency = office("Lantern")
    agree(agency, title="First")
    kept = agree(agency, title="Second", effective_on=LAST, expires_on=None)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.forget_agreements(after(LAST, register.keep_days("agreements") + 2))
    kept.refresh_from_db()
    assert kept.content()
    assert StoredFile.objects.filter(sha256=kept.document.sha256).count() == 1


def test_contacts_go_some_time_after_their_agency_was_retired() -> None:
    agency, other = office("Lantern"), office("Lamp")
    for each in (agency, other):
        Contact.objects.create(agency=each, role="Press", name="Ana Cole", email=ADDRESS)
    agency.retire()
    now, days = timezone.now(), register.keep_days("contacts")
    assert keeping.forget_contacts(now + dt.timedelta(days=days - 1)) == 0
    assert keeping.forget_contacts(now + dt.timedelta(days=days + 1)) == 1
    assert Contact.objects.get().agency == other


def test_finished_tasks_and_notes_go_and_open_tasks_stay(recorder: User) -> None:
    agency, now = office("Lantern"), timezone.now()
    agency.notes.create(author=recorder, body="Kind people")
    agency.tasks.create(what="Call")
    agency.tasks.create(what="Called", done_at=now, done_by=recorder)
    later = now + dt.timedelta(days=register.keep_days("notes") + 1)
    assert (keeping.forget_notes(later), keeping.forget_tasks(later)) == (1, 1)
    assert Task.objects.get().what == "Call"


def test_whoever_asks_is_taken_out_of_contacts_notes_and_tasks(recorder: User) -> None:
    agency, other = office("Lantern"), office("Lamp")
    Contact.objects.create(agency=agency, role="Press", name="Ana Cole", email=ADDRESS.upper())
    for each in (agency, other):
        each.notes.create(author=recorder, body="ana cole called")
        each.tasks.create(what="Call Ana Cole")
    other.notes.create(author=recorder, body=f"Write to {ADDRESS}")
    gone = person.erase(address=ADDRESS, by=None)
    assert (gone["outreach.contact"], gone["outreach.note"], gone["outreach.task"]) == (1, 2, 1)
    # Of another agency, and without the address, it may be somebody else of that name.
    assert Note.objects.get().agency == other
    assert Task.objects.get().agency == other
    assert "cole" not in str(list(Entry.objects.values("object_label", "before", "after"))).lower()
