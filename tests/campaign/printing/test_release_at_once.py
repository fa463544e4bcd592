"""Several who release a batch at the same moment."""

from functools import partial

import pytest

from campaign.posters.models import Design, Sheet
from campaign.printing import releases
from campaign.printing.models import Batch
from campaign.printing.releases import NotPossible
from portal.audit.models import Entry
from portal.jobs.models import Job
from portal.people.roles import Role
from tests.campaign.posters.test_at_once import at_once, on_disk
from tests.campaign.printing.test_release import MakeUser
from tests.outreach import factories

__all__ = ["on_disk"]


@pytest.fixture
def finished(transactional_db: None, user_with: MakeUser) -> Batch:
    """Waits for its release. Made of nothing: what the migrations brought in is gone after the first such test."""
    return Batch.objects.create(
        season=factories.season_ahead(),
        design=Design.objects.create(slug="plain", name="Plain", state="draft", author=user_with(Role.DESIGNER)),
        sheet=Sheet.objects.create(slug="card", name="Card", width=5, height=7, unit="in"),
        job=Job.objects.create(kind="printing.batch", state=Job.State.DONE),
        title="Mississippi",
        printed_address="https://go.example.gov",
        created_by=user_with(Role.COORDINATOR),
    )


@pytest.mark.django_db(transaction=True)
def test_approvers_at_once_are_one_release(finished: Batch, user_with: MakeUser) -> None:
    """Those who waited for the row are told who was first, by what the row says now."""
    people = [user_with(Role.APPROVER) for _ in range(6)]
    answers = at_once([partial(releases.release, batch_id=finished.pk, by=person) for person in people])
    (made,) = [answer for answer in answers if isinstance(answer, Batch)]
    refused = [str(answer) for answer in answers if isinstance(answer, NotPossible)]
    assert refused == [f"{made.released_by} released it already."] * 5
    assert Entry.objects.filter(verb="released").count() == 1
