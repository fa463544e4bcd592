"""Colleagues come in by a mailed link, as long as whoever invited them still edits."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from outreach.partners import inviting, memberships
from outreach.partners.models import Membership
from outreach.seminars.refusals import NotPossible
from portal.people import granting, invitations
from portal.people.invitations import NewPerson
from portal.people.links import LinkClosed
from portal.people.models import AccountInvitation, User
from portal.people.roles import Role
from tests.outreach.agencies.conftest import office
from tests.outreach.partners.conftest import Desk, account

pytestmark = pytest.mark.django_db
KIM = NewPerson(username="kim", first_name="Kim", last_name="Lee", password="a long enough passphrase")


def token() -> str:
    """Of the newest mail."""
    body: str = Email.objects.latest("pk").message
    link = next(word for word in body.split() if "://" in word)
    return link.partition("?")[0].rstrip("/").rpartition("/")[2]


def test_a_colleague_accepts_and_belongs_to_the_agency(lamp: Desk, browse: Callable[[User], Client]) -> None:
    page = reverse("partner-invite", args=[lamp.agency.uid])
    assert browse(lamp.editor).post(page, {"email": "kim@lamp.example.org", "may": "look"}).status_code == 302
    assert b"kim@lamp.example.org" in browse(lamp.editor).get(reverse("partner-people", args=[lamp.agency.uid])).content
    kim = invitations.accept(token=token(), person=KIM)
    assert granting.held(kim) == {Role.PARTNER}
    row = Membership.objects.get(user=kim)
    assert (row.agency, row.may, row.granted_by) == (lamp.agency, "look", lamp.editor)
    assert not kim.is_staff


def test_whoever_invites_in_spanish_writes_in_spanish(lamp: Desk, browse: Callable[[User], Client]) -> None:
    with translation.override("es"):
        page = reverse("partner-invite", args=[lamp.agency.uid])
    assert browse(lamp.editor).post(page, {"email": "kim@lamp.example.org", "may": "look"}).status_code == 302
    invited = Email.objects.get()
    assert invited.subject == "Te invitan a Waypost"
    assert "Hola:" in invited.message
    invitations.accept(token=token(), person=KIM)
    told = Email.objects.latest("pk")
    assert (told.to, told.subject) == ([lamp.editor.email], "Kim Lee aceptó tu invitación")
    assert User.objects.get(username="kim").language == "es"


def test_mails_of_an_invitation_are_english_where_no_language_is_known(lamp: Desk) -> None:
    inviting.invite(agency=lamp.agency, email="kim@lamp.example.org", may="look", by=lamp.editor)
    AccountInvitation.objects.update(payload={"agency": lamp.agency.pk, "may": "look"})
    invitations.accept(token=token(), person=KIM)
    subjects = ["You are invited to Waypost", "Kim Lee accepted your invitation"]
    assert list(Email.objects.order_by("pk").values_list("subject", flat=True)) == subjects
    assert "your invitation to the pages of Lamp Street Center." in Email.objects.latest("pk").message


def test_an_account_of_another_agency_gets_one_more(lamp: Desk, harbor: Desk) -> None:
    inviting.invite(agency=lamp.agency, email=harbor.editor.email, may="edit", by=lamp.editor)
    invitations.accept_as(token=token(), user=harbor.editor)
    assert {row.agency for row in Membership.objects.open().filter(user=harbor.editor)} == {lamp.agency, harbor.agency}


@pytest.mark.parametrize("way", ["ended", "looks only now", "retired"])
def test_a_link_ends_with_the_right_of_whoever_sent_it(lamp: Desk, way: str) -> None:
    inviting.invite(agency=lamp.agency, email="kim@lamp.example.org", may="edit", by=lamp.editor)
    match way:
        case "ended":
            memberships.grant(user=lamp.editor, agency=office("Another"), may="edit", by=None)
            memberships.end(membership_id=lamp.membership.pk, by=None)
        case "looks only now":
            memberships.change(membership_id=lamp.membership.pk, may="look", by=None)
        case "retired":
            lamp.agency.retire()
    with pytest.raises(LinkClosed):
        invitations.accept(token=token(), person=KIM)
    assert not User.objects.filter(username="kim").exists()


def test_nobody_invites_to_another_agency(lamp: Desk, harbor: Desk) -> None:
    with pytest.raises(granting.NotPossible):
        inviting.invite(agency=harbor.agency, email="kim@lamp.example.org", may="edit", by=lamp.editor)
    assert not AccountInvitation.objects.filter(email="kim@lamp.example.org").exists()


def test_an_invitation_to_a_mistyped_address_is_taken_back(
    lamp: Desk, harbor: Desk, browse: Callable[[User], Client]
) -> None:
    made = inviting.invite(agency=lamp.agency, email="kin@lamp.example.org", may="edit", by=lamp.editor)
    page = reverse("partner-invitation-withdraw", args=[lamp.agency.uid, made.uid])
    assert browse(lamp.colleague.user).post(page).status_code == 403, "whoever only looks takes nothing back"
    assert page in browse(lamp.editor).get(reverse("partner-people", args=[lamp.agency.uid])).text
    assert browse(lamp.editor).post(page).status_code == 302
    with pytest.raises(LinkClosed):
        invitations.accept(token=token(), person=KIM)
    # Nobody's that is none of the agency's, though partners may bring in partners.
    staffs = invitations.invite(email="sam@example.org", roles=[Role.PARTNER], by=User.objects.create_superuser("root"))
    for other in (staffs, harbor.invitation):
        page = reverse("partner-invitation-withdraw", args=[lamp.agency.uid, other.uid])
        assert browse(lamp.editor).post(page).status_code == 404
        other.refresh_from_db()
        assert other.withdrawn_at is None
    assert inviting.invite(agency=lamp.agency, email="kin@lamp.example.org", may="edit", by=lamp.editor)


def test_a_partner_brings_nobody_to_the_desk(lamp: Desk) -> None:
    for role in set(Role) - {Role.PARTNER}:
        with pytest.raises(granting.NotPossible):
            invitations.invite(email="kim@lamp.example.org", roles=[role], by=lamp.editor)


def test_whoever_belongs_here_is_not_invited_again(lamp: Desk) -> None:
    with pytest.raises(NotPossible, match="already"):
        inviting.invite(agency=lamp.agency, email=lamp.colleague.user.email.upper(), may="edit", by=lamp.editor)


def test_what_is_refused_tells_nothing_of_other_accounts(lamp: Desk, browse: Callable[[User], Client]) -> None:
    closed = account("closed", is_active=False)
    sent = {"email": closed.email, "may": "edit"}
    refused = browse(lamp.editor).post(reverse("partner-invite", args=[lamp.agency.uid]), sent)
    assert refused.status_code == 422
    assert "cannot be invited now" in refused.text
    assert not AccountInvitation.objects.filter(email=closed.email).exists()


def test_staff_invite_to_an_agency_too(lamp: Desk, user_with: Callable[..., User]) -> None:
    staff = user_with(Role.COORDINATOR)
    inviting.invite(agency=lamp.agency, email="kim@lamp.example.org", may="edit", by=staff)
    kim = invitations.accept(token=token(), person=KIM)
    assert Membership.objects.get(user=kim).granted_by == staff


def test_desk_invites_to_an_agency_from_its_record(client: Client, lamp: Desk, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    record = client.get(reverse("admin:outreach_agency_change", args=[lamp.agency.pk]))
    page = f"{reverse('admin:outreach_membership_invite')}?agency={lamp.agency.pk}"
    assert page in record.text
    asked = {"agency": lamp.agency.pk, "email": "kim@lamp.example.org", "may": "look", "language": "en"}
    assert f'<option value="{lamp.agency.pk}" selected>' in client.get(page).text
    assert client.post(page, asked).status_code == 302
    # Staff are told why not.
    again = client.post(page, asked)
    assert again.status_code == 200
    assert "Withdraw it first" in again.text
    kim = invitations.accept(token=token(), person=KIM)
    assert Membership.objects.get(user=kim).may == Membership.May.LOOK
