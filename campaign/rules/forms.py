"""Forms in which a coordinator writes laws down: lists as boxes to tick or lines to type."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaign.rules.facts import Content, Fact, Premises, TextMode
from campaign.rules.locations import Location
from campaign.rules.models import County, Notice, Rule

OR = " or "


class TicksField(forms.MultipleChoiceField):
    """Values of an enumeration, stored as a list."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget


class CodesField(forms.CharField):
    """Words with commas between them: ``en, es``."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [code.strip() for code in (super().to_python(value) or "").split(",") if code.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class LinesField(forms.CharField):
    """One to a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class LocationsField(LinesField):
    """Groups one to a line, their alternatives with “or” between them: ``near_entrance or every_restroom``."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(OR.join(group) for group in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [[name.strip() for name in line.split(OR)] for line in super().to_python(value)]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for name in (name for group in value for name in group):
            if name not in Location.values:
                raise forms.ValidationError(f"“{name}” is no location. There are {', '.join(Location.values)}.")


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """One law."""

    premises = TicksField(choices=Premises.choices)
    locations = LocationsField(
        required=False,
        help_text=f"Every line must hold; within a line one suffices: near_entrance or usual_place. Empty: a poster "
        f"anywhere will do. There are {', '.join(Location.values)}.",
    )
    languages = CodesField(required=False, help_text="BCP 47 codes with commas between them: en, es.")
    operator_hosts = CodesField(
        required=False,
        help_text="Only premises of these operators, by the host of their address: mta.info. Empty: all operators.",
    )
    must_say = TicksField(choices=Content.choices, required=False, help_text="What the poster must name.")
    by_eye = LinesField(required=False, help_text="What only a person can judge, one to a line.")
    unsure = TicksField(
        choices=Fact.choices,
        required=False,
        help_text="Facts recorded less surely than the rest: a poster that misses them gets a warning, never a block.",
    )

    class Meta:
        model = Rule
        fields = (
            "slug",
            *Rule.FACTS,
            "obtain_from",
            "note",
        )

    def clean(self) -> dict[str, Any]:
        """A prescribed notice must be had somewhere."""
        cleaned = super().clean() or self.cleaned_data
        is_prescribed = cleaned.get("text_mode") in {TextMode.MODEL, TextMode.FIXED}
        if is_prescribed and not cleaned.get("obtain_from") and not cleaned.get("statutory_text"):
            self.add_error("obtain_from", "Say where the prescribed notice is had, or write its words down.")
        return cleaned


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A prescribed notice that somebody saw."""

    languages = CodesField(help_text="BCP 47 codes with commas between them: en, es.")

    class Meta:
        model = Notice
        fields = ("rule", "spot", "languages", "width", "height", "point_size", "is_bold", "seen_on")

    def clean_rule(self) -> Rule:
        """A law without prescribed words has no notice of its own."""
        rule: Rule = self.cleaned_data["rule"]
        if rule.text_mode == TextMode.FREE:
            raise forms.ValidationError(
                "This law prescribes no words: our posters will do, and placements record them."
            )
        return rule


class CountyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A county and its languages."""

    languages = CodesField(
        required=False, help_text="BCP 47 codes with commas between them. Empty: looked up, and there is none."
    )

    class Meta:
        model = County
        fields = ("state", "name", "languages", "source", "confidence")
