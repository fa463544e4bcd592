"""What is kept of people at partner agencies: contacts, what staff noted, signed papers."""

import datetime as dt
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.agencies import import_keeping, placing
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Note, Task
from outreach.agencies.models import Agency, Contact
from portal.audit import trail
from portal.files.models import StoredFile
from portal.imports.models import ImportPage
from portal.keeping import register
from portal.keeping.register import Category, Rule

CONTACTS = Category(
    key="contacts",
    place=22,
    name=_("Contacts at partner agencies"),
    what=_("Role, and where an agency named one, a person’s name, address and telephone."),
    why=_("To know whom to ask at an agency. Lists for the public show roles, never persons."),
    days="contacts",
    until=_("%(days)s days after the agency stopped working with the campaign; at once when the person asks."),
)
NOTES = Category(
    key="notes",
    place=23,
    name=_("Notes on partner agencies"),
    what=_("What staff noted of an agency, and what they meant to do."),
    why=_("So that whoever takes over knows what was agreed."),
    days="notes",
    until=_("%(days)s days after they were written; a task, after it was done."),
)
PAPERS = Category(
    key="agreements",
    place=24,
    name=_("Agreements with partner agencies"),
    what=_("The signed paper with the names on it, and why an agreement was ended."),
    why=_("To show what was agreed, and who signed it."),
    days="agreements",
    until=_("%(days)s days after the agreement was over."),
)


def forget_contacts(now: dt.datetime) -> int:
    """Deletes contacts of agencies that were retired long enough ago."""
    return Contact.objects.filter(agency__retired_at__lt=register.due_before("contacts", now)).delete()[0]


def forget_notes(now: dt.datetime) -> int:
    """Deletes notes that are old enough."""
    return Note.objects.filter(created_at__lt=register.due_before("notes", now)).delete()[0]


def forget_tasks(now: dt.datetime) -> int:
    """Deletes tasks that were done long enough ago."""
    return Task.objects.filter(done_at__lt=register.due_before("notes", now)).delete()[0]


def forget_agreements(now: dt.datetime) -> int:
    """Deletes agreements that have been over for long enough, with their papers."""
    last = timezone.localdate(register.due_before("agreements", now))
    with transaction.atomic():
        # Agencies before agreements, as a merge locks them.
        placing.lock()
        over = Agreement.objects.select_for_update().filter(Q(expires_on__lt=last) | Q(ended_on__lte=last))
        papers = dict(over.values_list("pk", "document"))
        _keep_blocking(list(papers))
        Agreement.objects.filter(renews__in=papers).update(renews=None)
        Agreement.objects.filter(pk__in=papers).delete()
        _delete_papers(list(papers.values()))
    return len(papers)


def _keep_blocking(keys: list[int]) -> None:
    """What an expired agreement blocks stays so without it: the agency needs another one."""
    left = Agency.objects.filter(agreements__in=Agreement.objects.co_branding().filter(pk__in=keys))
    for agency in left.filter(needs_agreement=False).distinct():
        before = trail.snapshot(agency)
        agency.needs_agreement = True
        agency.save(update_fields=["needs_agreement"])
        trail.record(actor=None, verb="needs an agreement", target=agency, before=before, after=trail.snapshot(agency))


def contacts_of(address: str) -> QuerySet[Contact]:
    """Contacts with an address."""
    return Contact.objects.filter(email__iexact=address)


def notes_on(address: str) -> QuerySet[Note]:
    """Notes that name an address, or the person whom an agency gave it for."""
    return Note.objects.filter(_mentions(address, "body"))


def tasks_on(address: str) -> QuerySet[Task]:
    """Tasks that name an address, or the person whom an agency gave it for."""
    return Task.objects.filter(_mentions(address, "what"))


def _mentions(address: str, field: str) -> Q:
    found = Q(**{f"{field}__icontains": address})
    for agency, name in contacts_of(address).exclude(name="").values_list("agency", "name"):
        found |= Q(agency=agency, **{f"{field}__icontains": name})
    return found


def _erase(rows: QuerySet[Contact] | QuerySet[Note] | QuerySet[Task]) -> int:
    """Deletes rows one by one, each with its entry in the trail."""
    found: list[Model] = list(rows)
    for row in found:
        trail.record(actor=None, verb="erased", target=row)
        row.delete()
    return len(found)


def _delete_papers(keys: list[int]) -> None:
    """Deletes stored files; their bytes go once that holds, where no other row has the same."""
    files = StoredFile.objects.filter(pk__in=keys)
    paths = {file.sha256: file.path for file in files}
    files.delete()
    for digest in StoredFile.objects.filter(sha256__in=paths).values_list("sha256", flat=True).distinct():
        del paths[digest]
    for path in paths.values():
        transaction.on_commit(partial(default_storage.delete, path))


# Notes before contacts, by whose names they are found.
register.add(
    Rule(
        category=NOTES,
        model="outreach.note",
        fields=Note.NOT_IN_TRAIL,
        secret=frozenset({"author"}),
        forget=forget_notes,
        find=notes_on,
        erase=lambda address: _erase(notes_on(address)),
        order=68,
    ),
    Rule(
        category=NOTES,
        model="outreach.task",
        fields=Task.NOT_IN_TRAIL,
        secret=frozenset({"assigned_to", "done_by"}),
        forget=forget_tasks,
        find=tasks_on,
        erase=lambda address: _erase(tasks_on(address)),
        order=69,
    ),
    Rule(
        category=CONTACTS,
        model="outreach.contact",
        fields=Contact.NOT_IN_TRAIL,
        forget=forget_contacts,
        find=contacts_of,
        erase=lambda address: _erase(contacts_of(address)),
        order=70,
    ),
    Rule(
        category=CONTACTS,
        model="portal.importpage",
        fields=ImportPage.NOT_IN_TRAIL,
        secret=ImportPage.NOT_IN_TRAIL,
        forget=import_keeping.forget,
        find=import_keeping.pages_with,
        erase=import_keeping.erase,
        order=71,
    ),
    Rule(
        category=PAPERS,
        model="outreach.agreement",
        fields=Agreement.NOT_IN_TRAIL,
        forget=forget_agreements,
    ),
)
