"""Forms of requests in the admin: what is promised to a school is ticked, not typed, and days are ones on which it is open."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from outreach.seminars.closed import closed_days
from outreach.seminars.models import Equipment, PresenterKind, Request
from outreach.seminars.staff_forms import ZONE_CHOICES


class RequestAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A request; who may present is ticked, not typed."""

    presenter_kinds = forms.MultipleChoiceField(
        choices=PresenterKind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="Who may present",
        help_text="The school's hard choice. Change it only when the school says so.",
    )
    equipment = forms.MultipleChoiceField(
        choices=Equipment.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="What the room has",
    )
    time_zone = forms.ChoiceField(
        choices=ZONE_CHOICES,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Only where no school of the register is linked.",
    )

    class Meta:
        model = Request
        fields = (
            *("season", "school", "school_name", "city", "area", "postal_code", "time_zone"),
            *("grades", "headcount", "topic", "mode", "language", "minutes", "presenter_kinds"),
            *("needs", "room", "equipment", "safeguarding_contact", "parents_told_on", "parents_told_how", "opt_out"),
            *("counsellor_present", "private_room", "priority_shift", "priority_why", "note"),
            *("contact_name", "contact_role", "contact_email", "contact_phone", "contact_language"),
        )

    def clean_presenter_kinds(self) -> list[str]:
        """Never fewer than who stands before that school already, as it was told."""
        kinds: list[str] = self.cleaned_data["presenter_kinds"]
        if self.instance.pk:
            for seminar in self.instance.seminars.filter(state__in=["draft", "open"]).select_related("presenter"):
                if seminar.presenter and seminar.presenter.kind not in kinds:
                    raise ValidationError(
                        f"{seminar.presenter} ({seminar.presenter.get_kind_display()}) is planned for it: "
                        "find somebody else first, then take the kind away."
                    )
        return kinds


class PreferredDatesForm(BaseInlineFormSet):  # type: ignore[type-arg]
    """The school's days: within the season, and none on which schools are closed."""

    def clean(self) -> None:
        """Each day that is kept."""
        super().clean()
        season = getattr(self.instance, "season", None)
        if season is None:
            return
        closed = closed_days(season)
        for form in self.forms:
            day: dt.date | None = form.cleaned_data.get("date") if hasattr(form, "cleaned_data") else None
            if day is None or form.cleaned_data.get("DELETE"):
                continue
            if not season.starts_on <= day <= season.ends_on:
                form.add_error("date", f"{season} runs from {season.starts_on} to {season.ends_on}.")
            elif day in closed:
                form.add_error("date", f"This is {closed[day]}: schools are closed.")
