"""What a person says of whom they ask to look at a value."""

from django import forms
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget


class InviteForm(forms.Form):
    """The operator's person."""

    name = forms.CharField(
        max_length=120,
        min_length=3,
        help_text="Name and office: it stands in the log of checks.",
        widget=UnfoldAdminTextInputWidget,
    )
    email = forms.EmailField(
        label="E-mail",
        help_text="An address of the operator, found on its own page or in your records.",
        widget=UnfoldAdminEmailInputWidget,
    )
