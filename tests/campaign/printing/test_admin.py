"""Ordering, watching and fetching in the admin."""

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaign.links.models import Link
from campaign.places.models import Placement, Station
from campaign.posters.models import Review, TextSet
from campaign.printing import batches, scope
from campaign.printing.models import Batch
from portal.audit.models import Entry
from portal.jobs import runners
from portal.jobs.models import Job
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import decode_pdf
from tests.campaign.printing.network import Network, place
from tests.campaign.printing.test_batches import deliver

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]
NEW = "admin:campaign_batch_new"


@pytest.fixture
def manager(client: Client, user_with: MakeUser) -> Client:
    """A browser in which a print manager is signed in."""
    client.force_login(user_with(Role.PRINT_MANAGER))
    return client


def of_state(network: Network, state: str = "MS") -> Batch:
    return batches.create(scope.of_state(network.season, state), languages=["en", "es"], announce=False)


def page(client: Client, name: str, *args: object, **query: str | list[str]) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


class TestOrdering:
    def test_the_first_page_lists_what_can_be_printed(self, network: Network, manager: Client) -> None:
        text = page(manager, NEW)
        places = [text.index(f">{name}</th>") for name in ("Mississippi", "Tennessee")]
        assert places == sorted(places)
        for what in ("state:MS", "unknown", "trains", "all"):
            assert f"what={what}" in text

    def test_places_of_the_demo_are_counted_only_where_there_are_no_others(
        self, network: Network, manager: Client
    ) -> None:
        Station.objects.filter(pk__in=[network.marks.pk, network.memphis.pk]).update(is_demo=True)
        rows = {row["name"]: row for row in manager.get(reverse(NEW)).context["rows"]}
        assert (rows["Mississippi"]["placements"], rows["Mississippi"]["is_demo"]) == (3, False)
        assert (rows["Tennessee"]["placements"], rows["Tennessee"]["is_demo"]) == (3, True)
        assert "Print 6 posters" in page(manager, NEW, what="state:MS")

    def test_the_second_page_tells_what_it_means(self, network: Network, manager: Client) -> None:
        text = page(manager, NEW, what="state:MS")
        assert "Print 8 posters" in text
        assert "SAMPLE: no printed address is set" in text
        assert "1-888-373-7888: two people have not checked this value yet" in text
        assert not Batch.objects.exists()

    def test_agreeing_makes_the_batch_and_leads_to_it(self, network: Network, manager: Client) -> None:
        order = {
            "what": "state:MS",
            "season": 2027,
            "languages": ["en", "es"],
            "counted": "en,es,first-light,letter,,,,",
            "print": 1,
        }
        response = manager.post(reverse(NEW), order)
        batch = Batch.objects.get()
        assert response.headers["Location"] == reverse("admin:campaign_batch_change", args=[batch.pk])
        assert (batch.title, batch.pages) == ("Mississippi, English and Spanish", 8)
        assert batch.created_by is not None
        assert batch.job.state == Job.State.QUEUED

    def test_an_order_that_is_sent_twice_makes_one_batch(self, network: Network, manager: Client) -> None:
        found = re.search(r'name="order" value="([0-9a-f-]{36})"', page(manager, NEW, what="state:MS"))
        assert found
        order = {
            "what": "state:MS",
            "season": 2027,
            "order": found[1],
            "languages": ["en", "es"],
            "counted": "en,es,first-light,letter,,,,",
            "print": 1,
        }
        answers = [manager.post(reverse(NEW), order) for _ in range(2)]
        batch = Batch.objects.get()
        assert {answer.headers["Location"] for answer in answers} == {
            reverse("admin:campaign_batch_change", args=[batch.pk])
        }
        assert Job.objects.count() == 1
        assert "You ordered this already" in page(manager, "admin:campaign_batch_change", batch.pk)

    def test_whoever_orders_the_same_again_is_told(self, network: Network, manager: Client) -> None:
        assert "Ordered already" not in page(manager, NEW, what="state:MS")
        batch = of_state(network)
        text = page(manager, NEW, what="state:MS")
        assert "Ordered already" in text
        assert reverse("admin:campaign_batch_change", args=[batch.pk]) in text
        assert "Print 8 posters" in text
        for other in ({"what": "state:TN"}, {"what": "state:MS", "languages": "en"}):
            assert "Ordered already" not in page(manager, NEW, **other)
        Job.objects.update(state=Job.State.CANCELLED)
        assert "Ordered already" not in page(manager, NEW, what="state:MS")

    def test_a_language_whose_text_was_retired_meanwhile_is_told_by_preflight(
        self, network: Network, manager: Client
    ) -> None:
        TextSet.objects.filter(language="es").update(state=Review.RETIRED)
        text = page(manager, NEW, what="state:MS", languages=["en", "es"])
        assert "No text in Spanish is reviewed. Review it under Paper, Texts, or leave it out." in text
        assert "valid choice" not in text
        assert 'name="print"' not in text

    def test_a_language_that_went_missing_is_named(self, network: Network, manager: Client) -> None:
        of_state(network)
        assert "Not among them now" not in page(manager, NEW, what="state:TN")
        TextSet.objects.filter(language="es").update(state=Review.RETIRED)
        text = page(manager, NEW, what="state:TN")
        assert "Not among them now, though this January was printed in it: Spanish." in text
        assert "Print 3 posters" in text

    def test_a_changed_order_is_looked_at_on_a_page_that_may_be_reloaded(
        self, network: Network, manager: Client
    ) -> None:
        order = {"what": "state:MS", "season": 2027, "languages": ["en"], "sheet": "letter", "look": 1}
        response = manager.post(reverse(NEW), order)
        assert response.headers["Location"] == f"{reverse(NEW)}?season=2027&what=state%3AMS&languages=en&sheet=letter"
        assert "Print 4 posters" in manager.get(response.headers["Location"]).content.decode()
        keys = ",".join(["1"] * 2_000)
        assert manager.post(reverse(NEW), {**order, "what": f"placements:{keys}"}).status_code == 200

    def test_a_number_that_was_not_shown_is_not_printed(self, network: Network, manager: Client) -> None:
        order = {"what": "state:MS", "season": 2027, "languages": ["en"], "counted": "en,es", "print": 1}
        text = manager.post(reverse(NEW), order, follow=True).content.decode()
        assert "You changed what to print." in text
        assert "Print 4 posters" in text
        assert not Batch.objects.exists()

    def test_without_a_language_the_form_asks_for_one(self, network: Network, manager: Client) -> None:
        text = manager.post(reverse(NEW), {"what": "state:MS", "season": 2027, "print": 1, "counted": ""}).content
        assert b"Choose at least one language." in text
        assert not Batch.objects.exists()

    @pytest.mark.parametrize("what", ["", "state:ZZ", "nonsense", "placements:", "placements:1;2"])
    def test_an_order_that_means_nothing_is_refused_in_words(
        self, network: Network, manager: Client, what: str
    ) -> None:
        text = manager.post(reverse(NEW), {"what": what, "season": 2027, "languages": ["en"], "counted": "en"})
        assert text.status_code == 200
        assert b"Cannot be printed" in text.content
        assert b'name="print"' not in text.content

    def test_chosen_placements_are_printed_from_their_list(self, network: Network, manager: Client) -> None:
        chosen = Placement.objects.filter(spot__station=network.jackson)[:2]
        data = {"action": "print_posters", "_selected_action": [each.pk for each in chosen]}
        text = manager.post(reverse("admin:campaign_placement_changelist"), data).content.decode()
        assert "Print 4 posters" in text
        order = {
            "what": "placements:" + ",".join(str(each.pk) for each in chosen),
            "season": 2027,
            "languages": ["en", "es"],
            "counted": "en,es,first-light,letter,,,,",
            "print": 1,
        }
        manager.post(reverse(NEW), order)
        assert Batch.objects.get().title == "2 chosen placements, English and Spanish"


