"""Certificates: for adults who came, true by code and name together, and no name is kept."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from outreach.attendance import certificate_paper, certificate_views, certificates
from outreach.attendance.certificates import Answer
from outreach.attendance.models import Certificate, CheckIn
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.pages.limits import Limit
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import page_count, page_texts
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked yet: limits live as long as the process."""
    for name in ("CHECKS", "PAPERS"):
        fresh = Limit(name=name, per_minute=10, burst=10, ceiling_per_minute=120)
        monkeypatch.setattr(certificate_views, name, fresh)


def over(**fields: Any) -> Seminar:
    """An event of yesterday."""
    return factories.seminar(starts_at=timezone.now() - dt.timedelta(days=1), **fields)


def came(booking: Registration, people: int = 1) -> CheckIn:
    """Somebody of a booking is let in."""
    return CheckIn.objects.create(
        seminar=booking.seminar,
        registration=booking,
        device=uuid.uuid4(),
        kind=CheckIn.Kind.ARRIVED,
        people=people,
        scanned_at=timezone.now(),
    )


def guest(name: str = "Ana Cole", **fields: Any) -> Registration:
    """Somebody who came to an event of yesterday."""
    booking = factories.booking(over(), name=name, **fields)
    came(booking)
    return booking


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ana Cole", "  ana   COLE "),
        ("José Núñez-Ortiz", "Jose Nunez Ortiz"),
        ("Zoë Müller", "ZOE MULLER"),
        ("O’Brien, Siân", "O'Brien Siân"),
        ("李小龍", "李小龍"),
        ("محمد عبد الله", "محمد عبدالله"),
        ("Владимир Ёлкин", "владимир ёлкин"),
        ("यशस्विनी", "यशस्विनी"),
        ("Straße", "STRASSE"),
    ],
)
def test_name_is_true_however_it_is_written(name: str, typed: str) -> None:
    certificate = certificates.issue(uid=guest(name).uid)
    assert certificates.check(code=certificates.spoken(certificate.code).lower(), name=typed).answer is Answer.TRUE


@pytest.mark.parametrize(("name", "other"), [("Ana Cole", "Ana Colle"), ("यशस्विनी", "यशस्वनी"), ("李小龍", "李小龙")])
def test_another_name_is_not_true_and_nothing_is_told(client: Client, name: str, other: str) -> None:
    certificate = certificates.issue(uid=guest(name).uid)
    assert certificates.check(code=certificate.code, name=other).answer is Answer.OTHER_NAME
    page = client.post(reverse("certificate-check"), {"code": certificate.code, "name": other}).content.decode()
    assert "No. This code was issued with another name." in page
    assert certificate.seminar.title not in page
    assert name not in page


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(name: str) -> None:
    once = certificates.folded_name(name)
    assert certificates.folded_name(once) == once


def test_database_holds_neither_the_name_nor_what_it_could_be_tried_against(settings: Settings) -> None:
    certificate = certificates.issue(uid=guest().uid)
    row = Certificate.objects.values().get()
    assert "Ana" not in str(row)
    settings.SECRET_KEY = "another key that whoever copied the database lacks"
    assert certificates.check(code=certificate.code, name="Ana Cole").answer is Answer.OTHER_NAME


def test_papers_stay_true_when_the_key_is_changed(settings: Settings) -> None:
    certificate = certificates.issue(uid=guest().uid)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the new key of the portal"
    assert certificates.check(code=certificate.code, name="Ana Cole").answer is Answer.TRUE


def test_asked_twice_it_is_the_same_and_a_corrected_name_is_signed_anew() -> None:
    booking = guest("Ana Kole")
    first = certificates.issue(uid=booking.uid)
    assert certificates.issue(uid=booking.uid).code == first.code
    Registration.objects.update(name="Ana Cole")
    again = certificates.issue(uid=booking.uid)
    assert (again.code, Certificate.objects.count()) == (first.code, 1)
    assert certificates.check(code=first.code, name="Ana Cole").answer is Answer.TRUE
    assert certificates.check(code=first.code, name="Ana Kole").answer is Answer.OTHER_NAME
    assert "Ana" not in str(list(Entry.objects.values()))


