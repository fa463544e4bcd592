"""People come in by a link: what it does, who may send it, and what happens when that changes."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from portal.audit.models import Entry
from portal.keeping import forgetting
from portal.people import granting, invitations, roles
from portal.people.granting import NotPossible
from portal.people.invitations import Purpose
from portal.people.models import AccountInvitation, RoleGrant, User
from portal.people.roles import DESK, INVITES, PRIVILEGED, VERBS, Role, permissions

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"
ANSWERS = {
    "first_name": "Ana",
    "last_name": "Ruiz",
    "username": "ana.ruiz",
    "password": PASSPHRASE,
    "again": PASSPHRASE,
}


@pytest.fixture
def mara(user_with: Callable[..., User]) -> User:
    """A coordinator with an address."""
    user = user_with(Role.COORDINATOR)
    user.email = "mara@example.gov"
    user.save()
    return user


def invited(by: User, *wanted: Role, email: str = "ana@example.org") -> str:
    """The path of the link that the mail holds."""
    invitations.invite(email=email, roles=wanted or [Role.DESIGNER], by=by)
    mail = Email.objects.order_by("pk").last()
    assert mail
    found = re.search(r"http://localhost:8000(/\S+)", str(mail.email_message().body))
    assert found
    return found[1]


def test_looking_at_a_link_changes_nothing_and_its_button_makes_the_account(client: Client, mara: User) -> None:
    link = invited(mara, Role.DESIGNER, Role.PRINT_MANAGER)
    for _ in range(2):
        page = client.get(link)
        client.head(link)
        client.options(link)
    assert "Designer, Print manager" in page.text
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "same-origin")
    assert not User.objects.filter(email="ana@example.org").exists()

    answer = client.post(link, ANSWERS)

    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("account-invitation-taken"))
    ana = User.objects.get(username="ana.ruiz")
    assert (ana.email, ana.get_full_name(), ana.is_staff) == ("ana@example.org", "Ana Ruiz", True)
    assert granting.held(ana) == {Role.DESIGNER, Role.PRINT_MANAGER}
    assert check_password(PASSPHRASE, ana.password)
    # One signs in where everybody does, and proves a second factor there.
    assert client.get(reverse("admin:index")).status_code == 302
    told = Email.objects.order_by("pk").last()
    assert told
    assert told.to == ["mara@example.gov"]
    assert "Ana Ruiz (ana.ruiz) accepted your invitation" in told.email_message().body


def test_link_works_once(client: Client, mara: User) -> None:
    link = invited(mara)
    client.post(link, ANSWERS)
    again = client.post(link, {**ANSWERS, "username": "somebody"})
    assert (again.status_code, client.get(link).status_code) == (410, 410)
    assert not User.objects.filter(username="somebody").exists()
    assert client.get(reverse("account-invitation", kwargs={"token": "unknown"})).status_code == 404


def test_link_ends_by_time_and_by_withdrawal(client: Client, mara: User) -> None:
    link = invited(mara)
    AccountInvitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.post(link, ANSWERS).status_code == 410
    # What ran out makes room for another.
    link = invited(mara)
    invitation = AccountInvitation.objects.get(withdrawn_at=None)
    assert invitations.withdraw(invitation_id=invitation.pk, by=mara)
    assert not invitations.withdraw(invitation_id=invitation.pk, by=mara)
    assert client.post(link, ANSWERS).status_code == 410
    assert not User.objects.filter(email="ana@example.org").exists()


def lost_role(mara: User) -> None:
    """Whoever sent it is no coordinator any more."""
    granting.revoke(user=mara, role=Role.COORDINATOR, by=None)


def closed_account(mara: User) -> None:
    """Whoever sent it has no account any more."""
    mara.is_active = False
    mara.save()


@pytest.mark.parametrize("change", [lost_role, closed_account])
def test_right_of_the_inviter_is_judged_anew(client: Client, mara: User, change: Callable[[User], None]) -> None:
    link = invited(mara)
    change(mara)
    assert client.get(link).status_code == 410
    assert client.post(link, ANSWERS).status_code == 410
    assert not User.objects.filter(email="ana@example.org").exists()


@pytest.mark.parametrize("role", list(Role))
def test_coordinators_invite_to_what_they_may_do_and_superusers_to_all(
    mara: User, admin_user: User, role: Role
) -> None:
    if role in INVITES[Role.COORDINATOR]:
        invitations.invite(email="ana@example.org", roles=[role], by=mara)
    else:
        assert role in PRIVILEGED
        with pytest.raises(NotPossible, match="superuser"):
            invitations.invite(email="ana@example.org", roles=[role], by=mara)
        invitations.invite(email="ana@example.org", roles=[role], by=admin_user)
    assert AccountInvitation.objects.get().wanted == [role]


def test_nobody_invites_to_more_than_they_have() -> None:
    """Else a second account of one's own would be the way up."""
    for giver, given in INVITES.items():
        for role in given & DESK:
            assert permissions(role) <= permissions(giver), (giver, role)
    assert not PRIVILEGED & frozenset[Role]().union(*INVITES.values())


