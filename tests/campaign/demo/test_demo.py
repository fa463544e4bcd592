"""The demo: whole, told from real work, and gone without a trace."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.demo import building, people, places, removing
from campaign.demo.mark import OPERATOR_KEY
from campaign.places.models import Operator, Placement, Spot, Station, Train
from campaign.places.planning import plan_placements
from campaign.posting.models import Confirmation
from campaign.printing import batches, scope
from campaign.printing.models import Batch, Packet
from campaign.scans.models import DailyCount
from outreach.agencies import duplicates
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation, Task
from outreach.agencies.models import Agency, Contact
from outreach.attendance import certificates, report
from outreach.attendance.models import Certificate
from outreach.partners.door import mine
from outreach.partners.models import Membership
from outreach.registration import counting
from outreach.registration.models import BookingNotice, Registration
from outreach.schools.models import School
from outreach.seminars.models import Presenter, Request, Seminar
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.people.models import User
from portal.seasons.calendar import is_working_day
from portal.seasons.models import FocusArea, Season
from tests import entering

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(season: Season) -> Season:
    """The season with the demo built."""
    building.build(season=season)
    return season


def rows() -> dict[str, int]:
    """How many rows each table has, without the trail, which only grows."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models() if model is not Entry}


def test_demo_has_what_was_promised(demo: Season) -> None:
    assert Station.objects.count() >= 40
    assert Station.objects.values("state").distinct().count() == 10
    assert set(Station.objects.filter(state="MS").values_list("code", flat=True)) == {
        *("BAS", "BIX", "BRH", "GUF", "GWD", "HAZ", "HBG", "JAN", "LAU", "MCB", "MEI", "MKS", "PAG", "PIC", "YAZ")
    }
    assert Train.objects.count() == 6
    assert all(train.numbers and train.stops.count() > 4 for train in Train.objects.all())
    assert Agency.objects.filter(is_demo=True).count() == 15
    assert School.objects.filter(is_demo=True).count() == 22
    assert Presenter.objects.count() == 11
    assert Request.objects.count() == 20
    assert set(Request.objects.values_list("state", flat=True)) >= {"new", "asked", "accepted", "planned", "declined"}
    assert Spot.objects.filter(survey=Spot.Survey.SURVEYED).exists()
    assert Spot.objects.exclude(survey=Spot.Survey.SURVEYED).exists()
    assert Placement.objects.in_season(demo).active().filter(spot__station__state="MS").count() > 15


def test_demo_seminars_stand_in_all_states_of_their_life(demo: Season) -> None:
    seminars = list(Seminar.objects.all())
    assert len(seminars) == 8
    assert {seminar.state for seminar in seminars} == set(Seminar.State)
    assert any(seminar.capacity == seminar.seats_taken for seminar in seminars if seminar.state == "open")
    assert any(seminar.audience == "students" for seminar in seminars)
    assert {seminar.audience for seminar in Seminar.objects.listed()} <= {"adults", "community"}
    for seminar in seminars:
        assert counting.faults(seminar) == []
        assert is_working_day(seminar.starts_at.date()) or seminar.state == "done"
        assert seminar.state != "done" or seminar.starts_at < timezone.now()


def test_demo_has_a_line_with_an_offer_and_an_event_with_all_that_comes_after(demo: Season) -> None:
    full = Seminar.objects.get(waiting__gt=0)
    states = list(full.registrations.exclude(line=None).order_by("line").values_list("state", flat=True))
    assert (states, full.seats_left) == (["offered", "waiting", "waiting"], 0)
    past = Seminar.objects.get(state="done")
    told = report.of(past)
    assert (past.attended, told.came, told.is_withholding) == (33, 33, True)
    assert Certificate.objects.filter(seminar=past, is_demo=True).count() == 6
    booking = past.registrations.filter(certificate__isnull=False).first()
    assert booking is not None
    assert certificates.check(code=booking.certificate.code, name=booking.name).answer is certificates.Answer.TRUE
    assert not BookingNotice.objects.exists()


def test_demo_prints_one_station_with_codes_that_were_read_back(demo: Season) -> None:
    batch = Batch.objects.get(is_demo=True)
    assert batch.job.state == Job.State.DONE
    packet = batch.packets.get()
    assert packet.station is not None
    assert packet.station.code == places.PRINTED
    assert packet.file is not None
    with packet.file.open() as pdf:
        assert pdf.read(5) == b"%PDF-"
    assert packet.pages == packet.prints.exclude(decoded="").count() > 2
    assert Confirmation.objects.count() == Placement.objects.filter(state=Placement.State.POSTED).count() == 2
    assert DailyCount.objects.filter(day__lt=timezone.localdate()).count() > 20


