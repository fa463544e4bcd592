"""The pages of a register's file: upload, preview, take, undo, what was refused."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from outreach.schools.models import School
from portal.imports import bulk, drafts, tasks, uploads
from portal.imports.models import ImportPage, TakenImport
from portal.imports.problems import FileRefused
from portal.jobs import runners
from portal.jobs.models import Job
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach.schools.test_importing import CCD_ROW, HIFLD_ROW, write
from tests.outreach.schools.test_undo import row, take

pytestmark = pytest.mark.django_db
State = TakenImport.State


@pytest.fixture
def desk(client: Client, user_with: Callable[..., User]) -> Client:
    client.force_login(user_with(Role.COORDINATOR))
    return client


def upload(desk: Client, path: Path, **fields: str) -> TakenImport:
    with path.open("rb") as file:
        answer = desk.post(reverse("admin:outreach_school_register"), {"file": file, **fields})
    taken = TakenImport.objects.latest("pk")
    assert answer.headers["Location"] == reverse("admin:portal_takenimport_preview", args=[taken.pk])
    return taken


def work(taken: TakenImport) -> TakenImport:
    """Runs the import's job, as a worker does."""
    taken.refresh_from_db()
    assert taken.job_id is not None
    runners.run(taken.job_id)
    taken.refresh_from_db()
    return taken


def stored_drafts() -> list[str]:
    return default_storage.listdir(drafts.FOLDER)[1] if default_storage.exists(drafts.FOLDER) else []


def page(desk: Client, name: str, taken: TakenImport, query: str = "") -> str:
    return desk.get(reverse(f"admin:portal_takenimport_{name}", args=[taken.pk]) + query).content.decode()


def test_file_is_uploaded_looked_at_taken_and_undone(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1), row(2, LSTATE="ZZ"), row(3)))
    assert taken.state == State.READING
    assert len(stored_drafts()) == 1
    assert "Being read" in page(desk, "progress", taken)

    assert work(taken).state == State.READ
    assert (taken.draft, stored_drafts(), taken.edition) == ("", [], 2025)
    assert not School.objects.exists()
    assert "Take 2 rows" in page(desk, "preview", taken)
    assert "use its two letters" in page(desk, "preview", taken, "?kind=refused")

    desk.post(reverse("admin:portal_takenimport_take", args=[taken.pk]))
    assert work(taken).state == State.TAKEN
    assert School.objects.count() == 2

    desk.post(reverse("admin:portal_takenimport_undo", args=[taken.pk]))
    assert work(taken).state == State.UNDONE
    assert not School.objects.exists()


def test_preview_shows_before_and_after(desk: Client, tmp_path: Path) -> None:
    take(tmp_path, row(1), row(2))
    read = take(tmp_path, row(1, SCH_NAME="<b>Renamed</b>"), row(2, UPDATED_STATUS="2"), dry_run=True)

    changed = page(desk, "preview", read, "?kind=changed")
    assert "School 1 →" in changed
    assert "&lt;b&gt;Renamed" in changed
    assert "nothing →" in page(desk, "preview", read, "?kind=closed")


def test_preview_goes_on_over_its_stored_pages(desk: Client, tmp_path: Path) -> None:
    read = take(tmp_path, *(row(number) for number in range(1, 1_021)), dry_run=True)

    assert "School 520" in page(desk, "preview", read, "?kind=new&page=11")
    last = page(desk, "preview", read, "?kind=new&page=21")
    assert "School 1020" in last
    assert "Page 21 of 21" in last
    assert "School 1020" in page(desk, "preview", read, "?kind=new&page=999")


@pytest.mark.parametrize("count", [1, 3])
def test_preview_asks_as_often_for_one_row_as_for_three(
    desk: Client, tmp_path: Path, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    read = take(tmp_path, *(row(number) for number in range(1, count + 1)), dry_run=True)
    page(desk, "preview", read)

    with django_assert_num_queries(9):
        page(desk, "preview", read)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04\0\0\0", "plain text"),
        (b"a,b\n1,2\n", "none of these registers"),
        (",".join(HIFLD_ROW).encode().replace(b",ZIP", b""), "This column is missing"),
        (b"", "empty"),
    ],
)
def test_upload_refuses_another_table_at_once(desk: Client, content: bytes, says: str) -> None:
    file = BytesIO(content)
    file.name = "schools.csv"
    answer = desk.post(reverse("admin:outreach_school_register"), {"file": file})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not TakenImport.objects.exists()
    assert stored_drafts() == []


