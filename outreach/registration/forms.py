"""The form with which an adult books seats."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.registration.booking import MOST_SEATS
from outreach.seminars.fields import NameField
from outreach.seminars.form_parts import DecoyMixin
from outreach.seminars.needs import Need, joined


class BookingForm(DecoyMixin):
    """One address, some seats."""

    name = NameField(max_length=120, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("We send your booking there, and news if something changes."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    seats = forms.IntegerField(
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
        label=_("Seats"),
        help_text=_("For you and the adults who come with you."),
    )
    needs = forms.MultipleChoiceField(
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Do you need any of these?"),
    )

    def clean_needs(self) -> str:
        """As it is stored."""
        return joined(self.cleaned_data["needs"])
