"""Posters a second, with every code read back: pages alone, then whole batches of the real network.

`./waypost bench posters [--pages 100 1000 10000] [--peers] [--no-network]`. One line of JSON each: CPU seconds are
those of all threads, megabytes the peak of the process. With `--peers` the same poster is set by ReportLab, WeasyPrint
and Pillow in the same run, without a read-back; `times` is our pages a CPU second by theirs. Run it on a quiet machine.
"""

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from campaign.links import codes
from campaign.posters.header import Header, Paper
from campaign.posters.pages import PosterPage, code_box, to_data, to_variable_data
from campaign.posters.shipped import project, shipped_designs, shipped_texts
from campaign.posters.variable import typeset
from portal.typesetting import decode_pdf
from tests.bench.peers import PEERS

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
ADDRESS = "https://paths.example.gov"
DESIGN = dict(shipped_designs())["first-light"]
LETTER = Paper(width=612, height=792, safe=18)
WHEN = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def poster(number: int) -> PosterPage:
    """One poster; every number has another code."""
    language = ("en", "es")[number % 2]
    code = codes.make(area="MS", language=language, random=number)
    return PosterPage(
        language=language,
        texts=shipped_texts(language),
        call="1-888-373-7888",
        text="233733",
        relay="711",
        chat="humantraffickinghotline.org",
        url=codes.url(code, address=ADDRESS),
        host="paths.example.gov",
        station="Jackson (JAN)",
        spot="Women’s restroom",
        code=codes.grouped(code),
    )


def measure_pages(pages: int, packet: int) -> dict[str, object]:
    """Sets posters in packets of a size and reads every code back; the first packet warms up and isn't counted."""
    header, design = Header.of(DESIGN), project(DESIGN)
    layout = header.layout_for(LETTER)
    assert layout
    box = code_box("en", layout=layout, paper=LETTER)
    write = partial(to_data, header=header, layout=layout, paper=LETTER)
    size = counted = 0
    packet = min(packet, pages)
    for first in range(0, pages + packet, packet):
        if first == packet:
            wall, cpu = time.perf_counter(), time.process_time()
        posters = [poster(number) for number in range(first, min(first + packet, pages + packet))]
        pdf = typeset(design, to_variable_data(posters, write=write), made_at=WHEN)
        found = decode_pdf(pdf, [box] * len(posters))
        assert found == [[each.url] for each in posters]
        if first:
            size, counted = size + len(pdf), counted + len(posters)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "what": f"pages in packets of {packet}",
        "pages": counted,
        "pages_a_second": round(counted / wall),
        "pages_a_cpu_second": round(counted / cpu),
        "kb_a_page": round(size / counted / 1024, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def measure_peer(name: str, pages: int) -> dict[str, object]:
    """The same pages by a peer, in one file."""
    make, most = PEERS[name]
    count = min(pages, most)
    make([poster(0)])  # fonts and modules are loaded
    posters = [poster(number) for number in range(count)]
    wall, cpu = time.perf_counter(), time.process_time()
    size = len(make(posters))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "what": name,
        "pages": count,
        "pages_a_second": round(count / wall, 1),
        "pages_a_cpu_second": round(count / cpu, 1),
        "kb_a_page": round(size / count / 1024, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def alone(*words: str) -> dict[str, object]:
    """One measurement in a process of its own: a peak of memory is never lower than the one before."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.posters", *words], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    row: dict[str, object] = json.loads(answer.stdout)
    return row


def manage(folder: Path, *words: str) -> tuple[dict[str, object], float, float, int]:
    """Runs a management command: its answer, seconds, CPU seconds, and peak megabytes."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        program = subprocess.Popen(
            [sys.executable, "manage.py", *words], cwd=ROOT, env={**os.environ, "WAYPOST_DATA": str(folder)}, stdout=out
        )
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        if program.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {program.returncode}")
        out.seek(0)
        answer = json.loads(out.read()) if "--json" in words else {}
    return answer, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def measure_batch(folder: Path, name: str, words: Sequence[str]) -> dict[str, object]:
    """One batch by the command, from the order to the files in a folder."""
    out = folder / "out"
    answer, wall, cpu, peak = manage(
        folder, "print_posters", "--season", "2027", *words, "--language", "en", "--language", "es",
        "--out", str(out), "--json",
    )  # fmt: skip
    pages, files = answer["pages"], answer["files"]
    assert isinstance(pages, int)
    assert isinstance(files, list)
    seconds = answer["seconds"]
    assert isinstance(seconds, float)
    return {
        "what": name,
        "pages": pages,
        "packets": len(files),
        "pages_a_second": round(pages / seconds),
        "pages_a_cpu_second": round(pages / cpu),
        "seconds_with_start": round(wall, 1),
        "kb_a_page": round(sum(Path(path).stat().st_size for path in files) / pages / 1024, 1),
        "peak_mb": peak,
    }


def compare(pages: int, *, names: Iterable[str]) -> None:
    """Ours in packets as long as may be and as short as a station's, then the peers that bear so many pages."""
    ours = alone("--pages", str(pages), "--packet", "200")
    tell(ours)
    tell(alone("--pages", str(pages), "--packet", "6"))
    for name in names:
        row = alone("--pages", str(pages), "--peer", name)
        tell({**row, "times": round(float(str(ours["pages_a_cpu_second"])) / float(str(row["pages_a_cpu_second"])), 1)})


def tell(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measures pages in packets as long as may be and as short as a station's, then the real network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[400], help="how many pages, one run for each")
    parser.add_argument("--peers", action="store_true", help="the same poster by other means")
    parser.add_argument("--no-network", action="store_true", help="leave out the batches of the real network")
    parser.add_argument("--packet", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.packet:
        tell(measure_pages(options.pages[0], options.packet))
        return
    if options.peer:
        tell(measure_peer(options.peer, options.pages[0]))
        return
    for pages in options.pages:
        compare(pages, names=PEERS if options.peers else ())
    if options.no_network:
        return
    feed = SHARED_DATA / "amtrak_gtfs_2026.zip"
    if not feed.exists():
        return
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        register = str(SHARED_DATA / "ntad_amtrak_stations_2023.csv")
        manage(folder, "migrate", "--verbosity", "0")
        manage(
            folder, "import_gtfs", str(feed), "--season", "2027", "--register", register,
            "--agency-id", "51", "--route-type", "2", "--json",
        )  # fmt: skip
        manage(folder, "plan_placements", "--season", "2027", "--json")
        tell(measure_batch(folder, "Mississippi", ["--state", "MS"]))
        tell(measure_batch(folder, "the whole network", ["--all"]))


if __name__ == "__main__":
    main()
