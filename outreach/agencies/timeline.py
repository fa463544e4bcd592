"""What happened with an agency, newest first: from the trail, mails, notices, notes, tasks and what rooms above add."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone

from outreach.agencies.agreement_models import Agreement, NoticeSent, in_words
from outreach.agencies.desk_models import Note, Participation, Task
from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency, Contact
from portal.audit import showing
from portal.audit.models import Entry
from portal.mail.models import Mail

if TYPE_CHECKING:
    from portal.people.models import User

SYSTEM: Final = "The system"
MOST: Final = 200
"""The newest so many are shown."""
ROWS: Final = (
    ("outreach.agreement", Agreement, "agency__in"),
    ("outreach.participation", Participation, "agency__in"),
    ("outreach.contact", Contact, "agency__in"),
    ("outreach.logo", Logo, "agency__in"),
    ("outreach.logopermission", LogoPermission, "logo__agency__in"),
)
NAMES: Final = {
    "agency": "Record", "agreement": "Agreement", "participation": "Season", "contact": "Contact", "logo": "Logo",
    "logopermission": "Logo permission",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened."""

    at: dt.datetime
    kind: str
    says: str
    who: str
    detail: str = ""


Source = Callable[[Collection[int], "User"], Iterable[Happening]]
SOURCES: Final[list[Source]] = []
"""What a room above knows of agencies, by their keys, as far as an account may see it; each reads in one statement."""


def of(agency: Agency, *, reader: "User") -> list[Happening]:
    """The newest happenings of an agency and of what was merged into it; one statement a kind, for any number.

    Only what ``reader`` may see: each kind of row asks for the permission to view it, and people of partners are named
    to those alone who may read the trail.
    """
    may = reader.has_perm
    keys = [agency.pk, *merged_into(agency)]
    rows = {"outreach.agency": list(map(str, keys))}
    for label, model, path in ROWS:
        if may(label.replace(".", ".view_")):
            found_keys = model._default_manager.filter(**{path: keys}).order_by().values_list("pk", flat=True)
            rows[label] = list(map(str, found_keys))
    found = [*_told(rows, reader), *_notices(keys, reader)]
    if may("portal.view_mail"):
        found += _mailed(rows, reader)
    if may("outreach.view_note"):
        found += _noted(keys)
    for source in SOURCES:
        found += source(keys, reader)
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST]


def _told(rows: Mapping[str, list[str]], reader: "User") -> Iterator[Happening]:
    asked = reduce(or_, (Q(object_type=label, object_id__in=keys) for label, keys in rows.items()))
    for entry in Entry.objects.filter(asked).select_related("actor").order_by("-id")[:MOST]:
        yield Happening(
            entry.at,
            NAMES[entry.object_type.partition(".")[2]],
            "redacted" if entry.redacted_at else f"{entry.object_label} {entry.verb}".strip(),
            showing.called(entry.actor, reader=reader, nobody=SYSTEM),
            ", ".join(sorted({*entry.before, *entry.after})[:6]) if entry.verb == "changed" else "",
        )


def _mailed(rows: Mapping[str, list[str]], reader: "User") -> Iterator[Happening]:
    about = [f"{label}:{key}" for label, keys in rows.items() for key in keys]
    for mail in Mail.objects.filter(about__in=about).select_related("by", "email").order_by("-id")[:MOST]:
        by = showing.called(mail.by, reader=reader, nobody=SYSTEM)
        yield Happening(mail.created_at, "Mail", mail.subject, by, mail.stands.lower())


def _notices(keys: Collection[int], reader: "User") -> Iterator[Happening]:
    of_these = Q(pk__in=[])
    if reader.has_perm("outreach.view_agreement"):
        of_these |= Q(agreement__agency__in=keys)
    if reader.has_perm("outreach.view_logopermission"):
        of_these |= Q(permission__logo__agency__in=keys)
    sent = NoticeSent.objects.filter(of_these).select_related("agreement", "permission__logo")
    for notice in sent.order_by("-id")[:MOST]:
        what = notice.agreement.title if notice.agreement else f"Permission for “{notice.permission.logo.name}”"  # type: ignore[union-attr]  # one of the two
        at = dt.datetime.combine(notice.sent_on, dt.time(), tzinfo=timezone.get_current_timezone())
        left = f"{notice.days} days ahead" if notice.days else "on its last day"
        yield Happening(at, "Notice", f"{what}: notice {left} of {in_words(notice.of_day)}", SYSTEM)


def _noted(keys: Collection[int]) -> Iterator[Happening]:
    for note in Note.objects.filter(agency__in=keys).select_related("author")[:MOST]:
        yield Happening(note.created_at, "Note", note.body, str(note.author))
    for task in Task.objects.filter(agency__in=keys, done_at__isnull=False).select_related("done_by")[:MOST]:
        assert task.done_at
        yield Happening(task.done_at, "Task", f"Done: {task.what}", str(task.done_by))


def merged_into(agency: Agency) -> list[int]:
    """The keys of all records that were merged into an agency, also by way of another one."""
    found: list[int] = []
    reached = [agency.pk]
    while reached := list(
        Agency.objects.filter(merged_into__in=reached).exclude(pk__in=[agency.pk, *found]).values_list("pk", flat=True)
    ):
        found += reached
    return found
