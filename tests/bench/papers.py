"""How much memory a batch and its papers take, by pages, on a network that is made up.

`./waypost bench papers [--pages 1000 10000]`. For each number of pages one line of JSON for the whole `print_posters`,
from the order to the files in a folder, and one for its papers alone, made again in a process of their own: seconds,
CPU seconds, megabytes at the peak of the process, files and megabytes of paper.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.posters import manage, measure_batch, tell

ROOT = Path(__file__).resolve().parents[2]
STATES = ("AL", "CA", "GA", "IL", "MS", "NY", "PA", "TN", "TX", "VA")
STATIONS_A_TRAIN = 40
PAGES_A_STATION = 6  # three spots, two languages


def build(pages: int) -> None:
    """Stations of three spots each, in ten states, along trains of forty stations; all of it planned."""
    import django

    django.setup()
    from campaign.places.models import Operator, Station, Train, TrainStop
    from campaign.places.planning import plan_placements
    from portal.seasons.models import Season

    operator = Operator.objects.create(key="1@trains.example", agency_id="1", name="Made-up trains")
    count = pages // PAGES_A_STATION
    stations = Station.objects.bulk_create(
        Station(
            operator=operator,
            stop_id=f"S{number:05}",
            code=f"S{number:05}",
            name=f"Station {number:05}",
            address=f"{number} Station Street",
            city=f"Town {number:05}",
            state_id=STATES[number * len(STATES) // count],
            postal_code=f"{number:05}",
            latitude=32.0,
            longitude=-90.0,
            time_zone="America/Chicago",
            kind=Station.Kind.BUILDING,
        )
        for number in range(count)
    )
    for start in range(0, count, STATIONS_A_TRAIN):
        train = Train.objects.create(operator=operator, name=f"Line {start // STATIONS_A_TRAIN:03}")
        TrainStop.objects.bulk_create(
            TrainStop(train=train, station=each, order=order)
            for order, each in enumerate(stations[start : start + STATIONS_A_TRAIN])
        )
    plan_placements(season=Season.objects.get(year=2027))


def measure_papers() -> dict[str, object]:
    """Makes the papers of the newest batch again."""
    import django

    django.setup()
    from campaign.printing import drops, packing
    from campaign.printing.models import Batch

    batch = Batch.objects.select_related("season", "sheet", "design", "imposed_on")[0]
    batch.papers.all().delete()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    files = [paper.file for paper in drops.make(batch)]
    machine = packing.papers(batch)
    files += [machine.manifest, machine.table]
    return {
        "what": "papers alone",
        "pages": batch.pages,
        "files": len(files),
        "seconds": round(time.perf_counter() - wall, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "megabytes": round(sum(file.size for file in files) / 2**20, 1),
        "started_with_mb": before // 1024,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Measures each number of pages on a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--papers", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(options.build)
        return
    if options.papers:
        tell(measure_papers())
        return
    for pages in options.pages:
        with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
            folder = Path(name)
            manage(folder, "migrate", "--verbosity", "0")
            _here(folder, "--build", str(pages))
            tell(measure_batch(folder, f"{pages} pages", ["--all"]))
            tell(json.loads(_here(folder, "--papers")))


def _here(folder: Path, *words: str) -> bytes:
    """A step in a process of its own: a peak of memory is never lower than the one before."""
    environment = {**os.environ, "WAYPOST_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.papers", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return answer.stdout


if __name__ == "__main__":
    main()
