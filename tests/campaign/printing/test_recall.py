"""A number changes: everything that carries it is found, and what follows is offered."""

import csv
import datetime as dt
import io
import re
import time
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
from campaign.places.planning import plan_placements
from campaign.printing import batches, itinerary, recall, recall_papers, recall_tasks, scope
from campaign.printing.forms import scope_of
from campaign.printing.models import Carried, Packet, RecallPaper
from campaign.printing.preflight import preflight
from campaign.printing.scope import Refused
from outreach.channels import checking, local_copy, succession
from outreach.channels.models import Channel
from outreach.channels.succession import NotPossible
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import page_texts
from tests.campaign.printing.network import Network, station
from tests.campaign.printing.test_batches import deliver, printed

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]
OLD, NEW = "1-888-373-7888", "1-800-555-0199"
CHANGED = {"value": NEW, "on": "2026-01-02", "source": "Letter of the operator"}


@pytest.fixture
def hotline() -> Channel:
    """The national number to call."""
    return Channel.objects.get(slug="us-hotline-call")


@pytest.fixture
def coordinator(client: Client, user_with: MakeUser) -> Client:
    """A browser in which a coordinator is signed in."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def address(channel: Channel, name: str = "") -> str:
    if name:
        return reverse("admin:campaign_batch_recall_file", args=[channel.pk, name])
    return reverse("admin:campaign_batch_recall", args=[channel.pk])


def change(channel: Channel, value: str = NEW, on: dt.date | None = None) -> Channel:
    day = on or timezone.localdate()
    return succession.replace(channel=channel, value=value, source="Letter", on=day, by=None)


def verified(line: Channel) -> Channel:
    """The line after two people have checked it."""
    for number in range(2):
        person = User.objects.create_user(f"checker-{number}-{line.pk}", password="a long enough passphrase")
        checking.record(channel=line, by=person, how="read", result="reaches")
    line.refresh_from_db()
    return line


def local_line(hotline: Channel, area: str, value: str = "1-601-555-0100") -> Channel:
    return Channel.objects.create(
        slug=f"local-{area.lower()}",
        name="Local line",
        kind=Channel.Kind.VOICE,
        value=value,
        audience=hotline.audience,
        answered_by=hotline.answered_by,
        area_id=area,
        operator="Local",
        source="Test",
        confidence="H",
    )


class TestKeeping:
    def test_a_batch_keeps_the_lines_of_each_area_once(self, network: Network, hotline: Channel) -> None:
        local_line(hotline, "MS")
        batch = batches.create(scope.everything(network.season), languages=["en", "es"], announce=False)
        kept = set(batch.carried.values_list("area", "value"))
        assert {("MS", OLD), ("TN", OLD), ("US", OLD), ("MS", "1-601-555-0100")} <= kept
        assert ("TN", "1-601-555-0100") not in kept
        areas = set(batch.packets.values_list("station__code", "area"))
        assert areas == {("JAN", "MS"), ("MKS", "MS"), ("MEM", "TN"), ("N W/1", "US"), (None, "US")}

    def test_a_number_that_changes_while_a_batch_waits_stops_it(self, network: Network, hotline: Channel) -> None:
        batch = batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False)
        verified(change(hotline))
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert f"{OLD} became {NEW}" in job.error

    def test_a_station_that_moves_to_another_state_stops_it(self, network: Network) -> None:
        batch = batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False)
        Station.objects.filter(pk=network.marks.pk).update(state="TN")
        error = runners.run(batch.job_id).error
        assert "Marks lies in another area (TN)" in error
        assert "mend the station and go on; else order the posters anew" in error


class TestCarrying:
    def test_everything_that_carries_a_number_is_counted(self, network: Network, hotline: Channel) -> None:
        printed(scope.everything(network.season))
        Placement.objects.filter(spot__station=network.marks).update(state=Placement.State.POSTED)
        found = recall.carrying(hotline)
        assert (found.pages, found.packets, found.placements) == (24, 5, 12)
        assert (found.posted, found.printed, found.stale) == (1, 11, 12)
        assert [(state.name, state.placements, state.posted) for state in found.states] == [
            ("Mississippi", 4, 1),
            ("Tennessee", 3, 0),
            (itinerary.UNKNOWN_STATE, 3, 0),
            (itinerary.TRAINS_NAME, 2, 0),
        ]
        assert found.languages == (("en", 12), ("es", 12))
        assert recall.carrying(value=OLD).pages == 24
        assert recall.carrying(value=NEW).pages == 0

    def test_all_lines_are_counted_at_once(self, network: Network, hotline: Channel) -> None:
        local = local_line(hotline, "MS")
        printed(scope.everything(network.season))
        batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False)
        channels = list(Channel.objects.all())
        with CaptureQueriesContext(connection) as asked:
            sums = recall.on_paper([channel.pk for channel in channels])
        assert len(asked) == 2
        for channel in channels:
            found = recall.carrying(channel)
            assert sums.get(channel.pk, (0, 0)) == (found.pages, found.packets), channel
        assert sums[local.pk][0] < sums[hotline.pk][0]

    def test_station_cards_are_named_where_they_carry_it(self, network: Network, hotline: Channel) -> None:
        local = local_line(hotline, "MS")
        batch = printed(scope.of_state(network.season, "MS"))
        (envelopes,) = recall.carrying(hotline).envelopes
        assert (envelopes.key, envelopes.names) == (batch.pk, ("envelopes.pdf",))
        assert recall.carrying(value=OLD).envelopes == (envelopes,)
        assert recall.carrying(local).envelopes == ()
        assert recall.carrying(Channel.objects.get(slug="us-hotline-chat")).envelopes == ()

    def test_a_local_line_is_found_in_its_state_alone(self, network: Network, hotline: Channel) -> None:
        local = local_line(hotline, "TN")
        printed(scope.everything(network.season), ["en"])
        found = recall.carrying(local)
        assert [state.name for state in found.states] == ["Tennessee"]
        assert found.pages == 3

    def test_a_station_that_moved_is_found_by_what_was_printed(self, network: Network, hotline: Channel) -> None:
        local = local_line(hotline, "TN")
        printed(scope.everything(network.season), ["en"])
        Station.objects.filter(pk=network.memphis.pk).update(state="MS")
        assert recall.carrying(local).pages == 3

    def test_what_a_cancelled_batch_never_delivered_is_left_out(self, network: Network, hotline: Channel) -> None:
        batch = batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False)
        deliver(batch.packets.get(position=1))
        assert recall.carrying(hotline).pages == 4
        Job.objects.filter(pk=batch.job_id).update(state=Job.State.CANCELLED)
        assert recall.carrying(hotline).pages == 3

    def test_a_batch_of_before_is_called_unknown(self, network: Network, hotline: Channel) -> None:
        batch = printed(scope.of_state(network.season, "MS"), ["en"])
        batch.carried.all().delete()
        batch.packets.update(area=None)
        found = recall.carrying(hotline)
        assert (found.pages, found.unknown_batches, found.unknown_pages) == (0, 1, 4)
        assert list(recall.unknown_batches()) == [batch]

    def test_a_reprint_leaves_nothing_to_reprint_but_all_to_take_down(self, network: Network, hotline: Channel) -> None:
        printed(scope.of_state(network.season, "MS"), ["en"])
        verified(change(hotline))
        order = scope_of(network.season, f"recall:{hotline.pk}")
        assert len(order.placements()) == 4
        printed(order, ["en"])
        assert recall.carrying(hotline).stale == 0
        assert [row.reprinted for row in recall.to_take_down(hotline)] == [True] * 4  # type: ignore[attr-defined]
        with pytest.raises(Refused, match="nothing is left to reprint"):
            scope_of(network.season, f"recall:{hotline.pk}")

    def test_queries_do_not_grow_with_what_is_found(self, network: Network, hotline: Channel) -> None:
        batches.create(scope.of_station(network.season, "MKS"), languages=["en"], announce=False)
        with CaptureQueriesContext(connection) as one:
            recall.carrying(hotline)
        for state in ("MS", "TN"):
            batches.create(scope.of_state(network.season, state), languages=["en", "es"], announce=False)
        with CaptureQueriesContext(connection) as three:
            recall.carrying(hotline)
        assert len(three) == len(one)


class TestChanging:
    def test_the_new_value_is_a_record_that_nobody_verified(self, hotline: Channel, user_with: MakeUser) -> None:
        today, somebody = timezone.localdate(), user_with(Role.COORDINATOR)
        Channel.objects.filter(pk=hotline.pk).update(verified_on=today, verified_by=somebody)
        new = succession.replace(channel=hotline, value=NEW, source="Letter", on=today, by=somebody)
        hotline.refresh_from_db()
        assert (new.value, new.slug, new.verified_on, new.valid_from) == (NEW, "us-hotline-call-2", None, today)
        assert (hotline.value, hotline.valid_to, hotline.replaced_by) == (OLD, today - dt.timedelta(days=1), new)
        assert hotline.retired_at is not None
        assert set(Entry.objects.values_list("verb", "object_id")) >= {
            ("replaced", str(hotline.pk)),
            ("added", str(new.pk)),
        }

    def test_posters_and_help_pages_follow(
        self, network: Network, hotline: Channel, django_capture_on_commit_callbacks: Callable[..., object]
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            new = change(hotline)
        assert local_copy.national(timezone.localdate()).call.value == OLD
        ms = scope.of_state(network.season, "MS")
        assert any("No national number may be printed" in each for each in preflight(ms, languages=["en"]).problems)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            verified(new)
        assert local_copy.national(timezone.localdate()).call.value == NEW
        assert not preflight(ms, languages=["en"]).problems

    def test_a_change_that_is_to_come_leaves_the_old_one_in_service_until_then(self, hotline: Channel) -> None:
        later = timezone.localdate() + dt.timedelta(days=30)
        new = verified(change(hotline, on=later))
        hotline.refresh_from_db()
        assert hotline.retired_at is None
        for day, expected in ((later - dt.timedelta(days=1), hotline), (later, new)):
            assert {hotline, new} & set(Channel.objects.printable(day)) == {expected}

    @pytest.mark.parametrize("value", [OLD, "call us", "12", "https://example.org"])
    def test_what_nobody_could_dial_is_refused(self, hotline: Channel, value: str) -> None:
        with pytest.raises(NotPossible):
            change(hotline, value)
        assert not Channel.objects.filter(value=value).exclude(pk=hotline.pk).exists()

    def test_a_number_changes_once(self, hotline: Channel) -> None:
        change(hotline)
        with pytest.raises(NotPossible, match="was replaced already"):
            change(hotline, "1-800-555-0100")

    def test_the_last_number_to_call_never_ends(self, hotline: Channel, coordinator: Client) -> None:
        with pytest.raises(NotPossible, match="last national number"):
            succession.end(channel=hotline, on=timezone.localdate(), by=None)
        page = coordinator.post(address(hotline), {"ended": "on", "on": "2026-01-02"}).text
        assert "last national number that an advocate answers" in page
        listed = reverse("admin:outreach_channel_changelist")
        coordinator.post(listed, {"action": "retire", "_selected_action": [hotline.pk]})
        hotline.refresh_from_db()
        assert hotline.retired_at is None

    def test_a_local_line_ends_and_the_nations_stands_in(self, hotline: Channel) -> None:
        local = local_line(hotline, "MS")
        succession.end(channel=local, on=timezone.localdate(), by=None)
        local.refresh_from_db()
        assert succession.in_place_of(local) == hotline


class TestPages:
    def test_all_is_shown_before_anything_is_confirmed(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        printed(scope.everything(network.season))
        page = coordinator.get(address(hotline)).text
        for words in ("What carries 1-888-373-7888", ">24<", "Mississippi", "Marks (MKS)", "within a minute"):
            assert words in page
        assert "Order the reprint" not in page
        hotline.refresh_from_db()
        assert hotline.retired_at is None

    def test_a_value_that_was_written_over_in_the_record_is_told(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False)
        Channel.objects.filter(pk=hotline.pk).update(value=NEW)
        page = coordinator.get(address(hotline)).text
        assert f"wrote over in its record: {OLD}." in page
        assert recall.carrying(value=OLD).pages == 4

    def test_confirming_leads_to_reprint_list_and_stickers(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        printed(scope.of_state(network.season, "MS"))
        page = coordinator.post(address(hotline), CHANGED, follow=True).text
        assert f"{OLD} became {NEW}" in page
        assert f"{NEW}: two people have not checked this value yet" in page
        verified(Channel.objects.get(value=NEW))
        (offer,) = coordinator.get(address(hotline)).context["offers"]
        order = coordinator.get(offer.href).text
        assert "Print 8 posters" in order
        assert "Waiting" in page
        assert runners.run(papers_job(hotline).pk).state == Job.State.DONE
        page = coordinator.get(address(hotline)).text
        for name in (recall_tasks.ALL, recall_papers.TABLE, "takedown-list.pdf", recall_papers.STICKERS):
            assert address(hotline, name) in page

    def test_nothing_is_confirmed_before_all_was_shown_for_a_line_that_ends(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        local = local_line(hotline, "MS")
        printed(scope.of_state(network.season, "MS"))
        page = coordinator.get(address(local)).text
        for words in ("What carries 1-601-555-0100", ">8<", "Marks (MKS)", "There is no new value: the line has ended"):
            assert words in page
        page = coordinator.post(address(local), {"ended": "on", "on": "2026-01-02"}, follow=True).text
        assert "goes out of service" in page
        assert recall_tasks.papers_job(local)

    def test_a_line_that_fails_its_check_is_not_retired_past_what_carries_it(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        local = local_line(hotline, "MS")
        printed(scope.of_state(network.season, "MS"))
        chosen = {"action": "retire", "_selected_action": [local.pk]}
        page = coordinator.post(reverse("admin:outreach_channel_changelist"), chosen, follow=True).text
        assert "stands on 8 poster pages" in page
        assert Channel.objects.get(pk=local.pk).retired_at is None

    def test_a_change_to_come_says_that_the_reprint_waits(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        printed(scope.of_state(network.season, "MS"), ["en"])
        change(hotline, on=network.season.ends_on)
        assert "would still carry" in coordinator.get(address(hotline)).text

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"value": "", "on": "2026-01-02"}, "one of the two"),
            ({**CHANGED, "source": ""}, "Say where the new value comes from"),
            ({**CHANGED, "value": "nothing"}, "no number that can be dialled"),
        ],
    )
    def test_a_change_that_says_too_little_changes_nothing(
        self, hotline: Channel, coordinator: Client, said: dict[str, str], words: str
    ) -> None:
        assert words in coordinator.post(address(hotline), said).text
        assert Channel.objects.get(pk=hotline.pk).replaced_by is None

    def test_a_print_manager_sees_all_but_changes_no_number(
        self, network: Network, hotline: Channel, client: Client, user_with: MakeUser
    ) -> None:
        client.force_login(user_with(Role.PRINT_MANAGER))
        assert "Ask a coordinator" in client.get(address(hotline)).text
        assert client.post(address(hotline), CHANGED).status_code == 403
        assert Channel.objects.get(pk=hotline.pk).replaced_by is None

    def test_the_list_of_channels_leads_there(self, hotline: Channel, coordinator: Client) -> None:
        data = {"action": "number_changed", "_selected_action": [hotline.pk]}
        response = coordinator.post(reverse("admin:outreach_channel_changelist"), data)
        assert response.headers["Location"] == address(hotline)
        record = coordinator.get(reverse("admin:outreach_channel_change", args=[hotline.pk])).text
        assert address(hotline) in record

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_page_asks_no_more_for_more_batches(
        self, network: Network, hotline: Channel, coordinator: Client, count: int
    ) -> None:
        for _ in range(count):
            batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False)
        coordinator.get(address(hotline))
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(address(hotline))
        assert len(queries) <= 30


def papers_job(channel: Channel) -> Job:
    job = recall_tasks.papers_job(channel)
    assert job
    return job


def made(browser: Client, channel: Channel, name: str) -> bytes:
    """One paper of a recall, made by its job."""
    browser.post(reverse("admin:campaign_batch_recall_make", args=[channel.pk]))
    job = runners.run(papers_job(channel).pk)
    assert job.state == Job.State.DONE, job.error
    return b"".join(browser.get(address(channel, name)))


class TestPapers:
    def test_one_zip_holds_a_list_for_each_state_and_the_stickers(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        printed(scope.everything(network.season))
        verified(change(hotline))
        archive = zipfile.ZipFile(io.BytesIO(made(coordinator, hotline, recall_tasks.ALL)))
        lists = [name for name in archive.namelist() if name.startswith("takedown-list-")]
        assert lists == [f"takedown-list-{key}.pdf" for key in ("MS", "TN", "US", "trains")]
        assert set(archive.namelist()) - set(lists) == {
            recall_papers.TABLE,
            recall_papers.STICKERS,
            recall_papers.STICKERS_ON_LETTER,
        }
        texts = [" ".join(page_texts(archive.read(name))) for name in lists]
        subtotals = [re.search(r"Subtotal of this list: (\d+) posters", text) for text in texts]
        assert [each and int(each[1]) for each in subtotals] == [8, 6, 6, 4]
        assert all("All 4 lists together: 24 posters" in text for text in texts)

    def test_who_asks_twice_gets_one_job(self, network: Network, hotline: Channel, coordinator: Client) -> None:
        first = recall_tasks.ask_for_papers(channel=hotline, by=None)
        assert recall_tasks.ask_for_papers(channel=hotline, by=None) == first
        runners.run(first.pk)
        assert recall_tasks.ask_for_papers(channel=hotline, by=None) != first

    def test_a_job_that_was_killed_goes_on_with_what_is_missing(
        self, network: Network, hotline: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        printed(scope.of_state(network.season, "MS"), ["en"])
        verified(change(hotline))
        job = recall_tasks.ask_for_papers(channel=hotline, by=None)
        monkeypatch.setattr(recall_papers, "stickers", lambda *_, **__: 1 / 0)
        assert runners.run(job.pk).state == Job.State.FAILED
        kept = set(RecallPaper.objects.values_list("pk", flat=True))
        assert len(kept) == 2
        monkeypatch.undo()
        ask(job, Job.State.QUEUED)
        assert runners.run(job.pk).state == Job.State.DONE
        assert kept < set(RecallPaper.objects.values_list("pk", flat=True))
        assert RecallPaper.objects.count() == 5

    def test_the_page_moves_while_they_are_made(self, hotline: Channel, coordinator: Client) -> None:
        part = reverse("admin:campaign_batch_recall_papers", args=[hotline.pk])
        assert "every 1s" not in coordinator.get(part).text
        job = recall_tasks.ask_for_papers(channel=hotline, by=None)
        assert "every 1s" in coordinator.get(part).text
        runners.run(job.pk)
        assert "every 1s" not in coordinator.get(part).text

    def test_the_list_has_a_line_for_every_poster_and_no_formula(
        self, network: Network, hotline: Channel, coordinator: Client
    ) -> None:
        Station.objects.filter(pk=network.jackson.pk).update(name="=cmd()")
        printed(scope.of_state(network.season, "MS"))
        verified(change(hotline))
        content = made(coordinator, hotline, recall_papers.TABLE)
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert len(rows) == 8
        assert {row["place"] for row in rows} == {"'=cmd()", "Marks"}
        assert {row["language"] for row in rows} == {"en", "es"}
        codes = {row["poster"].replace("-", "").replace(" ", "") for row in rows}
        assert codes == set(Link.objects.filter(placement_link__isnull=False).values_list("code", flat=True))
        assert Entry.objects.filter(verb="downloaded", object_id=str(hotline.pk)).exists()

    def test_the_printable_list_is_tagged_and_names_each_place(self, network: Network, hotline: Channel) -> None:
        printed(scope.of_state(network.season, "MS"))
        verified(change(hotline))
        hotline.refresh_from_db()
        (each,) = recall_papers.lists(recall.to_take_down(hotline))
        content = recall_papers.printable(hotline, each, posters=8, made_at=timezone.now())
        text = " ".join(page_texts(content))
        for words in ("Jackson (JAN)", "Marks (MKS)", "Women's restroom", OLD, NEW, "8 posters"):
            assert words in text
        assert b"/StructTreeRoot" in content

    def test_stickers_speak_the_posters_languages(self, network: Network, hotline: Channel) -> None:
        printed(scope.of_state(network.season, "MS"))
        verified(change(hotline))
        hotline.refresh_from_db()
        found = recall.carrying(hotline)
        assert recall_papers.sticker_counts(found) == [("English", 4), ("Spanish", 4)]
        english, spanish = page_texts(recall_papers.stickers(hotline, found, made_at=timezone.now()))
        assert "This number has changed." in english
        assert "Este número cambió." in spanish
        assert NEW in english
        assert NEW in spanish
        letter = recall_papers.stickers(hotline, found, made_at=timezone.now(), on_letter=True)
        assert [page.count(NEW) for page in page_texts(letter)] == [2, 2]
        assert b"/StructTreeRoot" in letter

    def test_a_line_that_ended_is_covered_by_the_nations(self, network: Network, hotline: Channel) -> None:
        local = local_line(hotline, "MS")
        printed(scope.of_state(network.season, "MS"), ["en"])
        succession.end(channel=local, on=timezone.localdate(), by=None)
        local.refresh_from_db()
        (page,) = page_texts(recall_papers.stickers(local, recall.carrying(local), made_at=timezone.now()))
        assert "no longer in service" in page
        assert OLD in page


@pytest.mark.slow
def test_ten_thousand_pages_are_found_in_a_second(network: Network, hotline: Channel) -> None:
    for number in range(1664):
        station(network.operator, f"S{number}", f"Station {number}", state=("MS", "TN", None)[number % 3])
    plan_placements(season=network.season)
    batch = batches.create(scope.everything(network.season), languages=["en", "es"], announce=False)
    file = StoredFile.objects.put(b"%PDF-", name="one.pdf", content_type="application/pdf")
    Packet.objects.update(file=file)
    assert batch.pages >= 10_000
    began = time.perf_counter()
    found = recall.carrying(hotline)
    took = time.perf_counter() - began
    assert found.pages == batch.pages
    assert found.stale == found.placements == batch.pages // 2
    assert len(recall.to_take_down(hotline)) == batch.pages
    # A few rows keep it all.
    assert Carried.objects.count() <= 20
    assert took < 1