@pytest.mark.parametrize(
    "verb",
    [
        "campaign.approve_design", "campaign.review_texts", "campaign.verify_rule", "campaign.release_batch",
        "outreach.release_proposal", "outreach.approve_agreement", "outreach.approve_logo_permission",
        "outreach.verify_channel",
    ],
)  # fmt: skip
def test_nobody_brings_in_a_second_person_of_their_own(verb: str) -> None:
    """Else a second mailbox of one's own would approve what one made."""
    assert VERBS[verb] <= PRIVILEGED


@pytest.mark.parametrize("role", sorted(set(Role) - set(INVITES)))
def test_others_invite_nobody(user_with: Callable[..., User], role: Role) -> None:
    with pytest.raises(NotPossible):
        invitations.invite(email="ana@example.org", roles=[Role.PARTNER], by=user_with(role))
    assert not AccountInvitation.objects.exists()


def test_an_address_has_one_open_invitation(mara: User) -> None:
    invited(mara)
    with pytest.raises(NotPossible, match="open"):
        invited(mara, email="ANA@example.org")
    first = AccountInvitation.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountInvitation.objects.create(
            email="Ana@Example.org", token_sha256="1" * 64, invited_by=mara, expires_at=first.expires_at
        )


def test_nobody_invites_themselves(mara: User) -> None:
    with pytest.raises(NotPossible, match="own address"):
        invitations.invite(email="Mara@example.gov", roles=[Role.DESIGNER], by=mara)


def test_roles_that_stand_apart_are_not_invited(admin_user: User) -> None:
    with pytest.raises(NotPossible, match="auditor"):
        invitations.invite(email="ana@example.org", roles=[Role.AUDITOR, Role.DESIGNER], by=admin_user)


def test_holder_of_the_address_accepts_with_the_account(
    client: Client, mara: User, user_with: Callable[..., User]
) -> None:
    ana, other = user_with(Role.ANALYST), user_with(Role.DESIGNER)
    User.objects.filter(pk=ana.pk).update(email="Ana@example.org")
    link = invited(mara, Role.DESIGNER)
    assert "Sign in" in client.get(link).text
    # No second account with the same address, and not by somebody else's.
    assert client.post(link, ANSWERS).status_code == 422
    client.force_login(other)
    assert client.post(link).status_code == 422
    assert User.objects.filter(email__iexact="ana@example.org").count() == 1
    client.force_login(ana)
    assert "Yes, take this part" in client.get(link).text
    assert granting.held(ana) == {Role.ANALYST}
    assert client.post(link).status_code == 303
    assert granting.held(ana) == {Role.ANALYST, Role.DESIGNER}


def test_auditor_is_not_invited_to_change(mara: User, user_with: Callable[..., User]) -> None:
    auditor = user_with(Role.AUDITOR)
    User.objects.filter(pk=auditor.pk).update(email="ana@example.org")
    with pytest.raises(NotPossible, match="auditor"):
        invitations.invite(email="ana@example.org", roles=[Role.DESIGNER], by=mara)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "another lamp over deep water"}, "differ"),
        ({"password": "ana@example.org", "again": "ana@example.org"}, "too similar"),
        ({"username": "taken"}, "taken"),
        ({"username": "a b<script>"}, "valid username"),
        ({"first_name": ""}, "required"),
    ],
)
def test_form_says_what_is_wrong_and_the_link_stays_open(
    client: Client, mara: User, wrong: dict[str, str], told: str
) -> None:
    User.objects.create_user("Taken")
    link = invited(mara)
    answer = client.post(link, {**ANSWERS, **wrong})
    assert answer.status_code == 422
    assert told in answer.text
    assert PASSPHRASE not in answer.text
    assert client.post(link, ANSWERS).status_code == 303


