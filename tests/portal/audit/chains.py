"""A linked trail to tamper with, and what the walk says of it."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, models

from portal.audit import linking, trail
from portal.audit.models import Entry, Link
from portal.audit.verifying import Broken, Mark, Tally, Tampering, walk


def entries(count: int = 9) -> list[Entry]:
    """So many entries that say something, all linked, in order."""
    made = [
        trail.record(actor=None, verb="did", target=None, label=f"Deed {number}", after={"number": number})
        for number in range(count)
    ]
    linking.link()
    return made


def findings(*, marks: Sequence[Mark] = (), since: int = 0) -> list[Broken]:
    """What a walk finds."""
    return list(walk(Tally(), marks=marks, since=since))


def found(*, marks: Sequence[Mark] = ()) -> list[tuple[Tampering, int | None]]:
    """What a walk finds, and at which link."""
    return [(each.what, each.number) for each in findings(marks=marks)]


def past_the_rules(statement: str, *values: str | int) -> None:
    """A statement by somebody who owns the database: no foreign key holds them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


def made_anew() -> None:
    """All links, made again over the entries as they are now: by somebody who knows how we do it."""
    digest = ""
    for number, link in enumerate(Link.objects.select_related("entry").order_by("number"), start=1):
        digest = linking.digest_of(link.entry, number=number, previous=digest, linked_at=link.at)
        Link.objects.filter(pk=link.pk).update(digest=digest)


def back_by(entry: Entry, time: dt.timedelta) -> None:
    """Dates an entry back."""
    Entry.objects.filter(pk=entry.pk).update(at=entry.at - time)


def table(model: type[models.Model]) -> str:
    """The model's table."""
    return model._meta.db_table
