"""A register's file whose worker is killed at any moment is read, taken and undone whole, or not at all."""

import json
import logging
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bench.schools import made_up
from tests.faults.batch_copy import Copy, broker_of, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROWS = 30_000
KNOWN = 1_500
REFUSED = 2
KILLS_A_STEP = 4
"""One less than after how many deaths a job gives up."""
ROUNDS = 2
LANDED_A_ROUND = 10
"""Kills that must have met a running job, of twelve: over both rounds twenty."""
STEPS = ("read", "take", "undo")

_BEGIN = """
from pathlib import Path
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from outreach.schools.importing import import_schools
from outreach.schools.registers import CcdResource
from portal.people.models import User
from tests import entering
User.objects.create_superuser("root", password="a quiet lamp over deep water")
import_schools(path=Path({known!r}), resource=CcdResource)
desk = Client()
root = User.objects.get()
desk.force_login(root)
entering.prove(desk, root)
with open({path!r}, "rb") as file:
    answer = desk.post(reverse("admin:outreach_school_register"), {{"file": file}})
assert answer.status_code == 302, answer.content
"""
_PRESS = """
from django.test import Client
from django.urls import reverse
from portal.imports.models import TakenImport
from portal.people.models import User
from tests import entering
desk = Client()
root = User.objects.get()
desk.force_login(root)
entering.prove(desk, root)
taken = TakenImport.objects.latest("pk")
answer = desk.post(reverse("admin:portal_takenimport_{step}", args=[taken.pk]))
assert answer.status_code == 302, answer.content
"""
_SWEEP = "from portal.jobs import runners; runners.sweep()"
_TELL = """
import json
from hashlib import sha256
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from outreach.schools.models import School
from portal.imports.drafts import FOLDER
from portal.imports.models import TakenImport
from portal.imports.pages import Kind
from portal.people.models import User
from tests import entering
desk = Client()
root = User.objects.get()
desk.force_login(root)
entering.prove(desk, root)
taken = TakenImport.objects.latest("pk")
fields = [field.attname for field in School._meta.concrete_fields if field.attname not in {"id", "uid"}]
print(json.dumps({
    "state": taken.state,
    "job": taken.job.state,
    "counts": taken.counts,
    "in_pages": taken.pages.aggregate(**{str(kind): Sum(str(kind), default=0) for kind in Kind}),
    "draft": taken.draft,
    "drafts": default_storage.listdir(FOLDER)[1],
    "schools": School.objects.count(),
    "digest": sha256(str(list(School.objects.order_by("source_id").values_list(*fields))).encode()).hexdigest(),
    "page": desk.get(reverse("admin:portal_takenimport_preview", args=[taken.pk])).content.decode(),
}, default=str))
"""


class Kills:
    """Kills of workers over one job, at moments that a seed draws; ``seconds`` are what a step takes undisturbed."""

    def __init__(self, copy: Copy, chance: random.Random, seconds: dict[str, float]) -> None:
        self.copy, self.chance, self.seconds = copy, chance, seconds
        self.landed: list[str] = []
        """Of each kill that met a running job, the step and the share of its usual time that had passed."""
        self.made = 0

    def over(self, step: str) -> None:
        """Workers that die over the newest job, each some moment after it took it; then one that lives."""
        for _ in range(KILLS_A_STEP):
            self._one(step, before=self.attempts)
            assert self.schools in {KNOWN, ROWS - REFUSED}, "all or nothing"
            self.copy.let_the_leases_run_out()
        with self.copy.worker(f"{step}-last", queues="celery"):
            self.copy.sweep()
            eventually(lambda: self.state == "done", f"the job to {step} is done")

    def _one(self, step: str, *, before: int) -> None:
        with self.copy.worker(f"{step}-{self.made}", queues="celery") as worker:
            # The sweep is not waited for: it ends long after it has woken the worker.
            sweep = self.copy.start("shell", "--verbosity", "0", "-c", _SWEEP)
            eventually(lambda: self.attempts > before or self.state == "done", f"somebody begins to {step}")
            # The moment of the kill is the test's subject: it is drawn, not waited for.
            share = self.chance.uniform(0.0, 0.5)
            time.sleep(share * self.seconds[step])
            worker.kill()
        if self.state == "running":
            self.landed.append(f"{step} at {share:.0%}")
        sweep.communicate()
        self.made += 1

    @property
    def state(self) -> str:
        return newest(self.copy)

    @property
    def attempts(self) -> int:
        return int(self.copy.ask("SELECT attempts FROM portal_job ORDER BY id DESC LIMIT 1"))

    @property
    def schools(self) -> int:
        return int(self.copy.ask("SELECT count(*) FROM outreach_school"))


