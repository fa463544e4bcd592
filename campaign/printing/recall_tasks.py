"""Makes the papers of a recall: thousands of posters to take down take longer than a page may."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.db import transaction

from campaign.printing import recall, recall_papers
from campaign.printing.models import Print, RecallPaper
from outreach.channels.models import Channel
from outreach.channels.succession import in_place_of
from portal.files.models import StoredFile
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.jobs.runners import Progress
from portal.people.models import User
from portal.typesetting import TypesettingError

KIND: Final = "printing.recall_papers"
ALL: Final = "recall.zip"
"""All papers of a recall in one file."""

_CSV: Final = "text/csv; charset=utf-8"
_PDF: Final = "application/pdf"


def ask_for_papers(*, channel: Channel, by: User | None) -> Job:
    """Queues the job that makes them as things stand then; one that waits or runs already will do."""
    with transaction.atomic():
        # Two who ask at once get the same job.
        Channel.objects.select_for_update().get(pk=channel.pk)
        asked = papers_job(channel)
        if asked and not asked.is_over:
            return asked
        return enqueue(kind=KIND, params={"channel": channel.pk}, unit="files", by=by)


def papers_job(channel: Channel) -> Job | None:
    """The newest job that makes, or made, the papers of a channel's recall."""
    return Job.objects.filter(kind=KIND, params__channel=channel.pk).order_by("-pk").first()


@runners.runner(KIND)
def run(progress: Progress, *, channel: int) -> dict[str, Any]:
    """Makes lists and stickers, one file after the other; those that an earlier run stored stay."""
    job = progress.job
    row = Channel.objects.select_related("area", "replaced_by").get(pk=channel)
    posters = recall.to_take_down(row)
    planned = _planned(row, posters, made_at=job.created_at)
    have = {paper.name: paper.file for paper in RecallPaper.objects.filter(job=job).select_related("file")}
    progress.start(total=len(planned) + 1, done=len(have))
    for name, content_type, build in planned:
        if name not in have:
            try:
                content = build()
            except TypesettingError as error:
                raise runners.Refused(f"{name} cannot be set. {error}") from error
            have[name] = _store(job, row, name, content, content_type)
            progress.advance(1, name)
    if ALL not in have:
        _store(job, row, ALL, _zip(have, job.created_at), "application/zip")
        progress.advance(1, ALL)
    return {"posters": len(posters), "files": len(planned)}


def _planned(
    channel: Channel, posters: Sequence[Print], *, made_at: dt.datetime
) -> list[tuple[str, str, Callable[[], bytes]]]:
    found = recall.carrying(channel)
    planned: list[tuple[str, str, Callable[[], bytes]]] = [
        (recall_papers.TABLE, _CSV, partial(recall_papers.table, posters))
    ]
    planned += [
        (
            each.file_name,
            _PDF,
            partial(recall_papers.printable, channel, each, posters=len(posters), made_at=made_at),
        )
        for each in recall_papers.lists(posters)
    ]
    if in_place_of(channel):
        planned += [
            (
                name,
                _PDF,
                partial(recall_papers.stickers, channel, found, made_at=made_at, on_letter=on_letter),
            )
            for name, on_letter in ((recall_papers.STICKERS, False), (recall_papers.STICKERS_ON_LETTER, True))
        ]
    return planned


def _store(job: Job, channel: Channel, name: str, content: bytes, content_type: str) -> StoredFile:
    file = StoredFile.objects.put(content, name=name, content_type=content_type)
    RecallPaper.objects.get_or_create(job=job, name=name, defaults={"channel": channel, "file": file})
    return file


def _zip(files: dict[str, StoredFile], made_at: dt.datetime) -> bytes:
    """A list is a megabyte at most, so that all of them fit in memory."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            with file.open() as stored:
                archive.writestr(zipfile.ZipInfo(name, date_time=made_at.timetuple()[:6]), stored.read())
    return whole.getvalue()
