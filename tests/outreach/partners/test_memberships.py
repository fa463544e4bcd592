"""Who belongs to an agency: let in and out by one way, which the role of a partner follows."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from campaign.demo import removing
from outreach.partners import memberships, proposals
from outreach.partners.door import mine
from outreach.partners.models import Membership
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.mail.models import Mail
from portal.people import adapters, granting
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests import entering
from tests.outreach.agencies.conftest import office
from tests.outreach.partners.conftest import Desk, account, member

pytestmark = pytest.mark.django_db
ADD = reverse("admin:outreach_membership_add")


@pytest.fixture
def coordinator(user_with: Callable[..., User], client: Client) -> Client:
    """A coordinator's browser."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def test_a_membership_brings_the_role_and_its_end_takes_it() -> None:
    agency, other, user = office("Lamp"), office("Harbor"), account("ana")
    first = memberships.grant(user=user, agency=agency, may="edit", by=None)
    second = memberships.grant(user=user, agency=other, may="look", by=None)
    assert granting.held(user) == {Role.PARTNER}
    memberships.end(membership_id=first.pk, by=None)
    assert granting.held(user) == {Role.PARTNER}, "it belongs to another agency still"
    memberships.end(membership_id=second.pk, by=None)
    assert granting.held(user) == set()
    verbs = Entry.objects.filter(object_type="outreach.membership").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["granted", "granted", "ended", "ended"]
    told = Entry.objects.filter(object_type="outreach.membership", verb="ended")[0]
    assert (told.before["ended_at"], bool(told.after["ended_at"])) == (None, True)


def test_a_membership_stands_once_while_it_is_open() -> None:
    agency, user = office("Lamp"), account("ana")
    first = memberships.grant(user=user, agency=agency, may="look", by=None)
    again = memberships.grant(user=user, agency=agency, may="edit", by=None)
    assert (again.pk, again.may) == (first.pk, "edit")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, agency=agency)
    memberships.end(membership_id=first.pk, by=None)
    assert memberships.grant(user=user, agency=agency, may="edit", by=None).pk != first.pk


def test_nobody_is_let_into_what_is_out_of_use() -> None:
    agency, user = office("Lamp", retired_at=timezone.now()), account("ana")
    with pytest.raises(NotPossible, match="no longer in use"):
        memberships.grant(user=user, agency=agency, may="edit", by=None)
    with pytest.raises(NotPossible, match="no longer in use"):
        memberships.grant(user=account("gone", is_active=False), agency=office("Harbor"), may="edit", by=None)


def test_an_auditor_is_no_partner(user_with: Callable[..., User]) -> None:
    auditor = user_with(Role.AUDITOR)
    with pytest.raises(NotPossible, match="auditor"):
        memberships.grant(user=auditor, agency=office("Lamp"), may="edit", by=None)
    assert not Membership.objects.exists(), "all or nothing"


def test_an_agency_keeps_somebody_who_edits(lamp: Desk) -> None:
    with pytest.raises(NotPossible, match="Nobody else"):
        memberships.end_by_partner(membership_id=lamp.membership.pk, by=lamp.editor)
    second = member(lamp.agency, "second")
    memberships.end_by_partner(membership_id=lamp.membership.pk, by=lamp.editor)
    with pytest.raises(NotPossible, match="Nobody else"):
        memberships.end_by_partner(membership_id=Membership.objects.get(user=second).pk, by=second)


def test_whoever_only_looks_may_leave_and_end_nobody_else(lamp: Desk, browse: Callable[[User], Client]) -> None:
    looker = browse(lamp.colleague.user)
    other = Membership.objects.get(user=member(lamp.agency, "other", may="look"))
    refused = looker.post(reverse("partner-person-end", args=[lamp.agency.uid, other.uid]))
    left = looker.post(reverse("partner-person-end", args=[lamp.agency.uid, lamp.colleague.uid]))
    assert (refused.status_code, left.status_code) == (403, 302)
    for row in (other, lamp.colleague):
        row.refresh_from_db()
    assert (other.ended_at, lamp.colleague.ended_at is None) == (None, False)


def test_staff_let_in_by_name_or_address(coordinator: Client) -> None:
    agency = office("Lamp")
    account("ana"), account("bo")
    for text in ("ana", "BO@example.org"):
        assert coordinator.post(ADD, {"account": text, "agency": agency.pk, "may": "edit"}).status_code == 302
    assert {row.user.username for row in Membership.objects.open().filter(agency=agency)} == {"ana", "bo"}
    assert granting.held(User.objects.get(username="ana")) == {Role.PARTNER}
    assert Membership.objects.get(user__username="ana").granted_by is not None


def test_whoever_staff_let_in_is_told_by_mail(coordinator: Client) -> None:
    ana = account("ana", last_name="Rey")
    let_in = {"account": "ana", "agency": office("Lamp Street").pk}
    assert coordinator.post(ADD, let_in | {"may": "look"}).status_code == 302
    mail = Email.objects.get()
    assert (mail.to, mail.subject) == ([ana.email], "Waypost: you now work for Lamp Street")
    by = Membership.objects.get().granted_by
    for told in (f"{by}, of the campaign's staff", "(ana)", "change nothing there", f"Ask {by}"):
        assert told in mail.message
    link = next(word for word in mail.message.split() if "://" in word)
    assert link == f"{settings.PUBLIC_ADDRESS}/en/partner/", "it leads to signing in and holds no secret"
    assert Mail.objects.get().about == f"outreach.membership:{Membership.objects.get().pk}"
    assert coordinator.post(ADD, let_in | {"may": "edit"}).status_code == 200, "it belongs there already"
    assert Email.objects.count() == 1


