"""Which posters get a new code, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from campaign.places.models import PlacementLink
from campaign.posters.languages import name_of


class NewCodesForm(forms.Form):
    """Boxes to tick, a reason to give."""

    codes = forms.MultipleChoiceField(label="Codes to retire", widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        max_length=200,
        help_text="What is wrong with the code: printed twice, copied onto something else, defaced. "
        "It goes to the trail; write nothing about anyone.",
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args: Any, rows: Sequence[PlacementLink], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows = {str(row.pk): row for row in rows}
        field = self.fields["codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (key, f"{row.link}, {name_of(row.language)}: {row.placement}") for key, row in self._rows.items()
        ]
        field.initial = list(self._rows)

    @property
    def chosen(self) -> list[PlacementLink]:
        """The posters whose boxes are ticked."""
        return [self._rows[key] for key in self.cleaned_data["codes"]]
