"""Form fields of a channel whose values are lists: languages, hours, limits."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from outreach.channels import hours
from outreach.channels.limits import SAID, Limit


class CodesField(forms.CharField):
    """Language codes with commas between them: ``en, es``."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [code.strip() for code in (super().to_python(value) or "").split(",") if code.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class ScheduleField(forms.CharField):
    """Openings, ``MO-FR 08:00-17:00; SA 09:00-12:00``."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        told = "Days and times, as MO-FR 08:00-17:00; SA 09:00-12:00. Past midnight: FR 20:00-06:00."
        super().__init__(**{"required": False, "help_text": told, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return hours.write(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return hours.parse(super().to_python(value) or "")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.to_python(data))
        except forms.ValidationError:
            return True


class LimitsField(forms.MultipleChoiceField):
    """What people must be told first: ticks beside the sentences that pages say."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, **kwargs: Any) -> None:
        choices = [(limit.value, SAID["en"][limit]) for limit in Limit]
        super().__init__(**{"required": False, "choices": choices, "label": "People must be told", **kwargs})
