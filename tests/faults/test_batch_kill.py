"""A batch whose process is killed at any moment goes on where it stood, and ends with the same bytes."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROUNDS = 5
KILLS_A_ROUND = 2
STATIONS = 60
WITHIN_SECONDS = 60.0

ORDER = f"""
from campaign.places.planning import plan_placements
from campaign.printing import batches, scope
from portal.seasons.models import Season
from tests.campaign.printing import network
season = Season.objects.current()
small = network.build(season)
for number in range({STATIONS}):
    network.station(small.operator, f"K{{number:02}}", f"Kill {{number:02}}", state="MS")
plan_placements(season=season)
print(batches.create(scope.of_state(season, "MS"), languages=["en", "es"], announce=False).uid)
"""


class Copy:
    """A data folder of its own, and the portal's commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("WAYPOST_")}
        self.environment |= {"WAYPOST_DATA": str(folder)}

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        program = self.start(*words)
        out, problems = program.communicate(timeout=300)
        assert program.returncode == 0, problems
        return out

    def ask(self, query: str) -> int:
        with closing(sqlite3.connect(self.folder / "waypost.sqlite3", timeout=20)) as database:
            answer: int = database.execute(query).fetchone()[0]
        return answer

    def delivered(self) -> int:
        return self.ask("SELECT count(*) FROM campaign_packet WHERE file_id IS NOT NULL")

    def let_the_lease_run_out(self) -> None:
        """What a minute's wait does."""
        with closing(sqlite3.connect(self.folder / "waypost.sqlite3", timeout=20)) as database, database:
            database.execute("UPDATE portal_job SET lease_until = '2000-01-01 00:00:00'")


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder with a batch that was ordered and not begun; the batch's number."""
    copy = Copy(tmp_path_factory.mktemp("ordered"))
    copy.run("migrate", "--verbosity", "0")
    uid = copy.run("shell", "--verbosity", "0", "-c", ORDER).split()[-1]
    return copy.folder, uid


@pytest.fixture(scope="module")
def undisturbed(ordered: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nobody killed."""
    folder, uid = ordered
    place = tmp_path_factory.mktemp("undisturbed")
    copy = Copy(shutil.copytree(folder, place / "data"))
    copy.run("print_posters", "--season", "2027", "--batch", uid, "--out", str(place / "out"))
    return {path.name: path.read_bytes() for path in (place / "out").iterdir()}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_batch_ends_with_the_same_bytes(
    ordered: tuple[Path, str], undisturbed: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    folder, uid = ordered
    chance = random.Random(seed)
    copy = Copy(shutil.copytree(folder, tmp_path / "killed"))
    words = ("print_posters", "--season", "2027", "--batch", uid, "--out", str(tmp_path / "out"))

    for _ in range(KILLS_A_ROUND):
        kill_while_printing(copy, words, after=chance.uniform(0.0, 0.6))
        copy.let_the_lease_run_out()
    assert 0 < copy.delivered() < copy.ask("SELECT count(*) FROM campaign_packet")
    copy.run(*words)

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == undisturbed
    pages = copy.ask("SELECT pages FROM campaign_batch")
    assert copy.ask("SELECT count(*) FROM campaign_print WHERE decoded != ''") == pages
    assert copy.ask("SELECT count(*) FROM (SELECT DISTINCT packet_id, page FROM campaign_print)") == pages
    assert copy.ask("SELECT count(*) FROM portal_entry WHERE verb = 'printed'") == 1
    left = [path.name for path in (copy.folder / "media").rglob(".*") if path.is_file()]
    assert len(left) <= KILLS_A_ROUND, "a kill leaves at most the draft that was being written"


def kill_while_printing(copy: Copy, words: tuple[str, ...], *, after: float) -> None:
    """Starts the command, waits until it delivers packets, and kills it some seconds later."""
    before = copy.delivered()
    program = copy.start(*words)
    end = time.monotonic() + WITHIN_SECONDS
    while copy.delivered() == before:
        assert program.poll() is None, program.communicate()[1]
        assert time.monotonic() < end, "no packet was delivered"
        time.sleep(0.01)
    # The moment of the kill is the test's subject: it is drawn, not waited for.
    time.sleep(after)
    program.send_signal(signal.SIGKILL)
    program.communicate()
