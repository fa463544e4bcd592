"""The register of what is kept of people. Tasks delete by it, a page tells of it, one person's data is found by it.

Every room lists its tables in a module ``keeping`` that the app loads when it is ready. A field that could hold
something of a person and stands in no rule fails a test.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext

Text = Any
"""A text, or one that is translated when it is shown."""

DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One line of the register, as people read it.

    ``days`` is a key of ``settings.KEEP_DAYS``; ``until`` says after what they run, with ``%(days)s``. Without a key
    nothing goes by itself, and ``until`` says when it does.
    """

    key: str
    name: Text
    what: Text
    why: Text
    until: Text
    days: str = ""
    stays: Text = ""
    place: int = 50
    """Order on the page: what people meet first stands first."""

    @property
    def how_long(self) -> str:
        """``30 days after the event``, in the active language."""
        return str(self.until) % {"days": keep_days(self.days)} if self.days else str(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a table holds of people, and what is done with it.

    ``fields``: those that hold something of a person. ``secret``: those among them that nobody is handed, such as
    digests of links. ``forget`` deletes or blanks all that is due at a moment (UTC) and returns how many rows; it may
    run twice. ``find`` returns the rows of one address, ``erase`` deletes or blanks them at once and returns how many.
    Who is erased is erased in ``order``: requests before seminars before bookings, as locks are taken; mails last.
    """

    category: Category
    model: str
    fields: frozenset[str]
    secret: frozenset[str] = frozenset()
    forget: Callable[[dt.datetime], int] | None = None
    find: Callable[[str], QuerySet[Any]] | None = None
    erase: Callable[[str], int] | None = None
    order: int = 50
    also: tuple[Category, ...] = ()
    """Parts of it that go sooner, told as lines of their own."""
    mails_go_with_it: bool = False
    """Mails about its rows are deleted with them, and not before."""

    @property
    def field_names(self) -> list[str]:
        """In order, for pages."""
        return sorted(self.fields)


_rules: Final[dict[str, Rule]] = {}


def add(*rules: Rule) -> None:
    """Lists rules; called once by each room. Raises ``ValueError``: a table is listed twice."""
    for rule in rules:
        if _rules.setdefault(rule.model, rule) is not rule:
            raise ValueError(f"{rule.model} stands in the register already.")


def rules() -> list[Rule]:
    """All rules, in the order in which one person's rows are erased."""
    return sorted(_rules.values(), key=lambda rule: (rule.order, rule.model))


def categories() -> list[Category]:
    """What the public page tells of, each once."""
    found = {category.key: category for rule in rules() for category in (rule.category, *rule.also)}
    return sorted(found.values(), key=lambda category: category.place)


def keep_days(key: str) -> int:
    """For how many days a category is kept (``WAYPOST_KEEP_…``)."""
    days: int = settings.KEEP_DAYS[key]
    return days


def due_before(key: str, now: dt.datetime) -> dt.datetime:
    """What ended before this moment (UTC) has been kept long enough."""
    return now - keep_days(key) * DAY


def exported(rule: Rule, rows: Iterable[Model]) -> list[dict[str, str]]:
    """Rows as the person whom they are of is handed them: every stored field by name but the secret ones."""
    return [
        {
            str(field.verbose_name): _said(row, field.name)
            for field in row._meta.concrete_fields
            if field.name not in rule.secret and not field.primary_key
        }
        for row in rows
    ]


def _said(row: Model, name: str) -> str:
    """A field in words; nothing stored is said as such."""
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if value is None or value == "":
        return gettext("nothing")
    return value.isoformat() if isinstance(value, dt.date) else str(value)