def test_whoever_reads_spanish_is_told_in_spanish(lamp: Desk, coordinator: Client) -> None:
    lamp.editor.speak("es")
    form = {"account": lamp.editor.username, "agency": office("Harbor").pk, "may": "edit"}
    assert coordinator.post(ADD, form).status_code == 302
    mail = Email.objects.get()
    assert mail.subject == "Waypost: ahora trabajas para Harbor"
    assert f"{settings.PUBLIC_ADDRESS}/es/partner/" in mail.message
    assert "Puedes verlas todas y cambiarlas" in mail.message


def test_an_account_without_an_address_is_let_in_all_the_same(coordinator: Client) -> None:
    account("ana", email="")
    assert coordinator.post(ADD, {"account": "ana", "agency": office("Lamp").pk, "may": "edit"}).status_code == 302
    assert Membership.objects.exists()
    assert not Email.objects.exists()


@pytest.mark.parametrize("text", ["nobody", "ana", "shared@example.org"])
def test_staff_are_told_why_nobody_is_let_in(coordinator: Client, text: str) -> None:
    agency = office("Lamp")
    member(agency, "ana")
    account("one", email="shared@example.org"), account("two", email="Shared@example.org")
    answer = coordinator.post(ADD, {"account": text, "agency": agency.pk, "may": "edit"})
    assert answer.status_code == 200
    assert Membership.objects.count() == 1


def test_staff_end_memberships_and_change_what_they_allow(coordinator: Client, lamp: Desk) -> None:
    page = reverse("admin:outreach_membership_change", args=[lamp.membership.pk])
    assert coordinator.post(page, {"may": "look"}).status_code == 302
    lamp.membership.refresh_from_db()
    assert lamp.membership.may == "look"
    chosen = {"action": "end", "_selected_action": [lamp.membership.pk]}
    coordinator.post(reverse("admin:outreach_membership_changelist"), chosen)
    assert not Membership.objects.open().filter(pk=lamp.membership.pk).exists()
    assert coordinator.get(page).status_code == 200


def test_saving_a_membership_that_ended_leaves_it_as_it_is(coordinator: Client, lamp: Desk) -> None:
    memberships.end(membership_id=lamp.membership.pk, by=None)
    page = reverse("admin:outreach_membership_change", args=[lamp.membership.pk])
    assert coordinator.post(page, {"may": "look"}).status_code == 302
    lamp.membership.refresh_from_db()
    assert (lamp.membership.may, bool(lamp.membership.ended_at)) == ("edit", True)


def test_nobody_of_staff_lets_themselves_in_or_widens_what_they_may(
    client: Client, lamp: Desk, harbor: Desk, user_with: Callable[..., User]
) -> None:
    """Who recorded an agreement could otherwise confirm it in its partner's name."""
    mara = user_with(Role.COORDINATOR)
    own = memberships.grant(user=mara, agency=lamp.agency, may="look", by=None)
    client.force_login(mara)
    added = client.post(ADD, {"account": mara.username, "agency": harbor.agency.pk, "may": "edit"})
    assert "Nobody lets themselves in" in added.text
    changed = client.post(reverse("admin:outreach_membership_change", args=[own.pk]), {"may": "edit"})
    assert "Nobody lets themselves in" in changed.text
    assert [(row.agency, row.may) for row in Membership.objects.filter(user=mara)] == [(lamp.agency, "look")]
    with pytest.raises(NotPossible):
        memberships.grant(user=mara, agency=harbor.agency, may="edit", by=mara)
    with pytest.raises(NotPossible):
        memberships.change(membership_id=own.pk, may="edit", by=mara)


def test_whoever_lost_the_role_is_let_in_anew() -> None:
    agency, user = office("Lamp"), account("ana")
    memberships.grant(user=user, agency=agency, may="edit", by=None)
    granting.revoke(user=user, role=Role.PARTNER, by=None)
    assert not mine(User.objects.get(pk=user.pk)).own
    memberships.grant(user=user, agency=agency, may="edit", by=None)
    assert [at.agency for at in mine(User.objects.get(pk=user.pk)).own] == [agency]


def test_the_demo_goes_with_its_members(season: Season) -> None:
    agency, user = office("Lamp", is_demo=True), account("ana")
    memberships.grant(user=user, agency=agency, may="edit", by=None)
    proposals.propose(agency=agency, what="texts", fields={"description": "New", "website": ""}, by=user)
    removing.remove()
    assert not Membership.objects.exists()
    assert User.objects.filter(pk=user.pk).exists()


def test_whoever_signs_in_lands_on_the_agencys_pages(lamp: Desk) -> None:
    assert adapters.home_of(lamp.editor) == reverse("partner-home")
    assert adapters.home_of(account("nobody")) == reverse("mfa_index")


@pytest.mark.parametrize("language", ["en", "es"])
def test_signing_in_leads_to_the_agencys_pages_in_the_browsers_language(lamp: Desk, language: str) -> None:
    browser = Client(headers={"Accept-Language": f"{language}-US"})
    entering.enrol(lamp.editor)
    entering.by_password(browser, lamp.editor.username, "a long enough passphrase", then="")
    assert entering.by_code(browser, entering.code()) == f"/{language}/partner/"
    assert f'href="/{language}/partner/"' in browser.get(reverse("mfa_index")).text
