"""A register's file on its way: uploaded, read, looked at, taken or dropped, and taken back. Jobs do the long steps."""

from pathlib import PurePath
from typing import Final
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from portal.audit import trail
from portal.imports.drafts import FOLDER
from portal.imports.models import TakenImport
from portal.imports.sources import Source
from portal.imports.undo import NotPossible
from portal.jobs.models import Job
from portal.jobs.queue import ask, enqueue
from portal.people.models import User

READ: Final = "imports.read"
TAKE: Final = "imports.take"
UNDO: Final = "imports.undo"

State = TakenImport.State


def begin(
    *, resource: type[Source], file: "File[bytes]", file_name: str, edition: int | None, by: User | None
) -> TakenImport:
    """Keeps the file until a job has read it. Nothing of what it holds is stored in the register yet."""
    draft = default_storage.save(f"{FOLDER}/{uuid4()}", file)
    try:
        with transaction.atomic():
            taken = note(resource=resource, file_name=file_name, edition=edition, by=by, draft=draft)
            taken.job = enqueue(kind=READ, params={"taken": taken.pk}, total=file.size, unit="bytes", by=by)
            taken.save(update_fields=["job"])
    except BaseException:
        default_storage.delete(draft)
        raise
    return taken


def note(
    *, resource: type[Source], file_name: str, edition: int | None, by: User | None, draft: str = ""
) -> TakenImport:
    """An import that is being read, and says so in the trail."""
    taken = TakenImport.objects.create(
        state=State.READING,
        kind=resource.kind,
        model=resource().model._meta.label_lower,
        file_name=PurePath(file_name).name[:200],
        edition=edition,
        by=by,
        draft=draft,
    )
    trail.record(actor=by, verb="uploaded", target=taken, after={"kind": taken.kind, "file_name": taken.file_name})
    return taken


def take(*, taken_id: int, by: User | None) -> TakenImport:
    """Has a job store what was read. Raises ``NotPossible``."""
    return _ask(taken_id=taken_id, by=by, source=State.READ, goal=State.TAKING, job=TAKE)


def undo(*, taken_id: int, by: User | None) -> TakenImport:
    """Has a job put everything back. Raises ``NotPossible``."""
    return _ask(taken_id=taken_id, by=by, source=State.TAKEN, goal=State.UNDOING, job=UNDO)


def again(*, taken_id: int, by: User | None) -> TakenImport:
    """Has a job read a file whose reading was cut off. Raises ``NotPossible``."""
    return _ask(taken_id=taken_id, by=by, source=State.REFUSED, goal=State.READING, job=READ)


def drop(*, taken_id: int, by: User | None) -> TakenImport:
    """Forgets what was read, or stops the reading. Raises ``NotPossible`` of what is taken, or on its way."""
    with transaction.atomic():
        taken = _settled(TakenImport.objects.select_for_update().get(pk=taken_id))
        if taken.state not in {State.READING, State.READ, State.REFUSED}:
            raise NotPossible(f"{taken} is {taken.get_state_display().lower()}: only what waits can be dropped.")
        if taken.state == State.READING and taken.job:
            ask(taken.job, Job.State.CANCELLED, by=by)
        taken.pages.all().delete()
        before, taken.state = str(taken.state), State.DROPPED
        taken.save(update_fields=["state"])
        trail.record(actor=by, verb="dropped", target=taken, before={"state": before}, after={"state": taken.state})
        transaction.on_commit(lambda: forget_draft(taken))
    return taken


def forget_draft(taken: TakenImport) -> None:
    """Deletes the uploaded file, which is not kept."""
    if taken.draft:
        default_storage.delete(taken.draft)
        TakenImport.objects.filter(pk=taken.pk).update(draft="")
        taken.draft = ""


def clear_up(taken: TakenImport) -> None:
    """Deletes the file once it was read or dropped, and what a reading wrote that didn't hear yet of the drop."""
    taken.refresh_from_db(fields=["state", "draft"])
    if taken.state != State.READING:
        forget_draft(taken)
    if taken.state == State.DROPPED:
        taken.pages.all().delete()


def _ask(*, taken_id: int, by: User | None, source: State, goal: State, job: str) -> TakenImport:
    try:
        with transaction.atomic():
            taken = _settled(TakenImport.objects.select_for_update().get(pk=taken_id))
            if taken.state != source:
                raise NotPossible(f"{taken} is {taken.get_state_display().lower()} by now.")
            if goal == State.READING and not (taken.draft and default_storage.exists(taken.draft)):
                raise NotPossible(f"The file {taken.file_name} is no longer kept: upload it again.")
            for other in TakenImport.objects.filter(model=taken.model, state__in=[State.TAKING, State.UNDOING]):
                _settled(other)
            taken.state, taken.failure = goal, ""
            size = default_storage.size(taken.draft) if goal == State.READING else 0
            unit = "bytes" if size else "rows"
            taken.job = enqueue(kind=job, params={"taken": taken.pk}, total=size, unit=unit, by=by)
            taken.save(update_fields=["state", "failure", "job"])
    except IntegrityError as error:
        raise NotPossible("Another import of the same kind is being taken or undone: wait until it is done.") from error
    return taken


def _settled(taken: TakenImport) -> TakenImport:
    """Where a job ended without a word, the state that it left behind is mended."""
    if taken.standing != taken.state:
        taken.state = taken.standing
        taken.save(update_fields=["state"])
    return taken
