"""What is forgotten of plans, and what stays."""

import datetime as dt

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from outreach.seminars.models import BookedInstant, PlanVersion
from outreach.seminars.plans import editing as plan_editing
from outreach.seminars.plans import problem_files
from outreach.seminars.plans import retention as plan_retention
from outreach.seminars.scheduling.model import Campaign, Problem
from portal.files.models import StoredFile
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=plan_retention.KEPT_DAYS + 1)


def draft(season: Season) -> PlanVersion:
    """A plan with a problem of its own."""
    count = PlanVersion.objects.count() + 1
    problem = Problem(f"plan {count}", Campaign(season.starts_on, season.ends_on), (), ())
    file = problem_files.store(problem, name="problem.json.gz")
    return PlanVersion.objects.create(season=season, number=count, state="draft", problem=file)


def test_discarded_plan_goes_with_its_problem_and_others_stay(
    ahead: Season, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    wanted, unwanted = draft(ahead), draft(ahead)
    plan_editing.discard(plan_id=unwanted.pk, by=None)
    path = unwanted.problem.path if unwanted.problem else ""
    assert plan_retention.forget() == 0
    with django_capture_on_commit_callbacks(execute=True):
        plan_retention.forget(today=timezone.localdate() + LATER)
    assert list(PlanVersion.objects.all()) == [wanted]
    assert StoredFile.objects.filter(pk=wanted.problem_id or 0).exists()
    assert not StoredFile.objects.filter(pk=unwanted.problem_id or 0).exists()
    assert not default_storage.exists(path)
    assert wanted.problem is not None
    assert default_storage.exists(wanted.problem.path)


def test_problem_stays_while_a_copy_stands_on_it(ahead: Season) -> None:
    first = draft(ahead)
    copy = plan_editing.copy(plan_id=first.pk, by=None)
    plan_editing.discard(plan_id=first.pk, by=None)
    plan_retention.forget(today=timezone.localdate() + LATER)
    assert list(PlanVersion.objects.all()) == [copy]
    assert StoredFile.objects.filter(pk=copy.problem_id or 0).exists()


def test_time_that_is_over_is_forgotten(ahead: Season) -> None:
    robin = rows.offers()
    event = factories.seminar(season=ahead, presenter=robin)
    mark = int((timezone.now() - LATER).timestamp()) // 300
    BookedInstant.objects.create(presenter=robin, seminar=event, mark=mark - 300, part="seminar")
    kept = BookedInstant.objects.create(presenter=robin, seminar=event, mark=mark + 90_000, part="seminar")
    plan_retention.forget()
    assert list(BookedInstant.objects.all()) == [kept]
