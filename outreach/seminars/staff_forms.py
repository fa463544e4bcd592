"""Forms of the admin: days and times are asked for on the seminar's own clock, never on the office's."""

import datetime as dt
from copy import copy
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from outreach.seminars import conditions, occupancy, promises
from outreach.seminars.audiences import UNLISTED
from outreach.seminars.closed import closed_days
from outreach.seminars.condition_forms import ConditionsForm
from outreach.seminars.models import Mode, Presenter, Request, Seminar
from portal.areas import clocks
from portal.areas.register import BY_CODE
from portal.areas.zones import american_zones

# All of them, also those of a single town or county: a school's position may say America/Kentucky/Louisville.
ZONE_CHOICES = [
    ("", "Choose"),
    *((zone, f"{clocks.NAMES.get(zone, zone)} · {zone}") for zone in sorted(american_zones())),
]


# A change of these asks anew whether the presenter may give it, and is free.
BY_PRESENTER = frozenset(
    {"presenter", "request", "audience", "day", "start", "time_zone", "minutes", "mode", "school", "season"}
)
# What guests are told of when it changes.
MOVES = frozenset({"day", "start", "time_zone", "minutes", "mode", "venue", "address", "city", "area", "join_url"})


class DayInput(UnfoldAdminTextInputWidget):
    """The browser's day picker; Django's own warns of the office's clock, which is of no matter here."""

    input_type = "date"


class ClockInput(UnfoldAdminTextInputWidget):
    """The browser's clock."""

    input_type = "time"


