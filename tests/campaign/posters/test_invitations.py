"""The second person may be an outside reviewer: a link that answers once, and leaves nothing in the browser."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from campaign.posters import invitations, review, writing
from campaign.posters.models import Invitation, Review, TextSet
from campaign.posters.refusals import NotAllowed
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.campaign.posters.people import Office, office

pytestmark = pytest.mark.django_db

ADDRESS = "https://portal.example.gov"


@pytest.fixture
def people() -> Office:
    return office()


@pytest.fixture
def vietnamese(people: Office) -> TextSet:
    draft = writing.revise_texts(language="vi", by=people.translator)
    review.submit(of=draft, by=people.translator)
    draft.refresh_from_db()
    return draft


def invite(texts: TextSet, by: User, email: str = "lan@office.example", language: str = "en") -> str:
    """Invites; returns the link as it stands in the mail."""
    invitations.invite(
        texts=texts, name="Lan Nguyen, Health Office", email=email, by=by, address=ADDRESS, language=language
    )
    mail = Email.objects.latest("id")
    found = re.search(rf"{ADDRESS}(/\S+)", mail.message)
    assert found
    return found[1]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(NotAllowed) as caught:
        call()
    return str(caught.value)


def test_mail_is_neutral_and_the_token_is_not_kept(people: Office, vietnamese: TextSet) -> None:
    link = invite(vietnamese, people.approver)
    mail = Email.objects.latest("id")
    assert mail.subject == "A text for you to read"
    assert "traffick" not in mail.message.lower()
    token = link.rstrip("/").rpartition("/")[2]
    row = Invitation.objects.get()
    assert token not in str(Invitation.objects.values().get())
    assert len(row.token_sha256) == 64
    assert row.expires_at - timezone.now() > dt.timedelta(days=13, hours=23)
    entry = Entry.objects.filter(object_id=str(vietnamese.pk), verb="invited a reviewer").get()
    assert "office.example" not in str(entry.after)


def test_looking_changes_nothing_and_sets_nothing(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    for _ in range(3):
        page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert not page.cookies
    body = page.content.decode()
    assert vietnamese.blocks["listen"] in body
    assert "Someone will listen, day or night." in body
    assert Invitation.objects.get().answer == Invitation.Answer.NONE
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.IN_REVIEW


@pytest.mark.parametrize(
    ("language", "said"), [("en", "until Thursday 5 December 2126"), ("es", "hasta el jueves 5 de diciembre de 2126")]
)
def test_page_says_its_last_day_in_words(
    people: Office, vietnamese: TextSet, client: Client, language: str, said: str
) -> None:
    link = invite(vietnamese, people.approver, language=language)
    # In Washington it is still the fifth.
    Invitation.objects.update(expires_at=dt.datetime(2126, 12, 6, 3, tzinfo=dt.UTC))
    assert said in client.get(link).content.decode()


def test_reviewer_signs_once(people: Office, vietnamese: TextSet) -> None:
    link = invite(vietnamese, people.approver)
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(link, {"answer": "right", "comments": ""})
    assert "You signed the text" in page.content.decode()
    assert not page.cookies
    vietnamese.refresh_from_db()
    assert (vietnamese.state, vietnamese.reviewed_by) == (Review.APPROVED, None)
    assert vietnamese.reviewer == "Lan Nguyen, Health Office"
    assert vietnamese in TextSet.objects.printable()
    again = strict.post(link, {"answer": "back", "comments": "No!"})
    assert again.status_code == 410
    assert "answered already" in again.content.decode()
    assert strict.get(link).status_code == 410


def test_reviewer_sends_it_back_with_words(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    page = client.post(link, {"answer": "back", "comments": " "})
    assert page.status_code == 422
    assert "Say what should change" in page.content.decode()
    client.post(link, {"answer": "back", "comments": "“Gọi” <b>"})
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.DRAFT
    comment = vietnamese.comments.get()
    assert (comment.author, comment.signed, comment.body) == (None, "Lan Nguyen, Health Office", "“Gọi” <b>")


def test_draft_of_the_release_is_signed_by_a_reviewer(people: Office, client: Client) -> None:
    shipped = TextSet.objects.get(language="fr")
    client.post(invite(shipped, people.approver), {"answer": "right"})
    shipped.refresh_from_db()
    assert (shipped.state, shipped.reviewer) == (Review.APPROVED, "Lan Nguyen, Health Office")


def test_too_long_comment_loses_nothing(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    page = client.post(link, {"answer": "back", "comments": "é" * 10_000})
    assert page.status_code == 422
    assert "é" * 10_000 in page.content.decode()
    assert client.get(link).status_code == 200


def test_link_expires(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    page = client.post(link, {"answer": "right"})
    assert page.status_code == 410
    assert "14 days" in page.content.decode()
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.IN_REVIEW


def test_link_is_withdrawn_when_the_version_moves(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    review.send_back(of=vietnamese, reason="Shorter, please.", by=people.approver)
    assert Invitation.objects.get().answer == Invitation.Answer.WITHDRAWN
    assert "no longer needs your answer" in client.get(link).content.decode()


def test_unknown_link_is_a_kind_404(client: Client) -> None:
    for token in ("x", "a" * 300, "%F0%9F%98%80", "..."):
        page = client.get(f"/es/review/{token}/")
        assert page.status_code == 404
        assert "lleva" in page.content.decode() or "nowhere" in page.content.decode()


def test_two_links_and_one_answer(people: Office, vietnamese: TextSet, client: Client) -> None:
    first = invite(vietnamese, people.approver)
    second = invite(vietnamese, people.approver, "minh@office.example")
    client.post(first, {"answer": "right"})
    assert client.post(second, {"answer": "back", "comments": "No."}).status_code == 410
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.APPROVED


@pytest.mark.parametrize("written", ["own@office.example", "OWN@Office.example", "own+review@office.example"])
def test_nobody_invites_themselves_or_an_account(people: Office, vietnamese: TextSet, written: str) -> None:
    for person, said in (
        (people.approver, "your own address"),
        (people.translator, "the author's address"),
        (people.designer, "has an account here"),
    ):
        person.email = "own@office.example"
        person.save()
        vietnamese.refresh_from_db()
        assert said in refused(lambda: invite(vietnamese, people.approver, written))
        person.email = ""
        person.save()
    assert not Invitation.objects.exists()


def test_author_chooses_no_reviewer(people: Office, vietnamese: TextSet, user_with: Callable[..., User]) -> None:
    """They could mail themselves under another address."""
    assert "another person invites" in refused(lambda: invite(vietnamese, people.translator))
    coordinator = user_with(Role.COORDINATOR)
    own = writing.revise_texts(language="fr", by=coordinator)
    review.submit(of=own, by=coordinator)
    own.refresh_from_db()
    assert "another person invites" in refused(lambda: invite(own, coordinator))


def test_what_does_not_wait_for_a_signature_is_not_mailed(people: Office) -> None:
    assert "is approved" in refused(lambda: invite(TextSet.objects.get(language="es"), people.approver))
    draft = writing.revise_texts(language="vi", by=people.translator)
    assert "once it is submitted" in refused(lambda: invite(draft, people.approver))
    assert "roles" in refused(lambda: invite(TextSet.objects.get(language="fr"), people.designer))


@pytest.mark.parametrize("name", ["", "a", "x" * 121, "Lan\u202eNguyen"])
def test_reviewer_has_a_name(people: Office, vietnamese: TextSet, name: str) -> None:
    with pytest.raises(NotAllowed):
        invitations.invite(texts=vietnamese, name=name, email="lan@office.example", by=people.approver, address=ADDRESS)


def test_spanish_invitation_leads_to_the_spanish_page(people: Office, vietnamese: TextSet) -> None:
    link = invite(vietnamese, people.approver, language="es")
    assert link.startswith("/es/review/")
    assert Email.objects.latest("id").subject == "Un texto para que lo leas"


def test_withdrawn_by_hand(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    invitations.withdraw(invitation=Invitation.objects.get(), by=people.translator)
    assert client.get(link).status_code == 410
    assert "already" in refused(lambda: invitations.withdraw(invitation=Invitation.objects.get(), by=people.translator))


def test_proof_is_a_picture_for_the_link_alone(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    token = link.rstrip("/").rpartition("/")[2]
    page = client.get(reverse("review-proof", kwargs={"token": token}))
    assert page.headers["Content-Type"] == "image/png"
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(reverse("review-proof", kwargs={"token": "x"})).status_code == 404


def test_answers_of_a_text_with_problems_stay_open(people: Office, vietnamese: TextSet, client: Client) -> None:
    link = invite(vietnamese, people.approver)
    TextSet.objects.filter(pk=vietnamese.pk).update(blocks=vietnamese.blocks | {"listen": "Gọi 911"})
    page = client.post(link, {"answer": "right"})
    assert page.status_code == 422
    assert "digits" in page.content.decode()
    assert Invitation.objects.get().answer == Invitation.Answer.NONE
