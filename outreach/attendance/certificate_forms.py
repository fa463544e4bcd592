"""The form by which anybody asks whether a certificate is true."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.attendance import certificates


class CheckForm(forms.Form):
    """What stands on the paper."""

    error_css_class = "is-wrong"

    code = forms.CharField(
        max_length=40,
        label=_("Code"),
        help_text=_("Four groups of four letters and figures."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(
        max_length=120,
        label=_("Name"),
        help_text=_("As it is printed on the paper."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """Only what can be a code."""
        code: str = self.cleaned_data["code"]
        if not certificates.read_code(code):
            raise forms.ValidationError(_("A code has 16 letters and figures, such as 7KQ2-M9XP-D4HT-C6WN."))
        return code
