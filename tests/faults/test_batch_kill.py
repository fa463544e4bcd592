"""A batch whose processes are killed at any moment goes on where it stood, and ends with the same bytes."""

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.faults.batch_copy import Copy, Worker, broker_of, eventually, order

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROUNDS = 5
KILLS_A_ROUND = 2
TRIES = 4
STATIONS = {"MS": 60, "TN": 40}

Ordered = tuple[Path, list[str]]


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Ordered:
    """A data folder with two batches that were ordered and not begun; the batches' numbers."""
    copy = Copy(tmp_path_factory.mktemp("ordered"))
    return copy.folder, order(copy, STATIONS)


@pytest.fixture(scope="module")
def undisturbed(ordered: Ordered, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """The files of each batch from a run that nobody killed, one worker alone."""
    folder, uids = ordered
    place = tmp_path_factory.mktemp("undisturbed")
    copy = Copy(shutil.copytree(folder, place / "data"))
    return [copy.files(uid, place / uid) for uid in uids]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_command_ends_with_the_same_bytes(
    ordered: Ordered, undisturbed: list[dict[str, bytes]], tmp_path: Path, seed: int
) -> None:
    folder, (uid, _) = ordered
    chance = random.Random(seed)
    copy = Copy(shutil.copytree(folder, tmp_path / "killed"))
    words = ("print_posters", "--season", "2027", "--batch", uid, "--out", str(tmp_path / "out"))

    for _ in range(KILLS_A_ROUND):
        kill_while_printing(copy, words, after=chance.uniform(0.0, 0.6))
        copy.let_the_leases_run_out()
    assert 0 < copy.delivered() < packets_of(copy, uid)

    assert copy.files(uid, tmp_path / "out") == undisturbed[0]
    every_page_is_there_once(copy, batches=1)
    left = [path.name for path in (copy.folder / "media").rglob(".*") if path.is_file()]
    assert len(left) <= KILLS_A_ROUND, "a kill leaves at most the draft that was being written"


@pytest.mark.parametrize("pool", ["solo", "prefork"])
@pytest.mark.parametrize("victim", ["conductor", "helper"])
def test_a_batch_of_two_workers_survives_either(
    ordered: Ordered, undisturbed: list[dict[str, bytes]], tmp_path: Path, victim: str, pool: str
) -> None:
    folder, (uid, other) = ordered
    chance = random.Random(f"{victim} {pool}")

    def killed(copy: Copy) -> bool:
        """Whether the kill came while packets were left; on a busy machine it may come late."""
        copy.tell(f"{FIND}ask(Batch.objects.get(uid='{other}').job, Job.State.CANCELLED)")
        with broker_of(copy), copy.worker("one", pool=pool) as one, copy.worker("two", pool=pool) as two:
            copy.sweep()
            eventually(lambda: one.helped or two.helped, "somebody helps")
            conductor, helper = (one, two) if one.conducts else (two, one)
            kill(conductor if victim == "conductor" else helper, copy, after=chance.uniform(0.0, 0.6))
            if copy.delivered() == packets_of(copy, uid):
                return False
            copy.let_the_leases_run_out()
            copy.sweep()
            copy.wait_for_the_end(uid)
        return True

    copies = (Copy(shutil.copytree(folder, tmp_path / f"killed-{number}")) for number in range(TRIES))
    copy = next((copy for copy in copies if killed(copy)), None)
    assert copy, "no kill came in time"
    assert copy.files(uid, tmp_path / "out") == undisturbed[0]
    every_page_is_there_once(copy, batches=1)


@pytest.mark.parametrize("seed", range(2))
def test_two_batches_at_once_do_not_mix(
    ordered: Ordered, undisturbed: list[dict[str, bytes]], tmp_path: Path, seed: int
) -> None:
    folder, uids = ordered
    chance = random.Random(seed)
    copy = Copy(shutil.copytree(folder, tmp_path / "killed"))

    with broker_of(copy), copy.worker("one") as one, copy.worker("two") as two:
        copy.sweep()
        eventually(lambda: one.conducts and two.conducts, "each conducts one")
        kill(chance.choice([one, two]), copy, after=chance.uniform(0.0, 0.6))
        copy.let_the_leases_run_out()
        with copy.worker("three"):
            copy.sweep()
            copy.wait_for_the_end(*uids)

    for uid, files in zip(uids, undisturbed, strict=True):
        assert copy.files(uid, tmp_path / uid) == files
    every_page_is_there_once(copy, batches=2)


FIND = """
from campaign.printing.models import Batch
from portal.jobs.models import Job
from portal.jobs.queue import ask
"""


def packets_of(copy: Copy, uid: str) -> int:
    """How many a batch has."""
    return int(copy.tell(f"{FIND}print(Batch.objects.get(uid='{uid}').packets.count())"))


def kill(worker: Worker, copy: Copy, *, after: float) -> None:
    """Kills it some seconds after the next packet was delivered."""
    before = copy.delivered()
    eventually(lambda: copy.delivered() > before, "a packet is delivered")
    # The moment of the kill is the test's subject: it is drawn, not waited for.
    time.sleep(after)
    worker.kill()


def kill_while_printing(copy: Copy, words: tuple[str, ...], *, after: float) -> None:
    """Starts the command, waits until it delivers packets, and kills it some seconds later."""
    before = copy.delivered()
    program = copy.start(*words)

    def delivers() -> bool:
        assert program.poll() is None, program.communicate()[1]
        return copy.delivered() > before

    eventually(delivers, "a packet is delivered")
    time.sleep(after)
    program.send_signal(signal.SIGKILL)
    program.communicate()


def every_page_is_there_once(copy: Copy, *, batches: int) -> None:
    """Every page of the batches that are done was read back, and no page or batch counts twice."""
    done = "SELECT id FROM campaign_batch WHERE manifest_id IS NOT NULL"
    pages = copy.ask(f"SELECT sum(pages) FROM campaign_batch WHERE id IN ({done})")
    rows = f"campaign_print JOIN campaign_packet p ON p.id = packet_id WHERE batch_id IN ({done})"
    assert copy.ask(f"SELECT count(*) FROM {rows} AND decoded != ''") == pages
    assert copy.ask(f"SELECT count(*) FROM (SELECT DISTINCT packet_id, page FROM {rows}) AS each") == pages
    assert copy.ask(f"SELECT count(DISTINCT file_id) FROM campaign_packet WHERE batch_id IN ({done})") == copy.ask(
        f"SELECT count(*) FROM campaign_packet WHERE batch_id IN ({done})"
    )
    assert copy.ask("SELECT count(*) FROM portal_entry WHERE verb = 'printed'") == batches
    assert copy.ask("SELECT count(*) FROM campaign_packet WHERE file_id IS NOT NULL AND lease IS NOT NULL") == 0
