"""What a long trail costs: to link it, to walk along it, and to find something in it.

`./waypost bench audit [--entries 1000000] [--only sqlite|postgres]`. One line of JSON for each database: seconds, entries
a second, and the peak megabytes of `verify_audit` at a tenth of the entries and at all of them; then milliseconds of
pages of *Partners → Trail*, the median of five. Run it on a quiet machine.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.echo import say
from tests.servers import Postgres, running

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 5000
TIMES = 5
PAGES: dict[str, dict[str, str]] = {
    "newest": {},
    "page 50": {"p": "50"},
    "one record": {"record": "placement 12"},
    "one account": {"who": "person 3"},
    "a rare verb": {"verb": "merged"},
    "a rare label": {"q": "zebra"},
    "a label that is nowhere": {"q": "quagga"},
    "rare words": {"says": "zebra"},
    "words that are nowhere": {"says": "quagga"},
}
"""Pages of the trail by what is asked of them."""

FILL = """
import datetime as dt, sys, django
django.setup()
from django.utils import timezone
from portal.audit.digests import content_digest, new_salt
from portal.audit.models import Entry
from portal.people.models import User

first, last, at_once = map(int, sys.argv[1:])
people = list(User.objects.filter(username__startswith="person").order_by("pk"))
if not people:
    people = [User.objects.create(username=f"person {n}", is_superuser=True, is_staff=True) for n in range(10)]
VERBS = ["changed"] * 6 + ["added"] * 2 + ["imported"] * 8 + ["exported", "downloaded"]
KINDS = ["outreach.agency", "outreach.school", "campaign.placement", "outreach.seminar", "portal.mail"]

def entry(number):
    kind = KINDS[number % 5]
    rare = number % 100_000 == 77
    label = f"Record {number % 40_000} of the register" + (" zebra" if rare else "")
    before = {"name": f"Lantern {number}", "city": "Jackson", "enrolment": number % 900}
    after = {"name": f"Lantern {number + 1}", "city": "zebra" if rare else "Biloxi", "enrolment": number % 700}
    salt = new_salt()
    return Entry(
        actor=people[number % 10] if number % 3 else None, verb="merged" if rare else VERBS[number % 18],
        object_type=kind, object_id=str(number % 40_000), object_label=label, before=before, after=after, salt=salt,
        content_digest=content_digest(salt=salt, label=label, before=before, after=after),
    )

for start in range(first, last, at_once):
    Entry.objects.bulk_create(map(entry, range(start, min(start + at_once, last))))
"""
LINK = "import django; django.setup()\nfrom portal.audit import linking\nlinking.link()"
ASK = """
import json, sys, time, django
django.setup()
from django.contrib import admin
from django.contrib.sessions.backends.cache import SessionStore
from django.test import RequestFactory
from portal.audit.models import Entry
from portal.people.models import User

pages, times = json.loads(sys.argv[1]), int(sys.argv[2])
admin.autodiscover()
page, user, found = admin.site._registry[Entry], User.objects.filter(is_superuser=True).first(), {}
for name, asked in pages.items():
    took = []
    for _ in range(times):
        request = RequestFactory().get("/admin/portal/entry/", asked)
        request.user, request.session = user, {}
        began = time.perf_counter()
        answer = page.changelist_view(request)
        answer.render()
        took.append(1000 * (time.perf_counter() - began))
        rows = len(answer.context_data["cl"].result_list)
    found[name] = [took, rows]
print(json.dumps(found))
"""


def environment(folder: Path, url: str) -> dict[str, str]:
    """Of a portal whose data lie in a folder."""
    told = {"WAYPOST_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    return os.environ | told | ({"WAYPOST_DATABASE_URL": url} if url else {})


def python(env: dict[str, str], *arguments: str) -> str:
    """What a process of the portal prints. Raises ``RuntimeError`` with its last words."""
    ran = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr[-2000:])
    return ran.stdout


def walked(env: dict[str, str]) -> tuple[float, float, int]:
    """Seconds, those of the processor, and peak megabytes of ``verify_audit``."""
    began = time.perf_counter()
    command = [sys.executable, "manage.py", "verify_audit", "--as-is"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        said = program.stdout.read()
        _, status, usage = os.wait4(program.pid, 0)  # peak memory of this one process
        program.returncode = os.waitstatus_to_exitcode(status)
    if "The trail is whole." not in said:
        raise RuntimeError(said)
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def measure(folder: Path, url: str, entries: int) -> dict[str, Any]:
    """Fills a new database in two steps, links and walks after each, then asks for pages."""
    env = environment(folder, url)
    python(env, "manage.py", "migrate", "--verbosity", "0")
    told: dict[str, Any] = {}
    done, linked = 0, 0.0
    for count in (entries // 10, entries):
        python(env, "-c", FILL, str(done), str(count), str(AT_ONCE))
        began = time.perf_counter()
        python(env, "-c", LINK)
        linked += time.perf_counter() - began
        done = count
        seconds, busy, megabytes = walked(env)
        told[f"verify {count:,}"] = {
            "seconds": round(seconds, 1), "CPU seconds": round(busy, 1), "a second": round(count / seconds),
            "peak MB": megabytes
        }  # fmt: skip
    told["linked a second"] = round(entries / linked)
    found = json.loads(python(env, "-c", ASK, json.dumps(PAGES), str(TIMES)))
    told["pages, ms"] = {name: round(statistics.median(took)) for name, (took, _) in found.items()}
    told["rows"] = {name: rows for name, (_, rows) in found.items()}
    return told


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new database."""
    # PostgreSQL runs as an account that may not enter a person's own temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="waypost-audit-"))
    try:
        server = Postgres(folder)
        with running(server):
            yield server.make("trail")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measures both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    options = parser.parse_args()
    if options.only != "postgres":
        with tempfile.TemporaryDirectory() as folder:
            say({"sqlite": measure(Path(folder), "", options.entries)})
    if options.only != "sqlite":
        with tempfile.TemporaryDirectory() as folder, postgres() as url:
            say({"postgres": measure(Path(folder), url, options.entries)})


if __name__ == "__main__":
    main()
