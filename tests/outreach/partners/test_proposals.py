"""What partners ask to change in public: seen by staff first, never lost, never over somebody else's change."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email

from outreach.agencies.models import Contact
from outreach.partners import proposals
from outreach.partners.models import Proposal
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.keeping import register
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.partners.conftest import Desk

pytestmark = pytest.mark.django_db
State, What = Proposal.State, Proposal.What


@pytest.fixture
def approver(user_with: Callable[..., User]) -> User:
    """The second person."""
    return user_with(Role.APPROVER)


def test_words_are_public_only_once_released(lamp: Desk, approver: User) -> None:
    lamp.agency.refresh_from_db()
    assert lamp.agency.description == ""
    proposals.release(proposal_id=lamp.proposal.pk, by=approver)
    lamp.agency.refresh_from_db()
    assert lamp.agency.description == "New words of lamp"
    told = Entry.objects.get(object_type="outreach.agency", verb="changed")
    assert (told.before["description"], told.after["description"]) == ("", "New words of lamp")
    assert told.actor == approver
    sent = Email.objects.get()
    assert (sent.to, "Released" in sent.subject) == ([lamp.editor.email], True)


def test_what_is_refused_changes_nothing_and_says_why(lamp: Desk, approver: User) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        proposals.refuse(proposal_id=lamp.proposal.pk, reason=" ", by=approver)
    proposals.refuse(proposal_id=lamp.proposal.pk, reason="It names a person", by=approver)
    lamp.agency.refresh_from_db()
    assert lamp.agency.description == ""
    assert "It names a person" in Email.objects.get().message
    with pytest.raises(NotPossible, match="already"):
        proposals.release(proposal_id=lamp.proposal.pk, by=approver)


def test_nobody_releases_their_own_words(lamp: Desk) -> None:
    with pytest.raises(NotPossible, match="second person"):
        proposals.release(proposal_id=lamp.proposal.pk, by=lamp.editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=lamp.proposal.pk).update(
            state=State.RELEASED, decided_by=lamp.editor, decided_at=timezone.now()
        )


def test_what_staff_wrote_since_is_not_written_over(lamp: Desk, approver: User) -> None:
    lamp.agency.description = "Written by staff"
    lamp.agency.save()
    with pytest.raises(NotPossible, match="changed since"):
        proposals.release(proposal_id=lamp.proposal.pk, by=approver)
    lamp.agency.refresh_from_db()
    assert lamp.agency.description == "Written by staff"


def test_asking_anew_replaces_what_waits(lamp: Desk) -> None:
    again = proposals.propose(
        agency=lamp.agency, what=What.TEXTS, fields={"description": "Better", "website": ""}, by=lamp.editor
    )
    assert list(lamp.agency.proposals.waiting()) == [again]
    lamp.proposal.refresh_from_db()
    assert lamp.proposal.state == State.WITHDRAWN
    back = {"description": "", "website": ""}
    assert proposals.propose(agency=lamp.agency, what=What.TEXTS, fields=back, by=lamp.editor) is None
    assert not lamp.agency.proposals.waiting().exists(), "as it stands: nothing is to change"


def test_a_contact_is_added_changed_and_taken_away(lamp: Desk, approver: User) -> None:
    def ask(what: str, contact: Contact | None = None, **fields: str) -> Proposal:
        asked = proposals.propose(agency=lamp.agency, what=what, contact=contact, fields=fields, by=lamp.editor)
        assert asked
        return proposals.release(proposal_id=asked.pk, by=approver)

    made = ask(What.CONTACT, role="Office", email="office@lamp.example.org", phone="").contact
    assert made
    assert made in Contact.objects.public()
    ask(What.CONTACT, made, role="Front office", email="office@lamp.example.org", phone="601-555-0100")
    made.refresh_from_db()
    assert (made.role, made.phone, made.name) == ("Front office", "601-555-0100", "")
    ask(What.REMOVAL, made)
    assert not Contact.objects.filter(pk=made.pk).exists()
    told = Entry.objects.filter(object_type="outreach.proposal", verb="asked to change")
    assert not [entry for entry in told if "office@lamp" in str(entry.before) + str(entry.after)]


def test_a_contact_that_staff_deleted_is_not_written_anew(lamp: Desk, approver: User) -> None:
    fields = {"role": "Office", "email": "o@lamp.example.org", "phone": ""}
    asked = proposals.propose(
        agency=lamp.agency, what=What.CONTACT, contact=lamp.contact, fields=fields, by=lamp.editor
    )
    assert asked
    lamp.contact.delete()
    with pytest.raises(NotPossible, match="changed since"):
        proposals.release(proposal_id=asked.pk, by=approver)
    assert not lamp.agency.contacts.exists()


def test_only_so_much_waits_at_once(lamp: Desk) -> None:
    for number in range(proposals.MOST - 1):
        fields = {"role": f"Office {number}", "email": "o@lamp.example.org", "phone": ""}
        proposals.propose(agency=lamp.agency, what=What.CONTACT, fields=fields, by=lamp.editor)
    fields = {"role": "One more", "email": "o@lamp.example.org", "phone": ""}
    with pytest.raises(NotPossible, match=r"20 changes"):
        proposals.propose(agency=lamp.agency, what=What.CONTACT, fields=fields, by=lamp.editor)


def test_a_form_with_mistakes_keeps_what_was_written(lamp: Desk, browse: Callable[[User], Client]) -> None:
    client = browse(lamp.editor)
    page = reverse("partner-contact-new", args=[lamp.agency.uid])
    answer = client.post(page, {"role": "Night desk", "email": "", "phone": ""})
    assert answer.status_code == 422
    assert "Night desk" in answer.content.decode()
    assert "Give an address or a phone number." in answer.content.decode()
    answer = client.post(reverse("partner-texts", args=[lamp.agency.uid]), {"website": "javascript:alert(1)"})
    assert answer.status_code == 422


def test_hostile_words_are_shown_as_words(lamp: Desk, browse: Callable[[User], Client], approver: User) -> None:
    client, words = browse(lamp.editor), "<script>alert(1)</script> {{ x }} =cmd|'/c calc'!A0"
    client.post(reverse("partner-texts", args=[lamp.agency.uid]), {"description": words, "website": ""})
    proposals.release(proposal_id=lamp.agency.proposals.waiting().get().pk, by=approver)
    body = client.get(reverse("partner-agency", args=[lamp.agency.uid])).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_mails_are_in_the_language_of_whoever_asked(lamp: Desk, approver: User) -> None:
    with translation.override("es"):
        asked = proposals.propose(
            agency=lamp.agency, what=What.TEXTS, fields={"description": "Hola", "website": ""}, by=lamp.editor
        )
    assert asked
    proposals.release(proposal_id=asked.pk, by=approver)
    assert "Publicado" in Email.objects.get().subject


def test_staff_release_and_refuse_in_the_admin(lamp: Desk, harbor: Desk, client: Client, approver: User) -> None:
    client.force_login(approver)
    page = reverse("admin:outreach_proposal_change", args=[lamp.proposal.pk])
    assert b"New words of lamp" in client.get(page).content
    client.post(reverse("admin:outreach_proposal_release", args=[lamp.proposal.pk]))
    client.post(reverse("admin:outreach_proposal_refuse", args=[harbor.proposal.pk]), {"reason": "Too long"})
    for desk in (lamp, harbor):
        desk.agency.refresh_from_db()
        desk.proposal.refresh_from_db()
    assert (lamp.agency.description, harbor.agency.description) == ("New words of lamp", "")
    assert (lamp.proposal.state, harbor.proposal.state) == (State.RELEASED, State.REFUSED)
    decided = client.get(page).text
    assert "Released" in decided
    assert "(&#x27;released" not in decided


def test_a_refusal_is_told_until_somebody_asks_anew(
    lamp: Desk, browse: Callable[[User], Client], approver: User
) -> None:
    proposals.refuse(proposal_id=lamp.proposal.pk, reason="It names a person", by=approver)
    client, page = browse(lamp.editor), reverse("partner-agency", args=[lamp.agency.uid])
    assert b"It names a person" in client.get(page).content
    client.post(reverse("partner-texts", args=[lamp.agency.uid]), {"description": "Better", "website": ""})
    assert b"It names a person" not in client.get(page).content


def test_whoever_is_forgotten_leaves_no_wish(lamp: Desk) -> None:
    fields = {"role": "Office", "email": "ana.lee@lamp.example.org", "phone": ""}
    proposals.propose(agency=lamp.agency, what=What.CONTACT, fields=fields, by=lamp.editor)
    (rule,) = [rule for rule in register.rules() if rule.model == "outreach.proposal"]
    assert rule.find
    assert rule.erase
    assert rule.find("Ana.Lee@lamp.example.org").count() == 1
    assert rule.erase("ana.lee@lamp.example.org") == 1
    assert not Proposal.objects.filter(fields__email="ana.lee@lamp.example.org").exists()
