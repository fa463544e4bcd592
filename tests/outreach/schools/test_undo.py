"""A whole import goes back: all rows or none, and only where nobody changed one since."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from outreach.schools.importing import import_schools
from outreach.schools.models import School
from outreach.schools.registers import CcdResource
from portal.audit.models import Entry
from portal.imports import applying, uploads
from portal.imports.models import TakenImport
from portal.imports.undo import NotPossible
from portal.jobs import runners
from portal.jobs.models import Job
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.schools.test_importing import CCD_ROW, write

pytestmark = pytest.mark.django_db
State = TakenImport.State


def row(number: int, **cells: str) -> dict[str, str]:
    return CCD_ROW | {"NCESSCH": f"{number:012}", "SCH_NAME": f"School {number}"} | cells


def take(folder: Path, *rows: dict[str, str], **more: Any) -> TakenImport:
    return import_schools(path=write(folder, *rows), resource=CcdResource, **more)


def register() -> list[tuple[Any, ...]]:
    """All that is stored of schools, but their keys."""
    fields = [field.attname for field in School._meta.concrete_fields if field.attname not in {"id", "uid"}]
    return list(School.objects.order_by("source_id").values_list(*fields))


def test_undo_puts_everything_back_as_it_was(tmp_path: Path) -> None:
    first = [row(1), row(2, UPDATED_STATUS="2"), row(3)]
    take(tmp_path, *first)
    before = register()
    taken = take(tmp_path, row(1, SCH_NAME="Renamed"), row(2), row(3, UPDATED_STATUS="2"), row(4), row(5, LSTATE="MS"))
    assert {name: count for name, count in taken.counts.items() if count} == {
        "new": 2, "changed": 1, "closed": 1, "reopened": 1,
    }  # fmt: skip

    done = applying.undo_pages(taken_id=taken.pk, by=None)

    assert (done.restored, done.removed) == (3, 2)
    assert register() == before
    assert TakenImport.objects.get(pk=taken.pk).state == State.UNDONE
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)[4:]) == ["undid import"]
    assert applying.undo_pages(taken_id=taken.pk, by=None) == done, "a run that comes twice does nothing"


def test_undo_and_the_same_file_again_are_as_if_it_was_taken_once(tmp_path: Path) -> None:
    taken = take(tmp_path, row(1), row(2))
    after = register()
    applying.undo_pages(taken_id=taken.pk, by=None)
    assert register() == []

    take(tmp_path, row(1), row(2))
    assert register() == after


def test_undo_refuses_where_somebody_changed_a_school_since(tmp_path: Path) -> None:
    taken = take(tmp_path, row(1), row(2))
    School.objects.filter(source_id__endswith="2").update(phone="(601) 555-0199")
    before = register()

    with pytest.raises(NotPossible, match=r"1 row was changed since it was taken: School 2 \(000000000002: phone\)"):
        applying.undo_pages(taken_id=taken.pk, by=None)
    assert register() == before
    assert TakenImport.objects.get(pk=taken.pk).state == State.TAKEN


def test_undo_names_the_later_import_that_is_in_the_way(tmp_path: Path) -> None:
    first = take(tmp_path, row(1))
    later = take(tmp_path, row(1, SCH_NAME="Renamed"))

    with pytest.raises(NotPossible, match=r"Undo schools\.csv first"):
        applying.undo_pages(taken_id=first.pk, by=None)
    applying.undo_pages(taken_id=later.pk, by=None)
    applying.undo_pages(taken_id=first.pk, by=None)
    assert register() == []


def test_undo_retires_a_school_to_which_something_refers(tmp_path: Path, season: Season) -> None:
    taken = take(tmp_path, row(1), row(2))
    kept = School.objects.get(source_id__endswith="1")
    factories.request(season=season, school=kept)

    applying.undo_pages(taken_id=taken.pk, by=None)

    school = School.objects.get()
    assert school == kept
    assert school.retired_at is not None


def test_take_refuses_where_a_school_was_changed_since_the_file_was_read(tmp_path: Path) -> None:
    take(tmp_path, row(1))
    read = take(tmp_path, row(1, SCH_NAME="Renamed"), row(2), dry_run=True)
    School.objects.update(phone="(601) 555-0199")
    before = register()

    with pytest.raises(NotPossible, match=r"1 row was changed since the file was read.*Nothing was stored"):
        applying.take(taken_id=read.pk, by=None)
    assert register() == before


def test_take_refuses_where_a_new_school_is_there_by_now(tmp_path: Path) -> None:
    read = take(tmp_path, row(1), row(2), dry_run=True)
    take(tmp_path, row(2))
    before = register()

    with pytest.raises(NotPossible, match="School 2"):
        applying.take(taken_id=read.pk, by=None)
    assert register() == before


def test_undo_of_what_is_not_kept_any_more_is_refused(tmp_path: Path) -> None:
    taken = take(tmp_path, row(1))
    taken.pages.all().delete()

    with pytest.raises(NotPossible, match="no longer kept"):
        applying.undo_pages(taken_id=taken.pk, by=None)
    assert School.objects.count() == 1


def test_only_one_import_of_a_kind_is_taken_at_a_time(tmp_path: Path) -> None:
    first, second = (take(tmp_path, row(number), dry_run=True) for number in (1, 2))
    uploads.take(taken_id=first.pk, by=None)

    with pytest.raises(NotPossible, match="wait until it is done"):
        uploads.take(taken_id=second.pk, by=None)
    assert TakenImport.objects.get(pk=second.pk).state == State.READ


def test_import_whose_job_was_cancelled_can_be_taken_again(tmp_path: Path) -> None:
    read = take(tmp_path, row(1), dry_run=True)
    taking = uploads.take(taken_id=read.pk, by=None)
    assert taking.job_id is not None
    Job.objects.filter(pk=taking.job_id).update(state=Job.State.CANCELLED)
    assert TakenImport.objects.get(pk=read.pk).standing == State.READ

    again = uploads.take(taken_id=read.pk, by=None)
    assert again.job_id is not None
    assert runners.run(again.job_id).state == Job.State.DONE
    assert School.objects.count() == 1


def test_job_that_cannot_take_says_why_and_leaves_the_import_as_read(tmp_path: Path) -> None:
    read = take(tmp_path, row(1), dry_run=True)
    taking = uploads.take(taken_id=read.pk, by=None)
    take(tmp_path, row(1))
    assert taking.job_id is not None

    job = runners.run(taking.job_id)

    assert (job.state, TakenImport.objects.get(pk=read.pk).state) == (Job.State.FAILED, State.READ)
    assert "School 1" in job.error


def test_take_writes_a_page_of_500_in_one_statement(tmp_path: Path) -> None:
    read = take(tmp_path, *(row(number) for number in range(1, 1_201)), dry_run=True)
    assert read.pages.count() == 3
    written = []

    def hear(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if many:
            written.append(len(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        applying.take(taken_id=read.pk, by=None)
    assert written == [500, 500, 200]
