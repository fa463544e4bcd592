"""Pages of registers' files go when nobody needs them any more."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.imports import tasks
from portal.imports.models import ImportPage, TakenImport
from portal.jobs.models import Job
from portal.seasons.models import Season

pytestmark = pytest.mark.django_db
State = TakenImport.State


def an_import(state: State, *, days: float, **fields: object) -> TakenImport:
    """One with a page, from so many days ago."""
    taken = TakenImport.objects.create(state=state, kind="schools.ccd", model="outreach.school", file_name="a.csv")
    at = timezone.now() - dt.timedelta(days=days)
    undone = at if state == State.UNDONE else None
    TakenImport.objects.filter(pk=taken.pk).update(taken_at=at, undone_at=undone, **fields)
    ImportPage.objects.create(taken=taken, number=0, content=b"")
    return taken


def is_kept(taken: TakenImport) -> bool:
    taken.refresh_from_db()
    return bool(taken.pages.exists())


@pytest.mark.parametrize("state", [State.READ, State.REFUSED, State.DROPPED, State.UNDONE])
def test_pages_of_what_is_not_taken_go_after_a_day(state: State) -> None:
    fresh, old = an_import(state, days=0.9), an_import(state, days=1.1)
    tasks.forget_drafts()

    assert is_kept(fresh)
    assert not is_kept(old)
    assert old.state == (State.DROPPED if state == State.READ else state)


def test_pages_of_what_was_taken_go_once_its_season_is_over(season: Season) -> None:
    this, before = an_import(State.TAKEN, days=2), an_import(State.TAKEN, days=800)
    Season.objects.filter(pk=season.pk).update(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    ended = timezone.localdate() - dt.timedelta(days=700)
    Season.objects.create(
        year=season.year - 2,
        starts_on=ended,
        ends_on=ended,
        approve_by=ended,
        print_by=ended,
        ship_by=ended,
        hang_by=ended,
    )
    tasks.forget_drafts()
    assert (is_kept(this), is_kept(before)) == (True, False)

    Season.objects.filter(pk=season.pk).update(
        starts_on=timezone.localdate() - dt.timedelta(days=1), ends_on=timezone.localdate() - dt.timedelta(days=1)
    )
    tasks.forget_drafts()
    assert not is_kept(this)
    assert this.state == State.TAKEN


@pytest.mark.parametrize(
    ("state", "job", "kept"),
    [
        (State.READING, Job.State.FAILED, False),
        (State.READING, Job.State.QUEUED, True),
        (State.TAKING, Job.State.CANCELLED, False),
        (State.TAKING, Job.State.QUEUED, True),
        (State.UNDOING, Job.State.FAILED, True),
    ],
)
def test_what_a_job_left_behind_is_dropped_after_a_day_and_what_moves_is_not(
    state: State, job: Job.State, kept: bool
) -> None:
    path = default_storage.save("drafts/some", BytesIO(b"a"))
    taken = an_import(state, days=2, job=Job.objects.create(kind="imports.read", state=job), draft=path)
    tasks.forget_drafts()

    assert is_kept(taken) is kept
    assert default_storage.exists(path) is kept
    assert taken.state == (state if kept else State.DROPPED)