def test_revoked_says_so_only_to_whoever_has_the_paper(user_with: Callable[..., User]) -> None:
    booking = guest()
    certificate = certificates.issue(uid=booking.uid)
    certificates.revoke(certificate_id=certificate.pk, by=user_with(Role.COORDINATOR))
    assert certificates.check(code=certificate.code, name="Ana Cole").answer is Answer.REVOKED
    assert certificates.check(code=certificate.code, name="Ben").answer is Answer.OTHER_NAME
    with pytest.raises(NotPossible, match="withdrawn"):
        certificates.issue(uid=booking.uid)


@pytest.mark.parametrize("code", ["", "7KQ2", "0" * 16, "UUUU-UUUU-UUUU-UUUU", "x" * 500, "\0" * 16])
def test_what_is_no_code_of_ours_is_unknown(code: str) -> None:
    assert certificates.check(code=code, name="Ana").answer is Answer.UNKNOWN


def not_over(booking: Registration) -> None:
    Seminar.objects.update(starts_at=timezone.now() - dt.timedelta(minutes=5))


def cancelled(booking: Registration) -> None:
    Registration.objects.update(state=Registration.State.CANCELLED)


def stayed_away(booking: Registration) -> None:
    CheckIn.objects.all().delete()


def called_off(booking: Registration) -> None:
    Seminar.objects.update(state=Seminar.State.CANCELLED)


@pytest.mark.parametrize("why", [not_over, cancelled, stayed_away, called_off])
def test_nobody_else_gets_one(client: Client, why: Callable[[Registration], None]) -> None:
    booking = guest()
    why(booking)
    with pytest.raises(NotPossible):
        certificates.issue(uid=booking.uid)
    address = reverse("booking-certificate", args=[booking.uid])
    assert client.get(address).status_code == 200
    assert client.post(address, {"language": "en"}).status_code == 409
    assert not Certificate.objects.exists()


def test_opening_the_page_makes_nothing_and_the_button_brings_the_paper() -> None:
    client = Client(enforce_csrf_checks=True)
    booking = guest("李小龍 Ana")
    address = reverse("booking-certificate", args=[booking.uid])
    page = client.get(address)
    assert (page.status_code, page["Cache-Control"], page["X-Robots-Tag"]) == (200, "no-store", "noindex")
    client.head(address)
    assert not Certificate.objects.exists()
    for language, title in (("en", "Certificate of attendance"), ("es", "")):
        paper = client.post(address, {"language": language})
        assert (paper["Content-Type"], paper["Cache-Control"]) == ("application/pdf", "no-store")
        (text,) = page_texts(paper.content)
        assert title in text
        assert "李小龍 Ana" in text
        assert certificates.spoken(Certificate.objects.get().code) in text.replace("\n", "").replace("\r", "")
        assert b"pdfuaid" in paper.content
    assert not page.cookies


def test_many_on_paper_are_one_page_each() -> None:
    event = over(capacity=60, seats_taken=0)
    named = []
    for number in range(12):
        booking = factories.booking(event, name=f"Guest {number}", email=f"guest{number}@example.org")
        came(booking)
        named.append((certificates.issue(uid=booking.uid), booking.name))
    paper = certificate_paper.paper(named, language="es")
    assert page_count(paper) == 12
    assert [f"Guest {number}" in text for number, text in enumerate(page_texts(paper))] == [True] * 12


def test_checking_is_limited_and_what_was_typed_stays(client: Client) -> None:
    form = {"code": "7KQ2-M9XP-D4HT-C6WN", "name": "Ana Cole"}
    answers = [client.post(reverse("certificate-check"), form) for _ in range(30)]
    busy = [answer for answer in answers if answer.status_code == 429]
    assert busy
    assert "Ana Cole" in busy[0].content.decode()
    assert int(busy[0]["Retry-After"]) > 0


def test_staff_print_all_and_the_trail_names_nobody(client: Client, user_with: Callable[..., User]) -> None:
    booking = guest()
    client.force_login(user_with(Role.SCHEDULER))
    address = reverse("admin:outreach_seminar_certificates", args=[booking.seminar_id])
    assert "Make 1 certificate" in client.get(address).content.decode()
    assert not Certificate.objects.exists()
    assert page_count(client.post(address, {"language": "en"}).content) == 1
    assert {"issued", "printed certificates"} <= set(Entry.objects.values_list("verb", flat=True))
    assert "Ana" not in str(list(Entry.objects.values()))
    listed = client.get(reverse("admin:outreach_certificate_changelist")).content.decode()
    assert certificates.spoken(Certificate.objects.get().code) in listed
    assert "Ana Cole" not in listed
