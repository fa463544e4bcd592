"""Nothing confidential leaves: every exit is asked by everybody, and what each answers is searched for canaries."""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.posters.models import Comment, TextSet
from outreach.agencies import agreements, logo_rights
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Note, Task
from outreach.agencies.logos import LogoPermission
from outreach.agencies.models import Contact
from outreach.partners.models import AgreementAnswer
from portal.audit.models import Entry
from portal.people.models import RoleGrant, User
from portal.people.roles import DESK, Role
from portal.seasons.models import Season
from tests.confidential import exits
from tests.confidential.addresses import places
from tests.confidential.allowed import lets_see
from tests.confidential.planting import NOT_PLANTED, Canary, Planted, all_confidential, found_in, plant, unplanted
from tests.confidential.private_pages import HOLDERS, holder_may_see
from tests.confidential.reading import texts
from tests.outreach import factories
from tests.outreach.agencies.conftest import office
from tests.outreach.partners import pages as partner_pages
from tests.outreach.partners.conftest import Desk, furnish
from tests.portal.keeping.test_forgetting import person
from tests.test_roles_by_url import ANYBODY, NO_ROLE, PUBLIC, browser_of, world

pytestmark = pytest.mark.django_db

__all__ = ["browser_of", "world"]

QUICK = [ANYBODY, NO_ROLE, Role.ANALYST]
"""Asked with every run; the others by CI: they differ by what they may see, not by how it is asked."""
SLOW = [pytest.param(role, marks=pytest.mark.slow) for role in Role if role not in QUICK]

# Confidential texts of which the world of this test has no row, and why that is no gap.
NOT_IN_THE_WORLD = {
    "portal.livesession.device": "a family of browsers, noted at sign-in and shown to its account",
    "campaign.textset.reviewer": "a signature under a text: shown to whoever works with texts, and printed nowhere",
}


# Asked with a guess, since they show nothing but what their holder typed.
ANSWERS_NOTHING = {
    "account_reset_password_from_key": "a form behind a mailed link, without anybody's name",
    "mfa_edit_webauthn": "a name for a key of one's own",
    "mfa_remove_webauthn": "a key of one's own",
}


def secrets(agency: object) -> None:
    """What the desk keeps of an agency, and what nobody else reads."""
    staff = User.objects.create_user(
        f"desk-of-{agency}"[:150], email="desk@example.org", first_name="Desk", last_name="X"
    )
    Contact.objects.create(agency=agency, role="Director", name="Somebody", email="a@example.org", phone="601")  # type: ignore[misc]
    Contact.objects.create(agency=agency, role="Duty", email="b@example.org", is_confidential=True)  # type: ignore[misc]
    Note.objects.create(agency=agency, author=staff, body="Said")  # type: ignore[misc]
    Task.objects.create(agency=agency, what="Call", assigned_to=staff)  # type: ignore[misc]


@pytest.fixture
def desks(world: Season) -> tuple[Desk, Desk]:
    """A row of everything, a person in all of it, and two partners with all that is kept of them."""
    person()
    january = factories.season_ahead()
    found = furnish(office("Quiet Lantern"), january), furnish(office("Second Harbor"), january)
    for desk in found:
        secrets(desk.agency)
        AgreementAnswer.objects.create(agreement=desk.agreement, says="wrong", note="No", by=desk.editor)
    boss = User.objects.create_user("boss", email="boss@example.org", is_staff=True)
    RoleGrant.objects.create(user=boss, role=Role.COORDINATOR)
    over = found[1]
    agreements.end(agreement_id=over.agreement.pk, on=timezone.localdate(), why="Over", by=over.editor)
    logo_rights.revoke(permission=LogoPermission.objects.order_by("pk")[0], why="Over", by=None)
    texts_ = TextSet.objects.order_by("pk")[0]
    Comment.objects.create(texts=texts_, signed="Somebody", body="Said")
    return found


@pytest.fixture
def planted(desks: tuple[Desk, Desk]) -> Planted:
    """A canary in every confidential field of all of it."""
    return plant()


def leaks(
    client: Client, ways: Iterable[exits.Exit], planted: Planted, may_see: Callable[[exits.Exit, Canary], bool]
) -> tuple[int, Counter[str]]:
    """How many exits answered, and what each told that it may not tell."""
    told: Counter[str] = Counter()
    asked = 0
    for way in ways:
        asked += 1
        response = way.ask(client)
        if response.status_code >= 500:
            told[f"{way.name} {way.data}: failed ({response.status_code}), and cannot be judged"] += 1
        for text in texts(response):
            told.update(
                f"{way.name} {way.data} tells {canary}"
                for canary in found_in(text, planted)
                if not may_see(way, canary)
            )
    return asked, told


