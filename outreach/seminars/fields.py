"""Fields of public forms. The words of some stand in mails that go to whatever address was written beside them."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from portal.pages.names import NameField

__all__ = ["NameField", "PostalCodeField"]

PLUS_FOUR = re.compile(r"[0-9]{5}-?[0-9]{4}")


class PostalCodeField(forms.CharField):
    """A ZIP code; of ZIP+4 the first five digits are kept."""

    widget = forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric", "maxlength": "10"})
    default_validators = [
        RegexValidator(re.compile(r"\A[0-9]{5}\Z"), gettext_lazy("Write five digits, such as 39201."))
    ]

    def to_python(self, value: Any) -> str:
        """Its first five digits."""
        text = (super().to_python(value) or "").strip()
        return text[:5] if PLUS_FOUR.fullmatch(text) else text
