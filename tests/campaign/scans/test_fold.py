"""Folding: every segment counts once, whatever happens in between."""

import datetime as dt
import json
import random
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from campaign.links import codes
from campaign.links.models import Link
from campaign.scans import journal, retired, tasks
from campaign.scans.fold import Folded, fold
from campaign.scans.journal import Journal
from campaign.scans.models import DailyCount, Segment
from tests.outreach.registration.house import House

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.date(2027, 1, 11)
NEXT = dt.date(2027, 1, 12)


@pytest.fixture
def folder(data_folder: Path) -> Path:
    return data_folder / "journal"


def issue(number: int) -> list[Link]:
    return Link.objects.issue([("MS", "en")] * number)


def counts() -> dict[tuple[str, dt.date], int]:
    return {(code, day): count for code, day, count in DailyCount.objects.values_list("link__code", "day", "count")}


def sealed(folder: Path, scans: list[str], *, day: dt.date = DAY, content: bytes | None = None) -> Path:
    """A sealed segment."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{day}_{uuid.uuid4().hex}.sealed"
    path.write_bytes("".join(f"{code}\n" for code in scans).encode() if content is None else content)
    return path


def test_fold_adds_up_by_link_and_day(folder: Path) -> None:
    draw = random.Random(3)
    links = issue(12)
    wanted: Counter[tuple[str, dt.date]] = Counter()
    writers = [Journal(folder) for _ in range(3)]
    for _ in range(400):
        link, day = draw.choice(links), draw.choice((DAY, NEXT))
        assert draw.choice(writers).append(link.code, day=day)
        wanted[link.code, day] += 1
        if draw.random() < 0.02:
            fold()
    fold()
    assert counts() == wanted
    assert not list(folder.iterdir())
    assert fold() == Folded()


def test_fold_tells_what_it_took(folder: Path) -> None:
    (link,) = issue(1)
    sealed(folder, [link.code] * 3 + [codes.make(area="MS", language="en")] * 2)
    assert fold() == Folded(segments=1, counted=3, unknown=2)


def test_fold_of_many_links_counts_each(folder: Path) -> None:
    """More than fit in one query."""
    links = issue(1201)
    scans = [link.code for number, link in enumerate(links) for _ in range(1 + number % 3)]
    sealed(folder, scans)
    assert fold().counted == len(scans)
    assert counts() == {(code, DAY): number for code, number in Counter(scans).items()}


def test_fold_drops_codes_that_no_link_has(folder: Path) -> None:
    sealed(folder, [codes.make(area="MS", language="en", random=1)])
    assert fold() == Folded(segments=1, counted=0, unknown=1)
    assert counts() == {}


def test_fold_counts_a_retired_link(folder: Path) -> None:
    (link,) = issue(1)
    Link.objects.update(retired_at=timezone.now())
    sealed(folder, [link.code])
    fold()
    assert counts() == {(link.code, DAY): 1}


def test_fold_leaves_out_torn_and_alien_lines(folder: Path) -> None:
    (link,) = issue(1)
    good = link.code.encode()
    sealed(folder, [], content=good + b"\n" + good[:4] + b"\n\n\xff\xfe\n\0\n" + b"x" * 5000 + b"\n" + good)
    assert fold().counted == 2


@pytest.mark.parametrize("step", ["INSERT", "UPDATE"])
def test_fold_interrupted_before_the_commit_did_nothing(folder: Path, step: str) -> None:
    (link,) = issue(1)
    path = sealed(folder, [link.code] * 4)

    def power_fails(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(step) and DailyCount._meta.db_table in sql:
            raise OperationalError("the power failed")
        return execute(sql, *rest)

    with connection.execute_wrapper(power_fails), pytest.raises(OperationalError):
        fold()
    assert path.exists()
    assert not Segment.objects.exists()
    assert counts() == {}
    assert fold().counted == 4
    assert counts() == {(link.code, DAY): 4}


def test_fold_killed_after_the_commit_only_removes_the_file(folder: Path) -> None:
    (link,) = issue(1)
    path = sealed(folder, [link.code] * 4)
    content = path.read_bytes()
    fold()
    path.write_bytes(content)
    assert fold() == Folded()
    assert not path.exists()
    assert counts() == {(link.code, DAY): 4}


def test_fold_killed_after_sealing_goes_on(folder: Path) -> None:
    (link,) = issue(1)
    Journal(folder).append(link.code, day=DAY)
    assert len(list(journal.seal(folder))) == 1
    assert counts() == {}
    fold()
    assert counts() == {(link.code, DAY): 1}


@pytest.mark.slow
def test_fold_by_four_processes_at_once_counts_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.migrate()
    written = house.tell(
        "from campaign.links.models import Link\n"
        "from campaign.scans.journal import Journal, folder\n"
        "links = Link.objects.issue([('MS', 'en')] * 5)\n"
        "for _ in range(20):\n"
        "    print([Journal(folder()).append(link.code) for link in links for _ in range(3)])\n"
        "print(300)"
    )
    folding = "from campaign.scans.fold import fold\nprint(json.dumps([fold().counted for _ in range(5)]))"
    folds = [house.start(folding) for _ in range(4)]
    told = [json.loads(process.communicate(timeout=60)[0]) for process in folds]
    assert [process.returncode for process in folds] == [0] * 4
    assert sum(map(sum, told)) == written
    assert (
        house.tell(
            "from campaign.scans.models import DailyCount\nprint(json.dumps([row.count for row in DailyCount.objects.all()]))"
        )
        == [60] * 5
    )


def test_fold_leaves_files_that_are_no_segments(folder: Path) -> None:
    folder.mkdir()
    for name in ("notes.sealed", "2027-01-11_x.sealed", "readme.txt"):
        (folder / name).write_text("keep me")
    (folder / f"{DAY}_{uuid.uuid4().hex}.folder").mkdir()
    (link,) = issue(1)
    sealed(folder, [link.code])
    assert fold().segments == 1
    assert len(list(folder.iterdir())) == 4


def test_nothing_but_link_day_and_count_is_kept() -> None:
    assert {field.name for field in DailyCount._meta.get_fields()} == {"id", "link", "day", "count"}
    assert {field.name for field in Segment._meta.get_fields()} == {"uid", "folded_on"}


def test_task_folds_and_refreshes_the_retired(folder: Path) -> None:
    one, other = issue(2)
    Link.objects.filter(pk=other.pk).update(retired_at=timezone.now())
    Journal(folder).append(one.code, day=DAY)
    tasks.fold_journal()
    assert counts() == {(one.code, DAY): 1}
    assert retired.is_retired(other.code)
    assert not retired.is_retired(one.code)
