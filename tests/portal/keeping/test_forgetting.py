"""Create all that could name somebody, let its time pass, and look for it in every table and every file."""

import datetime as dt
import json
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models
from django.utils import timezone
from post_office import mail as post
from post_office.models import Email, Log

from campaign.places.models import Operator
from campaign.posters.models import Comment, Invitation, TextSet
from campaign.posting.station_models import StationContact, StationLink
from outreach.agencies.desk_models import Note, Task
from outreach.agencies.imports import AgencyTable
from outreach.agencies.models import Agency, Contact
from outreach.attendance.models import Certificate, CheckIn, DoorLink
from outreach.channels.check_models import ChannelCheck, CheckInvitation
from outreach.channels.models import Channel
from outreach.partners.models import Proposal
from outreach.registration import keeping as bookings
from outreach.registration import notices
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Decline, PresenterInvitation, RequestDraft, SchoolPack, Seminar
from portal.imports.models import ImportPage, TakenImport
from portal.keeping import forgetting, register
from portal.keeping.models import PersonLink
from portal.mail import outbox
from portal.mail.models import Enclosure, Mail
from portal.people.lockout_models import Tries
from portal.people.models import AccountInvitation, LiveSession, User
from portal.seasons.models import Season
from tests.campaign.printing.network import station
from tests.outreach import factories

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(days=900)
MARK = "zqx"
"""Begins whatever was written of a person; no word of ours holds it."""
ADDRESS = f"{MARK}.person@example.org"

# What stays until somebody asks, and why: the register says so to everyone.
STAYS = {
    ("portal.user", "*"): "accounts are named by the trail, and closed by hand",
    ("account.emailaddress", "*"): "goes with the account",
    ("mfa.authenticator", "*"): "goes with the account",
    ("socialaccount.socialaccount", "*"): "goes with the account",
    ("outreach.agreement", "*"): "a signed paper, seven years after it was over",
    ("outreach.agreementanswer", "*"): "goes with its agreement",
    ("campaign.invitation", "name"): "a signature, as long as the text",
    ("campaign.comment", "*"): "a signature, as long as the text",
    ("campaign.textset", "reviewer"): "a signature, as long as the text",
    # Digests of tokens and papers: of no person once the address beside them is gone.
    ("campaign.invitation", "token_sha256"): "a digest of a link that opens nothing",
    ("outreach.checkinvitation", "token_sha256"): "a digest of a link that opens nothing",
    ("outreach.certificate", "code"): "says that it was issued, and no more",
    ("outreach.presenter", "clearance_note"): "blanked; of a kind of check, not of a person",
}


def marked(field: str) -> str:
    return f"{MARK} {field}"


