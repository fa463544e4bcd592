"""Seconds of CPU and by the clock of a table of agencies: read, taken and undone; new ones, and the same changed. Focus areas beside, by their own way.

`./waypost bench agencies [--rows 1000] [--many 10000]`. Each agency has two areas, a contact, a January and a former name.
*Without places*: that many new rows which say nothing of what they lie within, read alone. *Focus areas* go in by
django-import-export, and back by `portal.imports.undo`. All in a database of its own, SQLite unless WAYPOST_DATABASE_URL
names another one, empty but for the directory.
"""

import argparse
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.schools import now, python, since

STATES = ("AL", "AZ", "CA", "FL", "IN", "MS", "NY", "TX", "WA")


def rows(count: int, word: str) -> list[dict[str, Any]]:
    """So many agencies, a tenth of them on top."""
    return [
        {
            "uid": f"00000000-0000-4000-8000-{number:012}",
            "name": f"Office {number}",
            "within": f"Office {number % (count // 10)}" if number >= count // 10 else "",
            "kind": "ngo",
            "level": "private",
            "acronym": f"{word}{number}",
            "website": f"https://{word.lower()}{number}.example.org",
            "description": word * 20,
            "jurisdictions": [STATES[number % 9], STATES[(number + len(word)) % 9]],
            "former_names": [{"name": f"{word} {number}", "why": "renamed"}],
            "contacts": [
                {
                    "role": "Press",
                    "email": f"{word.lower()}{number}@example.org",
                    "uid": f"00000000-0000-4000-9000-{number:012}",
                }
            ],
            "seasons": [{"year": "2027", "state": "invited", "note": word}],
        }
        for number in range(count)
    ]


def measure(count: int, many: int) -> dict[str, dict[str, float]]:
    """Seconds of each step, of CPU and by the clock."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from outreach.agencies.imports import AgencyTable
    from portal.imports import applying, bulk, uploads
    from portal.seasons.models import Season

    ready = dict.fromkeys(("approve_by", "print_by", "ship_by", "hang_by"), "2026-12-01")
    Season.objects.get_or_create(year=2027, defaults={"starts_on": "2027-01-01", "ends_on": "2027-01-31", **ready})
    took: dict[str, dict[str, float]] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        began = now()
        answer = step()
        took[name] = since(began)
        return answer

    def read(told: list[dict[str, Any]]) -> Any:
        taken = uploads.note(resource=AgencyTable, file_name="a.json", edition=None, by=None)
        return bulk.read(taken=taken, stream=io.BytesIO(json.dumps(told).encode()))

    files = {}
    for name, word in (("new", "A"), ("changed", "BC")):
        files[name] = timed(f"{name}: read", lambda: read(rows(count, word)))  # noqa: B023
        timed(f"{name}: taken", lambda: applying.take(taken_id=files[name].pk, by=None))  # noqa: B023
        assert files[name].counts[name] == count
    for name in ("changed", "new"):
        timed(f"{name}: undone", lambda: applying.undo_pages(taken_id=files[name].pk, by=None))  # noqa: B023
    plain = [{"name": f"Agency {number}", "kind": "ngo", "level": "private"} for number in range(many)]
    timed(f"{many:,} without places: read", lambda: read(plain))
    _focus(count, timed)
    return took


def _focus(count: int, timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    import tablib

    from portal.imports import undo
    from portal.imports.focus_admin import FocusAreaResource
    from portal.imports.models import TakenImport

    data = tablib.Dataset(headers=["season", "level", "name", "state"])
    for number in range(count):
        data.append(["2027", "state", f"Place {number}", STATES[number % 9]])
    timed("focus areas: taken", lambda: FocusAreaResource().import_data(data, raise_errors=True))
    taken = TakenImport.objects.get(model="portal.focusarea")
    timed("focus areas: undone", lambda: undo.undo(taken=taken, by=None))


def main() -> None:
    """Makes the database, and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        sys.stdout.write(json.dumps(measure(options.rows, options.many)) + "\n")
        return
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        python(Path(folder), "manage.py", "migrate", "--verbosity", "0")
        words = ("-m", "tests.bench.agencies", "--here", "--rows", str(options.rows), "--many", str(options.many))
        took = json.loads(python(Path(folder), *words).splitlines()[-1])
    for name, told in took.items():
        sys.stdout.write(f"{name:32} {told['cpu']:7.2f} s of CPU {told['seconds']:7.2f} s\n")


if __name__ == "__main__":
    main()
