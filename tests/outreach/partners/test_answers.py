"""What partners say: to a January once, to an agreement as often as it changes."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from outreach.agencies import agreements
from outreach.partners import answers
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.people import granting
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach.partners.conftest import Desk, account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["agreed", "declined"])
def test_an_invitation_is_answered_once(lamp: Desk, state: str) -> None:
    answers.answer_invitation(participation_id=lamp.participation.pk, state=state, by=lamp.editor)
    lamp.participation.refresh_from_db()
    assert lamp.participation.state == state
    told = Entry.objects.get(object_type="outreach.participation", verb=state)
    assert (told.actor, told.before, told.after) == (lamp.editor, {"state": "invited"}, {"state": state})
    with pytest.raises(NotPossible, match="answered already"):
        answers.answer_invitation(participation_id=lamp.participation.pk, state="agreed", by=lamp.editor)


@pytest.mark.parametrize("state", ["withdrawn", "invited", "", "nonsense"])
def test_no_other_answer_is_taken(lamp: Desk, state: str) -> None:
    with pytest.raises(NotPossible, match="yes or no"):
        answers.answer_invitation(participation_id=lamp.participation.pk, state=state, by=lamp.editor)


def test_a_january_that_is_over_takes_no_answer(lamp: Desk) -> None:
    past = timezone.localdate() - dt.timedelta(days=2)
    Season.objects.filter(pk=lamp.participation.season_id).update(starts_on=past, ends_on=past)
    with pytest.raises(NotPossible, match="over"):
        answers.answer_invitation(participation_id=lamp.participation.pk, state="agreed", by=lamp.editor)


def test_an_agreement_that_is_wrong_reaches_its_keepers(lamp: Desk) -> None:
    keeper = account("keeper", is_staff=True)
    granting.grant(user=keeper, role=Role.COORDINATOR, by=None)
    answers.answer_agreement(agreement_id=lamp.agreement.pk, says="right", note="", by=lamp.editor)
    assert not Email.objects.exists()
    for _ in range(2):  # the same answer twice is one
        answers.answer_agreement(agreement_id=lamp.agreement.pk, says="wrong", note="Another year", by=lamp.editor)
    assert [answer.says for answer in lamp.agreement.answers.all()] == ["wrong", "right"]
    sent = Email.objects.get()
    assert sent.to == [keeper.email]
    assert "Another year" not in sent.message, "what somebody wrote stays on the page"
    told = Entry.objects.get(verb="disputed by the partner")
    assert told.after == {"partner says": "wrong"}


def test_an_agreement_that_is_over_takes_no_answer(lamp: Desk) -> None:
    agreements.end(agreement_id=lamp.agreement.pk, on=timezone.localdate(), why="Letter", by=None)
    with pytest.raises(NotPossible, match="over"):
        answers.answer_agreement(agreement_id=lamp.agreement.pk, says="right", note="", by=lamp.editor)


def test_something_wrong_must_be_told(lamp: Desk, browse: Callable[[User], Client]) -> None:
    prefix, page = lamp.agreement.uid, reverse("partner-agreement-answer", args=[lamp.agency.uid, lamp.agreement.uid])
    answer = browse(lamp.editor).post(page, {f"{prefix}-says": "wrong", f"{prefix}-note": " "})
    assert answer.status_code == 422
    assert "Say in a few words what is wrong." in answer.content.decode()
    assert not lamp.agreement.answers.exists()


def test_a_paper_is_downloaded_and_told(lamp: Desk, browse: Callable[[User], Client]) -> None:
    answer = browse(lamp.colleague.user).get(
        reverse("partner-agreement-paper", args=[lamp.agency.uid, lamp.agreement.uid])
    )
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    told = Entry.objects.get(verb="downloaded")
    assert (told.actor, told.object_id) == (lamp.colleague.user, str(lamp.agreement.pk))


def test_staff_see_what_the_partner_says(lamp: Desk, admin_client: Client) -> None:
    answers.answer_agreement(agreement_id=lamp.agreement.pk, says="wrong", note="Another year", by=lamp.editor)
    page = admin_client.get(reverse("admin:outreach_agreement_change", args=[lamp.agreement.pk])).content
    assert b"Another year" in page
    agency = admin_client.get(reverse("admin:outreach_agency_change", args=[lamp.agency.pk])).content
    assert lamp.editor.first_name.encode() in agency
