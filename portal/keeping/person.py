"""What is kept of one person, found by their address: handed out, or erased, across all rooms at once."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.audit import redaction, trail
from portal.keeping import register
from portal.people.models import User

NAMES = ("name", "contact_name")
"""Fields that hold a person's full name."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one table: the category's name, the table's, and how many."""

    category: str
    table: str
    count: int


def found(address: str) -> list[Found]:
    """Where something of this address is kept, in the register's order; counts alone."""
    rows = []
    for rule in register.rules():
        if rule.find is not None and (count := rule.find(address).count()):
            # Tables of one category that say the same twice (a mail and its note) are told apart by their names.
            table = str(rule.find(address).model._meta.verbose_name_plural)
            rows.append(Found(str(rule.category.name), table, count))
    return rows


def export(*, address: str, by: User | None) -> bytes:
    """All that is kept of an address, as JSON (UTF-8): category, why, until when, and every row.

    ``by``: who of staff took it; None for the person. The trail says that it was taken, not of whom.
    """
    kept: list[dict[str, Any]] = [
        {
            "category": str(rule.category.name),
            "why": str(rule.category.why),
            "kept until": rule.category.how_long,
            "rows": rows,
        }
        for rule in register.rules()
        if rule.find is not None and (rows := register.exported(rule, rule.find(address)))
    ]
    trail.record(
        actor=by, verb="handed out", target=None, label="What is kept of one person", after={"rows": _rows(kept)}
    )
    answer = {"address": address, "made at": timezone.now().isoformat(timespec="seconds"), "kept": kept}
    return json.dumps(answer, ensure_ascii=False, indent=2).encode()


def erase(*, address: str, by: User | None) -> dict[str, int]:
    """Erases all of an address at once, all or nothing; returns how many rows went, by table.

    Bookings of events to come are cancelled and their seats passed on; counts of events that are over stay. Accounts
    stay: whoever manages them closes them. Of entries of the trail that say the address or the name, which should be
    none, somebody is asked to look and agree to empty them. ``by``: who of staff did it; None for the person.
    """
    gone = {}
    words = _words(address)
    # Looked for before anything is locked: the trail is long.
    said = redaction.saying(words)
    with transaction.atomic():
        for rule in register.rules():
            if rule.erase is not None and (count := rule.erase(address)):
                gone[rule.model] = count
        trail.record(actor=by, verb="erased", target=None, label="What was kept of one person", after=dict(gone))
        redaction.ask_for_person(entries=said, by=by)
        redaction.empty_admin_log(words)
    return gone


def _words(address: str) -> set[str]:
    """The address, and the person's full names where tables have them: by these the trail is searched."""
    found = {address}
    for rule in register.rules():
        names = [name for name in NAMES if name in rule.fields]
        if rule.find is not None and names:
            found |= {name for row in rule.find(address).values_list(*names) for name in row if " " in name.strip()}
    return found


def file_name(on: dt.date) -> str:
    """What the download is called; it names nobody."""
    return f"{gettext('your-data')}-{on.isoformat()}.json"


def _rows(kept: list[dict[str, Any]]) -> int:
    return sum(len(part["rows"]) for part in kept)