def test_demo_marks_all_that_can_be_marked(demo: Season) -> None:
    for model in (Station, Train, Spot, Placement, Presenter, School, Request, Seminar, Registration, Batch):
        assert model._default_manager.exists()
        assert not model._default_manager.filter(is_demo=False).exists(), model
    assert Operator.objects.get().key == OPERATOR_KEY


def test_demo_writes_to_nobody_who_exists(demo: Season) -> None:
    addresses = [
        *Request.objects.values_list("contact_email", flat=True),
        *Presenter.objects.values_list("email", flat=True),
        *Registration.objects.values_list("email", flat=True),
    ]
    assert addresses
    assert all(address.isascii() and address.endswith("@example.org") for address in addresses)
    email = apps.get_model("post_office", "Email")
    assert not email.objects.exists()


def test_demo_twice_changes_nothing(demo: Season) -> None:
    before = rows()
    assert building.build(season=demo) is False
    assert rows() == before


def test_demo_that_was_killed_before_it_printed_is_completed(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    building._rows(season)
    assert not Batch.objects.exists()
    assert building.build(season=season) is True
    assert Batch.objects.get().job.state == Job.State.DONE


def test_remove_leaves_nothing(
    season: Season, data_folder: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    before = rows()
    building.build(season=season)
    assert rows() != before
    assert [path for path in (data_folder / "media").rglob("*") if path.is_file()]

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert removing.remove() > 500

    assert rows() == before
    assert not [path for path in (data_folder / "media").rglob("*") if path.is_file()]
    assert removing.remove() == 0


def test_remove_takes_what_was_made_from_the_demo_since(demo: Season) -> None:
    seminar = Seminar.objects.filter(state="open").exclude(audience="students").first()
    assert seminar
    Registration.objects.create(
        seminar=seminar, name="Visitor", email="visitor@example.org", nonce="0b8c7a7e-6c27-4ae5-9e0c-52b8a5f1f001"
    )
    batches.create(scope.of_station(demo, "HBG"), languages=["en"], announce=False)
    Job.objects.filter(state=Job.State.QUEUED).update(state=Job.State.CANCELLED)

    removing.remove()

    assert not Registration.objects.exists()
    assert not Batch.objects.exists()
    assert not Job.objects.exists()


def test_remove_leaves_real_work_that_leans_on_the_demo(demo: Season) -> None:
    operator = Operator.objects.create(key="51@example.com", name="Real railway")
    station = Station.objects.create(
        operator=operator, stop_id="ZZZ", code="ZZZ", name="Zinnia", state_id="MS", latitude=32, longitude=-90,
        kind="building",
    )  # fmt: skip
    plan_placements(season=demo, stations=[station])
    real_batch = batches.create(scope.of_state(demo, "MS"), languages=["en"], announce=False)
    Job.objects.filter(pk=real_batch.job_id).update(state=Job.State.CANCELLED)
    assert [packet.station for packet in real_batch.packets.all()] == [station]
    real = Seminar.objects.create(
        season=demo, title="Real", audience="adults", mode="in_person", starts_at=timezone.now() + dt.timedelta(days=40),
        time_zone="America/Chicago", area_id="MS", presenter=Presenter.objects.first(), school=School.objects.first(),
    )  # fmt: skip
    child = Agency.objects.create(
        name="Real office", kind="ngo", level="private", parent=Agency.objects.get(name=people.AGENCIES[0].name)
    )

    removing.remove()

    assert [packet.station for packet in Packet.objects.all()] == [station]
    assert Batch.objects.get() == real_batch
    assert Placement.objects.filter(spot__station=station).count() == Placement.objects.count() == 3
    real.refresh_from_db()
    child.refresh_from_db()
    assert (real.presenter, real.school, child.parent) == (None, None, None)


def test_remove_waits_for_a_batch_that_is_printing(demo: Season) -> None:
    batches.create(scope.of_station(demo, "HBG"), languages=["en"], announce=False)
    with pytest.raises(CommandError, match="is being printed"):
        call_command("demo", "--remove", verbosity=0)
    assert Station.objects.exists()


def test_command_once_stays_away_after_removal(season: Season, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", "--once")
    assert Station.objects.exists()
    call_command("demo", "--remove")
    call_command("demo", "--once")
    assert not Station.objects.exists()
    assert "stays away" in capsys.readouterr().out
    call_command("demo")
    assert Station.objects.exists()


def test_demo_neither_meets_nor_moves_real_placements(season: Season) -> None:
    operator = Operator.objects.create(key="51@example.com", name="Real railway")
    Station.objects.create(
        operator=operator, stop_id="JAN", code="JAN", name="Jackson", state_id="MS", latitude=32, longitude=-90,
        kind="building",
    )  # fmt: skip
    building.build(season=season)
    assert not Placement.objects.filter(spot__station__operator=operator).exists()
    with pytest.raises(scope.Refused, match="nothing is planned"):
        batches.create(scope.of_station(season, "JAN"), languages=["en"], announce=False)
    removing.remove()
    assert [station.operator for station in Station.objects.all()] == [operator]


def test_every_admin_page_says_that_there_is_a_demo(admin_client: Client, demo: Season) -> None:
    assert "Demo data" in admin_client.get("/admin/").text
    removing.remove()
    assert "Demo data" not in admin_client.get("/admin/").text
    assert StoredFile.objects.count() == 0


def test_demo_has_work_for_the_agencies_desk(demo: Season) -> None:
    today = timezone.localdate()
    stands = {each.title: each.standing(today)[0] for each in Agreement.objects.all()}
    assert sorted(stands.values()) == ["ending", "expired", "in force", "waiting"]
    (soon,) = (each for each in Agreement.objects.all() if each.standing(today)[0] == "ending")
    assert (soon.expires_on - today).days == 20  # type: ignore[operator]
    assert {"Delta Advocates", "The Delta Advocates"} in [
        {pair.first.name, pair.second.name} for pair in duplicates.pairs()
    ]
    assert Contact.objects.filter(agency__is_demo=True, is_confidential=True).count() == 3
    theirs = Contact.objects.filter(agency__is_demo=True)
    assert all(address.endswith(".example") for address in theirs.values_list("email", flat=True))
    assert not Contact.objects.public().filter(agency__is_demo=True).exists()
    assert {row.state for row in Participation.objects.filter(season=demo)} >= {"agreed", "invited", "declined"}
    assert Task.objects.open().filter(due_on__lt=today).exists()
    assert FocusArea.objects.filter(season=demo).count() == 4
    assert not User.objects.filter(username__startswith="demo-", is_active=True).exists()


def test_demo_has_a_partner_with_something_on_every_page(demo: Season, admin_client: Client) -> None:
    partner = User.objects.get(username="demo-partner")
    assert (partner.is_active, partner.has_usable_password(), partner.is_staff) == (False, False, False)
    assert partner.email.endswith(".example")
    assert not mine(partner).own, "closed"
    change = reverse("admin:portal_user_change", args=[partner.pk])
    form = admin_client.get(change).context["adminform"].form
    sent = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
    rows = {"role_grants-TOTAL_FORMS": 0, "role_grants-INITIAL_FORMS": 0}
    assert admin_client.post(change, {**sent, **rows, "is_active": "on"}).status_code == 302
    password = {"password1": "a long enough passphrase", "password2": "a long enough passphrase"}
    admin_client.post(reverse("admin:auth_user_password_change", args=[partner.pk]), password)
    browser = Client()
    entering.enrol(partner)
    entering.by_password(browser, "demo-partner", "a long enough passphrase", then="")
    assert entering.by_code(browser, entering.code()) == reverse("partner-home")
    (at,) = mine(User.objects.get(pk=partner.pk)).own
    assert "has no written permission yet" in browser.get(reverse("partner-home")).text
    for page, shown in {
        "partner-agency": at.agency.description,
        "partner-logos": at.logos().get().alt_text,
        "partner-presenters": "Alma Whitfield",
        "partner-agreements": "Posters and seminars",
        "partner-season": f"January {demo.year}",
        "partner-people": "Marisol Vane",
    }.items():
        assert shown in browser.get(reverse(page, args=[at.agency.uid])).text, page

    removing.remove()
    partner.refresh_from_db()
    assert (partner.is_active, partner.has_usable_password()) == (False, False), "the trail names it"
    assert building.build(season=demo)
    assert Membership.objects.get().user == partner