def person() -> dict[str, Any]:
    """Fills every field of every rule; returns what was filled, by table and field."""
    season = factories.season_ahead()
    over = timezone.now() - dt.timedelta(days=3)
    event = factories.seminar(
        season=season, starts_at=over, join_url=f"https://{MARK}.example.org/join", takes_classes=True, capacity=99
    )
    asked = factories.request(
        season=season,
        **{
            name: marked(name)
            for name in (
                *("contact_name", "contact_role", "contact_phone", "safeguarding_contact", "needs", "note", "answer"),
                *("opt_out", "private_room", "room", "reason"),
            )
        },
        contact_email=ADDRESS,
        postal_code="zqx01",
        latitude=32.123456,
        longitude=-90.654321,
        nonce=uuid.uuid4(),
    )
    students = factories.seminar(
        season=season, starts_at=over, audience="students", safeguarding_contact=marked("safe"),
        private_room=marked("room"), opt_out=marked("no"), latitude=32.111111, longitude=-90.222222,
    )  # fmt: skip
    SchoolPack.objects.create(seminar=students, digests={"letter": MARK})
    RequestDraft.objects.create(season=season, data={"contact_email": [ADDRESS], "note": [marked("draft")]})
    presenter = factories.presenter(
        name=marked("presenter"), email=ADDRESS, base_postal_code="zqx02", clearance_note=marked("check"),
        retired_at=timezone.now(), latitude=32.333333, longitude=-90.444444,
    )  # fmt: skip
    PresenterInvitation.objects.create(
        presenter=presenter, email=ADDRESS, token_sha256=MARK + "1", expires_at=timezone.now()
    )
    Decline.objects.create(presenter=presenter, seminar=event, reason="other", note=marked("decline"))
    booking = factories.booking(
        event, name=marked("guest"), email=ADDRESS, kind="class", group_name=marked("class"), seats=20, adults=2,
        needs=marked("needs"), fingerprint=MARK + "f",
    )  # fmt: skip
    BookingNotice.objects.create(
        registration=booking, template=notices.CONFIRMED, key=f"again-{uuid.uuid4()}", due_at=over
    )
    door = DoorLink.objects.create(
        seminar=event, label=marked("door"), token_sha256=MARK + "2", expires_at=timezone.now()
    )
    first = CheckIn.objects.create(
        seminar=event, registration=booking, door=door, device=uuid.uuid4(), kind="arrived", people=19, scanned_at=over,
        standing="taken_back",
    )  # fmt: skip
    CheckIn.objects.create(
        seminar=event, registration=booking, device=uuid.uuid4(), kind="undone", people=0, scanned_at=over, undoes=first
    )
    CheckIn.objects.create(
        seminar=event, registration=booking, device=uuid.uuid4(), kind="counted", people=18, scanned_at=over
    )
    Certificate.objects.create(
        seminar=event, registration=booking, code="ZQXZQXZQXZQXZQX0", minutes=60, issued_on=over.date(),
        salt=b"zqxsalt", digest=MARK + "3",
    )  # fmt: skip
    letter = outbox.send(
        to=ADDRESS,
        template="your_data",
        context={"link": f"https://{MARK}.example.org/"},
        language="en",
        about=f"{bookings.ABOUT}:{booking.pk}",
        key=f"{MARK}-key",
        attachments=[outbox.Attachment(f"{MARK}.ics", b"ATTENDEE:zqx", "text/calendar")],
    )
    Mail.objects.filter(pk=letter.pk).update(subject=marked("subject"), message_id=MARK)
    Log.objects.create(email=letter.email, status=1, message=f"550 {ADDRESS} unknown", exception_type="SMTPError")
    # As mails were made before: the file on disk, and nothing noted of it.
    old = post.send(
        recipients=[ADDRESS], sender=ADDRESS, subject=marked("old"), message=marked("old"), cc=[ADDRESS], bcc=[ADDRESS],
        headers={"X": MARK}, attachments={f"{MARK}.ics": ContentFile(b"ATTENDEE:zqx on disk")},
    )  # fmt: skip
    Email.objects.filter(pk=old.pk).update(
        message_id=MARK, html_message=MARK, context={"name": MARK}, headers={"X": MARK}
    )
    old.attachments.update(headers={"X": MARK})
    PersonLink.objects.create(email=ADDRESS, token_sha256=MARK + "4", expires_at=timezone.now())
    staff = User.objects.create_user("staff", password="a long enough passphrase")
    line = Channel.objects.filter(kind="voice").first()
    assert line is not None
    invited = CheckInvitation.objects.create(
        value_key=line.value_key, channel=line, name=marked("checker"), email=ADDRESS, token_sha256=f"{2:064}",
        invited_by=staff, expires_at=timezone.now(),
    )  # fmt: skip
    ChannelCheck.objects.create(
        value_key=line.value_key, channel=line, checked_on=over.date(), by_name=marked("checker"), invitation=invited,
        how="operator", result="reaches", note=marked("note"),
    )  # fmt: skip
    texts = TextSet.objects.first()
    assert texts is not None
    Invitation.objects.create(
        texts=texts, name="A reviewer", email=ADDRESS, token_sha256=f"{1:064}", invited_by=staff,
        expires_at=timezone.now(),
    )  # fmt: skip
    gone = Agency.objects.create(name="Lantern House", kind="ngo", level="private", retired_at=timezone.now())
    Contact.objects.create(agency=gone, role="Trainings", name=marked("contact"), email=ADDRESS, phone=MARK)
    Note.objects.create(agency=gone, author=staff, body=f"{marked('said')} wants letters, write to {ADDRESS}")
    Task.objects.create(agency=gone, what=f"Call {marked('contact')} back", done_at=timezone.now(), done_by=staff)
    _at_agencies_and_stations(gone, staff)
    _at_the_door(staff)
    return {"event": event, "booking": booking, "asked": asked, "presenter": presenter, "old": old}


