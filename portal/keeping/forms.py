"""The form with which a person asks for what is kept of them."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """One address."""

    error_css_class = "is-wrong"

    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("The one that you gave us. We send the link there, and nowhere else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
