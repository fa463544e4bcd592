"""A batch shared out: one claim at a time, dead workers are replaced, one bad packet stops no other."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.printing import batches, packets, scope, sharing, tasks
from campaign.printing.models import Batch, Packet
from campaign.printing.pace import pace_of
from campaign.printing.preflight import assembly_of
from outreach.channels.models import Channel
from portal.audit.models import Entry
from portal.jobs import queue, runners
from portal.jobs.models import Job
from tests.campaign.printing.network import Network
from tests.campaign.printing.test_admin import manager, page
from tests.campaign.printing.test_batches import content, occupy

__all__ = ["manager"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Keys of batches come again in the next test: what was kept of one is not of the other."""
    yield
    tasks._assembly.cache_clear()


@pytest.fixture
def batch(network: Network) -> Batch:
    """Jackson and Marks, which nobody has begun."""
    return batches.create(scope.of_state(network.season, "MS"), languages=["en", "es"], announce=False)


@pytest.fixture
def running(batch: Batch) -> Batch:
    """The same, with a conductor who is busy elsewhere."""
    later = timezone.now() + runners.LEASE
    Job.objects.update(state=Job.State.RUNNING, lease=uuid.uuid4(), lease_until=later, started_at=timezone.now())
    batch.refresh_from_db()
    return batch


def hold(packet: Packet, *, seconds: float = 60) -> uuid.UUID:
    """Another worker sets it, or did so until it died."""
    lease = uuid.uuid4()
    until = timezone.now() + dt.timedelta(seconds=seconds)
    Packet.objects.filter(pk=packet.pk).update(lease=lease, lease_until=until)
    return lease


def delivered(batch: Batch) -> list[str]:
    return list(batch.packets.delivered().values_list("name", flat=True))


class TestClaims:
    def test_a_packet_that_another_sets_is_left_to_it(self, batch: Batch) -> None:
        first, second = batch.packets.all()
        lease = hold(first)
        assert list(sharing.set_all(batch, assembly_of(batch))) == [second]
        assert not sharing.set_one(first, assembly_of(batch))
        first.refresh_from_db()
        assert (first.lease, first.file) == (lease, None)

    def test_a_packet_whose_worker_died_is_set_by_another(self, batch: Batch) -> None:
        first, second = batch.packets.all()
        hold(first, seconds=-1)
        assert list(sharing.set_all(batch, assembly_of(batch))) == [first, second]
        assert not Packet.objects.exclude(lease=None).exists()

    def test_whoever_leaves_early_gives_back_what_it_claimed(self, batch: Batch) -> None:
        work = sharing.set_all(batch, assembly_of(batch))
        first = next(work)
        assert batch.packets.held().count() == 1
        work.close()
        assert delivered(batch) == [first.name]
        assert list(batch.packets.free()) == list(batch.packets.exclude(pk=first.pk))

    def test_a_packet_that_two_deliver_counts_once(self, batch: Batch) -> None:
        assembly = assembly_of(batch)
        first = batch.packets.get(position=1)
        (early,) = packets.proofs([Packet.objects.get(pk=first.pk)], assembly, made_at=batch.created_at)
        (late,) = packets.proofs([Packet.objects.get(pk=first.pk)], assembly, made_at=batch.created_at)
        assert batches.deliver(early, assembly)
        assert not batches.deliver(late, assembly)
        first.refresh_from_db()
        assert first.file == early.packet.file
        assert pace_of(batch).done == first.pages == first.prints.exclude(decoded="").count()


