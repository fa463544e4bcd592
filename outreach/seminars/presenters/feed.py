"""A presenter's seminars as a calendar to subscribe to.

Whoever runs the calendar reads it, so it says what, when and where: no contact, no word on whom students can go to,
no note, no address of a meeting or of the private page.
"""

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from outreach.seminars import calendar_files
from outreach.seminars.models import Presenter, Seminar
from outreach.seminars.presenters import assignments

EVERY: Final = dt.timedelta(hours=6)
"""How often a calendar should look again."""


def feed(presenter: Presenter, *, now: dt.datetime) -> bytes:
    """The calendar, in the active language. Entries keep their UID; one that went to somebody else is gone."""
    entries = []
    for seminar in assignments.told_to(presenter, now=now):
        where = _("By video: %(place)s") % {"place": seminar.venue or seminar.place} if seminar.is_virtual else ""
        event = calendar_files.entry(seminar, uid=seminar.uid, sequence=seminar.sequence, description=where)
        event.add("status", _status(seminar))
        event.add("class", "PRIVATE")
        entries.append((seminar, event))
    return calendar_files.file(entries, method="PUBLISH", name=_("My seminars"), every=EVERY)


def _status(seminar: Seminar) -> str:
    if seminar.state == Seminar.State.CANCELLED:
        return "CANCELLED"
    stands = seminar.state != Seminar.State.DRAFT and seminar.answer == Seminar.Answer.CONFIRMED
    return "CONFIRMED" if stands or seminar.state == Seminar.State.DONE else "TENTATIVE"
