"""Seconds and peak memory of importing feeds: the real Amtrak feed, and a made-up one of any size.

`./waypost bench gtfs [--rows 5000000]`. Each import runs in a process and a database of its own, first
into an empty one, then again, when nothing may change.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
LINES, STOPS_PER_LINE = 100, 40


def manage(folder: Path, *words: str) -> dict[str, object]:
    """Run a management command; its answer with the seconds and megabytes it took."""
    pid_before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, "WAYPOST_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer = json.loads(done.stdout) if "--json" in words else {}
    answer.pop("problems", None)
    # The kernel keeps the largest child alone: a smaller one is known to be no larger.
    return answer | {"seconds": round(seconds, 2), "peak_mb_at_most": max(peak, pid_before) // 1024}


def city(path: Path, rows: int) -> Path:
    """A feed of 100 bus lines with 40 stops each and as many trips as `rows` stop times need."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("agency.txt", "agency_id,agency_name,agency_url\nT,Town,https://town.example\n")
        archive.writestr(
            "stops.txt",
            "stop_id,stop_name,stop_lat,stop_lon\n"
            + "".join(
                f"{line}-{stop},Stop {line} {stop},{38 + line / 50},{-95 + stop / 50}\n"
                for line in range(LINES)
                for stop in range(STOPS_PER_LINE)
            ),
        )
        archive.writestr(
            "routes.txt",
            "route_id,route_short_name,route_type\n" + "".join(f"{line},Line {line},3\n" for line in range(LINES)),
        )
        trips = rows // STOPS_PER_LINE
        archive.writestr(
            "trips.txt",
            "route_id,service_id,trip_id,direction_id\n"
            + "".join(f"{trip % LINES},daily,trip-{trip},{trip % 2}\n" for trip in range(trips)),
        )
        with archive.open("stop_times.txt", "w", force_zip64=True) as file:
            file.write(b"trip_id,arrival_time,departure_time,stop_id,stop_sequence\n")
            for trip in range(trips):
                line = trip % LINES
                order = range(STOPS_PER_LINE) if trip % 2 else range(STOPS_PER_LINE - 1, -1, -1)
                file.write(
                    "".join(
                        f"trip-{trip},08:{stop:02}:00,08:{stop:02}:30,{line}-{stop},{number}\n"
                        for number, stop in enumerate(order)
                    ).encode()
                )
    return path


def measure(name: str, *words: str) -> None:
    """Import twice into a new database and tell how it went."""
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        manage(Path(folder), "migrate")
        for run in ("first", "second"):
            answer = manage(Path(folder), "import_gtfs", *words, "--season", "2027", "--json")
            sys.stdout.write(json.dumps({"feed": name, "run": run, **answer}) + "\n")
            sys.stdout.flush()


def main() -> None:
    """Measure the real feed where it is at hand, and a made-up one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="stop times of the made-up feed (0: leave it out)")
    options = parser.parse_args()
    real = SHARED_DATA / "amtrak_gtfs_2026.zip"
    if real.exists():
        register = SHARED_DATA / "ntad_amtrak_stations_2023.csv"
        measure("amtrak", str(real), "--register", str(register), "--agency-id", "51", "--route-type", "2")
    if options.rows:
        with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
            measure(f"{options.rows:,} stop times", str(city(Path(folder) / "city.zip", options.rows)))


if __name__ == "__main__":
    main()
