"""Names that somebody types on a page for everybody. They stand in mails that go to whatever address was written."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator

ADDRESS = re.compile(r"://|@|(?i:www\.)|\w\.(?:[a-z]{2,}|[A-Z]{2,}\b)")


class NameField(forms.CharField):
    """A name, of a person or a place, on one line and without a web address.

    Else anybody could have the campaign mail a text and a link of their own to anybody.
    """

    default_validators = [RegexValidator(ADDRESS, inverse_match=True)]

    def to_python(self, value: Any) -> str:
        """The words with single blanks between them."""
        return " ".join((super().to_python(value) or "").split())
