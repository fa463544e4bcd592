"""A station's own page: what its link shows, whom it refuses, what it writes down."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from post_office.models import Email
from pytest_django.fixtures import Settings

from campaign.places.linking import mark_printed
from campaign.places.models import Placement, Station
from campaign.posting import keeping, station_links, station_words
from campaign.posting.models import Confirmation
from campaign.posting.station_links import NotPossible
from campaign.posting.station_models import StationContact, StationLink
from campaign.printing import batches, releases, scope
from campaign.printing.models import Batch
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.mail.models import Mail
from portal.people.links import LinkClosed
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from portal.typesetting import page_texts
from tests.campaign.printing.network import Network, build, place

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]


@pytest.fixture
def network(season: Season, settings: Settings) -> Network:
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    return build(season)


@pytest.fixture
def manager(user_with: MakeUser) -> User:
    return user_with(Role.PRINT_MANAGER)


@pytest.fixture
def approver(user_with: MakeUser) -> User:
    return user_with(Role.APPROVER)


@pytest.fixture
def contact(network: Network) -> StationContact:
    return StationContact.objects.create(
        station=network.jackson, role="Station services, Jackson", email="jackson@station.example.org"
    )


def printed(network: Network, by: User, of: scope.Scope | None = None, languages: tuple[str, ...] = ("en",)) -> Batch:
    """A finished batch, whose files are a line each: setting them takes its time, and is tried elsewhere."""
    order = of or scope.of_state(network.season, "MS")
    made = batches.create(order, languages=list(languages), by=by, announce=False)
    for packet in made.packets.all():
        packet.file = StoredFile.objects.put(
            f"%PDF {made.pk} {packet.name}".encode(), name=packet.name, content_type="application/pdf"
        )
        packet.save(update_fields=["file"])
    mark_printed(Placement.objects.filter(prints__packet__batch=made))
    Job.objects.filter(pk=made.job_id).update(state=Job.State.DONE)
    return made


@pytest.fixture
def released(network: Network, manager: User, approver: User) -> Batch:
    """Mississippi: Jackson and Marks."""
    return releases.release(batch_id=printed(network, manager).pk, by=approver)


def mailed(contact: StationContact, by: User) -> str:
    """Sends the link; the token as it stands in the mail."""
    station_links.send(contact=contact, season=Season.objects.current(), by=by)
    email = Email.objects.latest("pk")
    assert email.to == [contact.email]
    (token,) = re.findall(r"/station/([\w-]+)/", email.message)
    return str(token)


def page_of(token: str, language: str = "en") -> str:
    with translation.override(language):
        return reverse("station-packet", kwargs={"token": token})


def file_of(token: str, name: str) -> str:
    with translation.override("en"):
        return reverse("station-packet-file", kwargs={"token": token, "name": name})


class TestSending:
    def test_the_mail_goes_to_the_role_and_says_nothing_of_what_is_inside(
        self, contact: StationContact, released: Batch, manager: User
    ) -> None:
        token = mailed(contact, manager)
        mail = Mail.objects.latest("pk")
        assert mail.subject == "Papers for Jackson"
        text = Email.objects.latest("pk").message.lower()
        assert not [word for word in ("traffick", "hotline", "rescue", "victim") if word in text]
        link = StationLink.objects.get()
        assert token not in link.token_sha256
        assert link.expires_at.date() >= released.season.ends_on
        entry = Entry.objects.get(verb="sent a station link")
        assert entry.actor == manager
        for kept in Entry.objects.all():
            assert contact.email not in f"{kept.before}{kept.after}{kept.object_label}"
            assert token not in f"{kept.before}{kept.after}{kept.object_label}"

    def test_in_spanish_for_who_reads_spanish(self, contact: StationContact, released: Batch, manager: User) -> None:
        StationContact.objects.update(language="es")
        mailed(contact, manager)
        mail = Mail.objects.latest("pk")
        assert (mail.subject, mail.language) == ("Papeles para Jackson", "es")
        assert "/es/station/" in Email.objects.latest("pk").message

    def test_nothing_is_sent_before_something_is_released(
        self, network: Network, contact: StationContact, manager: User
    ) -> None:
        printed(network, manager)
        with pytest.raises(NotPossible, match="Nothing is released for Jackson"):
            station_links.send(contact=contact, season=network.season, by=manager)
        assert not StationLink.objects.exists()
        assert not Mail.objects.exists()

    def test_a_new_link_ends_the_one_before(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        old, new = mailed(contact, manager), mailed(contact, manager)
        assert client.get(page_of(old)).status_code == 410
        assert client.get(page_of(new)).status_code == 200
        first = StationLink.objects.latest("pk")
        with pytest.raises(IntegrityError), transaction.atomic():
            StationLink.objects.create(
                contact=contact,
                station=contact.station,
                season=first.season,
                token_sha256="1" * 64,
                expires_at=first.expires_at,
            )

    def test_a_contact_without_an_address_is_written_to_no_more(
        self, contact: StationContact, released: Batch, manager: User
    ) -> None:
        station_links.retire(contact_id=contact.pk, by=manager)
        with pytest.raises(NotPossible, match="no address any more"):
            station_links.send(contact=contact, season=released.season, by=manager)


class TestWhatItShows:
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_its_papers_and_what_hangs_where(
        self, contact: StationContact, released: Batch, manager: User, client: Client, language: str
    ) -> None:
        token = mailed(contact, manager)
        answer = client.get(page_of(token, language))
        text = answer.content.decode()
        with translation.override(language):
            for hanging in station_links.packet_of(StationLink.objects.get()).hangings:
                assert station_words.called(hanging.spot) in text
                assert [poster.code for poster in hanging.posters if poster.code in text]
        packet = released.packets.get(station=contact.station)
        assert f"{released.pk}-{packet.name}" in text
        assert "Marks" not in text
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "no-referrer"

    def test_no_schedule_and_no_person(
        self, network: Network, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        User.objects.filter(pk=manager.pk).update(first_name="Zelda", last_name="Quince")
        network.train.stops.create(station=contact.station, order=1)
        page = client.get(page_of(mailed(contact, manager))).content.decode()
        for told in ("Zelda", "Quince", manager.username, network.train.name, contact.email):
            assert told not in page, told
        # What is read, without the codes: keys, tokens and codes of a page may hold any two digits.
        read = strip_tags(re.sub(r"<bdi.*?</bdi>", "", page))
        assert "January" in read
        for told in (*network.train.numbers, "ship"):
            assert told not in read, told

    def test_looking_acts_on_nothing_and_tells_nobody(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        token = mailed(contact, manager)
        before = (list(StationLink.objects.values()), Entry.objects.count(), list(Placement.objects.values()))
        for method in (client.get, client.head):
            assert method(page_of(token)).status_code == 200
        assert before == (list(StationLink.objects.values()), Entry.objects.count(), list(Placement.objects.values()))

    def test_its_files_are_fetched_and_written_down_without_a_person(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        token, link = mailed(contact, manager), StationLink.objects.get()
        name = f"{released.pk}-{released.packets.get(station=contact.station).name}"
        posters = b"".join(client.get(file_of(token, name)))
        assert posters == f"%PDF {released.pk} {name.partition('-')[2]}".encode()
        papers = client.get(file_of(token, f"envelope-{name}")).content
        told = "\n".join(page_texts(papers))
        assert "Jackson" in told
        assert "Marks" not in told
        entries = Entry.objects.filter(verb="downloaded")
        assert [(entry.actor, entry.object_type, entry.object_id) for entry in entries] == [
            (None, "campaign.stationlink", str(link.pk))
        ] * 2

    def test_other_stations_files_are_not_there(
        self, network: Network, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        token = mailed(contact, manager)
        marks = released.packets.get(station=network.marks)
        unreleased = printed(network, manager, scope.of_station(network.season, "JAN"))
        own = unreleased.packets.get(station=contact.station)
        names = [
            f"{released.pk}-{marks.name}",
            f"envelope-{released.pk}-{marks.name}",
            f"{unreleased.pk}-{own.name}",
            f"envelope-{unreleased.pk}-{own.name}",
            "posters.zip",
            "manifest.json",
            "envelopes.pdf",
            "..",
            "1",
        ]
        assert {client.get(file_of(token, name)).status_code for name in names} == {404}
        assert not Entry.objects.filter(verb="downloaded").exists()

    def test_a_release_that_is_taken_back_takes_the_papers_back(
        self, contact: StationContact, released: Batch, manager: User, approver: User, client: Client
    ) -> None:
        token = mailed(contact, manager)
        releases.withdraw(batch_id=released.pk, why="Wrong frames", by=approver)
        text = client.get(page_of(token)).content.decode()
        assert "There is nothing for your station at the moment" in text
        assert ".pdf" not in text

    def test_a_reprint_stands_in_place_of_the_older_posters(
        self, network: Network, contact: StationContact, released: Batch, manager: User, approver: User, client: Client
    ) -> None:
        token = mailed(contact, manager)
        again = printed(network, manager, scope.of_station(network.season, "JAN"))
        assert f"/{again.pk}-MS-JAN" not in client.get(page_of(token)).content.decode()
        releases.release(batch_id=again.pk, by=approver)
        text = client.get(page_of(token)).content.decode()
        assert f"/{again.pk}-MS-JAN" in text
        assert f"/{released.pk}-MS-JAN" not in text

    def test_it_asks_as_much_for_three_posters_as_for_thirty(
        self, network: Network, contact: StationContact, released: Batch, manager: User, approver: User, client: Client
    ) -> None:
        def count(token: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page_of(token)).status_code == 200
            return len(queries)

        few = count(mailed(contact, manager))
        place(network.jackson, *(f"pillar {number}" for number in range(9)), season=network.season)
        more = printed(network, manager, languages=("en", "es"))
        releases.release(batch_id=more.pk, by=approver)
        assert count(mailed(contact, manager)) == few


class TestSayingSo:
    def test_ticked_places_are_posted_by_nobody_named(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        token, link = mailed(contact, manager), StationLink.objects.get()
        one, *others = Placement.objects.filter(spot__station=contact.station).order_by("pk")
        answer = client.post(page_of(token), {"hangs": [one.pk]}, follow=True)
        assert "Thank you" in answer.content.decode()
        one.refresh_from_db()
        assert one.state == Placement.State.POSTED
        assert not Placement.objects.filter(pk__in=[row.pk for row in others], state="posted").exists()
        seen = Confirmation.objects.get()
        assert (seen.placement, seen.by, seen.link, seen.on) == (one, None, link, timezone.localdate())
        entry = Entry.objects.get(verb="confirmed")
        assert (entry.actor, entry.after["link"]) == (None, link.pk)

    def test_told_twice_is_told_once(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        token = mailed(contact, manager)
        key = Placement.objects.filter(spot__station=contact.station)[0].pk
        for _ in range(2):
            client.post(page_of(token), {"hangs": [key]})
        assert Confirmation.objects.count() == 1

    @pytest.mark.parametrize("sent", [[], ["x"], ["-1"], ["9" * 30], ["\0"], ["１"]])
    def test_nothing_ticked_is_asked_again(
        self, contact: StationContact, released: Batch, manager: User, client: Client, sent: list[str]
    ) -> None:
        answer = client.post(page_of(mailed(contact, manager)), {"hangs": sent})
        assert answer.status_code in {400, 422}
        assert not Confirmation.objects.exists()

    def test_places_of_other_stations_stay_as_they_are(
        self, network: Network, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        strange = Placement.objects.exclude(spot__station=contact.station).values_list("pk", flat=True)
        answer = client.post(page_of(mailed(contact, manager)), {"hangs": list(strange)})
        assert answer.status_code == 422
        assert not Confirmation.objects.exists()


class TestEnds:
    def end(self, how: str, link: StationLink, by: User) -> None:
        match how:
            case "expired":
                StationLink.objects.update(
                    created_at=timezone.now() - dt.timedelta(days=60), expires_at=timezone.now() - dt.timedelta(hours=1)
                )
            case "withdrawn":
                station_links.withdraw(link_id=link.pk, by=by)
            case "contact":
                station_links.retire(contact_id=link.contact_id, by=by)
            case "station":
                Station.objects.filter(pk=link.station_id).update(retired_at=timezone.now())

    @pytest.mark.parametrize("how", ["expired", "withdrawn", "contact", "station"])
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_an_ended_link_says_so_and_does_nothing(
        self, contact: StationContact, released: Batch, manager: User, client: Client, how: str, language: str
    ) -> None:
        token = mailed(contact, manager)
        name = f"{released.pk}-{released.packets.get(station=contact.station).name}"
        key = Placement.objects.filter(spot__station=contact.station)[0].pk
        self.end(how, StationLink.objects.get(), manager)
        answer = client.get(page_of(token, language))
        assert answer.status_code == 410
        assert "Jackson" not in answer.content.decode()
        assert client.get(file_of(token, name)).status_code == 410
        assert client.post(page_of(token), {"hangs": [key]}).status_code == 410
        with pytest.raises(LinkClosed):
            station_links.say_posted(token=token, keys=[key])
        assert not Confirmation.objects.exists()
        assert not Entry.objects.filter(verb="downloaded").exists()

    def test_a_token_that_was_never_made_leads_nowhere(self, client: Client, db: None) -> None:
        for token in ("x", "Ω", "a" * 500):
            assert client.get(page_of(token)).status_code == 404
            assert client.post(page_of(token), {"hangs": ["1"]}).status_code == 404


class TestDesk:
    def test_a_print_manager_records_a_contact_mails_the_link_and_withdraws_it(
        self, network: Network, released: Batch, manager: User, client: Client
    ) -> None:
        client.force_login(manager)
        client.post(
            reverse("admin:campaign_stationcontact_add"),
            {"station": network.jackson.pk, "role": "Station services", "email": "jan@example.org", "language": "en"},
        )
        contact = StationContact.objects.get()
        assert Entry.objects.filter(verb="added", object_type="campaign.stationcontact").exists()
        station = client.get(reverse("admin:campaign_station_change", args=[network.jackson.pk])).content.decode()
        assert "No link was sent yet." in station
        client.post(reverse("admin:campaign_stationcontact_send", args=[contact.pk]))
        link = StationLink.objects.get()
        assert link.sent_by == manager
        client.get(reverse("admin:campaign_stationlink_withdraw", args=[link.pk]))
        link.refresh_from_db()
        assert link.withdrawn_at is None
        client.post(reverse("admin:campaign_stationlink_withdraw", args=[link.pk]))
        link.refresh_from_db()
        assert link.withdrawn_at is not None

    @pytest.mark.parametrize(("email", "status"), [("other@example.org", 410), ("jackson@station.example.org", 200)])
    def test_a_link_ends_with_the_address_that_it_went_to(
        self, contact: StationContact, released: Batch, manager: User, client: Client, email: str, status: int
    ) -> None:
        token = mailed(contact, manager)
        client.force_login(manager)
        answer = client.post(
            reverse("admin:campaign_stationcontact_change", args=[contact.pk]),
            {"role": "Baggage", "email": email, "language": "en", "links-TOTAL_FORMS": "0", "links-INITIAL_FORMS": "0"},
        )
        assert answer.status_code == 302
        contact.refresh_from_db()
        assert (contact.role, contact.email) == ("Baggage", email)
        assert Client().get(page_of(token)).status_code == status
        assert Entry.objects.filter(verb="withdrew a station link", actor=manager).exists() == (status == 410)

    @pytest.mark.parametrize("is_new", [True, False])
    def test_a_mailbox_that_the_station_has_is_refused_in_words(
        self, contact: StationContact, manager: User, client: Client, is_new: bool
    ) -> None:
        sent = {"station": contact.station_id, "role": "Office", "email": contact.email.upper(), "language": "en"}
        page = reverse("admin:campaign_stationcontact_add")
        if not is_new:
            other = StationContact.objects.create(station=contact.station, role="Office", email="office@example.org")
            page = reverse("admin:campaign_stationcontact_change", args=[other.pk])
            sent |= {"links-TOTAL_FORMS": "0", "links-INITIAL_FORMS": "0"}
        client.force_login(manager)
        answer = client.post(page, sent)
        assert "This station has a contact with that address." in answer.text
        assert StationContact.objects.filter(email__iexact=contact.email).count() == 1
        # Once the other one is out of use, its address is free.
        station_links.retire(contact_id=contact.pk, by=manager)
        assert client.post(page, sent).status_code == 302

    def test_rows_that_a_form_makes_up_are_no_links(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        mailed(contact, manager)
        client.force_login(manager)
        counts = {"links-TOTAL_FORMS": "9" * 30, "links-INITIAL_FORMS": "9" * 30, "role": "", "links-0-id": ""}
        answer = client.post(reverse("admin:campaign_stationcontact_change", args=[contact.pk]), counts)
        assert answer.status_code == 200
        assert "This field is required" in answer.text

    def test_many_are_mailed_at_once_and_the_others_are_named(
        self, network: Network, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        nothing = StationContact.objects.create(station=network.memphis, role="Office", email="mem@example.org")
        client.force_login(manager)
        answer = client.post(
            reverse("admin:campaign_stationcontact_changelist"),
            {"action": "mail_links", "_selected_action": [contact.pk, nothing.pk]},
            follow=True,
        ).content.decode()
        assert "1 links are on their way." in answer
        assert "Nothing is released for Memphis" in answer

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.APPROVER, Role.ANALYST])
    def test_other_roles_send_nothing(
        self, contact: StationContact, released: Batch, client: Client, user_with: MakeUser, role: Role
    ) -> None:
        client.force_login(user_with(role))
        assert client.post(reverse("admin:campaign_stationcontact_send", args=[contact.pk])).status_code == 403
        assert not StationLink.objects.exists()

    def test_the_lists_ask_as_much_for_three_as_for_one(
        self, network: Network, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        def count(name: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"admin:campaign_{name}_changelist")).status_code == 200
            return len(queries)

        client.force_login(manager)
        mailed(contact, manager)
        names = ("stationcontact", "stationlink")
        one = [count(name) for name in names for _ in range(2)][1::2]
        for number in range(2):
            other = StationContact.objects.create(
                station=network.marks, role=f"Office {number}", email=f"{number}@example.org"
            )
            mailed(other, manager)
        assert [count(name) for name in names] == one


class TestKeeping:
    def test_addresses_go_long_after_the_last_link_ended(
        self, network: Network, contact: StationContact, released: Batch, manager: User, settings: Settings
    ) -> None:
        mailed(contact, manager)
        fresh = StationContact.objects.create(station=network.marks, role="Office", email="new@example.org")
        days = settings.KEEP_DAYS["stations"]
        end = StationLink.objects.get().expires_at
        assert keeping.forget(end + dt.timedelta(days=days - 1)) == 0
        assert keeping.forget(end + dt.timedelta(days=days, seconds=1)) == 1
        contact.refresh_from_db()
        fresh.refresh_from_db()
        assert (contact.email, fresh.email) == ("", "new@example.org")
        assert contact.retired_at is not None

    def test_whoever_asks_is_forgotten_at_once(
        self, contact: StationContact, released: Batch, manager: User, client: Client
    ) -> None:
        token = mailed(contact, manager)
        assert keeping.erase(contact.email.upper()) == 1
        assert client.get(page_of(token)).status_code == 410
        assert not StationContact.objects.exclude(email="").exists()
