"""Eight write at once and linkers are killed over the chain: no entry is left out, none is linked twice, no gap.

Real processes on SQLite and on PostgreSQL, where transactions commit in another order than they drew their keys.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.batch_copy import Copy, eventually
from tests.servers import Postgres, running

pytestmark = [pytest.mark.slow, pytest.mark.faults]
WRITERS, EACH, KILLS = 8, 150, 4

WRITE = f"""
import random, threading, time
from concurrent.futures import ThreadPoolExecutor
from django.db import connection, transaction
from portal.audit import trail
def write(writer):
    chance = random.Random(writer)
    for number in range({EACH} // 3):
        with transaction.atomic():
            for part in range(3):
                trail.record(actor=None, verb="did", target=None, label=f"{{writer}}-{{number}}-{{part}}")
                # Others draw later keys and commit before us.
                time.sleep(chance.random() / 500)
    connection.close()
with ThreadPoolExecutor({WRITERS}) as pool:
    list(pool.map(write, range({WRITERS})))
"""
LINK = """
from portal.audit import linking
linking.BATCH = 7
while True:
    linking.link()
"""
CHECK = """
from portal.audit import linking
from portal.audit.models import Entry, Link
from portal.audit.verifying import Tally, walk
linking.link()
tally = Tally()
found = [str(each) for each in walk(tally)]
numbers = list(Link.objects.values_list("number", flat=True))
assert found == [], found
assert numbers == list(range(1, len(numbers) + 1))
assert tally.links == Entry.objects.count() == len(numbers), (tally, Entry.objects.count())
order = list(Link.objects.order_by("number").values_list("entry_id", flat=True))
print(tally.links, tally.unlinked, sum(one > two for one, two in zip(order, order[1:])))
"""


@contextmanager
def copy_on(engine: str, folder: Path) -> Iterator[Copy]:
    """A migrated copy of the portal on that engine."""
    if engine == "sqlite":
        yield Copy(folder)
        return
    # PostgreSQL runs as an account that may not enter a person's own temporary folders.
    with tempfile.TemporaryDirectory(prefix="waypost-audit-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        server = Postgres(Path(place))
        with running(server):
            yield Copy(folder, {"WAYPOST_DATABASE_URL": server.make("audit")})


def kill(linker: "subprocess.Popen[str]") -> None:
    """SIGKILL, wherever it is."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(linker.pid, signal.SIGKILL)
    linker.communicate()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_chain_is_whole_after_eight_writers_and_killed_linkers(tmp_path: Path, engine: str) -> None:
    with copy_on(engine, tmp_path) as copy:
        copy.migrate()
        before = int(copy.ask("SELECT count(*) FROM portal_entry"))
        writers = copy.start("shell", "--verbosity", "0", "-c", WRITE)
        linkers = [copy.start("shell", "--verbosity", "0", "-c", LINK) for _ in range(2)]
        try:
            for _ in range(KILLS):
                linked = int(copy.ask("SELECT count(*) FROM portal_link"))
                eventually(
                    lambda linked=linked: (  # type: ignore[misc]
                        int(copy.ask("SELECT count(*) FROM portal_link")) > linked + 40 or writers.poll() is not None
                    ),
                    "the linkers link",
                )
                kill(linkers.pop(0))
                linkers.append(copy.start("shell", "--verbosity", "0", "-c", LINK))
            _, problems = writers.communicate(timeout=300)
            assert writers.returncode == 0, problems
        finally:
            for linker in linkers:
                kill(linker)
            writers.kill()
        links, unlinked, _ = map(int, copy.tell(CHECK).split()[-3:])
        assert (links, unlinked) == (before + WRITERS * EACH, 0)
