"""Takes a register's file into our schools here and now, as the command does; pages of the admin use jobs."""

from pathlib import Path

from outreach.schools.registers import edition_in
from portal.imports import applying, bulk, uploads
from portal.imports.bulk import BulkResource
from portal.imports.models import TakenImport
from portal.imports.sheets import refused
from portal.people.models import User


def import_schools(
    *,
    path: Path,
    resource: type[BulkResource],
    edition: int | None = None,
    by: User | None = None,
    dry_run: bool = False,
) -> TakenImport:
    """Takes every sound row of the file; unsound ones are counted, and kept with the import's pages.

    With ``dry_run`` no school is stored; the import stays as one that was read, for a day.
    Raises ``FileRefused``: the file as a whole cannot be used, and nothing was stored.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise refused(f"The file cannot be read: {error.strerror or error}.") from error
    with stream:
        taken = uploads.note(
            resource=resource, file_name=path.name, edition=edition if edition else edition_in(path.name), by=by
        )
        bulk.read(taken=taken, stream=stream)
    return taken if dry_run else applying.take(taken_id=taken.pk, by=by)