class TestWatching:
    def test_a_running_batch_shows_pages_rate_and_verbs(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        first = batch.packets.get(position=1)
        Job.objects.update(state=Job.State.RUNNING, lease=batch.uid, lease_until=timezone.now() + runners.LEASE)
        Job.objects.update(started_at=batch.created_at)
        deliver(first)
        text = page(manager, "admin:campaign_batch_change", batch.pk)
        assert "6 of 8" in text
        assert "posters a second" in text
        assert 'http-equiv="refresh"' in text
        assert reverse("admin:campaign_batch_ask", args=[batch.pk, "pause"]) in text

    def test_a_batch_whose_leader_is_silent_says_that_and_promises_no_time(
        self, network: Network, manager: Client
    ) -> None:
        batch = of_state(network)
        now = timezone.now()
        led = {"state": Job.State.RUNNING, "lease": batch.uid, "started_at": now - dt.timedelta(seconds=40)}
        Job.objects.update(**led, lease_until=now + runners.LEASE)
        deliver(batch.packets.get(position=1))
        assert "has not been heard of" not in page(manager, "admin:campaign_batch_change", batch.pk)
        Job.objects.update(lease_until=now + runners.LEASE - dt.timedelta(seconds=20))
        text = page(manager, "admin:campaign_batch_change", batch.pk)
        assert re.search(r"has not been heard of for 2\d seconds\. If it died, another takes over", text)
        assert "posters a second" not in text
        manager.post(reverse("admin:campaign_batch_ask", args=[batch.pk, "pause"]))
        text = page(manager, "admin:campaign_batch_change", batch.pk)
        assert "will be paused soon" in text
        assert "If it died, the batch is paused within" in text

    def test_a_batch_that_was_just_resumed_does_not_complain_that_nobody_came(
        self, network: Network, manager: Client
    ) -> None:
        batch = of_state(network)
        long_ago = timezone.now() - dt.timedelta(hours=1)
        Job.objects.update(state=Job.State.PAUSED, created_at=long_ago, started_at=long_ago)
        manager.post(reverse("admin:campaign_batch_ask", args=[batch.pk, "resume"]))
        assert "No worker has come yet" not in page(manager, "admin:campaign_batch_change", batch.pk)
        Job.objects.update(started_at=long_ago)
        assert "No worker has come yet" in page(manager, "admin:campaign_batch_change", batch.pk)

    def test_the_list_counts_what_is_delivered_though_its_job_has_not_heard_of_it(
        self, network: Network, manager: Client
    ) -> None:
        batch = of_state(network)
        deliver(batch.packets.get(position=1))
        Job.objects.update(state=Job.State.PAUSED, done=0)
        assert "6 of 8" in page(manager, "admin:campaign_batch_changelist")

    def test_pause_resume_and_cancel_are_asked_for(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        states = []
        for verb in ("pause", "resume", "cancel"):
            manager.post(reverse("admin:campaign_batch_ask", args=[batch.pk, verb]))
            states.append(Job.objects.get().state)
        assert states == ["paused", "queued", "cancelled"]

    def test_reading_the_page_stops_nothing(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        assert manager.get(reverse("admin:campaign_batch_ask", args=[batch.pk, "cancel"])).status_code == 405
        assert Job.objects.get().state == Job.State.QUEUED

    def test_a_failed_batch_says_why(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        Job.objects.update(state=Job.State.FAILED, error="MS-JAN-jackson.pdf, page 3: the code says nothing.")
        assert "page 3: the code says nothing." in page(manager, "admin:campaign_batch_change", batch.pk)

    def test_the_moving_part_loads_the_page_anew_when_all_is_done(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        address = reverse("admin:campaign_batch_progress", args=[batch.pk])
        assert "HX-Refresh" not in manager.get(address).headers
        runners.run(batch.job_id)
        assert manager.get(address).headers["HX-Refresh"] == "true"


class TestFetching:
    def test_the_zip_holds_every_file_once(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        runners.run(batch.job_id)
        response = manager.get(reverse("admin:campaign_batch_download", args=[batch.pk, "posters.zip"]))
        archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
        assert archive.testzip() is None
        assert archive.namelist() == [
            "MS-JAN-jackson.pdf",
            "MS-MKS-marks.pdf",
            "envelopes.pdf",
            "packing-list.pdf",
            "drop-list.pdf",
            "address-labels.pdf",
            "drop-list.csv",
            "job-ticket.pdf",
            "packing-list.csv",
            "manifest.json",
        ]
        pages = json.loads(archive.read("manifest.json"))
        decoded = decode_pdf(archive.read("MS-JAN-jackson.pdf"))
        assert decoded == [[row["url"]] for row in pages if row["file"] == "MS-JAN-jackson.pdf"]

    def test_every_file_is_fetched_by_its_name_and_written_to_the_trail(
        self, network: Network, manager: Client
    ) -> None:
        batch = of_state(network)
        runners.run(batch.job_id)
        for name, start in (("MS-JAN-jackson.pdf", b"%PDF"), ("manifest.json", b"["), ("packing-list.pdf", b"%PDF")):
            response = manager.get(reverse("admin:campaign_batch_download", args=[batch.pk, name]))
            assert b"".join(response).startswith(start)
            assert name in response.headers["Content-Disposition"]
        told = Entry.objects.filter(verb="downloaded").values_list("object_label", flat=True)
        assert f"{batch}: manifest.json" in told
        assert len(told) == 3

    @pytest.mark.parametrize("name", ["posters.zip", "manifest.json", "MS-JAN-jackson.pdf", "..", "nothing.pdf"])
    def test_what_is_not_ready_is_not_there(self, network: Network, manager: Client, name: str) -> None:
        batch = of_state(network)
        address = reverse("admin:campaign_batch_download", args=[batch.pk, name])
        assert manager.get(address).status_code == 404


class TestPlacementPage:
    def test_it_names_the_codes_and_the_pages_that_carry_them(self, network: Network, manager: Client) -> None:
        batch = of_state(network)
        runners.run(batch.job_id)
        placement = Placement.objects.get(spot__station=network.marks)
        text = page(manager, "admin:campaign_placement_change", placement.pk)
        for link in Link.objects.filter(placement_link__placement=placement):
            assert str(link) in text
        assert "MS-MKS-marks.pdf, page 2" in text
        assert reverse("admin:campaign_batch_change", args=[batch.pk]) in text

    def test_it_says_when_nothing_was_printed(self, network: Network, manager: Client) -> None:
        of_state(network)
        placement = Placement.objects.get(spot__station=network.marks)
        text = page(manager, "admin:campaign_placement_change", placement.pk)
        assert "No poster of this placement was printed yet." in text

    def test_it_asks_once_for_all_prints(self, network: Network, manager: Client) -> None:
        placement = Placement.objects.get(spot__station=network.marks)
        counts = []
        for _ in range(2):
            runners.run(of_state(network).job_id)
            counts.append(TestQueries.count(manager, "admin:campaign_placement_change", placement.pk))
        assert counts[0] == counts[1]


class TestPermissions:
    def test_an_auditor_sees_batches_and_fetches_none(
        self, network: Network, client: Client, user_with: MakeUser
    ) -> None:
        batch = of_state(network)
        runners.run(batch.job_id)
        client.force_login(user_with(Role.AUDITOR))
        text = page(client, "admin:campaign_batch_change", batch.pk)
        assert "/files/" not in text
        assert "/ask/" not in text
        address = reverse("admin:campaign_batch_download", args=[batch.pk, "manifest.json"])
        assert client.get(address).status_code == 403
        assert client.get(reverse(NEW)).status_code == 403

    def test_an_analyst_gets_nothing(self, network: Network, client: Client, user_with: MakeUser) -> None:
        batch = of_state(network)
        client.force_login(user_with(Role.ANALYST))
        for name, args in (
            (NEW, []),
            ("admin:campaign_batch_changelist", []),
            ("admin:campaign_batch_change", [batch.pk]),
            ("admin:campaign_batch_progress", [batch.pk]),
            ("admin:campaign_batch_download", [batch.pk, "posters.zip"]),
        ):
            assert client.get(reverse(name, args=args)).status_code == 403
        assert client.post(reverse("admin:campaign_batch_ask", args=[batch.pk, "cancel"])).status_code == 403
        assert Job.objects.get().state == Job.State.QUEUED


class TestQueries:
    @staticmethod
    def count(client: Client, name: str, *args: object) -> int:
        page(client, name, *args)
        with CaptureQueriesContext(connection) as queries:
            page(client, name, *args)
        return len(queries)

    def test_the_list_of_batches_asks_once_for_all(self, network: Network, manager: Client) -> None:
        of_state(network)
        one = self.count(manager, "admin:campaign_batch_changelist")
        of_state(network)
        of_state(network, "TN")
        assert self.count(manager, "admin:campaign_batch_changelist") == one

    def test_a_batchs_page_asks_once_for_all_packets(self, network: Network, manager: Client) -> None:
        one = batches.create(scope.of_state(network.season, "TN"), languages=["en"], announce=False)
        few = self.count(manager, "admin:campaign_batch_change", one.pk)
        many = batches.create(scope.everything(network.season), languages=["en"], announce=False)
        assert self.count(manager, "admin:campaign_batch_change", many.pk) == few

    def test_the_choice_asks_once_for_all_states(self, network: Network, manager: Client) -> None:
        Placement.objects.exclude(spot__station=network.marks).delete()
        one = self.count(manager, NEW)
        place(network.memphis, "a", season=network.season)
        place(network.nowhere, "a", season=network.season)
        assert self.count(manager, NEW) == one
