"""What may stand for a name in a form that makes us write a mail."""

import pytest
from django.core.exceptions import ValidationError

from outreach.seminars.fields import NameField


@pytest.mark.parametrize(
    "name",
    [
        "Win at https://evil.example",
        "see www.evil",
        "SEE WWW.EVIL",
        "evil.example/now",
        "EVIL.COM",
        "write to me@evil",
    ],
)
def test_a_name_that_leads_somewhere_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NameField().clean(name)


@pytest.mark.parametrize(
    "name",
    [
        "St. Mary’s",
        "St.Mary",
        "P.S. 12",
        "Washington, D.C.",
        "José Ñ. O'Neil-Peña Jr.",
        "阿娜",
        "J.R.R. Ortiz",
        "U.S.A.",
    ],
)
def test_names_of_people_and_schools_pass(name: str) -> None:
    assert NameField().clean(name) == name


def test_a_name_is_one_line() -> None:
    assert NameField().clean(" Ana\r\n\r\nYour seat is gone,\tpay here ") == "Ana Your seat is gone, pay here"
