"""Folding: every segment counts once, whatever happens in between."""

import datetime as dt
import io
import json
import random
import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaign.links import codes
from campaign.links.models import Link
from campaign.scans import fold as folding
from campaign.scans import host, journal, retired, table, targets, tasks
from campaign.scans.fold import Folded, fold
from campaign.scans.journal import Journal
from campaign.scans.models import DailyCount, Segment
from outreach.channels import local_copy
from tests.outreach.registration.house import House

pytestmark = pytest.mark.django_db(transaction=True)

DAY = journal.today() - dt.timedelta(days=2)
NEXT = DAY + dt.timedelta(days=1)


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
    rows = b"".join(table.row_of(code.encode(), number) for code, number in Counter(scans).items())
    path.write_bytes(rows if content is None else content)
    return path


def test_fold_adds_up_by_link_and_day(folder: Path) -> None:
    draw = random.Random(3)
    links = issue(12)
    wanted: Counter[tuple[str, dt.date]] = Counter()
    writers = [Journal(folder) for _ in range(3)]
    for _ in range(400):
        link, day = draw.choice(links), draw.choice((DAY, NEXT))
        assert draw.choice(writers).count(link.code, day=day)
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
    row = table.row_of(good, 1)
    torn = row[:-3].ljust(table.ROW, b"\0")
    alien = [b"\xff" * table.ROW, b"\0" * table.ROW, b"x" * table.ROW, good + b" " + b"z" * 20 + b"\n", torn]
    sealed(folder, [], content=row + b"".join(alien) + row + row[:7])
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


def test_fold_killed_while_sealing_goes_on(folder: Path) -> None:
    """Between the two steps of sealing a segment is read-only, but has its old name."""
    (link,) = issue(1)
    Journal(folder).count(link.code, day=DAY)
    (segment,) = folder.glob("*.open")
    segment.chmod(0o400)
    fold()
    assert counts() == {(link.code, DAY): 1}
    assert list(folder.iterdir()) == []


def test_fold_killed_after_sealing_goes_on(folder: Path) -> None:
    (link,) = issue(1)
    Journal(folder).count(link.code, day=DAY)
    assert len(list(journal.seal(folder, through=DAY))) == 1
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
        "    print([Journal(folder()).count(link.code) for link in links for _ in range(3)])\n"
        "print(300)"
    )
    code = (
        "from campaign.scans import journal\nfrom campaign.scans.fold import fold\n"
        "print(json.dumps([fold(through=journal.today()).counted for _ in range(5)]))"
    )
    folds = [house.start(code) for _ in range(4)]
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
    for ending in ("folder", "open", "sealed"):
        (folder / f"{DAY}_{uuid.uuid4().hex}.{ending}").mkdir()
    (link,) = issue(1)
    sealed(folder, [link.code])
    assert fold().segments == 1
    assert len(list(folder.iterdir())) == 6


def test_fold_leaves_the_day_that_is_not_over_unless_told(folder: Path) -> None:
    """A fold within the day would tell the database's own logs at which minute somebody scanned."""
    (link,) = issue(1)
    Journal(folder).count(link.code)
    Journal(folder).count(link.code, day=DAY)
    assert fold().counted == 1
    assert counts() == {(link.code, DAY): 1}
    assert fold(through=journal.today()).counted == 1
    assert counts() == {(link.code, DAY): 1, (link.code, journal.today()): 1}


