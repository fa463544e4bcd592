"""What a person says of a number that changed."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from outreach.channels.models import Channel
from outreach.channels.succession import NotPossible, check_value, end, replace
from portal.people.models import User


class DayInput(UnfoldAdminTextInputWidget):
    """The browser's day picker."""

    input_type = "date"


class ChangeForm(forms.Form):
    """The new value of a line, or that it ended; from when, and who says so."""

    value = forms.CharField(
        label="New value",
        max_length=200,
        required=False,
        help_text="As it is printed: 1-888-373-7888, 233733, humantraffickinghotline.org",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    ended = forms.BooleanField(label="There is no new value: the line has ended", required=False)
    on = forms.DateField(label="From", widget=DayInput, help_text="The first day of the new value.")
    source = forms.CharField(
        label="Source",
        max_length=200,
        required=False,
        help_text="Where you read or heard it: the operator’s page, a letter, a call and its day.",
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate().isoformat()
        self._channel = channel

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        value, ended = cleaned.get("value"), cleaned.get("ended")
        if "value" in cleaned and bool(value) == bool(ended):
            self.add_error("value", "Type the new value, or say that the line has ended: one of the two.")
        elif value:
            try:
                cleaned["value"] = check_value(self._channel, value)
            except NotPossible as refusal:
                self.add_error("value", str(refusal))
            if "source" in cleaned and not cleaned["source"]:
                self.add_error("source", "Say where the new value comes from, so that whoever verifies it can look.")
        return cleaned

    def save(self, *, by: User | None) -> Channel:
        """Changes the line; returns the new one, or the one that ended. Raises ``NotPossible``."""
        said = self.cleaned_data
        on: dt.date = said["on"]
        if said["ended"]:
            return end(channel=self._channel, on=on, by=by)
        return replace(channel=self._channel, value=said["value"], source=said["source"], on=on, by=by)
