"""Links by which presenters come in: each works once, for whom it was made, and looking does nothing."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from outreach.seminars.models import Presenter, PresenterInvitation
from outreach.seminars.presenters import claiming
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.people.links import LinkClosed, LinkState
from portal.people.models import User
from tests.outreach import factories
from tests.outreach.registration.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("staff")


def token_of(kind: str) -> str:
    """The token of the newest mail that holds such a link."""
    mail = Email.objects.filter(message__contains=f"/presenting/{kind}/").order_by("-pk")[0]
    found = re.search(rf"/presenting/{kind}/(\S+)/", mail.message)
    assert found
    return found.group(1)


def person(name: str = "Mai Tran", email: str = "mai@lamp.example.org") -> Presenter:
    return Presenter(name=name, email=email, languages=["en"], topics=["awareness"], base_postal_code="39201",
                     time_zone="America/Chicago")  # fmt: skip


def test_claim_works_once_and_mails_the_private_page(robin: Presenter, staff: User) -> None:
    claiming.invite(presenter_id=robin.pk, by=staff)
    token = token_of("claim")

    claimed = claiming.claim(token=token)

    assert claimed.claimed_at is not None
    [mail] = Email.objects.filter(message__contains=str(robin.key))
    assert mail.to == ["robin@lamp.example.org"]
    with pytest.raises(LinkClosed) as closed:
        claiming.claim(token=token)
    assert closed.value.state is LinkState.USED
    assert Email.objects.count() == 2


def test_only_the_hash_of_a_link_is_kept(robin: Presenter, staff: User) -> None:
    claiming.invite(presenter_id=robin.pk, by=staff)
    kept = PresenterInvitation.objects.values().get()
    assert token_of("claim") not in str(kept)
    assert token_of("claim") not in str(list(Entry.objects.values()))


def test_a_newer_link_ends_the_older_one(robin: Presenter, staff: User) -> None:
    claiming.invite(presenter_id=robin.pk, by=staff)
    older = token_of("claim")
    claiming.invite(presenter_id=robin.pk, by=staff)
    assert claiming.open_link(older).state is LinkState.OVER
    assert claiming.open_link(token_of("claim")).state is LinkState.OPEN


def test_a_link_ends_with_the_address_that_it_went_to(client: Client, robin: Presenter, staff: User) -> None:
    claiming.invite(presenter_id=robin.pk, by=staff)
    token = token_of("claim")
    Presenter.objects.filter(pk=robin.pk).update(email="Robin@Lamp.example.org")
    assert claiming.open_link(token).state is LinkState.OPEN, "capitals make no other mailbox"
    Presenter.objects.filter(pk=robin.pk).update(email="robin.new@lamp.example.org")
    with pytest.raises(LinkClosed):
        claiming.claim(token=token)
    assert client.post(reverse("presenter-claim", kwargs={"token": token})).status_code == 410
    robin.refresh_from_db()
    assert robin.claimed_at is None


def test_a_link_ends_after_two_weeks_and_with_whom_it_was_for(robin: Presenter, staff: User) -> None:
    invitation = claiming.invite(presenter_id=robin.pk, by=staff)
    token = token_of("claim")
    PresenterInvitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    assert claiming.open_link(token).state is LinkState.EXPIRED
    Presenter.objects.update(retired_at=timezone.now())
    assert claiming.open_link(token).state is LinkState.OVER
    with pytest.raises(LinkClosed):
        claiming.claim(token=token)
    with pytest.raises(NotPossible, match="retired"):
        claiming.invite(presenter_id=robin.pk, by=staff)


def test_looking_changes_nothing_and_the_button_claims(client: Client, robin: Presenter, staff: User) -> None:
    claiming.invite(presenter_id=robin.pk, by=staff)
    path = reverse("presenter-claim", args=[token_of("claim")])
    for _ in range(2):
        page = client.get(path)
        assert "Robin Hale, Lamp Street Center" in page.content.decode()
        assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")
    robin.refresh_from_db()
    assert robin.claimed_at is None

    answer = client.post(path)

    assert (answer.status_code, answer["Location"]) == (303, reverse("presenter-page", args=[robin.key]))
    for again in (client.post(path), client.get(path)):
        assert again.status_code == 410
        assert "Somebody has used it already" in again.content.decode()
    assert not client.cookies


def test_a_link_does_only_what_it_was_made_for(client: Client, robin: Presenter, staff: User) -> None:
    claiming.invite(presenter_id=robin.pk, by=staff)
    claiming.invite_agency(agency_id=robin.agency_id, email="desk@lamp.example.org", by=staff)
    for page, kind in (("presenter-agency", "claim"), ("presenter-claim", "agency")):
        for answer in (client.get, client.post):
            assert answer(reverse(page, args=[token_of(kind)])).status_code == 404
    with pytest.raises(LinkClosed):
        claiming.claim(token=token_of("agency"))
    with pytest.raises(LinkClosed):
        claiming.add(token=token_of("claim"), added=person())
    assert Presenter.objects.get().claimed_at is None


def test_an_agency_adds_its_own_and_each_gets_a_link(robin: Presenter, staff: User) -> None:
    claiming.invite_agency(agency_id=robin.agency_id, email="desk@lamp.example.org", by=staff)
    token = token_of("agency")

    mai = claiming.add(token=token, added=person())

    assert mai.agency == robin.agency
    assert mai.clearance_expires_on is None
    assert claiming.open_link(token_of("claim")).invitation == mai.invitations.get()
    assert claiming.add(token=token, added=person(email="MAI@lamp.example.org")).pk == mai.pk
    with pytest.raises(NotPossible, match="has a presenter with this address"):
        claiming.add(token=token, added=person(email="robin@lamp.example.org"))
    assert Presenter.objects.count() == 2

    claiming.finish(token=token)
    with pytest.raises(LinkClosed) as closed:
        claiming.add(token=token, added=person(email="late@lamp.example.org"))
    assert closed.value.state is LinkState.USED


def test_a_link_adds_twenty_and_no_more(robin: Presenter, staff: User) -> None:
    claiming.invite_agency(agency_id=robin.agency_id, email="desk@lamp.example.org", by=staff)
    token = token_of("agency")
    for number in range(claiming.MOST):
        claiming.add(token=token, added=person(email=f"p{number}@lamp.example.org"))
    with pytest.raises(NotPossible, match="Ask us for another one"):
        claiming.add(token=token, added=person(email="late@lamp.example.org"))
    assert Presenter.objects.count() == claiming.MOST + 1


def test_an_agency_fills_in_a_page(client: Client, robin: Presenter, staff: User) -> None:
    factories.school(postal_code="96929", latitude=13.55, longitude=144.89, time_zone="Pacific/Guam")
    claiming.invite_agency(agency_id=robin.agency_id, email="desk@lamp.example.org", by=staff)
    path = reverse("presenter-agency", args=[token_of("agency")])
    sent = {
        "name": "Ana Cruz",
        "email": "ana@lamp.example.org",
        "kind": "educator",
        "languages": ["en"],
        "topics": ["awareness"],
        "base_postal_code": "96929-1234",
        "gives_virtual": "on",
        "radius_miles": "30",
        "max_travel_minutes": "200",
        "max_per_day": "2",
        "max_seminars": "6",
    }
    wrong = client.post(path, sent | {"languages": ["xx"], "name": "see www.example.org"})
    assert wrong.status_code == 422
    assert not Presenter.objects.filter(name="Ana Cruz").exists()

    assert client.post(path, sent).status_code == 303
    ana = Presenter.objects.get(name="Ana Cruz")
    assert (ana.base_postal_code, ana.latitude, ana.time_zone) == ("96929", 13.55, "Pacific/Guam")
    assert "Ana Cruz, Educator or advocate" in client.get(path).content.decode()

    nowhere = client.post(path, sent | {"email": "x@lamp.example.org", "base_postal_code": "00001"})
    assert "Please choose your clock" in nowhere.content.decode()
    assert "link has ended" in client.post(path, {"step": "finish"}).content.decode()
    assert client.get(path).status_code == 410


def test_new_links_leave_the_old_ones_dead(client: Client, robin: Presenter) -> None:
    old_page = reverse("presenter-page", args=[robin.key])
    old_calendar = reverse("presenter-calendar", args=[robin.calendar_key])

    answer = client.post(old_page, {"step": "new-links"})

    robin.refresh_from_db()
    assert answer["Location"] == reverse("presenter-page", args=[robin.key])
    assert client.get(answer["Location"]).status_code == 200
    assert [client.get(path).status_code for path in (old_page, old_calendar)] == [404, 404]
    assert str(robin.key) in Email.objects.get().message
    assert str(robin.key) not in str(list(Entry.objects.values()))


def test_mail_is_written_in_a_language_that_the_presenter_speaks(robin: Presenter) -> None:
    Presenter.objects.update(languages=["es"])
    claiming.new_links(presenter_id=robin.pk, by=None)
    mail = Email.objects.get()
    assert mail.subject == "La dirección de tu página"
    assert "/es/presenting/" in mail.message


MAKE = """
from tests.outreach import factories
from outreach.seminars.presenters import claiming
from portal.people.models import User
from post_office.models import Email
import re
staff = User.objects.create_user("staff")
robin = factories.presenter()
claiming.invite(presenter_id=robin.pk, by=staff)
claiming.invite_agency(agency_id=robin.agency_id, email="desk@lamp.example.org", by=staff)
mails = "".join(mail.message for mail in Email.objects.all())
print(json.dumps(dict(re.findall(r"/presenting/(claim|agency)/([^/]+)/", mails))))
"""
RUSH = """
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from outreach.seminars.models import Presenter
from outreach.seminars.presenters import claiming
from outreach.seminars.refusals import NotPossible
def claim(number):
    try:
        claiming.claim(token="{claim}")
        return "claimed"
    except claiming.LinkClosed as closed:
        return closed.state.value
    finally:
        connection.close()
