"""Two partners that have nothing to do with each other, each with something of everything, and people of both."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from outreach.agencies import agreements, logo_rights
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.logos import Logo
from outreach.agencies.models import Agency, Contact
from outreach.partners import inviting, memberships, proposals
from outreach.partners.models import Membership, Proposal
from outreach.seminars.models import Presenter
from portal.people.models import AccountInvitation, User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.agencies.conftest import office, paper
from tests.portal.files.hostile import PNG


@dataclass(frozen=True)
class Desk:
    """One agency's rows, and an account that edits them."""

    agency: Agency
    editor: User
    membership: Membership
    colleague: Membership
    contact: Contact
    logo: Logo
    presenter: Presenter
    agreement: Agreement
    participation: Participation
    proposal: Proposal
    invitation: AccountInvitation


def account(name: str, **fields: object) -> User:
    """An account without a role."""
    told: dict[str, object] = {"email": f"{name}@example.org", "first_name": name.title()}
    return User.objects.create_user(name, password="a long enough passphrase", **told | fields)  # type: ignore[arg-type]


def member(agency: Agency, name: str, may: str = "edit") -> User:
    """An account that belongs to an agency."""
    user = account(name)
    memberships.grant(user=user, agency=agency, may=may, by=None)
    return user


def furnish(agency: Agency, season: Season) -> Desk:
    """Something of everything for an agency."""
    word = agency.name.split()[0].lower()
    editor, colleague = member(agency, word), member(agency, f"{word}-colleague", may="look")
    recorder, today = account(f"{word}-recorder"), timezone.localdate()
    contact = Contact.objects.create(
        agency=agency, role=f"Press of {word}", email=f"press@{word}.example.org", is_confidential=False
    )
    agreement = agreements.record(
        agency=agency,
        document=paper(),
        by=recorder,
        kind="mou",
        title=f"Posters of {word}",
        signed_on=today - dt.timedelta(days=9),
        effective_on=today - dt.timedelta(days=8),
        expires_on=today + dt.timedelta(days=60),
    )
    agreements.approve(agreement_id=agreement.pk, by=account(f"{word}-approver"))
    agreement.refresh_from_db()
    asked = proposals.propose(
        agency=agency, what="texts", fields={"description": f"New words of {word}", "website": ""}, by=editor
    )
    assert asked is not None
    return Desk(
        agency=agency,
        editor=editor,
        membership=Membership.objects.get(user=editor),
        colleague=Membership.objects.get(user=colleague),
        contact=contact,
        logo=logo_rights.upload(agency=agency, name="Seal", alt_text=f"Seal of {word}", content=PNG, by=None),
        presenter=factories.presenter(agency=agency, name=f"Robin {word.title()}"),
        agreement=agreement,
        participation=Participation.objects.create(agency=agency, season=season),
        proposal=asked,
        invitation=AccountInvitation.objects.create(
            email=f"invited@{word}.example.org",
            roles=[Role.PARTNER],
            purpose=inviting.PURPOSE,
            payload={"agency": agency.pk, "may": "look"},
            token_sha256=f"{agency.pk:064d}",
            invited_by=editor,
            expires_at=timezone.now() + dt.timedelta(days=9),
        ),
    )


@pytest.fixture
def january(db: None) -> Season:
    """A January to come."""
    return factories.season_ahead()


@pytest.fixture
def lamp(january: Season) -> Desk:
    """The Lamp Street Center."""
    return furnish(office("Lamp Street Center"), january)


@pytest.fixture
def harbor(january: Season) -> Desk:
    """Harbor House, which is none of the lamp's business."""
    return furnish(office("Harbor House"), january)


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A browser in which somebody is signed in. Errors become answers."""

    def make(user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return make
