"""Agreements: a second person approves, and co-branding ends with them at every door."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.agencies import agreements, logo_rights
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.logos import Logo, Scope
from outreach.agencies.models import Agency
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.agencies import permits
from tests.outreach.agencies.conftest import FIRST, LAST, office, paper
from tests.portal.files.hostile import svg

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LIST = reverse("admin:outreach_agreement_changelist")
Agree = Callable[..., Agreement]


@pytest.fixture
def agency() -> Agency:
    """A partner."""
    return Agency.objects.get(acronym="OVC")


@pytest.fixture
def logo(agency: Agency) -> Logo:
    """Its logo, permitted for longer than any agreement of these tests."""
    logo = logo_rights.upload(agency=agency, name="Seal", alt_text="Seal", content=svg(), by=None)
    permits.permit(
        logo=logo,
        scopes=Scope.values,
        document=paper(),
        granted_by="Public affairs",
        granted_on=FIRST - 400 * DAY,
        expires_on=LAST + 400 * DAY,
        by=None,
    )
    return logo


def is_open(logo: Logo, on: dt.date) -> bool:
    """Whether a logo may be used, asked at every door; they must agree."""
    logo = Logo.objects.select_related("agency").get(pk=logo.pk)
    doors = {
        logo.permission_for(Scope.POSTERS, on) is not None,
        logo.refusal(Scope.POSTERS, on) == "",
        Logo.objects.permitted(Scope.POSTERS, on).exists(),
    }
    try:
        logo_rights.use(logo=logo, scope=Scope.POSTERS, on=on)
    except logo_rights.NotPermitted:
        doors.add(False)
    else:
        doors.add(True)
    assert len(doors) == 1, "the doors disagree"
    return doors.pop()


# In force.


def test_agreement_is_in_force_from_its_first_to_its_last_day(agency: Agency, agree: Agree) -> None:
    agreement = agree(agency)
    for day, expected in ((FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)):
        assert Agreement.objects.in_force(day).exists() is expected
        assert agreement.is_in_force(day) is expected


def test_agreement_without_a_last_day_is_in_force_until_it_is_ended(agency: Agency, agree: Agree) -> None:
    agreement = agree(agency, expires_on=None)
    assert agreement.is_in_force(LAST + 4000 * DAY)
    agreement = agreements.end(agreement_id=agreement.pk, on=LAST, why="Both sides agreed", by=None)
    assert agreement.is_in_force(LAST - DAY)
    assert not agreement.is_in_force(LAST)
    assert list(Agreement.objects.in_force(LAST - DAY)) == [agreement]
    assert not Agreement.objects.in_force(LAST)


def test_agreement_that_nobody_approved_is_not_in_force(agency: Agency, agree: Agree) -> None:
    assert not agree(agency, approved=False).is_in_force(FIRST)
    assert not Agreement.objects.in_force(FIRST)


# Two persons.


def test_recorder_cannot_approve(agency: Agency, agree: Agree, recorder: User, approver: User) -> None:
    agreement = agree(agency, approved=False)
    with pytest.raises(agreements.NotPossible, match="second person"):
        agreements.approve(agreement_id=agreement.pk, by=recorder, on=FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.update(approved_by=recorder, approved_at=timezone.now())
    assert agreements.approve(agreement_id=agreement.pk, by=approver, on=FIRST).approved_by == approver
    assert Entry.objects.get(verb="approved").actor == approver


def test_recorder_is_refused_on_the_page_too(client: Client, agency: Agency, agree: Agree, recorder: User) -> None:
    agreement = agree(agency, approved=False, expires_on=None)
    client.force_login(recorder)
    address = reverse("admin:outreach_agreement_approve", args=[agreement.pk])
    assert "You recorded it" in client.get(address).text
    client.post(address)
    agreement.refresh_from_db()
    assert agreement.approved_at is None


def test_second_person_approves_on_the_page(client: Client, agency: Agency, agree: Agree, approver: User) -> None:
    agreement = agree(agency, approved=False, expires_on=None)
    client.force_login(approver)
    address = reverse("admin:outreach_agreement_approve", args=[agreement.pk])
    assert "Approve it" in client.get(address).text
    agreement.refresh_from_db()
    assert agreement.approved_at is None, "a page that is looked at changes nothing"
    client.post(address)
    agreement.refresh_from_db()
    assert agreement.approved_by == approver


def test_whoever_changes_the_terms_cannot_approve_them(
    client: Client, agency: Agency, agree: Agree, user_with: Callable[..., User]
) -> None:
    agreement, second = agree(agency, approved=False, expires_on=None), user_with(Role.COORDINATOR)
    client.force_login(second)
    told = {"kind": "moa", "title": "Posters, wider", "signed_on": FIRST, "effective_on": FIRST}
    client.post(reverse("admin:outreach_agreement_change", args=[agreement.pk]), told | ANSWERS)
    agreement.refresh_from_db()
    assert (agreement.title, agreement.recorded_by) == ("Posters, wider", second)
    with pytest.raises(agreements.NotPossible):
        agreements.approve(agreement_id=agreement.pk, by=second, on=FIRST)


def test_whoever_typed_the_terms_first_cannot_approve_them_either(
    client: Client, agency: Agency, agree: Agree, recorder: User, user_with: Callable[..., User]
) -> None:
    agreement = agree(agency, approved=False, expires_on=None)
    client.force_login(user_with(Role.COORDINATOR))
    told = {"kind": "mou", "title": "Posters, 2027", "signed_on": FIRST, "effective_on": FIRST}
    client.post(reverse("admin:outreach_agreement_change", args=[agreement.pk]), told | ANSWERS)
    agreement.refresh_from_db()
    assert (agreement.title, agreement.effective_on) == ("Posters, 2027", FIRST), "a typo is mended, the rest stays"
    with pytest.raises(agreements.NotPossible, match="typed none"):
        agreements.approve(agreement_id=agreement.pk, by=recorder, on=FIRST)


def test_whoever_saves_without_a_change_recorded_nothing(
    client: Client, agency: Agency, agree: Agree, recorder: User, user_with: Callable[..., User]
) -> None:
    agreement, second = agree(agency, approved=False, expires_on=None), user_with(Role.COORDINATOR)
    told = {"kind": "mou", "title": "Posters", "signed_on": FIRST, "effective_on": FIRST}
    told |= {"allows_co_branding": "on", "is_confidential": "on"}
    page = reverse("admin:outreach_agreement_change", args=[agreement.pk])
    client.force_login(second)
    assert client.post(page, told | ANSWERS).status_code == 302
    agreement.refresh_from_db()
    assert agreement.recorded_by == recorder
    agreements.approve(agreement_id=agreement.pk, by=second, on=FIRST)
    # Its terms are only shown now; the button is there all the same.
    assert client.post(page, ANSWERS).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.recorded_by, agreement.approved_by) == (recorder, second)


def test_draft_cannot_come_to_renew_an_agreement_with_another_agency(
    client: Client, agency: Agency, agree: Agree, recorder: User
) -> None:
    draft, others = agree(agency, approved=False, expires_on=None), agree(office("Lantern"))
    client.force_login(recorder)
    told = {"kind": "mou", "title": "Posters", "signed_on": FIRST, "effective_on": FIRST, "renews": others.pk}
    answer = client.post(reverse("admin:outreach_agreement_change", args=[draft.pk]), told | ANSWERS)
    draft.refresh_from_db()
    assert "with another agency" in answer.text
    assert draft.renews is None


def test_terms_stay_once_approved(client: Client, agency: Agency, agree: Agree, recorder: User) -> None:
    agreement = agree(agency)
    client.force_login(recorder)
    client.post(
        reverse("admin:outreach_agreement_change", args=[agreement.pk]), {"title": "Other", "kind": "moa"} | ANSWERS
    )
    agreement.refresh_from_db()
    assert agreement.title == "Posters"


def test_who_recorded_approved_terms_stays_whoever_presses_save(
    client: Client, agency: Agency, agree: Agree, recorder: User, user_with: Callable[..., User]
) -> None:
    second, third = user_with(Role.COORDINATOR), user_with(Role.COORDINATOR)
    agreement = agreements.approve(agreement_id=agree(agency, approved=False).pk, by=second, on=FIRST)
    for person in (second, third):
        client.force_login(person)
        answer = client.post(reverse("admin:outreach_agreement_change", args=[agreement.pk]), ANSWERS)
        assert answer.status_code == 302
        agreement.refresh_from_db()
        assert agreement.recorded_by == recorder


@pytest.mark.parametrize(
    ("terms", "says"),
    [({"signed_on": None}, "not signed"), ({"expires_on": FIRST - DAY, "effective_on": FIRST - 9 * DAY}, "expired")],
)
def test_what_cannot_count_cannot_be_approved(
    agency: Agency, agree: Agree, approver: User, terms: dict[str, Any], says: str
) -> None:
    agreement = agree(agency, approved=False, **terms)
    with pytest.raises(agreements.NotPossible, match=says):
        agreements.approve(agreement_id=agreement.pk, by=approver, on=FIRST)


def test_agreement_that_ends_before_it_begins_is_refused(agency: Agency, agree: Agree) -> None:
    with pytest.raises(ValidationError, match="expire after"):
        agree(agency, expires_on=FIRST - DAY)
    agree(agency)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.update(expires_on=FIRST - DAY)


def test_renewal_is_of_the_same_agency(agency: Agency, agree: Agree) -> None:
    other = agree(office("Lantern"))
    with pytest.raises(ValidationError, match="another agency"):
        agree(agency, renews=other)


# Co-branding.


def test_agency_without_agreements_is_free_unless_it_needs_one(logo: Logo, agency: Agency) -> None:
    assert is_open(logo, FIRST)
    agency.needs_agreement = True
    agency.save()
    assert not is_open(logo, FIRST)
    assert "none is on record" in Logo.objects.get().refusal("posters", FIRST)


def test_expired_agreement_blocks_new_co_branding(logo: Logo, agency: Agency, agree: Agree) -> None:
    agree(agency)
    assert is_open(logo, LAST)
    assert not is_open(logo, LAST + DAY)
    assert (
        "“Posters” expires: it does not cover 1 February 2027; its last day is 31 January 2027"
        in Logo.objects.get().refusal("posters", LAST + DAY)
    )
    assert not is_open(logo, FIRST - DAY)
    agree(agency, title="Posters again", effective_on=LAST + DAY, expires_on=LAST + 90 * DAY)
    assert is_open(logo, LAST + DAY)


def test_unapproved_and_ended_agreements_block_new_co_branding(logo: Logo, agency: Agency, agree: Agree) -> None:
    waiting = agree(agency, approved=False)
    assert not is_open(logo, FIRST)
    assert "no second person" in Logo.objects.get().refusal("posters", FIRST)
    approved = agree(agency)
    assert is_open(logo, FIRST)
    agreements.end(agreement_id=approved.pk, on=FIRST + DAY, why="Withdrawn", by=None)
    assert is_open(logo, FIRST)
    assert not is_open(logo, FIRST + DAY)
    assert "was ended" in Logo.objects.get().refusal("posters", FIRST + DAY)
    assert waiting.approved_at is None


def test_agreement_about_something_else_says_nothing_of_logos(logo: Logo, agency: Agency, agree: Agree) -> None:
    agree(agency, kind="data_sharing", allows_co_branding=False)
    assert is_open(logo, LAST + DAY)


# Pages.
ANSWERS = {"answers-TOTAL_FORMS": "0", "answers-INITIAL_FORMS": "0"}
"""What the page's table of the partner's answers sends."""


def test_coordinator_records_an_agreement_with_its_paper(client: Client, agency: Agency, recorder: User) -> None:
    client.force_login(recorder)
    told = {
        "agency": agency.pk,
        "kind": "mou",
        "title": "Posters",
        "signed_on": "2026-10-01",
        "effective_on": "2026-10-01",
        "expires_on": "2027-01-31",
        "allows_co_branding": "on",
        "paper": SimpleUploadedFile("mou.pdf", paper(), "application/pdf"),
    }
    answer = client.post(reverse("admin:outreach_agreement_add"), told | ANSWERS)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    agreement = Agreement.objects.get()
    assert agreement.recorded_by == recorder
    assert agreement.content() == paper() or agreement.document.content_type == "image/png"
    assert Entry.objects.get(object_type="outreach.agreement").verb == "added"


def test_bad_paper_is_told_and_keeps_nothing(client: Client, agency: Agency, recorder: User) -> None:
    client.force_login(recorder)
    told = {"agency": agency.pk, "kind": "mou", "title": "Posters", "effective_on": "2026-10-01"}
    answer = client.post(
        reverse("admin:outreach_agreement_add"), told | {"paper": SimpleUploadedFile("a.docx", b"PK\x03\x04")}
    )
    assert "PDF, PNG or JPEG" in answer.text
    assert not Agreement.objects.exists()


def test_download_is_written_to_the_trail(client: Client, agency: Agency, agree: Agree, approver: User) -> None:
    agreement = agree(agency)
    client.force_login(approver)
    answer = client.get(reverse("admin:outreach_agreement_document", args=[agreement.pk]))
    assert answer.content == agreement.content()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert Entry.objects.get(verb="downloaded").actor == approver


def test_list_asks_as_often_for_three_as_for_one(client: Client, agency: Agency, agree: Agree, recorder: User) -> None:
    client.force_login(recorder)
    agree(agency)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for name in ("Lantern", "Lamp"):
        agree(office(name), title=name)
    with CaptureQueriesContext(connection) as more:
        assert client.get(LIST).context["cl"].result_count == 3
    assert len(more) == len(few)


@pytest.mark.parametrize(("standing", "count"), [("force", 1), ("waiting", 1), ("ending", 1), ("over", 1)])
def test_list_is_filtered_by_standing(
    client: Client, agency: Agency, agree: Agree, recorder: User, standing: str, count: int
) -> None:
    today = timezone.localdate()
    agree(agency, effective_on=FIRST, expires_on=today + 30 * DAY)
    agree(agency, approved=False, expires_on=None)
    agree(agency, effective_on=FIRST - 99 * DAY, expires_on=FIRST, title="Old")
    Agreement.objects.filter(title="Old").update(expires_on=FIRST - DAY)
    client.force_login(recorder)
    assert client.get(LIST, {"standing": standing}).context["cl"].result_count == count


def test_agreement_page_offers_what_is_possible(client: Client, agency: Agency, agree: Agree, recorder: User) -> None:
    agreement = agree(agency)
    client.force_login(recorder)
    page = client.get(reverse("admin:outreach_agreement_change", args=[agreement.pk])).text
    assert "Record its renewal" in page
    assert "Approve it" not in page
    renewal = client.get(reverse("admin:outreach_agreement_add"), {"renews": agreement.pk})
    assert renewal.context["adminform"].form.initial["effective_on"] == LAST + DAY


# Today.


def test_today_tells_the_second_person_and_who_keeps_agreements(
    client: Client, agency: Agency, agree: Agree, recorder: User, approver: User
) -> None:
    today = timezone.localdate()
    agree(agency, approved=False, expires_on=None)
    agree(agency, effective_on=FIRST, expires_on=today + 10 * DAY)
    client.force_login(recorder)
    page = client.get(reverse("admin:index")).text
    assert "1 agreement ends within 30 days." in page
    assert "waits for a second person" not in page, "nobody approves what they recorded"
    client.force_login(approver)
    assert "1 signed agreement waits for a second person." in client.get(reverse("admin:index")).text