def test_fold_that_finds_nothing_asks_no_database(
    folder: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Journal(folder).count(codes.make(area="MS", language="en"))
    with django_assert_num_queries(0):
        assert fold() == Folded()


def test_fold_looks_codes_up_before_it_locks_anything(folder: Path) -> None:
    """On SQLite a transaction shuts out every other writer: made-up codes must not keep it open."""
    (link,) = issue(1)
    made_up = [codes.make(area="MS", language="en", random=place) for place in range(2000)]
    sealed(folder, [link.code, *made_up])
    with CaptureQueriesContext(connection) as asked:
        assert fold().unknown == 2000
    statements = [query["sql"] for query in asked]
    begun = next(place for place, sql in enumerate(statements) if sql.startswith(("BEGIN", "SAVEPOINT")))
    looked_up = [place for place, sql in enumerate(statements) if Link._meta.db_table + '"."code" IN' in sql]
    assert len(looked_up) == 5
    assert max(looked_up) < begun
    assert len(statements) - begun < 15


def test_fold_forgets_old_segments_and_refuses_files_as_old(folder: Path) -> None:
    """So that a file from an old backup can never count a second time."""
    (link,) = issue(1)
    last = journal.today() - dt.timedelta(days=folding.REMEMBERED)
    before = last - dt.timedelta(days=1)
    Segment.objects.create(uid=uuid.uuid4(), folded_on=before)
    kept = Segment.objects.create(uid=uuid.uuid4(), folded_on=last)
    sealed(folder, [link.code], day=last)
    old = sealed(folder, [link.code], day=before)
    assert fold().segments == 1
    assert old.exists()
    assert counts() == {(link.code, last): 1}
    assert Segment.objects.count() == 2
    assert Segment.objects.filter(pk=kept.pk).exists()


def test_command_folds_today_before_a_host_is_taken_out_of_service(folder: Path) -> None:
    (link,) = issue(1)
    Journal(folder).count(link.code)
    said = io.StringIO()
    call_command("fold_journal", stdout=said)
    assert "0 scans counted" in said.getvalue()
    call_command("fold_journal", "--today", stdout=said)
    assert "1 scans counted" in said.getvalue()
    assert counts() == {(link.code, journal.today()): 1}
    with pytest.raises(CommandError, match="finished days"):
        call_command("fold_journal", "--today", "--watch")


def test_lists_of_the_request_path_read_an_index_alone() -> None:
    """Of a million links, only those that are retired or aimed elsewhere."""
    with CaptureQueriesContext(connection) as asked:
        retired.refresh()
        targets.refresh()
    of_links = [query for query in asked if '"campaign_link"' in query["sql"]]
    for query, index in zip(of_links, ("retired_links", "aimed_links"), strict=True):
        with connection.cursor() as cursor:
            explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
            if connection.vendor == "postgresql":
                cursor.execute("SET enable_seqscan = off")
            cursor.execute(explain + query["sql"])
            assert index in str(cursor.fetchall())


def test_nothing_but_link_day_and_count_is_kept() -> None:
    assert {field.name for field in DailyCount._meta.get_fields()} == {"id", "link", "day", "count"}
    assert {field.name for field in Segment._meta.get_fields()} == {"uid", "folded_on"}


def test_host_folds_though_its_files_cannot_be_refreshed(folder: Path, data_folder: Path) -> None:
    """And the other way round: a journal in the way leaves the lines fresh."""
    (link,) = issue(1)
    Journal(folder).count(link.code, day=DAY)
    (data_folder / "help").write_text("in the way")
    with pytest.raises(OSError, match="help"):
        host.tend()
    assert counts() == {(link.code, DAY): 1}
    (data_folder / "help").unlink()
    shutil.rmtree(folder)
    folder.write_text("in the way")
    with pytest.raises(OSError, match="journal"):
        host.tend()
    assert local_copy.age() is not None


def test_task_folds_and_refreshes_the_retired(folder: Path) -> None:
    one, other = issue(2)
    Link.objects.filter(pk=other.pk).update(retired_at=timezone.now())
    Journal(folder).count(one.code, day=DAY)
    tasks.fold_journal()
    assert counts() == {(one.code, DAY): 1}
    assert [path.name[:10] for path in folder.iterdir()] == [str(journal.today())], (
        "the day begins before its first scan"
    )
    assert retired.is_retired(other.code)
    assert not retired.is_retired(one.code)