class ReasonForm(forms.Form):
    """A sentence that goes to the people concerned."""

    reason = forms.CharField(max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class PlanForm(forms.Form):
    """When, how and by whom an accepted request is served."""

    date = forms.DateField(label="Day", widget=DayInput)
    start = forms.TimeField(label="Start", help_text="On the school's own clock.", widget=ClockInput)
    presenter = forms.ModelChoiceField(
        Presenter.objects.none(),
        required=False,
        empty_label="Not yet known",
        widget=UnfoldAdminSelectWidget,
        help_text="Only those of a kind that the school chose.",
    )

    def __init__(self, *args: Any, asked: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wishes = list(asked.preferred_dates.all())
        if wishes:
            self.fields["date"].initial, self.fields["start"].initial = wishes[0].date, wishes[0].earliest
            self.fields["date"].help_text = "The school's wishes, best first: " + "; ".join(map(str, wishes))
        presenters = self.fields["presenter"]
        if isinstance(presenters, forms.ModelChoiceField):
            presenters.queryset = Presenter.objects.filter(kind__in=asked.presenter_kinds, retired_at=None)
        if asked.mode == Mode.EITHER:
            self.fields["mode"] = forms.ChoiceField(
                label="How", choices=Mode.choices[:2], widget=UnfoldAdminSelectWidget
            )
        zones = BY_CODE[asked.area_id].time_zones
        if len(zones) > 1 and not (asked.school and asked.school.time_zone):
            self.fields["time_zone"] = forms.ChoiceField(
                label="Time zone of the school",
                choices=[("", "Choose"), *((zone, f"{clocks.clock_name(zone)} · {zone}") for zone in zones)],
                widget=UnfoldAdminSelectWidget,
                help_text=f"{asked.area.name} has several. Linking the school to the register tells it.",
            )


class StaffConditionsForm(ConditionsForm):
    """What must be there, as staff heard it from the school."""

    def __init__(self, data: Any = None, *, seminar: Seminar) -> None:
        super().__init__(data, seminar=seminar)
        self.fields["counsellor_present"].widget = UnfoldBooleanSwitchWidget()
        for name in ("opt_out", "private_room", "safeguarding_contact"):
            if name in self.fields:
                self.fields[name].widget = UnfoldAdminTextInputWidget()
        if not seminar.is_for_minors:
            return
        self.fields["parents_told_kind"] = forms.ChoiceField(
            label="Who presents, as parents were told",
            choices=[("", "Not told yet"), *self.kinds],
            required=False,
            widget=UnfoldAdminSelectWidget,
        )
        self.fields["parents_told_on"].widget = DayInput()


class SeminarForm(forms.ModelForm):  # type: ignore[type-arg]
    """A seminar; its start is typed as the clock shows it where it takes place."""

    day = forms.DateField(widget=DayInput)
    start = forms.TimeField(widget=ClockInput, help_text="On the clock of the time zone beside.")
    time_zone = forms.ChoiceField(choices=ZONE_CHOICES, widget=UnfoldAdminSelectWidget)
    join_url = forms.URLField(
        required=False,
        label="Address of the video meeting",
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="Sent to those who booked, never shown.",
    )
    closes_day = forms.DateField(label="Bookings close on", required=False, widget=DayInput)
    closes_time = forms.TimeField(
        label="at", required=False, widget=ClockInput, help_text="On the same clock. Both empty: until it begins."
    )

    class Meta:
        model = Seminar
        fields = (
            *("season", "request", "school", "presenter", "title", "summary", "audience", "topic", "mode", "language"),
            *("time_zone", "minutes", "venue", "address", "city", "area", "access", "join_url", "capacity"),
            *("takes_classes", "largest_group", "groups", "waitlist", "expect", "content_note", "host", "partners"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            start = clocks.local(self.instance.starts_at, self.instance.time_zone)
            self.initial.update(day=start.date(), start=start.time().replace(tzinfo=None))
            if self.instance.booking_closes_at:
                closes = clocks.local(self.instance.booking_closes_at, self.instance.time_zone)
                self.initial.update(closes_day=closes.date(), closes_time=closes.time().replace(tzinfo=None))

    def _get_validation_exclusions(self) -> set[str]:
        """Without the state: that a request has one seminar that stands is checked here too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # missing in the stubs
        return excluded - {"state"}

    def clean(self) -> dict[str, Any]:
        """Put day, time and zone together; never fewer seats than are taken."""
        cleaned = super().clean() or self.cleaned_data
        day, start, zone = (cleaned.get(name) for name in ("day", "start", "time_zone"))
        season = cleaned.get("season")
        if day and season and abs(day.year - season.year) > 1:
            self.add_error("day", f"{day} is far from {season}: check the year.")
        elif day and start and zone:
            self.instance.starts_at = dt.datetime.combine(day, start, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
        self._clean_closing(zone)
        self._clean_move()
        self._clean_promises(day)
        capacity = cleaned.get("capacity")
        if capacity is not None and capacity < self.instance.seats_taken:
            self.add_error("capacity", f"{self.instance.seats_taken} seats are taken: keep at least as many.")
        return cleaned

    def _clean_closing(self, zone: str | None) -> None:
        """When bookings close: a day and a time, or neither; never after it begins."""
        day, time = self.cleaned_data.get("closes_day"), self.cleaned_data.get("closes_time")
        if not zone or {"closes_day", "closes_time"}.intersection(self.errors):
            return
        if (day is None) != (time is None):
            self.add_error("closes_day", "Write a day and a time, or neither.")
            return
        closes = dt.datetime.combine(day, time, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC) if day and time else None
        if closes and self.instance.starts_at and closes > self.instance.starts_at:
            self.add_error("closes_day", "Bookings close when it begins, or before.")
            return
        self.instance.booking_closes_at = closes

    def _clean_move(self) -> None:
        """What those who booked are told of is changed where it is shown who will hear, and asked why."""
        seminar, is_public = self.instance, self.initial.get("audience") != Seminar.Audience.STUDENTS
        is_known = bool(seminar.pk) and seminar.state == Seminar.State.OPEN and (seminar.seats_taken or seminar.waiting)
        if is_public and is_known and (changed := MOVES.intersection(self.changed_data)):
            text = "People booked it: change this by “Move it” above, which shows who will hear and asks why."
            for name in sorted(changed):
                self.add_error(name, text)

    def _post_clean(self) -> None:
        """Before anything is kept: the presenter may give it, and is nowhere else at that time. Nothing typed is lost."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        seminar = self.instance
        if self.errors or not BY_PRESENTER.intersection(self.changed_data) or seminar.state not in conditions.LIVE:
            return
        if seminar.presenter is None:
            return
        if told := promises.may_give(seminar, seminar.presenter):
            self.add_error("presenter", told)
            return
        with transaction.atomic():  # tried and taken back: what it would upset depends on the whole day
            tried = copy(seminar)
            try:
                tried.save()
                occupancy.book(presenter_ids=[tried.presenter_id])
            except occupancy.DoubleBooked as clash:
                self.add_error("presenter", str(clash))
            finally:
                transaction.set_rollback(True)

    def _clean_promises(self, day: dt.date | None) -> None:
        """What was promised to a school holds, whoever edits: who may present, and no class on a closed day."""
        asked, presenter = self.cleaned_data.get("request"), self.cleaned_data.get("presenter")
        if presenter and (told := promises.may_present(asked, presenter)):
            self.add_error("presenter", told)
        season, audience = self.cleaned_data.get("season"), self.cleaned_data.get("audience")
        was_for = self.initial.get("audience")
        is_known = self.instance.pk and (self.instance.state != Seminar.State.DRAFT or self.instance.seats_taken)
        if audience in UNLISTED and was_for != audience and is_known:
            self.add_error("audience", "People know of it as it is: make a seminar of its own for students.")
        if day and season and audience in UNLISTED and (holiday := closed_days(season).get(day)):
            self.add_error("day", f"This is {holiday}: schools are closed.")
