"""Questions to tick. There is nothing to write in, so that nobody writes about anyone."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.attendance.feedback import DEGREES, QUESTIONS
from outreach.registration.models import Registration

HANDS = {"yes": _("Hands for “Yes”"), "partly": _("Hands for “Partly”"), "no": _("Hands for “No”")}


class HandsForm(forms.Form):
    """Raised hands of a class, by answer; together no more than ``most``."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._most = most
        for answer, label in HANDS.items():
            self.fields[f"hands_{answer}"] = forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=most,
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )

    @property
    def hands(self) -> dict[str, int]:
        """By answer, after ``is_valid``."""
        return {answer: self.cleaned_data.get(f"hands_{answer}") or 0 for answer in HANDS}

    def clean(self) -> dict[str, Any]:
        """Nobody raises two hands."""
        said = super().clean() or {}
        if sum(said.get(f"hands_{answer}") or 0 for answer in HANDS) > self._most:
            raise forms.ValidationError(
                gettext("Those are more hands than people: at most %(most)d.") % {"most": self._most}
            )
        return said


class FeedbackForm(HandsForm):
    """The questions to an adult; with a class, its raised hands too. At least one must be answered."""

    def __init__(self, *args: Any, booking: Registration, **kwargs: Any) -> None:
        super().__init__(*args, most=booking.seats, **kwargs)
        if booking.kind != Registration.Kind.CLASS:
            for answer in HANDS:
                del self.fields[f"hands_{answer}"]
        of_class = dict(self.fields)
        self.fields.clear()
        for name, label in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=DEGREES, required=False, widget=forms.RadioSelect
            )
        self.fields.update(of_class)

    @property
    def answers(self) -> dict[str, str]:
        """By question, after ``is_valid``."""
        return {name: self.cleaned_data.get(name) or "" for name in QUESTIONS}

    def clean(self) -> dict[str, Any]:
        """An empty form tells nothing."""
        said = super().clean()
        if not self.errors and not any(said.values()):
            raise forms.ValidationError(gettext("Tick one answer at least."))
        return said
