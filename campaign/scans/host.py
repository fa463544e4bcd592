"""What every web host does for itself, again and again: its journal, and the files that its pages are made from."""

import datetime as dt

from campaign.scans import fold, journal, operators, retired, targets
from outreach.channels import local_copy


def tend(*, through: dt.date | None = None) -> fold.Folded:
    """Folds the journal through a day (yesterday, if not given) and refreshes what the request path reads.

    Help before counts: a fold that fails leaves fresh lines behind it. Raises ``DatabaseError``
    or ``OSError``; whatever wasn't done is done the next time.
    """
    journal.tend(journal.folder())
    local_copy.refresh()
    for part in (retired, targets, operators):
        part.refresh()
    return fold.fold(through=through)
