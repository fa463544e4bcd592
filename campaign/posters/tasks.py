"""Keeps the gallery and the pictures for posts true, and tries designs."""

from dataclasses import asdict
from typing import Any, Final

from celery import shared_task
from django.utils import timezone

from campaign.posters import events, gallery, social_shelf, trials
from campaign.posters.models import Design
from portal.jobs import runners
from portal.jobs.runners import Progress

#: Posters a call: less than ten seconds, so that whoever prints never waits long for the worker.
AT_ONCE: Final = 50
PICTURES_AT_ONCE: Final = 12


@shared_task(name="campaign.posters.refresh_gallery")
def refresh_gallery() -> None:
    """Makes posters, and then pictures for posts, that are missing or out of date; nothing to do costs a few queries."""
    today = timezone.localdate()
    if gallery.refresh(today, most=AT_ONCE) < AT_ONCE:
        social_shelf.refresh(today, most=PICTURES_AT_ONCE)


@shared_task(name="campaign.posters.issue_codes_of_events")
def issue_codes_of_events() -> None:
    """Gives events that are open and to come the codes of their posters, should the signal have been missed."""
    events.issue_missing()


@runners.runner(trials.KIND)
def try_design(progress: Progress, *, design: int, sha256: str) -> dict[str, Any]:
    """Tries a design as it was when it was asked; one that changed since has a trial of its own."""
    tried = Design.objects.get(pk=design)
    if tried.sha256 != sha256:
        return {"outdated": True}
    progress.start(total=len(trials.suited(tried)) * len(trials.texts_now()))
    findings, posters = trials.run(tried, advance=progress.advance)
    return {"findings": [asdict(finding) for finding in findings], "posters": posters}
