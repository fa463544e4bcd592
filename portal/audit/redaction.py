"""Empties an entry that says what it should not. The row and the chain stay; two persons do it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.audit import finding, trail
from portal.audit.models import Entry, Redaction
from portal.audit.verifying import REDACTED

if TYPE_CHECKING:
    from portal.people.models import User

State = Redaction.State
EMPTIED: Final = "(redacted)"
ERASED: Final = "Somebody’s data was erased, and this entry seems to say something of them."
BY_PERSON: Final = "the person"
"""Who asked, in the trail, where it was whom the entry speaks of."""
OF_REDACTIONS: Final = frozenset({Entry._meta.label_lower, Redaction._meta.label_lower})
SHORTEST: Final = 4
"""Shorter texts stand everywhere: they tell nothing, and are looked for nowhere."""


class NotPossible(Exception):
    """Why a redaction can't be asked for or decided, in a sentence."""


def words_of(entry: Entry) -> frozenset[str]:
    """What an entry says: its label and every text before and after, but for the shortest."""
    return frozenset(word for word in _texts([entry.object_label, entry.before, entry.after]) if len(word) >= SHORTEST)


def saying(words: Collection[str]) -> list[int]:
    """The keys of entries that say one of the words, as label or value. Reads the whole trail: not under a lock."""
    untouched = Entry.objects.filter(redacted_at=None).exclude(object_type__in=OF_REDACTIONS)
    return list(finding.that_say(untouched, words).order_by("pk").values_list("pk", flat=True))


def ask_for_person(*, entries: Collection[int], by: "User | None") -> int:
    """Asks to empty entries that seem to say something of a person who was erased; returns how many. In the caller's
    transaction.

    ``by``: who of staff erased the person; ``None`` for the person. Somebody else of staff looks, and agrees.
    """
    waiting = set(Redaction.objects.exclude(state=State.REFUSED).values_list("entry", flat=True))
    for entry in Entry.objects.filter(pk__in=set(entries) - waiting).order_by("pk"):
        Redaction.objects.create(entry=entry, reason=ERASED, asked_by=by)
        trail.record(actor=by, verb="asked to redact", target=entry, after={"reason": ERASED})
    return len(set(entries) - waiting)


def empty_admin_log(words: Iterable[str]) -> int:
    """Empties every row of Django's own log that names one of the words; returns how many."""
    said = Q(pk__in=[])
    for word in words:
        said |= Q(object_repr__icontains=word) | Q(change_message__icontains=word)
    return LogEntry.objects.filter(said).update(object_repr=EMPTIED, change_message="")


def ask(*, entry_id: int, reason: str, by: "User") -> Redaction:
    """Asks a second person to empty an entry. Raises ``NotPossible``."""
    reason = reason.strip()
    if not reason:
        raise NotPossible("Say why, without the value itself: the reason is kept.")
    if len(reason) > 200:
        raise NotPossible(f"The reason has {len(reason)} characters: at most 200 are kept.")
    with transaction.atomic():
        entry = Entry.objects.select_for_update().get(pk=entry_id)
        if entry.redacted_at:
            raise NotPossible("This entry is redacted already.")
        if entry.object_type in OF_REDACTIONS:
            raise NotPossible("This entry tells of a redaction: it holds no value, and the chain needs it.")
        if Redaction.objects.filter(entry=entry, state=State.ASKED).exists():
            raise NotPossible("Somebody asked for this already: it waits for a second person.")
        asked = Redaction.objects.create(entry=entry, reason=reason, asked_by=by)
        trail.record(actor=by, verb="asked to redact", target=entry, after={"reason": reason})
    return asked


def approve(*, redaction_id: int, by: "User") -> Entry:
    """Empties the entry and every copy that a room knows of, and says so in the trail. Raises ``NotPossible``."""
    with transaction.atomic():
        asked = _open(redaction_id)
        if asked.asked_by_id == by.pk:
            raise NotPossible("You asked for this yourself: a redaction needs a second person.")
        entry = Entry.objects.select_for_update().get(pk=asked.entry_id)
        fields = sorted({*entry.before, *entry.after})
        copies = {name: count for name, empty in COPIES.items() if (count := empty(entry))}
        entry.object_label, entry.before, entry.after, entry.salt = "", {}, {}, ""
        entry.redacted_at = timezone.now()
        entry.save(update_fields=["object_label", "before", "after", "salt", "redacted_at"])
        _decide(asked, State.DONE, by)
        trail.record(
            actor=by,
            verb=REDACTED,
            target=entry,
            after={
                "fields": fields,
                "asked_by": asked.asked_by_id or BY_PERSON,
                "reason": asked.reason,
                "copies": copies,
            },
        )
    return entry


def refuse(*, redaction_id: int, by: "User") -> None:
    """Leaves the entry as it is; whoever asked may so take the wish back. Raises ``NotPossible``."""
    with transaction.atomic():
        asked = _open(redaction_id)
        _decide(asked, State.REFUSED, by)
        trail.record(actor=by, verb="refused to redact", target=asked.entry)


def _open(redaction_id: int) -> Redaction:
    asked = Redaction.objects.select_for_update().get(pk=redaction_id)
    if asked.state != State.ASKED:
        raise NotPossible(f"This was decided meanwhile: {asked.get_state_display().lower()}.")
    return asked


def _decide(asked: Redaction, state: State, by: "User") -> None:
    asked.state, asked.decided_by, asked.decided_at = state, by, timezone.now()
    asked.save(update_fields=["state", "decided_by", "decided_at"])


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for each in value.values() for text in _texts(each))
        case list():
            yield from (text for each in value for text in _texts(each))


def _admin_log(entry: Entry) -> int:
    """Django's own history of the record, which names it beside every change."""
    app, _, name = entry.object_type.partition(".")
    if not name or not entry.object_id or name not in apps.all_models.get(app, {}):
        return 0
    kind = ContentType.objects.get_by_natural_key(app, name)
    rows = LogEntry.objects.filter(content_type=kind, object_id=entry.object_id).exclude(object_repr=EMPTIED)
    return rows.update(object_repr=EMPTIED, change_message="")


COPIES: dict[str, Callable[[Entry], int]] = {"Django's admin log": _admin_log}
"""Where else an entry's words may stand: each empties its copies and says how many. Rooms above add theirs.

They are asked before the entry is emptied.
"""
