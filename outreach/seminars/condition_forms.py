"""What a school says of a seminar with students before it opens."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.seminars.models import PresenterKind, Seminar

ABOUT_PARENTS = ("parents_told_on", "parents_told_kind", "opt_out")


class ConditionsForm(forms.Form):
    """Fields of ``conditions.FROM_SCHOOL``; what isn't known yet may stay empty. Of parents only minors' schools are asked."""

    parents_told_on = forms.DateField(
        label=_("Parents were told on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day itself, once it has passed. You may send our letter, or write your own."),
    )
    parents_told_kind = forms.ChoiceField(
        label=_("Who presents, as parents were told"), required=False, widget=forms.RadioSelect
    )
    opt_out = forms.CharField(
        label=_("How a family says no"),
        max_length=160,
        required=False,
        help_text=_("A place or an address of the school. Never a child’s name."),
    )
    counsellor_present = forms.BooleanField(
        label=_("A counselor of the school is in the room the whole time"), required=False
    )
    private_room = forms.CharField(
        label=_("A private room, where somebody can talk alone"), max_length=120, required=False
    )
    safeguarding_contact = forms.CharField(
        label=_("Whom staff turn to if a student tells something"),
        max_length=160,
        required=False,
        help_text=_("A role and a place: “the counselor, room 12”."),
    )

    def __init__(self, data: Any = None, *, seminar: Seminar) -> None:
        kinds = _kinds(seminar)
        told = seminar.parents_told_kind or (kinds[0] if len(kinds) == 1 and seminar.parents_told_on else "")
        initial = {name: getattr(seminar, name) for name in self.base_fields} | {"parents_told_kind": told}
        super().__init__(data, initial=initial)
        if not seminar.is_for_minors:
            for name in ABOUT_PARENTS:
                del self.fields[name]
            return
        self.kinds = [(kind, str(PresenterKind(kind).label)) for kind in kinds]
        choice = self.fields["parents_told_kind"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = self.kinds
        self.fields["parents_told_on"].widget.attrs["max"] = timezone.localdate().isoformat()


def _kinds(seminar: Seminar) -> list[str]:
    """Of whom parents can have been told: who comes, else whom the school chose."""
    if seminar.presenter:
        return [seminar.presenter.kind]
    return list(seminar.request.presenter_kinds) if seminar.request else [str(kind) for kind in PresenterKind]
