"""How pages of the admin show entries of the trail."""

from typing import TYPE_CHECKING

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from portal.audit.models import Entry
from portal.audit.trail import Fields

if TYPE_CHECKING:
    from portal.people.models import User

NOBODY = "The system or the public"
OUTSIDER = "Somebody outside the staff"
READS_THE_TRAIL = "portal.view_entry"


def who(entry: Entry) -> str:
    """The account in words, for whoever reads the trail."""
    return str(entry.actor) if entry.actor else NOBODY


def called(account: "User | None", *, reader: "User | None", nobody: str = NOBODY) -> str:
    """An account as ``reader`` may know it: people who work at no desk of ours, partners and presenters, are named
    only to those who may read the trail."""
    if account is None:
        return nobody
    is_told = account.is_staff or (reader is not None and reader.has_perm(READS_THE_TRAIL))
    return str(account) if is_told else OUTSIDER


def field_names(entry: Entry) -> list[str]:
    """The fields that it tells of, in order."""
    return sorted({*entry.before, *entry.after})


def differences(entry: Entry) -> SafeString | str:
    """Each field with its value before and after."""
    if entry.redacted_at:
        return f"Redacted on {entry.redacted_at:%Y-%m-%d}. Another entry says by whom and why."
    rows = ((name, _shown(entry.before, name), _shown(entry.after, name)) for name in field_names(entry))
    return format_html_join("", "<div><b>{}</b>: {} → {}</div>", rows) or "–"


def _shown(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return "nothing" if value in (None, "") else str(value)