def add(number):
    try:
        claiming.add(token="{agency}", added=Presenter(
            name="P", email=f"p{{number}}@lamp.example.org", languages=["en"], topics=["labor"],
            base_postal_code="39201", time_zone="America/Chicago"))
        return "added"
    except NotPossible:
        return "full"
    finally:
        connection.close()
with ThreadPoolExecutor(8) as pool:
    claims = Counter(pool.map(claim, range(12)))
    adds = Counter(pool.map(add, range(24)))
print(json.dumps([claims, adds, Presenter.objects.count()]))
"""


def test_links_hold_when_many_press_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    house = House(tmp_path_factory.mktemp("links"))
    house.migrate()
    tokens = house.tell(MAKE)
    claims, adds, presenters = house.tell(RUSH.format(**tokens))
    assert claims == {"claimed": 1, "used": 11}
    assert adds == {"added": claiming.MOST, "full": 4}
    assert presenters == claiming.MOST + 1


def test_the_page_says_until_when(client: Client, robin: Presenter, staff: User) -> None:
    invitation = claiming.invite(presenter_id=robin.pk, by=staff)
    invitation.expires_at = dt.datetime(2126, 1, 12, 18, tzinfo=dt.UTC)
    invitation.save()
    page = client.get(reverse("presenter-claim", args=[token_of("claim")])).content.decode()
    assert "until Saturday 12 January 2126" in page