def test_file_that_holds_nothing_is_refused_by_the_job_and_not_kept(desk: Client, tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(",".join(CCD_ROW) + "\n")
    taken = work(upload(desk, path))

    assert (taken.state, taken.draft, stored_drafts()) == (State.REFUSED, "", [])
    assert "only a header" in page(desk, "preview", taken)


def test_reading_that_died_begins_anew(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    ImportPage.objects.create(taken=taken, number=0, content=b"half")

    assert work(taken).counts["new"] == 1
    assert taken.pages.count() == 1


def test_dropped_file_leaves_nothing(desk: Client, tmp_path: Path) -> None:
    read = take(tmp_path, row(1), dry_run=True)
    desk.post(reverse("admin:portal_takenimport_drop", args=[read.pk]))

    read.refresh_from_db()
    assert read.state == State.DROPPED
    assert not ImportPage.objects.exists()


def test_files_of_refused_rows_are_fetched_and_told_of(desk: Client, tmp_path: Path) -> None:
    read = take(tmp_path, row(1, LSTATE="ZZ"), dry_run=True)

    fetched = desk.get(reverse("admin:portal_takenimport_refused", args=[read.pk]))
    assert b"".join(fetched).splitlines()[1] == ",".join(row(1, LSTATE="ZZ").values()).encode()
    reasons = desk.get(reverse("admin:portal_takenimport_reasons", args=[read.pk]))
    assert b"LSTATE,ZZ" in b"".join(reasons)


def test_read_file_that_nobody_takes_is_forgotten_after_a_day(tmp_path: Path) -> None:
    read, taken = take(tmp_path, row(1), dry_run=True), take(tmp_path, row(2))
    TakenImport.objects.update(taken_at=timezone.now() - dt.timedelta(days=2))

    tasks.forget_drafts()

    read.refresh_from_db()
    assert read.state == State.DROPPED
    assert list(ImportPage.objects.values_list("taken", flat=True)) == [taken.pk]


def test_sheet_of_a_register_is_led_to_its_own_page(desk: Client) -> None:
    content = "source,source_id,name\n" + "staff,1,A\n" * 2_001
    file = BytesIO(content.encode())
    file.name = "schools.csv"
    answer = desk.post(reverse("admin:outreach_school_import"), {"import_file": file, "format": "0", "resource": ""})

    assert "Import a register" in answer.content.decode()
    assert "too many for a sheet" in answer.content.decode()


def test_cancelled_reading_is_said(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    Job.objects.update(state=Job.State.CANCELLED)

    assert "Refused" in page(desk, "preview", taken)


def lose_the_job(taken: TakenImport) -> None:
    """As after the last of too many dead workers."""
    old = timezone.now() - dt.timedelta(hours=1)
    running = {"state": Job.State.RUNNING, "lease": uuid4(), "lease_until": old, "attempts": runners.MAX_ATTEMPTS}
    assert taken.job_id is not None
    Job.objects.filter(pk=taken.job_id).update(**running)
    runners.sweep()


def test_reading_that_was_cut_off_says_so_and_is_read_again(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    taken.refresh_from_db()
    lose_the_job(taken)

    told = page(desk, "preview", taken)
    assert "not read to its end" in told
    assert "The worker died 5 times" in told
    assert "Read it again" in told
    desk.post(reverse("admin:portal_takenimport_again", args=[taken.pk]))
    assert work(taken).state == State.READ
    assert stored_drafts() == []


def test_reading_again_without_its_file_says_what_to_do(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    taken.refresh_from_db()
    lose_the_job(taken)
    default_storage.delete(taken.draft)

    answer = desk.post(reverse("admin:portal_takenimport_again", args=[taken.pk]), follow=True)
    assert "no longer kept: upload it again" in answer.content.decode()


@pytest.mark.parametrize(
    ("step", "says", "offers"),
    [("take", "nothing was stored", "Take 1 row"), ("undo", "nothing was changed", "Undo this import")],
)
def test_step_whose_worker_died_says_so_and_is_offered_again(
    desk: Client, tmp_path: Path, step: str, says: str, offers: str
) -> None:
    taken = take(tmp_path, row(1), dry_run=step == "take")
    desk.post(reverse(f"admin:portal_takenimport_{step}", args=[taken.pk]))
    taken.refresh_from_db()
    lose_the_job(taken)

    told = page(desk, "preview", taken)
    assert says in told
    assert offers in told
    desk.post(reverse(f"admin:portal_takenimport_{step}", args=[taken.pk]))
    assert work(taken).state == {"take": State.TAKEN, "undo": State.UNDONE}[step]


def test_worker_that_died_between_reading_and_deleting_the_file_leaves_none(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    with default_storage.open(stored_path()) as stream:
        bulk.read(taken=taken, stream=stream)
    assert len(stored_drafts()) == 1

    assert work(taken).state == State.READ
    assert (taken.draft, stored_drafts()) == ("", [])


def stored_path() -> str:
    return f"{drafts.FOLDER}/{stored_drafts()[0]}"


def test_import_dropped_while_it_waits_for_its_worker_is_never_read(
    desk: Client, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    assert "Stop and drop it" in page(desk, "preview", taken)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("admin:portal_takenimport_drop", args=[taken.pk]))

    assert work(taken).state == State.DROPPED
    assert (stored_drafts(), ImportPage.objects.count()) == ([], 0)
    assert Job.objects.get().state == Job.State.CANCELLED


def test_import_dropped_while_it_is_read_leaves_nothing(
    desk: Client, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    taken = upload(desk, write(tmp_path, *(row(number) for number in range(1, 1_201))))
    heard: list[int] = []

    def drop_it(size: int) -> None:
        if not heard:
            with django_capture_on_commit_callbacks(execute=True):
                uploads.drop(taken_id=taken.pk, by=None)
        heard.append(size)

    with default_storage.open(stored_path()) as stream, pytest.raises(FileRefused, match="dropped while it was read"):
        bulk.read(taken=taken, stream=stream, tell=drop_it)
    assert len(heard) == 3, "the reading went on"

    uploads.clear_up(taken)
    assert work(taken).state == State.DROPPED
    assert (taken.draft, stored_drafts(), School.objects.count()) == ("", [], 0)
    assert not ImportPage.objects.exists()


def test_reader_whose_job_another_holds_by_now_stores_nothing(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))

    def taken_over() -> None:
        raise runners.Interrupted

    with default_storage.open(stored_path()) as stream, pytest.raises(runners.Interrupted):
        bulk.read(taken=taken, stream=stream, hold=taken_over)
    assert work(taken).counts["new"] == 1


def test_paused_reading_is_said(desk: Client, tmp_path: Path) -> None:
    taken = upload(desk, write(tmp_path, row(1)))
    Job.objects.update(state=Job.State.PAUSED)

    assert "Its job is paused" in page(desk, "preview", taken)
