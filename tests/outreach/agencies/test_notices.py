"""Notices before agreements and permissions end: each step once, with the true number of days."""

import datetime as dt
from collections.abc import Callable

import pytest
from post_office.models import Email

from outreach.agencies import agreements, logo_rights, notices
from outreach.agencies.agreement_models import Agreement, NoticeSent
from outreach.agencies.models import Agency
from portal.people.models import User
from tests.outreach.agencies import permits
from tests.outreach.agencies.conftest import FIRST, LAST, paper
from tests.portal.files.hostile import svg

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def agreement(agree: Callable[..., Agreement]) -> Agreement:
    """One that ends on the last of January; recorded when it began."""
    made = agree(Agency.objects.get(acronym="OVC"))
    Agreement.objects.update(created_at=dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC))
    made.refresh_from_db()
    return made


def said() -> str:
    """The newest mail."""
    mail = Email.objects.order_by("-pk")[0]
    return f"{mail.subject}\n{mail.message}"


def test_each_step_is_told_once_on_its_day(agreement: Agreement) -> None:
    told = {left: count for left in range(100, -5, -1) if (count := notices.send(on=LAST - left * DAY))}
    assert told == {90: 1, 30: 1, 7: 1, 0: 1}
    assert Email.objects.count() == 4
    assert list(NoticeSent.objects.order_by("pk").values_list("days", flat=True)) == [90, 30, 7, 0]
    assert [notices.send(on=LAST - left * DAY) for left in (90, 30, 7, 0)] == [0, 0, 0, 0]


def test_clock_that_stood_still_tells_once_with_the_true_days(agreement: Agreement) -> None:
    notices.send(on=LAST - 95 * DAY)
    assert notices.send(on=LAST - 22 * DAY) == 1
    assert "ends in 22 days" in said()
    assert notices.send(on=LAST - 21 * DAY) == 0
    assert notices.send(on=LAST + 3 * DAY) == 1
    assert "ended 3 days ago" in said()
    assert Email.objects.count() == 2


def test_step_waits_for_somebody_to_tell(agreement: Agreement) -> None:
    people = list(User.objects.exclude(email="").values_list("pk", "email"))
    User.objects.update(email="")
    assert notices.send(on=LAST - 20 * DAY) == 0
    for key, email in people:
        User.objects.filter(pk=key).update(email=email)
    assert notices.send(on=LAST - 19 * DAY) == 1
    assert "ends in 19 days" in said()


def test_new_last_day_begins_anew(agreement: Agreement) -> None:
    notices.send(on=LAST - 7 * DAY)
    Agreement.objects.update(expires_on=LAST + 30 * DAY)
    assert notices.send(on=LAST + 23 * DAY) == 1
    assert "ends in 7 days" in said()


def test_old_history_is_not_told(agreement: Agreement) -> None:
    assert notices.send(on=LAST + 31 * DAY) == 0
    Agreement.objects.update(created_at=dt.datetime(2027, 2, 2, tzinfo=dt.UTC))
    assert notices.send(on=LAST + 2 * DAY) == 0, "it was recorded after its end"


@pytest.mark.parametrize("what", ["ended", "unapproved", "retired", "renewed"])
def test_what_needs_nobody_is_not_told(agreement: Agreement, agree: Callable[..., Agreement], what: str) -> None:
    match what:
        case "ended":
            agreements.end(agreement_id=agreement.pk, on=LAST - 40 * DAY, why="Over", by=None)
        case "unapproved":
            Agreement.objects.update(approved_by=None, approved_at=None)
        case "retired":
            agreement.agency.retire()
        case "renewed":
            agree(agreement.agency, renews=agreement, effective_on=LAST + DAY, expires_on=LAST + 365 * DAY)
    assert notices.send(on=LAST - 30 * DAY) == 0


def test_permission_of_a_logo_is_told_of_too_unless_another_outlives_it(recorder: User) -> None:
    logo = logo_rights.upload(
        agency=Agency.objects.get(acronym="OVC"), name="Seal", alt_text="Seal", content=svg(), by=None
    )
    terms = {"document": paper(), "granted_by": "Public affairs", "by": None}
    permission = permits.permit(
        logo=logo,
        scopes=["posters"],
        granted_on=FIRST,
        expires_on=LAST,
        **terms,
    )
    assert notices.send(on=LAST - 30 * DAY) == 1
    assert NoticeSent.objects.get().permission == permission
    permits.permit(
        logo=logo,
        scopes=["posters", "public"],
        granted_on=FIRST,
        expires_on=LAST + 200 * DAY,
        **terms,
    )
    assert notices.send(on=LAST - 7 * DAY) == 0


def test_mail_goes_to_keepers_with_an_address_alone(agreement: Agreement, recorder: User, approver: User) -> None:
    approver.email = "approver@example.org"
    approver.save()
    notices.send(on=LAST - 7 * DAY)
    assert [mail.to for mail in Email.objects.all()] == [[recorder.email]]
    assert f"/admin/outreach/agreement/{agreement.pk}/change/" in said()