@pytest.fixture(scope="module")
def uploaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with some schools, and a file that was uploaded by the page and not read yet."""
    copy = Copy(tmp_path_factory.mktemp("uploaded"))
    copy.migrate()
    known, path = files(copy.folder)
    copy.tell(_BEGIN.format(known=str(known), path=str(path)))
    return copy.folder


@pytest.fixture(scope="module")
def seconds(uploaded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How long each step takes when nobody is killed."""
    copy = Copy(shutil.copytree(uploaded, tmp_path_factory.mktemp("undisturbed") / "data"))
    took = {}
    with broker_of(copy), copy.worker("only", queues="celery"):
        for step in STEPS:
            if step != "read":
                copy.tell(_PRESS.format(step=step))
            copy.sweep()
            eventually(lambda: newest(copy) == "done", f"the job to {step} is done")
            length = "(julianday(finished_at) - julianday(started_at)) * 86400.0"
            took[step] = float(copy.ask(f"SELECT {length} FROM portal_job ORDER BY id DESC LIMIT 1"))
    return took


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_import_is_read_taken_and_undone_whole(
    uploaded: Path, seconds: dict[str, float], tmp_path: Path, seed: int
) -> None:
    copy = Copy(shutil.copytree(uploaded, tmp_path / "killed"))
    kills = Kills(copy, random.Random(seed), seconds)

    with broker_of(copy):
        before = tell(copy)
        assert (before["state"], len(before["drafts"]), before["schools"]) == ("reading", 1, KNOWN)
        assert "Stop and drop it" in before["page"]

        kills.over("read")
        read = tell(copy)
        assert (read["state"], read["draft"], read["drafts"]) == ("read", "", [])
        assert read["digest"] == before["digest"]
        assert read["counts"] == {
            "new": ROWS - REFUSED - KNOWN,
            "changed": 500,
            "closed": 500,
            "reopened": 0,
            "refused": REFUSED,
            "unchanged": KNOWN - 1_000,
        }
        assert read["in_pages"].items() <= read["counts"].items()
        assert "Take 29,498 rows" in read["page"]

        copy.tell(_PRESS.format(step="take"))
        kills.over("take")
        taken = tell(copy)
        assert (taken["state"], taken["schools"]) == ("taken", ROWS - REFUSED)
        assert "Undo this import" in taken["page"]

        copy.tell(_PRESS.format(step="undo"))
        kills.over("undo")
        undone = tell(copy)
        assert (undone["state"], undone["digest"]) == ("undone", before["digest"])
        assert copy.ask("SELECT count(*) FROM portal_entry WHERE verb = 'imported'") == 2
        assert copy.ask("SELECT count(*) FROM portal_entry WHERE verb = 'undid import'") == 1

    told = f"seed {seed}: {len(kills.landed)} of {kills.made} kills met a running job: {', '.join(kills.landed)}"
    logging.getLogger(__name__).info(told)
    assert kills.made == len(STEPS) * KILLS_A_STEP
    assert len(kills.landed) >= LANDED_A_ROUND, told


def files(folder: Path) -> tuple[Path, Path]:
    """What is known before, and a file in which that is new, changed, closed or the same, and two rows are refused."""
    path = folder / "schools.csv"
    made_up(path, ROWS)
    head, *lines = path.read_text().splitlines(keepends=True)
    known = folder / "known.csv"
    known.write_text("".join([head, *lines[:KNOWN]]))
    names = head.strip().split(",")
    changes = {"SCH_NAME": "Renamed School", "UPDATED_STATUS": "2", "LSTATE": "ZZ"}
    for place, (column, value) in enumerate(changes.items()):
        first, count = (KNOWN, REFUSED) if column == "LSTATE" else (place * 500, 500)
        for number in range(first, first + count):
            cells = lines[number].rstrip("\r\n").split(",")
            cells[names.index(column)] = value
            lines[number] = ",".join(cells) + "\n"
    path.write_text("".join([head, *lines]))
    return known, path


def newest(copy: Copy) -> str:
    """The state of the newest job."""
    return str(copy.ask("SELECT state FROM portal_job ORDER BY id DESC LIMIT 1"))


def tell(copy: Copy) -> dict[str, Any]:
    """Where the newest import stands, and what is stored."""
    told: dict[str, Any] = json.loads(copy.tell(_TELL).splitlines()[-1])
    return told