def _at_agencies_and_stations(agency: Agency, staff: User) -> None:
    """What partners ask to change, what a table of agencies brought, and a station's mailbox."""
    asked = {"role": "Trainings", "email": ADDRESS, "phone": MARK}
    member = User.objects.create_user("member", password="a long enough passphrase")
    Proposal.objects.create(
        agency=agency, what="contact", fields=asked, before=asked, asked_by=member, state="refused", decided_by=staff,
        decided_at=timezone.now(), reason=marked("refused"),
    )  # fmt: skip
    taken = TakenImport.objects.create(kind=AgencyTable.kind, model="outreach.agency", file_name="a.csv", by=staff)
    ImportPage.objects.create(taken=taken, number=1, content=zlib.compress(json.dumps([ADDRESS]).encode()))
    rails = Operator.objects.create(key="51@amtrak.com", agency_id="51", name="Amtrak")
    stop = station(rails, "PRX", "Pearl River", state="MS")
    mailbox = StationContact.objects.create(station=stop, role="Station services", email=ADDRESS)
    StationLink.objects.create(
        contact=mailbox, station=stop, season=Season.objects.latest("year"), token_sha256=f"{3:064}",
        expires_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip


def _at_the_door(staff: User) -> None:
    """Who was invited, is signed in, or tried to be."""
    AccountInvitation.objects.create(
        email=ADDRESS, roles=["partner"], purpose=MARK, payload={"key": MARK}, token_sha256=MARK + "5",
        invited_by=staff, expires_at=timezone.now(), withdrawn_at=timezone.now(),
    )  # fmt: skip
    LiveSession.objects.create(
        user=staff, device=marked("browser"), started_at=timezone.now(), last_seen_at=timezone.now()
    )
    Tries.objects.create(key=MARK + "6", since=timezone.now())


def whole_database() -> str:
    """Every row of every table, as the database itself has it."""
    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                said.append(f"{table}: " + " | ".join(map(_text, row)))
    return "\n".join(said)


def _text(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("latin-1")
    return str(value)


def files_of(folder: Path) -> str:
    return "\n".join(f"{path}: {path.read_bytes().decode('latin-1')}" for path in folder.rglob("*") if path.is_file())


def lines_with(mark: str, text: str) -> list[str]:
    return [line[:300] for line in text.splitlines() if mark.lower() in line.lower()]


def keys_of(made: dict[str, Any]) -> list[str]:
    """Private links and the like, as the database writes them."""
    booking, asked, presenter = made["booking"], made["asked"], made["presenter"]
    found = [booking.uid, booking.nonce, asked.uid, asked.nonce, presenter.key, presenter.calendar_key]
    devices = CheckIn.objects.values_list("uid", "device")
    found += [key for row in devices for key in row]
    # SQLite writes them without hyphens, PostgreSQL with.
    return [key.hex if connection.vendor == "sqlite" else str(key) for key in found] + [booking.ticket]


def test_every_field_of_the_register_is_filled_here() -> None:
    person()
    empty = []
    for rule in register.rules():
        rows = list(apps.get_model(rule.model)._default_manager.all())
        for name in sorted(rule.fields):
            if (rule.model, "*") in STAYS or (rule.model, name) in STAYS:
                continue
            field = apps.get_model(rule.model)._meta.get_field(name)
            assert isinstance(field, models.Field)
            if not any(getattr(row, name) not in (None, "", {}, [], b"") for row in rows):
                empty.append((rule.model, name))
    assert not empty, f"Fill these above, so that the test below looks for them: {empty}"


def test_nothing_of_a_person_is_left_when_its_time_is_over(
    data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = person()
    keys = keys_of(made)
    before = whole_database()
    assert lines_with(MARK, before)
    assert all(lines_with(key, before) for key in keys), "what is not there can't be looked for"
    assert lines_with(MARK, files_of(data_folder))

    with django_capture_on_commit_callbacks(execute=True):
        gone = forgetting.forget(now=timezone.now() + LATER)

    after, files = whole_database(), files_of(data_folder)
    assert lines_with(MARK, after.replace("ZQXZQXZQXZQXZQX0", "")) == []
    assert lines_with(MARK, files) == []
    assert [key for key in keys if lines_with(key, after + files)] == []
    for place in ("32.123456", "-90.654321", "32.333333", "-90.444444"):
        assert lines_with(place, after) == [], "a home is somebody's"
    assert sum(gone.values()) > 10

    # What the campaign did stays.
    event = Seminar.objects.get(pk=made["event"].pk)
    booking = Registration.objects.get(pk=made["booking"].pk)
    assert (event.attended, event.seats_taken, booking.seats, booking.state) == (18, 20, 20, "booked")
    assert Certificate.objects.get().digest == ""
    assert forgetting.forget(now=timezone.now() + LATER) == dict.fromkeys(gone, 0)


def test_everything_is_kept_until_its_day(data_folder: Path) -> None:
    person()
    Seminar.objects.update(starts_at=timezone.now())
    LiveSession.objects.all().delete()  # gone within hours
    Tries.objects.all().delete()  # gone within a day
    before = whole_database()
    assert sum(forgetting.forget(now=timezone.now() + dt.timedelta(days=6)).values()) == 0
    assert lines_with(MARK, whole_database()) == lines_with(MARK, before)


def test_needs_go_first_and_then_the_booking() -> None:
    booking = person()["booking"]
    started = booking.seminar.starts_at
    forgetting.forget(now=started + dt.timedelta(days=register.keep_days("needs") + 1, seconds=1))
    booking.refresh_from_db()
    assert (booking.needs, booking.name, booking.forgotten_at) == ("", marked("guest"), None)
    assert Mail.objects.filter(to=ADDRESS).exists()
    forgetting.forget(now=started + dt.timedelta(days=register.keep_days("bookings") + 1, seconds=1))
    booking.refresh_from_db()
    assert (booking.name, booking.group_name, booking.email) == ("", "", f"forgotten-{booking.pk}@example.invalid")
    assert not Mail.objects.filter(about=f"{bookings.ABOUT}:{booking.pk}").exists()
    assert not Enclosure.objects.exists()


def test_one_table_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    person()
    broken = next(rule for rule in register.rules() if rule.model == "outreach.requestdraft")

    def fail(now: dt.datetime) -> int:
        raise RuntimeError(f"DETAIL: {ADDRESS}")

    rules = [
        register.Rule(category=rule.category, model=rule.model, fields=rule.fields, forget=fail, order=rule.order)
        if rule is broken
        else rule
        for rule in register.rules()
    ]
    monkeypatch.setattr(register, "rules", lambda: rules)
    with pytest.raises(forgetting.NotAllForgotten, match=r"outreach\.requestdraft"):
        forgetting.forget(now=timezone.now() + LATER)
    assert RequestDraft.objects.exists()
    assert not Mail.objects.exists()


def test_contact_of_an_agency_stays_until_somebody_asks() -> None:
    presenter = factories.presenter()
    Contact.objects.create(agency=presenter.agency, role="Trainings", name="Ana", email=ADDRESS)
    forgetting.forget(now=timezone.now() + LATER)
    assert Contact.objects.filter(email=ADDRESS).exists()
    assert not Comment.objects.exists()
