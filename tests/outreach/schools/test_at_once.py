"""Two people, or two workers, over imports at the same moment: one does it, the other is told."""

from functools import partial
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from outreach.schools.models import School
from outreach.schools.registers import CcdResource
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.imports import applying, bulk, uploads
from portal.imports.models import ImportPage, TakenImport
from portal.imports.problems import FileRefused
from portal.imports.undo import NotPossible
from portal.jobs import runners
from portal.jobs.models import Job
from portal.people.models import User
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.outreach.schools.test_importing import write
from tests.outreach.schools.test_undo import register, row, take

__all__ = ["on_disk"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
State = TakenImport.State
ROWS = [row(number) for number in range(1, 701)]


@pytest.fixture(autouse=True)
def places(transactional_db: None) -> None:
    """What the migrations brought in is gone after the first of such tests."""
    Area.objects.get_or_create(code="AZ", defaults={"name": "Arizona", "kind": "state"})


def told(answers: list[object]) -> str:
    """What the one who was refused was told; the others were not."""
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == len(answers) - 1, answers
    assert isinstance(refused[0], NotPossible), answers
    return str(refused[0])


def finish(taken: TakenImport) -> TakenImport:
    """As a worker does."""
    taken.refresh_from_db()
    assert taken.job_id is not None
    runners.run(taken.job_id)
    taken.refresh_from_db()
    return taken


def test_two_who_take_one_import_give_it_one_job(tmp_path: Path) -> None:
    read = take(tmp_path, *ROWS, dry_run=True)
    call = partial(uploads.take, taken_id=read.pk, by=None)

    assert "being taken by now" in told(at_once([call, call]))
    assert Job.objects.count() == 1
    assert finish(read).state == State.TAKEN
    assert School.objects.count() == len(ROWS)


def test_two_who_undo_one_import_give_it_one_job(tmp_path: Path) -> None:
    taken = take(tmp_path, *ROWS)
    call = partial(uploads.undo, taken_id=taken.pk, by=None)

    assert "being undone by now" in told(at_once([call, call]))
    assert Job.objects.count() == 1
    assert finish(taken).state == State.UNDONE
    assert not School.objects.exists()


def test_two_who_take_the_same_file_wait_for_each_other_and_lose_nothing(tmp_path: Path) -> None:
    first, second = (take(tmp_path, *ROWS, dry_run=True) for _ in range(2))
    calls = [partial(uploads.take, taken_id=read.pk, by=None) for read in (first, second)]

    assert "wait until it is done" in told(at_once(calls))
    winner = TakenImport.objects.get(state=State.TAKING)
    assert finish(winner).state == State.TAKEN
    loser = TakenImport.objects.exclude(pk=winner.pk).get()
    uploads.take(taken_id=loser.pk, by=None)
    assert finish(loser).state == State.READ
    assert "700 rows were changed since the file was read" in loser.failure
    assert School.objects.count() == len(ROWS)


def test_two_workers_that_take_one_import_take_it_once(tmp_path: Path) -> None:
    read = take(tmp_path, *ROWS, dry_run=True)
    call = partial(applying.take, taken_id=read.pk, by=None)

    assert not [answer for answer in at_once([call, call]) if isinstance(answer, Exception)]
    assert School.objects.count() == len(ROWS)
    assert Entry.objects.filter(verb="imported").count() == 1


def test_two_workers_that_undo_one_import_undo_it_once(tmp_path: Path) -> None:
    taken = take(tmp_path, *ROWS)
    call = partial(applying.undo_pages, taken_id=taken.pk, by=None)

    one, other = at_once([call, call])
    assert one == other
    assert not School.objects.exists()
    assert Entry.objects.filter(verb="undid import").count() == 1


def test_two_commands_with_the_same_new_schools_store_them_once(tmp_path: Path) -> None:
    first, second = (take(tmp_path, *ROWS, dry_run=True) for _ in range(2))
    calls = [partial(applying.take, taken_id=read.pk, by=None) for read in (first, second)]

    assert "Nothing was stored" in told(at_once(calls))
    assert School.objects.count() == len(ROWS)


def test_one_takes_and_another_drops_and_one_of_them_is_told(tmp_path: Path) -> None:
    read = take(tmp_path, *ROWS, dry_run=True)
    calls = [partial(uploads.take, taken_id=read.pk, by=None), partial(uploads.drop, taken_id=read.pk, by=None)]

    assert "by now" in (said := told(at_once(calls))) or "only what waits can be dropped" in said
    read.refresh_from_db()
    if read.state == State.DROPPED:
        assert not ImportPage.objects.exists()
    else:
        assert finish(read).state == State.TAKEN
    assert School.objects.count() == (len(ROWS) if read.state == State.TAKEN else 0)


def test_import_dropped_as_its_reading_ends_is_dropped_whole(tmp_path: Path) -> None:
    path = write(tmp_path, *ROWS)
    with path.open("rb") as stream:
        taken = uploads.begin(resource=CcdResource, file=File(stream), file_name=path.name, edition=None, by=None)

    def read() -> TakenImport:
        with default_storage.open(taken.draft) as stream:
            return bulk.read(taken=TakenImport.objects.get(pk=taken.pk), stream=stream)

    answers = at_once([read, partial(uploads.drop, taken_id=taken.pk, by=None)])
    assert isinstance(answers[0], FileRefused | FileNotFoundError | TakenImport), answers
    assert isinstance(answers[1], TakenImport), answers
    uploads.clear_up(taken)
    assert (taken.state, taken.draft, ImportPage.objects.count()) == (State.DROPPED, "", 0)


def test_the_same_file_taken_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    take(tmp_path, *ROWS)
    before = register()
    again = take(tmp_path, *ROWS)

    assert {name: count for name, count in again.counts.items() if count} == {"unchanged": len(ROWS)}
    assert register() == before


def test_school_mended_by_hand_stops_the_undoing_until_it_is_as_it_was(tmp_path: Path, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root", password="x" * 20))
    taken = take(tmp_path, *ROWS)
    school = School.objects.get(source_id__endswith="000002")
    school.name = "Mended by Hand"
    school.save()
    before = register()

    undo, look = (reverse(f"admin:portal_takenimport_{name}", args=[taken.pk]) for name in ("undo", "preview"))
    client.post(undo)
    assert finish(taken).state == State.TAKEN
    assert register() == before
    answer = client.get(look).content.decode()
    assert "1 row was changed since it was taken: School 2 (000000000002: name)" in answer
    assert "Undo this import" in answer

    school.name = "School 2"
    school.save()
    client.post(undo)
    assert finish(taken).state == State.UNDONE
    assert register() == []
