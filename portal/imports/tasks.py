"""The long steps of imports, and tidying up after them."""

from typing import Any

from celery import shared_task
from django.core.files.storage import default_storage

from portal.imports import applying, bulk, drafts, retention, uploads
from portal.imports.models import TakenImport
from portal.imports.problems import FileRefused
from portal.imports.undo import NotPossible
from portal.jobs.runners import Progress, Refused, runner

State = TakenImport.State


@shared_task(name="portal.imports.forget_drafts")
def forget_drafts() -> None:
    """Deletes sheets that nobody confirmed, and the pages of registers' files whose time is over."""
    drafts.forget()
    retention.forget_pages()


@runner(uploads.READ)
def read(progress: Progress, *, taken: int) -> dict[str, Any]:
    """Reads an uploaded file; a run that died begins anew. The file goes as soon as it was read."""
    row = TakenImport.objects.get(pk=taken)
    if row.state != State.READING:
        # A run before this one got so far, and died before it could delete the file.
        uploads.clear_up(row)
        return dict(row.counts)
    progress.start(total=progress.job.total)
    try:
        with default_storage.open(row.draft, "rb") as stream:
            bulk.read(
                taken=row,
                stream=stream,
                tell=progress.advance,
                hold=lambda: progress.reach(lambda: progress.job.done, at_once=True),
            )
    except FileNotFoundError as error:
        TakenImport.objects.filter(pk=taken).update(state=State.REFUSED, failure="The file is gone: upload it again.")
        raise Refused("The file is gone: upload it again.") from error
    except FileRefused as told:
        raise Refused(str(told)) from told
    finally:
        uploads.clear_up(row)
    return dict(row.counts)


@runner(uploads.TAKE)
def take(progress: Progress, *, taken: int) -> dict[str, Any]:
    """Stores what was read, in one transaction: a run that died left nothing."""
    progress.start(total=0)
    try:
        return dict(applying.take(taken_id=taken, by=progress.job.created_by).counts)
    except NotPossible as told:
        TakenImport.objects.filter(pk=taken, state=State.TAKING).update(state=State.READ, failure=str(told)[:300])
        raise Refused(str(told)) from told


@runner(uploads.UNDO)
def undo(progress: Progress, *, taken: int) -> dict[str, Any]:
    """Puts everything back, in one transaction."""
    progress.start(total=0)
    try:
        done = applying.undo_pages(taken_id=taken, by=progress.job.created_by)
    except NotPossible as told:
        TakenImport.objects.filter(pk=taken, state=State.UNDOING).update(state=State.TAKEN, failure=str(told)[:300])
        raise Refused(str(told)) from told
    return {"restored": done.restored, "removed": done.removed}