@pytest.mark.parametrize("person", [*QUICK, *SLOW])
def test_no_exit_tells_what_roles_do_not_let_its_reader_see(
    planted: Planted, browser_of: Callable[[str], Client], person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client = browser_of(person)
    asked, told = leaks(
        client,
        [*exits.public(), *exits.private(), *exits.others()],
        planted,
        lambda way, canary: (
            lets_see(person, canary.label, canary.field, is_outsider=is_outsider(canary))
            or holder_may_see(way.name, canary)
            or entry_is_of_what_is_seen(person, canary)
        ),
    )
    with capsys.disabled():
        print(f"\nexits, {person}: {asked} asked, {len(planted)} canaries")  # noqa: T201
    assert not told, "\n".join(f"{what} ({count})" for what, count in sorted(told.items()))
    assert asked > 500


def is_outsider(canary: Canary) -> bool:
    """Whether it is planted in an account that works at no desk: a partner's, a station's."""
    return canary.label == "portal.user" and not User.objects.get(pk=canary.pk).is_staff


def entry_is_of_what_is_seen(person: str, canary: Canary) -> bool:
    """A record's history and its agency's timeline tell what became of it to whoever may view the record."""
    if canary.label != "portal.entry":
        return False
    label = Entry.objects.get(pk=canary.pk).object_type
    return bool(label) and lets_see(person, label, "")


def of_partners(desk: Desk, other: Desk) -> list[exits.Exit]:
    """Every page of partners, at their own agency and at another one."""
    found = [exits.Exit("partner-home", reverse("partner-home"))]
    for name, page in partner_pages.PAGES.items():
        for agency, rows in ((desk.agency, desk), (other.agency, other), (desk.agency, other)):
            found.append(exits.Exit(name, partner_pages.address(name, agency, rows), post=not page.shows))
    return found


OF_AN_AGENCY = {"outreach.contact", "outreach.agreement", "outreach.presenter", "outreach.proposal",
                "outreach.agreementanswer", "outreach.logopermission", "outreach.participation"}  # fmt: skip
"""Whose rows a member of an agency sees, if they are of that agency. Notes and tasks are the desk's."""


def test_partner_sees_its_own_agency_alone(desks: tuple[Desk, Desk], planted: Planted) -> None:
    ours, other = desks
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=ours.editor.pk))
    of_us = set(ours.agency.contacts.values_list("pk", flat=True))
    own = {
        "outreach.contact": of_us,
        "outreach.agreement": set(Agreement.objects.filter(agency=ours.agency).values_list("pk", flat=True)),
        "outreach.presenter": {ours.presenter.pk},
        "outreach.proposal": {ours.proposal.pk},
        "outreach.agreementanswer": set(ours.agreement.answers.values_list("pk", flat=True)),
        "outreach.participation": {ours.participation.pk},
        "portal.accountinvitation": {ours.invitation.pk},
        "portal.user": set(User.objects.filter(memberships__agency=ours.agency).values_list("pk", flat=True)),
    }
    ways = [*of_partners(ours, other), *exits.public(), *exits.private(), *exits.others()]
    _, told = leaks(
        client,
        ways,
        planted,
        lambda way, canary: canary.pk in own.get(canary.label, set()) or holder_may_see(way.name, canary),
    )
    assert not told, "\n".join(f"{what} ({count})" for what, count in sorted(told.items()))
    page = client.get(partner_pages.address("partner-agreements", ours.agency, ours))
    assert "outreach.agreement.title" in {str(each) for text in texts(page) for each in found_in(text, planted)}


def test_every_confidential_field_has_a_canary(planted: Planted) -> None:
    missing = unplanted(planted) - set(NOT_IN_THE_WORLD)
    assert not missing, f"Add a row to the world of this test, or say in NOT_PLANTED why: {sorted(missing)}"
    assert len(planted) > 400
    held = {(canary.label, canary.field) for canary in planted.values()}
    for label, names in {"outreach.contact": ("name", "email", "phone"), "outreach.note": ("body",)}.items():
        assert {(label, name) for name in names} <= held
    assert {label for label, _ in NOT_PLANTED} <= set(all_confidential())


def test_canaries_are_found_where_they_may_stand(planted: Planted, browser_of: Callable[[str], Client]) -> None:
    """What finds nothing anywhere proves nothing: a coordinator's pages hold many, and a sheet is unpacked."""
    client = browser_of(Role.COORDINATOR)
    agency = Contact.objects.exclude(name="").order_by("-pk")[0].agency
    page = client.get(reverse("admin:outreach_agency_change", args=[agency.pk]))
    found = {str(canary) for text in texts(page) for canary in found_in(text, planted)}
    assert {"outreach.contact.name", "outreach.contact.email", "outreach.note.body", "outreach.task.what"} <= found


def test_every_address_is_asked_with_what_leads_somewhere() -> None:
    guessed = {name for name in exits.unknown() if places()[name]}
    assert not guessed - set(ANSWERS_NOTHING), "Say in the tables of tests/test_roles_by_url.py how these are asked."
    assert set(HOLDERS) <= set(PUBLIC)
    assert set(QUICK) & DESK
