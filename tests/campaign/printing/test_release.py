"""No paper without a second person: who releases a batch, what waits until then, and what the trail says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaign.printing import batches, downloads, recall, releases, scope
from campaign.printing.downloads import NotReleased
from campaign.printing.models import Batch
from campaign.printing.parts import part_of
from campaign.printing.releases import NotPossible
from outreach.channels.models import Channel
from portal.audit.models import Entry
from portal.jobs import runners
from portal.jobs.models import Job
from portal.people.models import User
from portal.people.roles import Role
from tests.campaign.printing.network import Network

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]
FILES = ("posters.zip", "posters-MS.zip", "MS-JAN-jackson.pdf", "envelopes.pdf", "manifest.json", "packing-list.csv")


@pytest.fixture
def orderer(user_with: MakeUser) -> User:
    return user_with(Role.COORDINATOR)


@pytest.fixture
def approver(user_with: MakeUser) -> User:
    return user_with(Role.APPROVER)


@pytest.fixture
def batch(network: Network, orderer: User, settings: Settings) -> Batch:
    """Finished, for posting: its codes lead somewhere."""
    settings.PRINTED_ADDRESS = "https://go.example.gov"
    return printed(network, orderer)


def printed(network: Network, by: User | None, of: scope.Scope | None = None) -> Batch:
    order = of or scope.of_state(network.season, "MS")
    made = batches.create(order, languages=["en"], by=by, announce=False)
    job = runners.run(made.job_id)
    assert job.state == Job.State.DONE, job.error
    made.refresh_from_db()
    return made


def fetch(client: Client, batch: Batch, name: str = "manifest.json") -> int:
    """The status of a download; its file is read to the end, so that it is closed."""
    answer = client.get(reverse("admin:campaign_batch_download", args=[batch.pk, name]))
    if answer.streaming:
        b"".join(answer)
    return answer.status_code


class TestWhatWaits:
    @pytest.mark.parametrize("name", FILES)
    def test_no_file_leaves_before_the_release(
        self, batch: Batch, client: Client, user_with: MakeUser, approver: User, name: str
    ) -> None:
        client.force_login(user_with(Role.PRINT_MANAGER))
        assert fetch(client, batch, name) == 403
        assert not Entry.objects.filter(verb="downloaded").exists()
        releases.release(batch_id=batch.pk, by=approver)
        assert fetch(client, batch, name) == 200
        assert Entry.objects.filter(verb="downloaded").count() == 1

    def test_every_way_out_of_the_room_asks(self, batch: Batch, tmp_path: Path) -> None:
        part, out = part_of(batch, "MS"), tmp_path / "out"
        assert part
        for way in (
            lambda: downloads.files_of(batch),
            lambda: downloads.file_of(batch, "manifest.json"),
            lambda: downloads.zipped(batch),
            lambda: downloads.zipped_part(part),
            lambda: downloads.copy_out(batch, out),
        ):
            with pytest.raises(NotReleased, match="waits for a second person"):
                way()
        assert not out.exists() or not list(out.iterdir())

    def test_files_that_a_command_puts_into_a_folder_are_told(
        self, batch: Batch, approver: User, tmp_path: Path
    ) -> None:
        releases.release(batch_id=batch.pk, by=approver)
        batch.refresh_from_db()
        out = tmp_path / "out"
        out.mkdir()
        downloads.copy_out(batch, out)
        entry = Entry.objects.get(verb="downloaded")
        assert (entry.object_id, entry.after) == (str(batch.pk), {"files": len(list(out.iterdir()))})

    def test_a_superuser_waits_too(self, batch: Batch, client: Client, orderer: User) -> None:
        User.objects.filter(pk=orderer.pk).update(is_superuser=True)
        client.force_login(User.objects.get(pk=orderer.pk))
        assert fetch(client, batch) == 403
        client.post(reverse("admin:campaign_batch_release", args=[batch.pk]))
        batch.refresh_from_db()
        assert batch.released_at is None
        assert fetch(client, batch) == 403

    def test_a_sample_needs_nobody(self, network: Network, orderer: User, client: Client) -> None:
        sample = printed(network, orderer)
        assert sample.is_sample
        client.force_login(orderer)
        assert fetch(client, sample) == 200
        with pytest.raises(NotPossible, match="sample"):
            releases.release(batch_id=sample.pk, by=orderer)

    def test_a_reprint_of_a_recall_waits_like_any_other(
        self, network: Network, batch: Batch, orderer: User, approver: User
    ) -> None:
        releases.release(batch_id=batch.pk, by=approver)
        line = Channel.objects.get(value="1-888-373-7888", area="US", kind="voice")
        assert recall.placements_carrying(line).exists()
        again = printed(network, orderer, scope.recalled(network.season, line.pk))
        with pytest.raises(NotReleased):
            downloads.files_of(again)
        with pytest.raises(NotPossible, match="You ordered it"):
            releases.release(batch_id=again.pk, by=orderer)


class TestWhoReleases:
    def test_whoever_ordered_it_is_refused_by_page_verb_and_database(
        self, batch: Batch, client: Client, orderer: User
    ) -> None:
        client.force_login(orderer)
        address = reverse("admin:campaign_batch_release", args=[batch.pk])
        page = client.get(address).content.decode()
        assert "You ordered it: a second person releases it." in page
        assert "Release 4 posters" not in page
        answer = client.post(address, follow=True).content.decode()
        assert "You ordered it" in answer
        with pytest.raises(NotPossible, match="You ordered it"):
            releases.release(batch_id=batch.pk, by=orderer)
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(released_by=orderer, released_at=timezone.now())
        assert not Batch.objects.released().exists()

    def test_a_release_has_a_person_and_a_moment(self, batch: Batch, approver: User) -> None:
        for half in ({"released_at": timezone.now()}, {"released_by": approver}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Batch.objects.filter(pk=batch.pk).update(**half)

    @pytest.mark.parametrize("role", [Role.PRINT_MANAGER, Role.AUDITOR])
    def test_who_may_only_look_cannot_release(
        self, batch: Batch, client: Client, user_with: MakeUser, role: Role
    ) -> None:
        client.force_login(user_with(role))
        address = reverse("admin:campaign_batch_release", args=[batch.pk])
        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 403
        batch.refresh_from_db()
        assert batch.released_at is None

    def test_an_approver_releases_with_a_trail(self, batch: Batch, client: Client, approver: User) -> None:
        client.force_login(approver)
        address = reverse("admin:campaign_batch_release", args=[batch.pk])
        page = client.get(address).content.decode()
        for told in ("Mississippi, English", "1-888-373-7888", "https://go.example.gov", "Release 4 posters"):
            assert told in page
        client.post(address)
        batch.refresh_from_db()
        assert batch.released_by == approver
        entry = Entry.objects.get(verb="released")
        assert (entry.actor, entry.object_id) == (approver, str(batch.pk))
        assert entry.after["released_by"] == approver.pk

    def test_an_order_of_a_command_is_released_by_any_one_person(
        self, network: Network, settings: Settings, orderer: User
    ) -> None:
        settings.PRINTED_ADDRESS = "https://go.example.gov"
        made = printed(network, None)
        with pytest.raises(NotReleased):
            downloads.files_of(made)
        assert downloads.files_of(releases.release(batch_id=made.pk, by=orderer))

    def test_what_is_not_finished_is_not_released(
        self, network: Network, settings: Settings, orderer: User, approver: User
    ) -> None:
        settings.PRINTED_ADDRESS = "https://go.example.gov"
        waiting = batches.create(scope.of_state(network.season, "MS"), languages=["en"], by=orderer, announce=False)
        with pytest.raises(NotPossible, match="not all there"):
            releases.release(batch_id=waiting.pk, by=approver)

    def test_nobody_else_is_there_so_one_is_invited(self, batch: Batch, client: Client, orderer: User) -> None:
        User.objects.exclude(pk=orderer.pk).delete()
        client.force_login(orderer)
        page = client.get(reverse("admin:campaign_batch_release", args=[batch.pk])).content.decode()
        assert "Nobody else here may release it. Invite one" in page

    def test_those_who_could_are_named(self, batch: Batch, client: Client, orderer: User, approver: User) -> None:
        User.objects.create_user("gone", is_active=False, is_superuser=True, is_staff=True)
        client.force_login(orderer)
        page = client.get(reverse("admin:campaign_batch_release", args=[batch.pk])).content.decode()
        assert f"Ask one of them to open this page: {approver}." in page


class TestTakingBack:
    def test_a_release_that_is_taken_back_shuts_the_files_again(
        self, batch: Batch, client: Client, orderer: User, approver: User
    ) -> None:
        releases.release(batch_id=batch.pk, by=approver)
        client.force_login(orderer)
        client.post(reverse("admin:campaign_batch_withdraw", args=[batch.pk]), {"why": "Frames are smaller"})
        batch.refresh_from_db()
        assert (batch.released_at, batch.released_by, batch.held_why) == (None, None, "Frames are smaller")
        assert fetch(client, batch) == 403
        assert Entry.objects.get(verb="withdrew the release").actor == orderer
        again = releases.release(batch_id=batch.pk, by=approver)
        assert again.held_why == ""
        assert fetch(client, batch) == 200

    def test_it_needs_a_reason_and_a_release(self, batch: Batch, approver: User) -> None:
        with pytest.raises(NotPossible, match="not released"):
            releases.withdraw(batch_id=batch.pk, why="x", by=approver)
        releases.release(batch_id=batch.pk, by=approver)
        with pytest.raises(NotPossible, match="Say why"):
            releases.withdraw(batch_id=batch.pk, why=" ", by=approver)
        assert Batch.objects.released().exists()


class TestLists:
    def test_the_list_shows_what_waits_in_as_many_queries_for_three_as_for_one(
        self, network: Network, batch: Batch, client: Client, orderer: User, approver: User
    ) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse("admin:campaign_batch_changelist"), {"release": "waiting"})
            assert "Waits for a second person" in page.content.decode()
            return len(queries)

        client.force_login(approver)
        count()
        one = count()
        for _ in range(2):
            printed(network, orderer)
        assert count() == one

    def test_today_says_whose_turn_it_is(self, batch: Batch, client: Client, orderer: User, approver: User) -> None:
        waiting = reverse("admin:campaign_batch_changelist") + "?release=waiting"
        client.force_login(approver)
        assert waiting in client.get(reverse("admin:index")).content.decode().replace("&amp;", "&")
        client.force_login(orderer)
        page = client.get(reverse("admin:index")).content.decode()
        assert "waits for a second person: you ordered it" in page
        releases.release(batch_id=batch.pk, by=approver)
        assert "second person: you ordered it" not in client.get(reverse("admin:index")).content.decode()
