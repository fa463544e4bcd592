"""A batch on two hosts ends with the bytes of one process on SQLite, whatever breaks in the middle."""

import io
import itertools
import json
import random
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.batch_copy import Copy, order
from tests.faults.hosts import Network, Services, clock, move_to_postgres, services, serving
from tests.servers import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROUNDS = 4
STATIONS = {"MS": 60}
RESUME = "from campaign.printing import batches, models; batches.resume(models.Batch.objects.get())"

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def shared() -> Iterator[Services]:
    with services() as shared:
        yield shared


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory, shared: Services) -> tuple[Copy, str]:
    """A batch that was ordered on SQLite and not begun, and whose rows are on PostgreSQL too; its uid."""
    copy = Copy(tmp_path_factory.mktemp("ordered"))
    (uid,) = order(copy, STATIONS)
    move_to_postgres(copy, shared, tmp_path_factory.mktemp("move") / "desk", "ordered")
    return copy, uid


@pytest.fixture(scope="module")
def undisturbed(ordered: tuple[Copy, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files that one process makes on SQLite and a disk."""
    copy, uid = ordered
    return copy.files(uid, tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture
def network(shared: Services, ordered: tuple[Copy, str], tmp_path: Path) -> Iterator[Network]:
    """Hosts with a copy of the database and an empty bucket."""
    database = f"round-{next(_numbers)}"
    shared.postgres.make(database, like="ordered")
    shared.empty_the_bucket()
    network = Network(tmp_path, shared, database)
    yield network
    network.close()


def check(network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]) -> None:
    """The same bytes, fetched by a host that made none; every page once; nothing private on a host's own disk."""
    ask = network.desk.ask
    assert network.desk.files(ordered[1], network.desk.folder / "out") == undisturbed
    pages = ask("SELECT pages FROM campaign_batch")
    assert ask("SELECT count(*) FROM campaign_print WHERE decoded != ''") == pages
    assert ask("SELECT count(*) FROM (SELECT DISTINCT packet_id, page FROM campaign_print) AS each") == pages
    assert ask("SELECT count(*) FROM portal_entry WHERE verb = 'printed'") == 1
    for host in (network.one, network.two, network.desk):
        assert not (host.folder / "media").exists()


def some_moment(chance: random.Random) -> None:
    """The moment is the test's subject: it is drawn, not waited for."""
    time.sleep(chance.uniform(0.0, 0.6))


def test_two_hosts_share_a_batch(network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]) -> None:
    with network.workers():
        network.wait_for("done")
    packets = network.desk.ask("SELECT count(*) FROM campaign_packet")
    shares = network.one.stored, network.two.stored
    assert min(shares) >= packets * 2 // 4, f"a fair share is half of {packets * 2} files: {shares}"
    check(network, ordered, undisturbed)


@pytest.mark.parametrize("victim", ["conductor", "helper"])
@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_a_host_that_is_killed_leaves_its_packets_to_the_other(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes], seed: int, victim: str
) -> None:
    chance = random.Random(f"{seed} {victim}")
    with network.workers() as (one, two):
        assert eventually(lambda: one.helped or two.helped), network.said()
        conductor, helper = (one, two) if one.conducts else (two, one)
        network.wait_for_packets(chance.randrange(2, 20))
        some_moment(chance)
        (dead, alive) = (conductor, helper) if victim == "conductor" else (helper, conductor)
        dead.kill()
        assert network.state() == "running"
        before = network.host_of(alive).stored
        network.desk.let_the_leases_run_out()
        network.desk.sweep()
        network.wait_for("done")
    assert network.host_of(dead).stored > 0
    assert network.host_of(alive).stored > before
    check(network, ordered, undisturbed)


def test_a_batch_goes_on_by_the_clock_alone(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]
) -> None:
    """Nobody turns a clock here: the lease of the dead runs out in a minute, the scheduler's next round finds it."""
    chance = random.Random("clock")
    with network.one.worker("one", queues="celery,printing") as one, network.two.worker("two") as two:
        network.desk.sweep()
        assert eventually(lambda: one.helped or two.helped), network.said()
        network.wait_for_packets(chance.randrange(2, 20))
        some_moment(chance)
        two.kill() if two.conducts else one.kill()
        with network.two.worker("short", queues="celery"), network.one.worker("again"), clock(network):
            network.wait_for("done")
    check(network, ordered, undisturbed)


