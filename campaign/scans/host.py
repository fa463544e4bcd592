"""What every web host does for itself, again and again: its journal, and the files that its pages are made from."""

import datetime as dt
from collections.abc import Callable

from django.db import DatabaseError

from campaign.scans import fold, journal, operators, retired, targets
from outreach.channels import local_copy


def tend(*, through: dt.date | None = None) -> fold.Folded:
    """Refreshes what the request path reads and folds the journal through a day (yesterday, if not given).

    No part keeps another from being done: with a full disk the lines may stay old, and the fold
    still makes room. Raises the first ``DatabaseError`` or ``OSError``; what wasn't done is done
    the next time.
    """
    parts: tuple[Callable[[], object], ...] = (
        local_copy.refresh,
        retired.refresh,
        targets.refresh,
        operators.refresh,
        lambda: journal.tend(journal.folder()),
    )
    failed: list[DatabaseError | OSError] = []
    for part in parts:
        try:
            part()
        except (DatabaseError, OSError) as error:
            failed.append(error)
    folded = fold.fold(through=through)
    if failed:
        raise failed[0]
    return folded
