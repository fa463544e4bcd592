"""2,000 attempts for 500 seats from 32 clients, with delays between any two statements and processes killed.

On SQLite and on PostgreSQL, for each policy of the line. ``RUSH_ROUNDS``, ``RUSH_ATTEMPTS``, ``RUSH_SEATS`` and
``RUSH_SEED`` make it longer, shorter or another one; ``RUSH_LOG`` names a file that a line a round is added to.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.faults import rush
from tests.faults.rush import RushHouse
from tests.servers import Postgres, running

pytestmark = [pytest.mark.slow, pytest.mark.faults]

ROUNDS: Final = int(os.environ.get("RUSH_ROUNDS", "1"))
ATTEMPTS: Final = int(os.environ.get("RUSH_ATTEMPTS", "2000"))
SEATS: Final = int(os.environ.get("RUSH_SEATS", "500"))
SEED: Final = os.environ.get("RUSH_SEED", "1")
POLICIES: Final = ("none", "in_order", "fits")
KILLS_EVERY: Final = float(os.environ.get("RUSH_KILLS_EVERY", "2"))
"""Seconds, on average: often enough to hit every statement, seldom enough that somebody gets through."""


class Roomy(Postgres):
    """A PostgreSQL that outlives what killed processes leave behind for a moment."""

    def command(self) -> list[str]:
        return [*super().command()[:-1], "max_connections=300", "-c", "fsync=off"]  # no power is cut here


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RushHouse]:
    """A migrated copy of the portal on each database."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        made = RushHouse(folder)
        made.at_ease().migrate()
        yield made
        return
    server = Roomy(folder)
    with running(server):
        made = RushHouse(folder, server.url("postgres"))
        made.at_ease().migrate()
        yield made


def log(house: RushHouse, what: str, line: str) -> None:
    database = "PostgreSQL" if house.database_url else "SQLite"
    if name := os.environ.get("RUSH_LOG"):
        with Path(name).open("a") as file:
            file.write(json.dumps({"database": database, "what": what} | json.loads(line)) + "\n")


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize("policy", POLICIES)
def test_no_seat_is_ever_sold_twice(house: RushHouse, policy: str, number: int, tmp_path: Path) -> None:
    seed = f"{SEED}-{policy}-{number}"
    slow = RushHouse(house.folder, house.database_url, (("RUSH_SEED", seed),))
    said = tmp_path / "said"
    tally, found = rush.run(
        slow, policy=policy, seats=SEATS, attempts=ATTEMPTS, seed=seed, said=said, kills_every=KILLS_EVERY
    )
    log(house, policy, rush.report(tally, found, house))

    assert rush.wrong(tally, found) == []
    assert len(tally.final) == ATTEMPTS
    assert tally.kills["web worker"] > 0
    assert tally.kills["script"] > 0
    assert found["taken"] > 0.8 * found["capacity"]
    assert "Traceback" not in said.read_text()


def test_harness_catches_a_booking_that_looks_and_then_writes(house: RushHouse, tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    naive = RushHouse(house.folder, house.database_url, (("RUSH_SEED", SEED), ("RUSH_NAIVE", "1")))
    tally, found = rush.run(
        naive, policy="none", seats=60, attempts=300, seed=f"{SEED}-naive", said=tmp_path / "said", kills_every=0
    )
    held = sum(row["seats"] for row in found["rows"])
    log(house, "naive", json.dumps({"held": held, "capacity": found["capacity"]}))
    assert held > found["capacity"]
    assert any("oversold" in fault for fault in rush.wrong(tally, found))