def test_a_broker_that_is_killed_and_started_again_stops_nothing(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]
) -> None:
    chance = random.Random("broker")
    with network.workers():
        network.wait_for_packets(chance.randrange(2, 20))
        some_moment(chance)
        network.shared.broker.kill()
        network.wait_for_packets(3)
        assert network.state() == "running"
        network.shared.broker.start()
        network.wait_for("done")
    check(network, ordered, undisturbed)


def test_a_storage_that_is_away_for_seconds_stops_nothing(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]
) -> None:
    chance = random.Random("seconds")
    with network.workers():
        network.wait_for_packets(chance.randrange(2, 20))
        some_moment(chance)
        for host in (network.one, network.two):
            host.line.cut()
        time.sleep(2)
        assert network.state() == "running"
        for host in (network.one, network.two):
            host.line.mend()
        network.wait_for("done")
    check(network, ordered, undisturbed)


def test_a_storage_that_stays_away_is_told_and_a_person_goes_on_after_it(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]
) -> None:
    chance = random.Random("away")
    with network.workers():
        network.wait_for_packets(chance.randrange(2, 20))
        for host in (network.one, network.two):
            host.line.cut()
        network.wait_for("failed")
        assert "The object storage does not answer" in network.error()
        assert "WAYPOST_S3_ENDPOINT" in network.error()
        delivered = network.desk.delivered()
        for host in (network.one, network.two):
            host.line.mend()
        network.desk.tell(RESUME)
        network.wait_for("done")
    assert 0 < delivered < network.desk.delivered()
    check(network, ordered, undisturbed)


def test_a_database_that_is_killed_and_started_again_loses_nothing(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]
) -> None:
    chance = random.Random("database")
    with network.workers():
        network.wait_for_packets(chance.randrange(2, 20))
        some_moment(chance)
        delivered = network.desk.delivered()
        network.shared.postgres.kill()
        time.sleep(2)
        network.shared.postgres.start()
        assert network.desk.delivered() >= delivered
        assert network.state() in {"queued", "running", "done"}
        network.desk.let_the_leases_run_out()
        network.desk.sweep()
        network.wait_for("done")
    check(network, ordered, undisturbed)


SIGN_IN = """
from django.contrib.auth import get_user_model
from django.test import Client
from tests import entering
desk = Client()
person = get_user_model().objects.create_superuser("desk", password="only for this test, long enough")
desk.force_login(person)
entering.prove(desk, person)
print(desk.cookies["sessionid"].value)
"""
PARTS = """
from campaign.printing.models import Batch
batch = Batch.objects.get()
print(batch.pk, batch.packets.order_by("position").first().name)
"""


def test_a_web_host_of_production_hands_out_what_another_printed(
    network: Network, ordered: tuple[Copy, str], undisturbed: dict[str, bytes]
) -> None:
    """Gunicorn behind what a proxy says, on a host that has its own data folder and never printed."""
    with network.two.worker("two"):
        network.desk.sweep()
        network.wait_for("done")
    key, packet = network.desk.tell(PARTS).split()
    session = network.desk.tell(SIGN_IN).split()[-1]
    network.one.run("collectstatic", "--no-input", "--verbosity", "0")
    network.one.run("fold_journal")
    with serving(network.one) as ask:
        said = json.loads(ask("/readyz", secure=False).body)
        assert (said["help"], said["degraded"]) == ("ok", [])
        assert ask("/healthz", secure=False).status == 200
        moved = ask("/en/", secure=False)
        assert (moved.status, moved.headers["Location"]) == (301, "https://waypost.example.org/en/")
        # Help and health are for whoever asks, by whatever name; nothing else is.
        assert ask("/healthz", host="10.0.0.1").status == 200
        assert ask("/en/", host="elsewhere.example.org").status == 400
        page = ask("/en/")
        assert page.status == 200
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        (style,) = set(re.findall(r"/static/css/site\.[0-9a-f]{12}\.css", page.body.decode()))
        assert "immutable" in ask(style).headers["Cache-Control"]

        files = f"/admin/campaign/batch/{key}/files/"
        assert ask(files + packet).status == 302
        fetched = ask(files + packet, session=session)
        assert fetched.body == undisturbed[packet]
        assert fetched.headers["Content-Length"] == str(len(fetched.body))
        packed = ask(files + "posters.zip", session=session)
        with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == undisturbed

        network.shared.broker.kill()
        assert eventually(lambda: json.loads(ask("/readyz").body)["degraded"] == ["broker"])
        network.shared.broker.start()

        network.one.line.cut()
        began = time.monotonic()
        assert ask(files + packet, session=session).status == 500
        assert time.monotonic() - began < 5, "nobody waits for help behind a storage that is away"
    assert network.one.stored == 0
