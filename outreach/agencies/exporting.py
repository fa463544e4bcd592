"""Agencies taken out as a table. The trail tells who took what, before a byte of it leaves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from outreach.agencies.columns import COLUMNS, facts
from outreach.agencies.models import Agency, AgencyQuerySet
from portal.audit import trail
from portal.imports.formats import WRITERS

if TYPE_CHECKING:
    from portal.people.models import User


def export(
    *,
    agencies: AgencyQuerySet,
    file_format: str,
    by: "User | None",
    columns: frozenset[str] | None = None,
    confidential: bool = False,
    filters: Mapping[str, str] | None = None,
) -> bytes:
    """The file: a key of ``WRITERS``, all columns unless some are named, offices above before those beneath.

    With ``confidential`` persons who did not agree to be named and confidential agreements are in it: the caller asks
    who may. ``filters`` are for the trail. Raises ``FileRefused`` for a text that the format cannot hold.
    """
    chosen = [column for column in COLUMNS if columns is None or column.name in columns]
    rows = list(
        facts(Agency.objects.as_tree().filter(pk__in=agencies.order_by().values("pk")), confidential=confidential)
    )
    content = WRITERS[file_format](chosen, rows)
    trail.record(
        actor=by,
        verb="exported",
        target=None,
        after={
            "rows": len(rows),
            "format": file_format,
            "fields": [column.name for column in chosen],
            "confidential": confidential,
            **({"filters": dict(filters)} if filters else {}),
        },
        label="agencies",
    )
    return content
