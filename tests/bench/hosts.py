"""The batch of the real network by one process on SQLite, and by two workers that share PostgreSQL, Valkey and S3.

`./waypost bench hosts`. One line of JSON each, and whether both made the same bytes. CPU seconds and peak megabytes
are those of the processes that print; what the servers used stands beside. All on one machine: two workers are
faster than one process only where it has processors for them and for the servers. After the last packet the
conductor makes the papers of the drop alone. Run it on a quiet machine.
"""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.bench.posters import SHARED_DATA, manage
from tests.faults.batch_copy import Copy
from tests.faults.hosts import Network, Services, move_to_postgres, services
from tests.servers import Server, eventually

LONGEST = 3600.0
ORDER = """
from campaign.printing import batches, scope
from portal.seasons.models import Season
season = Season.objects.current()
print(batches.create(scope.everything(season), languages=["en", "es"], announce=False).uid)
"""


def ordered(folder: Path) -> tuple[Copy, str]:
    """The network imported and planned, and one batch of it ordered; its uid."""
    copy = Copy(folder)
    register = str(SHARED_DATA / "ntad_amtrak_stations_2023.csv")
    copy.run("migrate", "--verbosity", "0")
    copy.run(
        "import_gtfs", str(SHARED_DATA / "amtrak_gtfs_2026.zip"), "--season", "2027", "--register", register,
        "--agency-id", "51", "--route-type", "2",
    )  # fmt: skip
    copy.run("plan_placements", "--season", "2027")
    return copy, copy.tell(ORDER).split()[-1]


def used(pid: int) -> tuple[float, int]:
    """CPU seconds of a living process and its children, dead ones too, and the megabytes that it held at most."""
    process = psutil.Process(pid)
    seconds, most = 0.0, 0
    for each in (process, *process.children(recursive=True)):
        times = each.cpu_times()
        seconds += times.user + times.system + times.children_user + times.children_system
        lines = Path(f"/proc/{each.pid}/status").read_text().splitlines()
        most = max(most, next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024)
    return seconds, most


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def alone(copy: Copy, uid: str, out: Path) -> dict[str, object]:
    """One process, SQLite, files on the disk and copied into a folder."""
    _, wall, cpu, peak = manage(
        copy.folder, "print_posters", "--season", "2027", "--batch", uid, "--out", str(out), "--json"
    )
    size = sum(path.stat().st_size for path in out.iterdir())
    return {
        "what": "SQLite, one process",
        "pages": copy.ask("SELECT pages FROM campaign_batch"),
        "seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_mb": peak,
        "files": len(list(out.iterdir())),
        "mb": round(size / 1024**2, 1),
    }


def shared_out(folder: Path, shared: Services) -> tuple[Network, Callable[[], dict[str, object]]]:
    """Two workers on hosts of their own; the function runs the batch to its end."""
    network = Network(folder, shared, "network")

    def run() -> dict[str, object]:
        with network.one.worker("one") as one, network.two.worker("two") as two:
            pids = [one.program.pid, two.program.pid]
            idle = [used(pid) for pid in pids]
            servers = {type(server).__name__.lower(): server for server in _servers(shared)}
            before = {name: _spent(server) for name, server in servers.items()}
            began = time.perf_counter()
            network.desk.sweep()
            packets = network.desk.ask("SELECT count(*) FROM campaign_packet")
            assert eventually(lambda: network.desk.delivered() == packets, seconds=LONGEST, pause=0.2), network.said()
            delivered = time.perf_counter() - began
            assert eventually(lambda: network.state() == "done", seconds=LONGEST, pause=0.2), network.said()
            wall = time.perf_counter() - began
            after = [used(pid) for pid in pids]
            conductor = 0 if one.conducts else 1
            return {
                "what": "PostgreSQL, Valkey and S3, two workers (conductor first)",
                "pages": network.desk.ask("SELECT pages FROM campaign_batch"),
                "seconds": round(wall, 1),
                "seconds_to_the_last_packet": round(delivered, 1),
                "cpu_seconds": [round(after[i][0] - idle[i][0], 1) for i in (conductor, 1 - conductor)],
                "peak_mb": [after[i][1] for i in (conductor, 1 - conductor)],
                "idle_mb": [idle[i][1] for i in (conductor, 1 - conductor)],
                "files_stored": [(network.one, network.two)[i].stored for i in (conductor, 1 - conductor)],
                "servers_cpu_seconds": {name: round(_spent(each) - before[name], 1) for name, each in servers.items()},
            }

    return network, run


def _servers(shared: Services) -> tuple[Server, ...]:
    return shared.postgres, shared.broker, shared.bucket


def _spent(server: Server) -> float:
    assert server.program is not None
    return used(server.program.pid)[0]


def tell(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measures both and compares their bytes."""
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name, services() as shared:
        place = Path(name)
        (place / "copy").mkdir()
        copy, uid = ordered(place / "copy")
        move_to_postgres(copy, shared, place / "move", "network")
        tell(alone(copy, uid, place / "alone"))
        network, run = shared_out(place, shared)
        tell(run())
        fetched = time.perf_counter()
        network.desk.files(uid, place / "out")
        seconds = round(time.perf_counter() - fetched, 1)
        same = digests(place / "alone") == digests(place / "out")
        network.close()
        tell({"what": "fetched at the desk", "seconds": seconds, "same_bytes": same})


if __name__ == "__main__":
    main()
