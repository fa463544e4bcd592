"""Seconds and memory of importing a national file of schools: a stock resource, a bare one, and ours, in one run.

`./waypost bench schools [--rows 102102] [--stock-rows 10000]`. The file is made up in the layout of the Common Core of
Data, 65 columns wide. Each way has a process and a database of its own and begins with an empty register.

- *stock*: django-import-export's ModelResource with our Fields and Widgets, row by row, in one transaction.
- *bare*: csv.DictReader, School(...), bulk_create in batches of 1,000. No check, no preview, no way back.
- *ours*: read into pages (checked, compared, previewed), taken in one transaction; then the same file again
  (nothing changes), and undone. Meanwhile another process writes one row as often as it can: its longest wait counts.
"""

import argparse
import contextlib
import csv
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HEADER = [
    "SCHOOL_YEAR",
    "FIPST",
    "STATENAME",
    "ST",
    "SCH_NAME",
    "LEA_NAME",
    "STATE_AGENCY_NO",
    "UNION",
    "ST_LEAID",
    "LEAID",
    "ST_SCHID",
    "NCESSCH",
    "SCHID",
    "MSTREET1",
    "MSTREET2",
    "MSTREET3",
    "MCITY",
    "MSTATE",
    "MZIP",
    "MZIP4",
    "LSTREET1",
    "LSTREET2",
    "LSTREET3",
    "LCITY",
    "LSTATE",
    "LZIP",
    "LZIP4",
    "PHONE",
    "WEBSITE",
    "SY_STATUS",
    "SY_STATUS_TEXT",
    "UPDATED_STATUS",
    "UPDATED_STATUS_TEXT",
    "EFFECTIVE_DATE",
    "SCH_TYPE_TEXT",
    "SCH_TYPE",
    "RECON_STATUS",
    "OUT_OF_STATE_FLAG",
    "CHARTER_TEXT",
    "CHARTAUTH1",
    "CHARTAUTHN1",
    "CHARTAUTH2",
    "CHARTAUTHN2",
    "NOGRADES",
    "G_PK_OFFERED",
    "G_KG_OFFERED",
    "G_1_OFFERED",
    "G_2_OFFERED",
    "G_3_OFFERED",
    "G_4_OFFERED",
    "G_5_OFFERED",
    "G_6_OFFERED",
    "G_7_OFFERED",
    "G_8_OFFERED",
    "G_9_OFFERED",
    "G_10_OFFERED",
    "G_11_OFFERED",
    "G_12_OFFERED",
    "G_13_OFFERED",
    "G_UG_OFFERED",
    "G_AE_OFFERED",
    "GSLO",
    "GSHI",
    "LEVEL",
    "IGOFFERED",
]
NAMES = ("Lincoln", "Washington", "Roosevelt", "Añasco", "Prairie View", "St. Mary's", 'Bay "Blue"', "Union", "Mesa")
KINDS = (("Elementary", "KG", "05"), ("Middle", "06", "08"), ("High", "09", "12"))


def made_up(path: Path, rows: int) -> Path:
    """A file of so many schools, the same for the same number."""
    chance = random.Random(rows)
    states = ("AL", "AZ", "CA", "FL", "GU", "IN", "MS", "NY", "TX", "WA")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\r\n")
        for number in range(rows):
            level, low, high = KINDS[number % 3]
            state = states[number % len(states)]
            city = f"{chance.choice(NAMES)} City {number % 997}".replace('"', "")
            cells = dict.fromkeys(HEADER, "No")
            cells |= {
                "SCHOOL_YEAR": "2025-2026",
                "SCH_NAME": f"{chance.choice(NAMES)} {level} School {number}",
                "NCESSCH": f"{number:012}",
                "LSTREET1": f"{chance.randrange(9999)} {chance.choice(NAMES)} Ave".replace('"', ""),
                "LSTREET2": "",
                "LCITY": city,
                "LSTATE": state,
                "LZIP": f"{chance.randrange(1000, 99999):05}",
                "PHONE": f"({chance.randrange(201, 989)}){chance.randrange(200, 999)}-{number % 10000:04}",
                "WEBSITE": f"http://www.district{number % 13000}.example.org",
                "UPDATED_STATUS": "1",
                "GSLO": low,
                "GSHI": high,
                "LEVEL": level,
            }
            file.write(",".join(cells.values()) + "\r\n")
    return path


def measure(way: str, path: Path, empty: Path) -> dict[str, Any]:
    """One way in a process and a database of its own, a copy of the ``empty`` one."""
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        shutil.copytree(empty, folder, dirs_exist_ok=True)
        told = python(Path(folder), "-m", "tests.bench.schools", "--way", way, "--file", str(path))
        answer: dict[str, Any] = json.loads(told.splitlines()[-1])
        return answer


