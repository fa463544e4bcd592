"""What an event is called where others may look: tabs, link previews, pictures.

A phone shows these to whoever holds it. So none of them tells what the campaign is about; the page itself does.
"""

from django.utils.translation import gettext as _

from outreach.seminars.models import Seminar
from portal.pages.checks import TELLING


def neutral(words: str) -> str:
    """The words, or nothing where one of them tells."""
    return "" if TELLING.search(words) else words


def title(event: Seminar) -> str:
    """The title, or ``Event, Tue 12 Jan``."""
    return neutral(event.title) or _("Event, %(day)s") % {"day": event.short_day}


def described(event: Seminar) -> str:
    """When and where it is, or at least when."""
    return neutral(event.when) or event.day


def day(event: Seminar) -> str:
    """The day as a line of its own begins: ``Martes 12 de enero de 2027``."""
    return event.day[:1].upper() + event.day[1:]


def place(event: Seminar) -> str:
    """Where to go, as a line: ``Library, Jackson, Mississippi``."""
    if event.is_virtual:
        return _("By video")
    return ", ".join(filter(None, (neutral(event.venue), neutral(event.place))))
