"""What is due goes, every night. One table that fails holds up no other."""

import datetime as dt
import logging

from django.utils import timezone

from portal.audit import trail
from portal.keeping import register

log = logging.getLogger(__name__)


class NotAllForgotten(Exception):
    """Some tables could not be forgotten; the text names them. The next night tries again."""


def forget(*, now: dt.datetime | None = None) -> dict[str, int]:
    """Forgets all that is due; returns how many rows went, by table. To run it twice is to run it once.

    The trail says how many rows of a table went, never whose. Raises ``NotAllForgotten`` after all tables had their turn.
    """
    now = now or timezone.now()
    gone, failed = {}, []
    for rule in register.rules():
        if rule.forget is None:
            continue
        try:
            gone[rule.model] = rule.forget(now)
        except Exception as error:
            # The error's own words may hold the very row that should go.
            log.error("%s was not forgotten: %s", rule.model, type(error).__name__)
            failed.append(rule.model)
            continue
        if count := gone[rule.model]:
            trail.record(actor=None, verb="forgot", target=None, label=f"{rule.model}: {count}", after={"rows": count})
    if failed:
        raise NotAllForgotten(", ".join(failed))
    return gone