class TestHelpers:
    def test_a_helper_sets_the_packet_that_it_is_called_to(self, running: Batch) -> None:
        tasks.set_packet(running.packets.get(position=2).pk)
        assert delivered(running) == ["MS-MKS-marks.pdf"]

    @pytest.mark.parametrize("state", ["queued", "paused", "cancelled", "failed", "done"])
    def test_a_helper_does_nothing_for_a_batch_that_does_not_run(self, batch: Batch, state: str) -> None:
        Job.objects.update(state=state)
        tasks.set_packet(batch.packets.get(position=1).pk)
        assert delivered(batch) == []

    @pytest.mark.parametrize("wanted", [Job.State.PAUSED, Job.State.CANCELLED])
    def test_a_helper_does_nothing_for_a_batch_that_shall_stop(self, running: Batch, wanted: Job.State) -> None:
        queue.ask(running.job, wanted)
        tasks.set_packet(running.packets.get(position=1).pk)
        assert delivered(running) == []

    def test_a_helper_does_nothing_for_a_packet_that_is_there_or_held_or_gone(self, running: Batch) -> None:
        first, second = running.packets.all()
        tasks.set_packet(first.pk)
        file = Packet.objects.get(pk=first.pk).file
        hold(second)
        for key in (first.pk, second.pk, 0):
            tasks.set_packet(key)
        assert Packet.objects.get(pk=first.pk).file == file
        assert delivered(running) == [first.name]

    def test_a_helper_keeps_what_a_run_shares_and_looks_anew_at_the_next(
        self, running: Batch, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second = running.packets.all()
        tasks.set_packet(first.pk)
        Channel.objects.filter(value="1-888-373-7888").update(value="1-800-555-0100")
        Job.objects.update(lease=uuid.uuid4())
        tasks.set_packet(second.pk)
        assert delivered(running) == [first.name]
        assert "is left to the conductor" in caplog.text
        assert "changed since this batch was ordered" in caplog.text
        second.refresh_from_db()
        assert (second.error, second.lease) == ("", None)

    def test_without_a_broker_the_conductor_does_all_alone(
        self, batch: Batch, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert runners.run(batch.job_id).state == Job.State.DONE
        assert "is printed by one worker alone" in caplog.text

    def test_a_single_packet_calls_nobody(self, network: Network, caplog: pytest.LogCaptureFixture) -> None:
        order = scope.of_station(network.season, "JAN")
        alone = batches.create(order, languages=["en"], announce=False)
        assert runners.run(alone.job_id).state == Job.State.DONE
        assert caplog.text == ""

    def test_the_conductor_waits_for_others_and_replaces_the_dead(self, batch: Batch) -> None:
        hold(batch.packets.get(position=1), seconds=1.5)
        assert runners.run(batch.job_id).state == Job.State.DONE
        assert len(delivered(batch)) == 2


class TestFailures:
    def test_what_failed_is_tried_again_all_or_one(self, batch: Batch, manager: Client) -> None:
        first, second = batch.packets.all()
        before = set(default_storage_paths())
        for packet in (first, second):
            occupy(batch, packet, instead=b"not a file of ours")
        job = runners.run(batch.job_id)
        assert (job.state, job.done) == (Job.State.FAILED, 0)
        assert job.error.startswith("2 of 2 packets could not be made")
        text = page(manager, "admin:campaign_batch_change", batch.pk)
        assert "Try the 2 failed packets again" in text
        assert first.name in text
        assert text.count("✕ Could not be made") == 2
        for path in set(default_storage_paths()) - before:
            default_storage.delete(path)

        manager.post(reverse("admin:campaign_batch_retry", args=[batch.pk, second.pk]))
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert job.error.startswith("1 of 2 packets could not be made")
        assert delivered(batch) == [second.name]
        assert Batch.objects.get().manifest is None
        assert "Try it again" in page(manager, "admin:campaign_batch_change", batch.pk)

        manager.post(reverse("admin:campaign_batch_ask", args=[batch.pk, "resume"]))
        job = runners.run(batch.job_id)
        assert (job.state, job.done, job.error) == (Job.State.DONE, 8, "")
        batch.refresh_from_db()
        assert "manifest.json" in content(batch)
        asked = Entry.objects.filter(verb="asked again for").order_by("id")
        assert [entry.after["packets"] for entry in asked] == [[second.name], [first.name]]

    def test_a_packet_tried_again_in_the_moment_when_the_last_is_done_is_not_left_out(self, batch: Batch) -> None:
        first = batch.packets.get(position=1)
        batch.packets.filter(pk=first.pk).update(error="It cannot be set.")
        later = timezone.now() + runners.LEASE
        Job.objects.update(state=Job.State.RUNNING, lease=uuid.uuid4(), lease_until=later, started_at=timezone.now())

        class Asked(runners.Progress):
            """While the conductor reports that nothing is left, somebody asks for the failed packet again."""

            def reach(self, done: Callable[[], int], message: str = "", *, at_once: bool = False) -> None:
                super().reach(done, message, at_once=at_once)
                if at_once:
                    batches.resume(Batch.objects.get())

        tasks._have_packets_set(Batch.objects.get(), Asked(Job.objects.get()))

        assert not batch.packets.waiting().exists()

    def test_a_packet_that_failed_cannot_be_fetched_and_asks_for_nothing_in_a_cancelled_batch(
        self, batch: Batch, manager: Client
    ) -> None:
        first = batch.packets.get(position=1)
        batch.packets.filter(pk=first.pk).update(error="It cannot be set.")
        queue.ask(batch.job, Job.State.CANCELLED)
        batches.resume(batch)
        first.refresh_from_db()
        assert first.error == "It cannot be set."
        address = reverse("admin:campaign_batch_download", args=[batch.pk, first.name])
        assert manager.get(address).status_code == 404

    def test_a_packet_that_was_set_while_the_batch_was_cancelled_is_not_delivered(self, running: Batch) -> None:
        assembly = assembly_of(running)
        (proof, *_) = packets.proofs(running.packets.all(), assembly, made_at=running.created_at)
        Job.objects.filter(pk=running.job.pk).update(state=Job.State.CANCELLED, lease=None, lease_until=None)

        assert not batches.deliver(proof, assembly)
        assert delivered(running) == []

    def test_a_station_that_moved_into_another_area_is_not_printed_with_its_lines(
        self, running: Batch, network: Network
    ) -> None:
        assembly = assembly_of(running)
        network.jackson.state_id = "TN"
        network.jackson.save(update_fields=["state"])
        assert len(list(sharing.set_all(running, assembly))) == 2
        assert delivered(running) == ["MS-MKS-marks.pdf"]
        assert "lies in another area (TN)" in running.packets.get(position=1).error


class TestPace:
    def test_it_counts_the_workers_that_set_packets_now(self, running: Batch) -> None:
        first, second = running.packets.all()
        assert pace_of(running).workers == 0
        hold(first)
        hold(second)
        assert pace_of(running).workers == 2
        hold(second, seconds=-1)
        assert pace_of(running).workers == 1

    def test_the_page_says_who_shares_and_what_waits(self, running: Batch, manager: Client) -> None:
        for packet in running.packets.all():
            hold(packet)
        assert "2 workers share it" in page(manager, "admin:campaign_batch_progress", running.pk)
        early = timezone.now() - dt.timedelta(minutes=5)
        Job.objects.update(state=Job.State.QUEUED, lease=None, started_at=early)
        text = page(manager, "admin:campaign_batch_progress", running.pk)
        assert "No worker has come yet" in text

    def test_the_rate_is_that_of_the_last_minute(self, running: Batch) -> None:
        tasks.set_packet(running.packets.get(position=1).pk)
        Job.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))
        pace = pace_of(Batch.objects.get())
        assert pace.rate == pytest.approx(6 / 60, rel=0.05)
        assert pace.left == pytest.approx(dt.timedelta(seconds=20), abs=dt.timedelta(seconds=1))


def default_storage_paths() -> list[str]:
    folders, _ = default_storage.listdir("") if default_storage.exists("") else ([], [])
    return [f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1]]
