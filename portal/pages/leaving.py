"""“Exit this page”, on every public page.

A plain link that needs no script. With ``static/js/exit.js`` it hides the page at once, replaces it in the
tab's history, and follows the Shift key pressed three times, as in the GOV.UK Design System. It clears no
history; the safety page says so.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Exit:
    """Where the link leads, and the words round it: ``more2`` and ``more1`` are told as Shift is pressed."""

    address: str
    text: str
    keys: str
    more2: str
    more1: str
    late: str
    leaving: str


def in_this_language() -> Exit:
    """The exit in the language of the request."""
    return Exit(
        address=settings.EXIT_ADDRESS,
        text=gettext("Exit this page"),
        keys=gettext("Or press the Shift key 3 times."),
        more2=gettext("Shift, press 2 more times to exit."),
        more1=gettext("Shift, press 1 more time to exit."),
        late=gettext("Exit this page: time ran out. Start again."),
        leaving=gettext("Loading"),
    )
