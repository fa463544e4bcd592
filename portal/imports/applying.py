"""Takes a read import into its table in one transaction, and takes it back: all rows or none.

Rows go in and back by single statements that say what the row must be before: whoever changed one since makes
the statement miss, and nothing is done. Only the statements themselves hold the write lock of SQLite.
"""

import hashlib
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from portal.audit import trail
from portal.imports import pages
from portal.imports.models import TakenImport
from portal.imports.pages import Kind, Page, Row
from portal.imports.sources import SOURCES, Missed, Source
from portal.imports.statistics import room_for_many_rows, tell_planner
from portal.imports.undo import NotPossible, Undone
from portal.people.models import User

State = TakenImport.State
NAMED = 5


def take(*, taken_id: int, by: User | None) -> TakenImport:
    """Stores what was read, in one transaction. Of an import that is taken already nothing is done.

    Raises ``NotPossible`` where rows were changed since the file was read: nothing has changed then.
    """
    try:
        with room_for_many_rows(), transaction.atomic():
            taken = TakenImport.objects.select_for_update().get(pk=taken_id)
            if taken.state == State.TAKEN:
                return taken
            if taken.state not in {State.READ, State.TAKING}:
                raise NotPossible(f"{taken} is {taken.get_state_display().lower()}: read the file again.")
            if not taken.pages.exists() and any(taken.counts.get(kind, 0) for kind in Kind):
                raise NotPossible("What its rows say is no longer kept: upload the file again.")
            resource = SOURCES[taken.kind]()
            table, digest = resource.writer(by), hashlib.sha256()
            table.make_way((row.key, row.before, row.after) for row in _rows(taken, resource))
            for page in pages.each(taken, hear=digest.update):
                _require_whole(page, resource)
                table.add(row for row in page.rows if row.before is None)
                table.move((row, row.before, row.after) for row in page.rows if row.before is not None)
            taken.state, taken.taken_at, taken.failure = State.TAKEN, timezone.now(), ""
            taken.save(update_fields=["state", "taken_at", "failure"])
            trail.record(
                actor=by,
                verb="imported",
                target=taken,
                after={**taken.counts, "sha256": digest.hexdigest()},
                label=f"{resource.model._meta.verbose_name_plural} from {taken.file_name} ({resource.title})",
            )
            tell_planner(resource.model)
    except Missed as missed:
        told = _in_the_way(TakenImport.objects.get(pk=taken_id), missed, before=True)
        raise NotPossible(f"{told} Nothing was stored: upload the file again.") from None
    return taken


def undo_pages(*, taken_id: int, by: User | None) -> Undone:
    """Puts every row of a taken import back, in one transaction. Of one that is undone already nothing is done.

    What the import made is deleted, or retired where something refers to it. Raises ``NotPossible`` where rows were
    changed since: nothing has changed then.
    """
    try:
        with room_for_many_rows(), transaction.atomic():
            taken = TakenImport.objects.select_for_update().get(pk=taken_id)
            made = taken.counts.get("new", 0)
            done = Undone(
                restored=sum(taken.counts.get(kind, 0) for kind in ("changed", "closed", "reopened")), removed=made
            )
            if taken.state == State.UNDONE:
                return done
            if taken.state not in {State.TAKEN, State.UNDOING}:
                raise NotPossible(f"{taken} is {taken.get_state_display().lower()}: there is nothing to undo.")
            if not taken.pages.exists() and made + done.restored:
                raise NotPossible("What its rows were is no longer kept: this import can't be undone any more.")
            resource = SOURCES[taken.kind]()
            table, now = resource.writer(by), timezone.now()
            table.make_way((row.key, row.after, row.before) for row in _rows(taken, resource))
            for page in pages.each(taken, backwards=True):
                _require_whole(page, resource)
                table.move((row, row.after, row.before) for row in reversed(page.rows) if row.before is not None)
                table.remove([row for row in reversed(page.rows) if row.before is None], now)
            taken.state, taken.undone_at, taken.undone_by = State.UNDONE, now, by
            taken.save(update_fields=["state", "undone_at", "undone_by"])
            trail.record(
                actor=by,
                verb="undid import",
                target=taken,
                after={"restored": done.restored, "removed": done.removed},
            )
            tell_planner(resource.model)
    except Missed as missed:
        told = _in_the_way(TakenImport.objects.get(pk=taken_id), missed, before=False)
        raise NotPossible(f"{told} Nothing was undone.") from None
    return done


def _rows(taken: TakenImport, resource: Source) -> Iterator[Row]:
    for page in pages.each(taken):
        _require_whole(page, resource)
        yield from page.rows


def _require_whole(page: Page, resource: Source) -> None:
    if page.columns != resource.columns:
        raise NotPossible("This file was read by another release of the portal: upload it again.")
    if page.is_redacted:
        raise NotPossible("A value in its rows was redacted since: this import is neither taken nor undone any more.")


def _in_the_way(taken: TakenImport, missed: Missed, *, before: bool) -> str:
    """Which rows are not what they were before the import, or after it."""
    resource = SOURCES[taken.kind]()
    name = resource.columns.index("name") if "name" in resource.columns else None
    others: list[str] = []
    count = 0
    for page in pages.each(taken):
        stored = resource.now(page.rows)
        for row in page.rows:
            said = row.before if before else row.after
            now = stored.get(row.key)
            if now == (None if said is None else tuple(said)):
                continue
            count += 1
            if len(others) < NAMED:
                told = row.after[name] if name is not None else row.key
                wrong = [
                    column
                    for column, one, other in zip(page.columns, now or (), said or (), strict=False)
                    if one != other and column != "search"
                ]
                others.append(f"{told} ({row.key}{': ' + ', '.join(wrong) if wrong else ''})")
    since = "the file was read" if before else "it was taken"
    if not count:
        # Its own rows are as they were: what is around them is not.
        return f"It fits no more since {since}: {missed or 'something that its rows name was changed.'}"
    later = TakenImport.objects.filter(model=taken.model, state=State.TAKEN, pk__gt=taken.pk).exclude(kind="")
    first = later.order_by("-pk").first()
    hint = f" Undo {first.file_name} first, which was taken later." if first and not before else ""
    more = f" and {count - NAMED:,} more" if count > NAMED else ""
    were = "row was" if count == 1 else "rows were"
    return f"{count:,} {were} changed since {since}: {'; '.join(others)}{more}.{hint}"
