"""The steps in which a school asks: which there are, what stands in each, and the last, where all is read once more.

A page shows the fields of one step and carries the others' hidden, so that each button posts all of the form: nothing
hangs on a script, a session or the order of the pages.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.seminars import windows
from outreach.seminars.form_parts import Section
from outreach.seminars.forms import RequestForm
from portal.areas import clocks

NAMES: Final[Mapping[str, Promise]] = {
    "school": gettext_lazy("Your school"),
    "group": gettext_lazy("The group"),
    "days": gettext_lazy("Days that suit you"),
    "people": gettext_lazy("Who presents, and who looks after students"),
    "contact": gettext_lazy("You and the room"),
    "check": gettext_lazy("Read it once more, and send it"),
}
ORDER: Final = tuple(NAMES)
LAST: Final = ORDER[-1]
UNSEEN: Final = frozenset({"website", "nonce", "school", "reached"})
"""Fields that every page has of its own."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the way: ``Step 2 of 6``. ``may_go``: it was reached before."""

    name: str
    title: str | Promise
    is_here: bool
    may_go: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What one step holds, for reading: pairs of label and words."""

    name: str
    title: str | Promise
    rows: list[tuple[str, str]]


def known(name: str, *, otherwise: str = ORDER[0]) -> str:
    """The step of that name, or another."""
    return name if name in NAMES else otherwise


def number(name: str) -> int:
    """From 1."""
    return ORDER.index(name) + 1


def after(name: str, *, reached: str) -> str:
    """The next step; whoever had come to the last one and went back to change something returns there."""
    return LAST if reached == LAST or name == LAST else ORDER[number(name)]


def further(one: str, other: str) -> str:
    """Whichever of two steps comes later."""
    return max(known(one), known(other), key=ORDER.index)


def progress(at: str, *, reached: str) -> list[Progress]:
    """All steps, and where one is."""
    furthest = number(further(at, reached))
    return [Progress(name, title, name == at, number(name) <= furthest) for name, title in NAMES.items()]


def sections(form: RequestForm, at: str) -> list[Section]:
    """What stands on the page of a step."""
    return [section for section in form.sections() if section.step == at]


def fields(form: RequestForm, at: str) -> set[str]:
    """Names of the fields that stand on the page of a step."""
    return {bound.name for section in sections(form, at) for bound in section.all_fields()}


def first_wrong(form: RequestForm) -> str:
    """The first step in which something is wrong; the first of all if that stands nowhere."""
    wrong = form.errors.keys()
    return next((name for name in ORDER if wrong & fields(form, name)), ORDER[0])


def tell_only(form: RequestForm, names: Collection[str]) -> None:
    """Leaves the errors of some fields, and of the form as a whole: the others' turn comes."""
    for name in form.errors.keys() - set(names) - {NON_FIELD_ERRORS}:
        del form.errors[name]


def carried(form: RequestForm, at: str) -> Iterator[tuple[str, str]]:
    """Name and text of what stands in the other steps, for hidden fields."""
    for name in form.fields.keys() - fields(form, at) - UNSEEN:
        yield from ((name, text) for text in texts(form[name].value()))


def texts(value: Any) -> list[str]:
    """What a field would post; a box that is not ticked posts nothing."""
    values = value if isinstance(value, list | tuple) else [value]
    return ["on" if each is True else str(each) for each in values if each not in (None, False, "")]


def spoken(form: RequestForm, name: str, values: Collection[str]) -> str:
    """The values of a field as the page shows them; what is no choice stays as it was typed."""
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return _("Yes") if values else _("Not yet said")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return ", ".join(labels.get(value, value) for value in values) or _("(empty)")


def review(form: RequestForm) -> Iterator[Answers]:
    """All that was written, step by step; days in words, on the school's own clock, which is named."""
    for name, title in NAMES.items():
        rows: list[tuple[str, str]] = []
        for section in sections(form, name):
            shown = [*section.fields, *(bound for fold in section.folds for bound in fold.fields)]
            for bound in shown:
                values = texts(bound.value())
                if values or bound.field.required:
                    rows.append((str(bound.label), spoken(form, bound.name, [_day(text) for text in values])))
            for day in (*section.days, *(day for fold in section.folds for day in fold.days)):
                values = [text for _label, bound in day.fields for text in texts(bound.value())]
                if values or day.is_needed:
                    rows.append((str(day.title), _window([bound for _label, bound in day.fields], form.zone)))
        if rows:
            yield Answers(name, title, rows)


def _window(parts: list[forms.BoundField], zone: str) -> str:
    """``Tuesday 12 January 2027, 9:00 a.m. to 12:00 p.m. (Central Time)``; what is no day or time stays as typed."""
    typed = [" ".join(texts(part.value())) for part in parts]
    try:
        day, *times = dt.date.fromisoformat(typed[0]), dt.time.fromisoformat(typed[1]), dt.time.fromisoformat(typed[2])
    except ValueError:
        labels = dict(getattr(parts[2].field, "choices", ()))
        words = [*map(_day, typed[:2]), str(labels.get(typed[2], typed[2]))]
        return " – ".join(word for word in words if word) or _("(empty)")
    return windows.spoken(day, times[0], times[1], zone=zone)


def _day(text: str) -> str:
    """A day in words; anything else as it is."""
    try:
        noon = dt.datetime.combine(dt.date.fromisoformat(text), dt.time(12), tzinfo=dt.UTC)
    except ValueError:
        return text
    return clocks.spoken_day(noon, "UTC")