def test_purpose_is_asked_thrice_and_brings_its_own(
    client: Client, mara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[tuple[str, str, str]] = []
    closed: list[str] = []
    monkeypatch.setitem(
        invitations.PURPOSES,
        "choir",
        Purpose(
            name="choir",
            says=lambda payload: f"to the {payload['voice']}s",
            refusal=lambda _, __: closed[0] if closed else "",
            accept=lambda payload, user, by: came.append((payload["voice"], user.username, by.username)),
        ),
    )
    closed.append("The choir is full.")
    with pytest.raises(NotPossible, match="full"):
        invitations.invite(email="ana@example.org", roles=[Role.PARTNER], by=mara, purpose="choir")
    closed.clear()
    invitations.invite(
        email="ana@example.org", roles=[Role.PARTNER], by=mara, purpose="choir", payload={"voice": "tenor"}
    )
    mail = Email.objects.order_by("pk").last()
    assert mail
    body = str(mail.email_message().body)
    assert "to the tenors" in body
    link = body[body.index("/account/invited/") :].split()[0]
    closed.append("The choir is full.")
    assert client.get(link).status_code == 410
    closed.clear()
    assert client.post(link, ANSWERS).status_code == 303
    assert came == [("tenor", "ana.ruiz", mara.username)]


def test_neither_address_nor_token_is_in_the_trail(client: Client, mara: User) -> None:
    link = invited(mara)
    client.post(link, ANSWERS)
    told = str(list(Entry.objects.values_list("object_label", "before", "after")))
    assert link.strip("/").rpartition("/")[2] not in told
    assert AccountInvitation.objects.get().token_sha256 not in told
    assert "ana@example.org" not in told
    assert set(Entry.objects.filter(object_type="portal.accountinvitation").values_list("verb", flat=True)) == {
        "invited",
        "accepted an invitation",
    }


def test_ended_invitations_are_forgotten_and_open_ones_kept(mara: User) -> None:
    invited(mara)
    invited(mara, email="ben@example.org")
    AccountInvitation.objects.filter(email="ana@example.org").update(withdrawn_at=timezone.now())
    later = timezone.now() + dt.timedelta(days=31)
    AccountInvitation.objects.filter(email="ben@example.org").update(expires_at=later + dt.timedelta(days=1))
    forgetting.forget(now=later)
    assert [row.email for row in AccountInvitation.objects.all()] == ["ben@example.org"]


def test_desk_invites_and_withdraws_in_the_admin(client: Client, mara: User) -> None:
    client.force_login(mara)
    page = client.get(reverse("admin:portal_accountinvitation_invite"))
    assert "Print manager" in page.text
    assert 'value="approver"' not in page.text
    asked = {"email": "ana@example.org", "language": "en", "roles": ["designer"]}
    # What is not offered is not taken.
    refused = client.post(reverse("admin:portal_accountinvitation_invite"), {**asked, "roles": ["approver"]})
    assert refused.status_code == 200
    assert not AccountInvitation.objects.exists()
    assert client.post(reverse("admin:portal_accountinvitation_invite"), asked).status_code == 302
    invitation = AccountInvitation.objects.get()
    listed = client.get(reverse("admin:portal_accountinvitation_changelist"))
    assert "ana@example.org" in listed.text
    end = reverse("admin:portal_accountinvitation_withdraw", args=[invitation.pk])
    client.get(end)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None
    client.post(end)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at


def test_coordinator_withdraws_no_invitation_of_a_superuser_to_privileged_roles(mara: User, admin_user: User) -> None:
    invitation = invitations.invite(email="ana@example.org", roles=[Role.APPROVER], by=admin_user)
    with pytest.raises(NotPossible):
        invitations.withdraw(invitation_id=invitation.pk, by=mara)
    assert not RoleGrant.objects.filter(role=Role.APPROVER).exists()
    assert roles.may_give([Role.COORDINATOR]) == INVITES[Role.COORDINATOR]


@pytest.mark.parametrize(
    "name",
    ["Ana\nBcc: eve", "Ana\n\nYour session ended", "https://evil.example", "see www.evil.example now"],
)
def test_name_is_one_line_and_no_address_of_the_web(client: Client, mara: User, name: str) -> None:
    """It stands in the mail that tells the inviter, and in those that the new account invites others with."""
    User.objects.filter(pk=mara.pk).update(email="mara@example.org")
    link = invited(mara)
    before = Email.objects.count()
    answer = client.post(link, {**ANSWERS, "first_name": name})
    if "\n" in name:
        assert answer.status_code == 303
        told = Email.objects.latest("pk")
        assert told.subject == f"{' '.join(name.split())} Ruiz accepted your invitation"
        assert User.objects.get(email="ana@example.org").first_name == " ".join(name.split())
    else:
        assert answer.status_code == 422
        assert Email.objects.count() == before
