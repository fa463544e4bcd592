"""The form with which a school asks for a seminar: calm order, plain words, nothing lost on error."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.seminars.closed import closed_days
from outreach.seminars.fields import NameField
from outreach.seminars.intake import Window
from outreach.seminars.models import Grades, Language, Mode, PresenterKind, Request, Topic
from outreach.seminars.needs import Need, joined
from portal.areas.models import Area
from portal.areas.register import AreaKind
from portal.seasons.models import Season

CHOICES = (gettext_lazy("Best day"), gettext_lazy("Second choice"), gettext_lazy("Third choice"))
DATES = len(CHOICES)
MINUTES = (30, 45, 60, 90)
MOST_PEOPLE = 2_000
NEEDED_FOR_STUDENTS = gettext_lazy("We need this, since students will be in the room.")


@dataclass(slots=True)
class Day:
    """One choice of a day: its three fields, each with the word that suffices under the heading."""

    title: str | Promise
    is_needed: bool
    fields: list[tuple[str, forms.BoundField]]


@dataclass(slots=True)
class Section:
    """Fields that are asked together under one heading."""

    name: str
    title: str | Promise
    fields: list[forms.BoundField]
    intro: str | Promise = ""
    free_text: bool = False
    days: list[Day] = field(default_factory=list)

    def day_fields(self) -> Iterator[forms.BoundField]:
        """The fields of all its days."""
        return (bound for day in self.days for _label, bound in day.fields)


class DecoyMixin(forms.Form):
    """Keeps machines out without puzzles: people never meet the field, whoever fills it is a machine.

    ``nonce`` makes a form that is sent twice one wish; a page without one gets a fresh one.
    """

    website = forms.CharField(
        required=False,
        label=gettext_lazy("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    nonce = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"nonce": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_nonce(self) -> uuid.UUID:
        """Of the form, or a new one."""
        sent: uuid.UUID | None = self.cleaned_data["nonce"]
        return sent or uuid.uuid4()

    @property
    def is_from_a_machine(self) -> bool:
        """Whether the decoy was filled."""
        return bool(self.data.get("website"))


class DateInput(forms.DateInput):
    """The browser's own day picker."""

    input_type = "date"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class RequestForm(DecoyMixin):
    """A school's wish. ``today`` is the day on which it is filled."""

    school_name = NameField(
        max_length=160,
        label=gettext_lazy("Name of the school"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    city = NameField(
        max_length=80, label=gettext_lazy("City"), widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    area = forms.ModelChoiceField(
        Area.objects.filter(kind__in=[AreaKind.STATE, AreaKind.DISTRICT, AreaKind.TERRITORY]),
        label=gettext_lazy("State or territory"),
        empty_label=gettext_lazy("Choose"),
    )
    grades = forms.ChoiceField(
        choices=[("", gettext_lazy("Choose")), *Grades.choices], label=gettext_lazy("Who will be in the room?")
    )
    headcount = forms.IntegerField(
        min_value=1,
        max_value=MOST_PEOPLE,
        label=gettext_lazy("About how many people?"),
        help_text=gettext_lazy("Only the number. We never ask for students’ names."),
    )
    topic = forms.ChoiceField(
        choices=Topic.choices, label=gettext_lazy("Topic"), widget=forms.RadioSelect, initial=Topic.AWARENESS
    )
    mode = forms.ChoiceField(
        choices=Mode.choices,
        label=gettext_lazy("In person or by video?"),
        widget=forms.RadioSelect,
        initial="in_person",
    )
    language = forms.ChoiceField(choices=Language.choices, label=gettext_lazy("Language of the seminar"))
    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[(minutes, str(minutes)) for minutes in MINUTES],
        initial=60,
        label=gettext_lazy("Length in minutes"),
    )
    presenter_kinds = forms.MultipleChoiceField(
        choices=PresenterKind.choices,
        initial=[PresenterKind.EDUCATOR],
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Who may present?"),
        help_text=gettext_lazy(
            "We send only someone you choose here. Tell parents who it will be. "
            "A federal agent may work for immigration enforcement."
        ),
    )
    needs = forms.MultipleChoiceField(
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What does the group need?"),
        help_text=gettext_lazy("Sign language and captions take us about two weeks to arrange."),
    )
    contact_name = NameField(
        max_length=120, label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_role = forms.CharField(
        max_length=80,
        required=False,
        label=gettext_lazy("Your role at the school"),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Your work e-mail"),
        help_text=gettext_lazy("We write to this address only about this request."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("Your phone at work"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    safeguarding_contact = forms.CharField(
        max_length=160,
        label=gettext_lazy("Whom can a student go to that day?"),
        error_messages={"required": NEEDED_FOR_STUDENTS},
        help_text=gettext_lazy("An adult at the school, such as the counselor: name or role, and where to find them."),
    )
    parents_told_on = forms.DateField(
        widget=DateInput(),
        label=gettext_lazy("When are parents told?"),
        error_messages={"required": NEEDED_FOR_STUDENTS},
        help_text=gettext_lazy("Parents learn who presents and what about, and can say no for their child."),
    )
    note = forms.CharField(
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Anything else about the room or the day?"),
    )

    def __init__(self, *args: Any, season: Season, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.season, self.today = season, today
        if self.data.get("grades") == Grades.ADULTS or self.data.get("topic") == Topic.STAFF:
            for name in ("safeguarding_contact", "parents_told_on"):
                self.fields[name].required = False
        span = {"min": f"{season.starts_on:%Y-%m-%d}", "max": f"{season.ends_on:%Y-%m-%d}"}
        for number, choice in enumerate(CHOICES, start=1):
            first = number == 1
            parts = {
                "date": forms.DateField(required=first, label=choice, widget=DateInput(**span)),
                "earliest": forms.TimeField(
                    required=first, label=_("%(choice)s, not before") % {"choice": choice}, widget=TimeInput()
                ),
                "latest_end": forms.TimeField(
                    required=first, label=_("%(choice)s, over by") % {"choice": choice}, widget=TimeInput()
                ),
            }
            self.fields |= {f"{part}_{number}": field for part, field in parts.items()}
        # In the order of the page, so that a summary of errors leads down it.
        self.order_fields(
            [field.name for section in self.sections() for field in (*section.fields, *section.day_fields())]
        )

    def sections(self) -> Iterator[Section]:
        """The fields in the order in which they are asked."""

        def bound(*names: str) -> list[forms.BoundField]:
            return [self[name] for name in names]

        yield Section("school", _("Your school"), bound("school_name", "city", "area"))
        yield Section("group", _("The group"), bound("grades", "headcount", "topic", "language", "mode", "minutes"))
        yield Section(
            "days",
            _("Days that suit you"),
            [],
            intro=_("The best day first, on your school’s own clock. One is enough; three make it more likely."),
            days=[
                Day(
                    choice,
                    number == 1,
                    [
                        (_("Day"), self[f"date_{number}"]),
                        (_("Not before"), self[f"earliest_{number}"]),
                        (_("Over by"), self[f"latest_end_{number}"]),
                    ],
                )
                for number, choice in enumerate(CHOICES, start=1)
            ],
        )
        yield Section("presenter", _("Who stands before the group"), bound("presenter_kinds"))
        yield Section("access", _("Access"), bound("needs"))
        yield Section(
            "contact", _("Who we write to"), bound("contact_name", "contact_role", "contact_email", "contact_phone")
        )
        yield Section(
            "safety",
            _("Keeping students safe"),
            bound("safeguarding_contact", "parents_told_on"),
            intro=_("If only adults come, leave both empty."),
        )
        yield Section("note", _("Anything else"), bound("note"), free_text=True)

    def clean(self) -> dict[str, Any]:
        """Windows and what students need."""
        cleaned = super().clean() or self.cleaned_data
        for number in range(1, DATES + 1):
            self._clean_window(number)
        told, first = cleaned.get("parents_told_on"), cleaned.get("date_1")
        if told and first and told >= first:
            self.add_error("parents_told_on", _("Parents must be told before the first day you named."))
        return cleaned

    def windows(self) -> list[Window]:
        """The days of a valid form, best first."""
        return [
            Window(self.cleaned_data[f"date_{number}"], *self._times(number))
            for number in range(1, DATES + 1)
            if self.cleaned_data.get(f"date_{number}")
        ]

    def request(self) -> Request:
        """The request of a valid form, unsaved."""
        cleaned = self.cleaned_data
        plain = (
            *("school_name", "city", "area", "contact_name", "contact_role", "contact_email", "contact_phone"),
            *("grades", "headcount", "topic", "mode", "language", "minutes", "presenter_kinds"),
            *("safeguarding_contact", "parents_told_on", "note"),
        )
        return Request(season=self.season, needs=joined(cleaned["needs"]), **{name: cleaned[name] for name in plain})

    def _times(self, number: int) -> tuple[dt.time, dt.time]:
        return self.cleaned_data[f"earliest_{number}"], self.cleaned_data[f"latest_end_{number}"]

    def _clean_window(self, number: int) -> None:
        names = [f"{part}_{number}" for part in ("date", "earliest", "latest_end")]
        if any(name in self.errors for name in names):
            return
        missing = [name for name in names if not self.cleaned_data.get(name)]
        if missing:
            if len(missing) < len(names):
                self.add_error(missing[0], _("A day needs all three: the day, not before, and over by."))
            return
        if problem := self._wrong_with(self.cleaned_data[names[0]]):
            self.add_error(names[0], problem)
        earliest, latest_end = self._times(number)
        minutes = self.cleaned_data.get("minutes") or 1
        if _minutes(latest_end) - _minutes(earliest) < minutes:
            self.add_error(
                names[2],
                _("There must be at least %(minutes)s minutes between “not before” and “over by”.")
                % {"minutes": minutes},
            )

    def _wrong_with(self, day: dt.date) -> str:
        spoken = formats.date_format(day, _("l j F Y"))
        if day <= self.today:
            return _("%(day)s has passed. Please choose a later day.") % {"day": spoken}
        if not self.season.starts_on <= day <= self.season.ends_on:
            return _("The campaign runs from %(start)s to %(end)s. Please choose a day in between.") % {
                "start": formats.date_format(self.season.starts_on, _("j F Y")),
                "end": formats.date_format(self.season.ends_on, _("j F Y")),
            }
        if holiday := closed_days(self.season).get(day):
            return _("%(day)s is %(holiday)s: schools are closed. Please choose another day.") % {
                "day": spoken,
                "holiday": holiday,
            }
        return ""


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
