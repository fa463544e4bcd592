"""Where words of the trail stand a second time: in what imports keep for undo, and in mails about the record.

A redaction empties them with the entry (``redaction.COPIES``).
"""

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model
from post_office.models import Email

from portal.audit import redaction
from portal.audit.models import Entry
from portal.imports import pages
from portal.imports.models import ImportPage, TakenImport
from portal.imports.sources import SOURCES
from portal.mail import forgetting
from portal.mail.models import Mail

KEYS = ("uid", "source_id")
"""Fields by which files name a row, beside its key."""


def empty_imports(entry: Entry) -> int:
    """Empties what imports keep of the record's row. Such an import is undone no more: the row differs from then on."""
    words, keys, emptied = redaction.words_of(entry), _keys(entry), 0
    for model, key in _owners(entry):
        emptied += _empty_pages(model, {key}, words)
    taken = TakenImport.objects.select_for_update().filter(model=entry.object_type)
    for each in taken.iterator(chunk_size=10):
        rows = [_without(row, words) if str(row["pk"]) in keys else row for row in each.rows]
        if rows != each.rows:
            each.rows = rows
            each.save(update_fields=["rows"])
            emptied += 1
    return emptied + _empty_pages(entry.object_type, keys, words)


def _empty_pages(model: str, keys: Collection[str], words: Collection[str]) -> int:
    emptied = 0
    for stored in ImportPage.objects.select_for_update().filter(taken__model=model).iterator(chunk_size=10):
        page = pages.Page.unpack(bytes(stored.content))
        rows_of = [row._replace(**_without(row._asdict(), words)) if row.key in keys else row for row in page.rows]
        if rows_of != page.rows:
            page.rows = rows_of
            stored.content = page.pack()
            stored.save(update_fields=["content"])
            emptied += 1
    return emptied


def delete_mails(entry: Entry) -> int:
    """Deletes mails about the record that say one of the words; those that were sent are in other hands."""
    words = redaction.words_of(entry)
    about = Mail.objects.filter(about=f"{entry.object_type}:{entry.object_id}").select_related("email")
    found = [mail.pk for mail in about if any(word in _text(mail.subject, mail.email) for word in words)]
    return forgetting.delete(Mail.objects.filter(pk__in=found))


def _text(subject: str, email: Email | None) -> str:
    parts = [subject]
    if email:
        parts += [email.subject, email.message, email.html_message, str(email.context or "")]
    return "\n".join(parts)


def _owners(entry: Entry) -> Iterator[tuple[str, str]]:
    """The records on which this one hangs, whose rows in files hold its values: model, and key in files."""
    for source in SOURCES.values():
        if field := source.hung.get(entry.object_type):
            model = source().model
            record = _record(entry)
            pk = getattr(record, f"{field}_id") if record else entry.after.get(field) or entry.before.get(field)
            for owner in model._default_manager.filter(pk=pk):
                yield model._meta.label_lower, str(getattr(owner, KEYS[0]))


def _keys(entry: Entry) -> set[str]:
    """What the record is called in files; of one that is gone, its key alone."""
    record = _record(entry)
    return {entry.object_id, *(str(getattr(record, field)) for field in KEYS if hasattr(record, field))}


def _record(entry: Entry) -> Model | None:
    app, _, name = entry.object_type.partition(".")
    if not entry.object_id or name not in apps.all_models.get(app, {}):
        return None
    found: Model | None = apps.get_model(app, name)._default_manager.filter(pk=entry.object_id).first()
    return found


def _without(value: Any, words: Collection[str]) -> Any:
    """The same, with ``EMPTIED`` for each text that holds one of the words."""
    match value:
        case str():
            return redaction.EMPTIED if any(word in value for word in words) else value
        case dict():
            return {name: _without(each, words) for name, each in value.items()}
        case list() | tuple():
            return [_without(each, words) for each in value]
        case _:
            return value


redaction.COPIES["imports"] = empty_imports
redaction.COPIES["mails"] = delete_mails