def python(data: Path, *words: str) -> str:
    """What a process printed that works in this data folder."""
    environment = {**os.environ, "WAYPOST_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def run(way: str, path: Path) -> dict[str, Any]:
    """What ``measure`` starts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from outreach.schools import registers  # noqa: F401 (counts as start, not as import)

    before = _peak()
    answer = {"stock": _stock, "bare": _bare, "ours": _ours}[way](path)
    from outreach.schools.models import School

    return answer | {"way": way, "schools": School.objects.count(), "grown_mb": _peak() - before, "peak_mb": _peak()}


def _stock(path: Path) -> dict[str, Any]:
    import tablib
    from import_export.resources import ModelResource

    from outreach.schools.models import School
    from outreach.schools.registers import CcdResource

    class Stock(ModelResource):
        class Meta:
            model = School
            import_id_fields = ("source_id",)
            fields = ()

        def get_queryset(self) -> Any:
            return School.objects.filter(source="nces")

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.source = "nces"

    Stock.fields = dict(CcdResource.fields)
    began = now()
    with path.open(encoding="utf-8", newline="") as file:
        data = tablib.Dataset().load(file, format="csv")
    result = Stock().import_data(data, raise_errors=True)
    return {**since(began), "rows": result.total_rows}


def _bare(path: Path) -> dict[str, Any]:
    from django.db import transaction

    from outreach.schools.models import School

    began = now()
    rows = 0
    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        batch = []
        for row in csv.DictReader(file):
            rows += 1
            batch.append(
                School(
                    source="nces",
                    source_id=row["NCESSCH"],
                    name=row["SCH_NAME"],
                    level=row["LEVEL"].lower(),
                    grades=f"{row['GSLO']}-{row['GSHI']}",
                    address=row["LSTREET1"],
                    city=row["LCITY"],
                    state_id=row["LSTATE"],
                    postal_code=row["LZIP"],
                    website=row["WEBSITE"],
                    phone=row["PHONE"],
                    edition=int(row["SCHOOL_YEAR"][:4]),
                )
            )
            if len(batch) == 1000:
                School.objects.bulk_create(batch)
                batch = []
        School.objects.bulk_create(batch)
    return {**since(began), "rows": rows}


def _ours(path: Path) -> dict[str, Any]:
    from outreach.schools.registers import CcdResource
    from portal.imports import applying, bulk, uploads

    def read() -> tuple[Any, float]:
        began = time.monotonic()
        taken = uploads.note(resource=CcdResource, file_name=path.name, edition=None, by=None)
        with path.open("rb") as stream:
            bulk.read(taken=taken, stream=stream)
        return taken, time.monotonic() - began

    def waited(verb: Any, taken: Any) -> tuple[float, float]:
        other = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.schools", "--way", "writer", "--file", str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert other.stdout
        other.stdout.readline()
        began = time.monotonic()
        verb(taken_id=taken.pk, by=None)
        seconds = time.monotonic() - began
        told, _ = other.communicate("stop\n")
        return seconds, float(told)

    beginning = now()
    first, reading = read()
    read_in = since(beginning)
    beginning = now()
    taking, longest = waited(applying.take, first)
    taken_in = since(beginning)
    again, rereading = read()
    unchanged = again.counts["unchanged"]
    undoing, longest_of_undo = waited(applying.undo_pages, first)
    packed = sum(len(bytes(content)) for content in first.pages.values_list("content", flat=True))
    return {
        "seconds": reading + taking,
        "cpu": read_in["cpu"] + taken_in["cpu"],
        "rows": first.counts["new"],
        "read": reading,
        "take": taking,
        "take_cpu": taken_in["cpu"],
        "longest_wait_of_another_writer": longest,
        "again": rereading,
        "unchanged": unchanged,
        "undo": undoing,
        "longest_wait_during_undo": longest_of_undo,
        "pages_mb": packed / 2**20,
    }


def _write_on() -> None:
    """Writes one row again and again until told to stop; prints the longest that a write took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import threading

    import django

    django.setup()
    from django.db import OperationalError

    from portal.seasons.models import Season

    ended = threading.Event()
    longest = 0.0

    def write() -> None:
        nonlocal longest
        Season.objects.update(theme="")
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        while not ended.wait(0.005):
            began = time.monotonic()
            with contextlib.suppress(OperationalError):  # it waited as long as it may: that counts too
                Season.objects.update(theme="")
            longest = max(longest, time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    sys.stdin.readline()
    ended.set()
    writer.join()
    sys.stdout.write(f"{longest}\n")


def now() -> tuple[float, float]:
    """The clock, and this process's seconds of CPU."""
    return time.monotonic(), time.process_time()


def since(began: tuple[float, float]) -> dict[str, float]:
    """Seconds by the clock and of CPU."""
    clock, cpu = now()
    return {"seconds": clock - began[0], "cpu": cpu - began[1]}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """All ways, and how they compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=102_102)
    parser.add_argument(
        "--stock-rows", type=int, default=10_000, help="measured; the rest of stock's time is extrapolated"
    )
    parser.add_argument("--way", choices=["stock", "bare", "ours", "writer"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way == "writer":
        _write_on()
        return
    if options.way:
        sys.stdout.write(json.dumps(run(options.way, options.file)) + "\n")
        return
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        whole = made_up(Path(folder) / "whole.csv", options.rows)
        tenth = made_up(Path(folder) / "tenth.csv", options.rows // 10)
        part = made_up(Path(folder) / "part.csv", min(options.stock_rows, options.rows))
        empty = Path(folder) / "empty"
        empty.mkdir()
        python(empty, "manage.py", "migrate")
        found = {
            "stock": measure("stock", part, empty),
            "bare": measure("bare", whole, empty),
            "ours": measure("ours", whole, empty),
            "ours, a tenth": measure("ours", tenth, empty),
        }
    for name, answer in found.items():
        rounded = {key: round(value, 2) if isinstance(value, float) else value for key, value in answer.items()}
        sys.stdout.write(json.dumps({"what": name, **rounded}) + "\n")
    for unit in ("seconds", "cpu"):
        stock = found["stock"][unit] / found["stock"]["rows"] * options.rows
        ours, bare = found["ours"][unit], found["bare"][unit]
        told = {"by": unit, "stock_for_all": stock, "times_faster_than_stock": stock / ours, "times_bare": ours / bare}
        sys.stdout.write(
            json.dumps({key: round(value, 2) if isinstance(value, float) else value for key, value in told.items()})
            + "\n"
        )


if __name__ == "__main__":
    main()
