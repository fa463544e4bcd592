"""Words and addresses of Today: a number with its noun, a day by its name, a list of the admin with its filters."""

import datetime as dt
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format


def list_of(app: str, model: str, **query: object) -> str:
    """A list's address with its filters."""
    return page_of(f"{app}_{model}_changelist", **query)


def page_of(name: str, **query: object) -> str:
    """An admin page's address; empty where there is no such page."""
    try:
        path = reverse(f"admin:{name}")
    except NoReverseMatch:
        return ""
    return f"{path}?{urlencode(query)}" if query else path


def change_of(app: str, model: str, key: int) -> str:
    """The address of one row; empty where there is no such page."""
    try:
        return reverse(f"admin:{app}_{model}_change", args=[key])
    except NoReverseMatch:
        return ""


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun; ``many`` where an s is not enough."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def is_(number: int) -> str:
    """The verb that fits so many."""
    return "is" if number == 1 else "are"


def has(number: int) -> str:
    """The verb that fits so many."""
    return "has" if number == 1 else "have"


def them(number: int) -> str:
    """The pronoun that fits so many."""
    return "it" if number == 1 else "them"


def they(number: int) -> str:
    """Where so many posters are."""
    return "it hangs" if number == 1 else "they hang"


def day(on: dt.date) -> str:
    """A day by its name: Monday 11 January."""
    return date_format(on, "l j F")
