"""The first page: what waits, in a number of statements that doesn't grow."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from outreach.agencies import agreements
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.logos import LogoPermission
from outreach.agencies.models import Agency, Part
from outreach.partners import memberships, waiting, words
from outreach.partners.door import mine
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office, paper
from tests.outreach.partners.conftest import Desk, furnish, member

pytestmark = pytest.mark.django_db
HOME = reverse("partner-home")
Browse = Callable[[User], Client]


def said(desk: Desk) -> list[str]:
    """What the first page says."""
    return [row.why for row in waiting.rows(mine(desk.editor).own)]


def test_what_waits_is_told(lamp: Desk) -> None:
    text = " ".join(said(lamp))
    for part in ("invited to January", "Posters of lamp", "no written permission", "1 presenter", "1 change of yours"):
        assert part in text, part


def test_nothing_waits_where_all_is_done(january: Season, browse: Browse) -> None:
    answer = browse(member(office("Quiet Lamp"), "quiet")).get(HOME)
    assert "Nothing waits for you" in answer.content.decode()


@pytest.mark.parametrize(("days", "says"), [(60, "ends on"), (200, ""), (-3, "ended on"), (-40, "")])
def test_the_end_of_a_permission_is_told_in_time(lamp: Desk, days: int, says: str) -> None:
    today = timezone.localdate()
    begins = today - dt.timedelta(days=90)
    LogoPermission.objects.create(
        logo=lamp.logo,
        scopes=["posters"],
        document=lamp.agreement.document,
        granted_by="Office",
        granted_on=begins,
        expires_on=today + dt.timedelta(days=days),
        recorded_by=lamp.agreement.recorded_by,
        approved_by=lamp.agreement.approved_by,
        approved_at=timezone.now(),
    )
    found = [why for why in said(lamp) if "Seal" in why]
    assert bool(found) == (bool(says) or days == -40)
    assert says in "".join(found)


def test_a_permission_that_waits_for_the_campaign_is_not_asked_for(lamp: Desk, browse: Browse) -> None:
    today = timezone.localdate()
    LogoPermission.objects.create(
        logo=lamp.logo,
        scopes=["posters"],
        document=lamp.agreement.document,
        granted_by="Office",
        granted_on=today,
        expires_on=today + dt.timedelta(days=90),
    )
    assert not [why for why in said(lamp) if "Seal" in why]
    page = browse(lamp.editor).get(reverse("partner-logos", args=[lamp.agency.uid])).content.decode()
    assert "a second person of the campaign looks at it" in page


def test_the_end_of_an_agreement_is_told_until_it_is_renewed(lamp: Desk, user_with: Callable[..., User]) -> None:
    assert "ends on" in next(why for why in said(lamp) if "Posters of lamp" in why)
    today = timezone.localdate()
    renewal = agreements.record(
        agency=lamp.agency, document=paper(), by=lamp.agreement.recorded_by, kind="mou", title="Anew",
        signed_on=today, effective_on=today, renews=lamp.agreement,
    )  # fmt: skip
    agreements.approve(agreement_id=renewal.pk, by=lamp.agreement.approved_by)
    assert not [why for why in said(lamp) if "Posters of lamp" in why]
    assert [why for why in said(lamp) if "“Anew” is on record" in why]


def test_pages_ask_as_often_for_three_as_for_one(lamp: Desk, january: Season, browse: Browse) -> None:
    client = browse(lamp.editor)
    pages = [HOME, *(reverse(f"partner-{name}", args=[lamp.agency.uid]) for name in ("logos", "presenters", "people"))]
    pages += [reverse(f"partner-{name}", args=[lamp.agency.uid]) for name in ("agency", "agreements", "season")]

    def statements() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(page).status_code == 200
            counts.append(len(asked))
        return counts

    statements()  # caches
    one = statements()
    for name in ("Second Lamp", "Third Lamp"):
        other = furnish(office(name), january)
        memberships.grant(user=lamp.editor, agency=other.agency, may="edit", by=None)
        for row in (other.logo, other.presenter, other.agreement, other.contact):
            type(row)._default_manager.filter(pk=row.pk).update(
                agency=lamp.agency, **({"name": name} if row == other.logo else {})
            )
        memberships.grant(user=other.editor, agency=lamp.agency, may="edit", by=None)
    three = statements()
    # One statement more is the session's own, noted every five minutes.
    assert [few + 1 >= many for few, many in zip(one, three, strict=True)] == [True] * len(pages), (one, three)


def test_words_say_everything_in_spanish_too() -> None:
    assert set(words.KINDS) == set(Agency.Kind)
    assert set(words.LEVELS) == set(Agency.Level)
    assert set(words.PARTS) == set(Part)
    assert set(words.AGREEMENTS) == set(Agreement.Kind)
    assert set(words.PARTICIPATIONS) == set(Participation.State)


def test_pages_speak_spanish(lamp: Desk, browse: Browse) -> None:
    with translation.override("es"):
        page = reverse("partner-home")
    assert page.startswith("/es/")
    assert 'lang="es"' in browse(lamp.editor).get(page).content.decode()
