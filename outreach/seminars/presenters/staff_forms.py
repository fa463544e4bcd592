"""Forms of the admin about presenters."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from outreach.agencies.models import Agency
from outreach.seminars.fields import PostalCodeField
from outreach.seminars.models import Language, Presenter, Topic
from outreach.seminars.presenters import profile
from outreach.seminars.staff_forms import ZONE_CHOICES, DayInput


class PresenterForm(forms.ModelForm):  # type: ignore[type-arg]
    """A presenter; languages and topics are ticked, not typed. The ZIP code gives the position where none is typed."""

    languages = forms.MultipleChoiceField(choices=Language.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)
    topics = forms.MultipleChoiceField(choices=Topic.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)
    base_postal_code = PostalCodeField(label="ZIP code", widget=UnfoldAdminTextInputWidget)
    time_zone = forms.ChoiceField(
        choices=ZONE_CHOICES,
        required=False,
        help_text="Empty: the clock of the ZIP code.",
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Presenter
        fields = (
            *(
                "name",
                "email",
                "agency",
                "kind",
                "languages",
                "topics",
                "gives_virtual",
                "base_postal_code",
                "time_zone",
            ),
            *("latitude", "longitude", "radius_miles", "max_travel_minutes", "max_per_day", "max_seminars"),
            *("clearance_expires_on", "clearance_note", "retired_at"),
        )
        widgets = {"clearance_expires_on": DayInput}

    def clean(self) -> dict[str, Any]:
        """No promise is broken; the position and the clock come from the ZIP code where none is given."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk:
            self._clean_promises()
        self._settle(cleaned)
        if not cleaned.get("time_zone"):
            self.add_error("time_zone", "The ZIP code doesn't tell: choose the clock.")
        return cleaned

    def _clean_promises(self) -> None:
        kind, changed = self.cleaned_data.get("kind"), set(self.changed_data)
        if kind and "kind" in changed and (reason := profile.refusal_of(self.instance, kind)):
            self.add_error("kind", reason)
        retires = "retired_at" in changed and self.cleaned_data.get("retired_at")
        if retires and (coming := profile.coming(self.instance).count()):
            self.add_error("retired_at", f"{coming} seminars to come need somebody else first: use “Fell ill”.")

    def _settle(self, cleaned: dict[str, Any]) -> None:
        code, changed = cleaned.get("base_postal_code"), set(self.changed_data)
        is_new = "base_postal_code" in changed or cleaned.get("latitude") is None
        if not code or not is_new or changed & {"latitude", "longitude"}:
            return
        if base := profile.locate(code):
            cleaned["latitude"], cleaned["longitude"] = base.latitude, base.longitude
            chosen = cleaned.get("time_zone") if "time_zone" in changed else ""
            cleaned["time_zone"] = chosen or base.time_zone


class AgencyAskForm(forms.Form):
    """Which agency is asked for its presenters, and where."""

    agency = forms.ModelChoiceField(Agency.objects.none(), widget=UnfoldAdminSelectWidget)
    email = forms.EmailField(label="E-mail", widget=UnfoldAdminEmailInputWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = self.fields["agency"]
        assert isinstance(agencies, forms.ModelChoiceField)
        agencies.queryset = Agency.objects.active().select_related("parent").order_by("name")


class AbsenceForm(forms.Form):
    """From when to when somebody is ill."""

    first = forms.DateField(label="First day", widget=DayInput)
    last = forms.DateField(label="Last day", widget=DayInput)

    def clean(self) -> dict[str, Any]:
        """The last day doesn't come before the first."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day comes before the first.")
        return cleaned


class SureForm(forms.Form):
    """Nothing to fill in: its button says it all."""
