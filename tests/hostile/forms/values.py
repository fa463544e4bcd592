"""What people and programs type that no form asked for."""

import string
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from hypothesis import strategies as st

STRANGE = [
    "",
    " ",
    "\0",
    "a\0b",
    "0",
    "-1",
    "1e400",
    "NaN",
    "-Infinity",
    "9" * 40,
    "9" * 5000,
    "²",
    "٣",
    "0x1F",
    "1,000",
    "true",
    "null",
    "[]",
    "{}",
    '{"a": ' * 200 + "1" + "}" * 200,
    '"\\ud800"',
    "[" * 3000,
    "=1+1",
    "@SUM(A1)",
    "'; DROP TABLE outreach_agency; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% load x %}",
    "%s%n%(x)s",
    "../../etc/passwd",
    "javascript:alert(1)",
    "http://[::1",
    "https://exa mple.org",
    "https://xn--a.example",
    "//evil.example",
    "a@b",
    "a@" + "b" * 300 + ".org",
    "a@exämple.org",
    "\n\r\nBcc: x@example.org",
    "0000-00-00",
    "10000-01-01",
    "2027-02-30",
    "2027-01-01T99:99",
    "9999-12-31 23:59:59",
    "0001-01-01",
    "24:61",
    "\u202e\u2066abc\u2069",
    "\u200b\ufeff",
    "e\u0301" * 300,
    "\ufdfd" * 60,
    "🏳️‍🌈" * 40,
    "\uffff\ufffe",
    "\x1b[31m\x07\x08",
    "Z̸͓͈a̵͖͊l̴͖̈́g̷̀ͅo̶̩̎",
    "x" * 100_000,
    "00000000-0000-0000-0000-000000000000",
    "00000000000000000000000000000000",
    "not-a-uuid",
    "US",
    "ms",
    "en",
    "1",
    "2",
    "on",
    "2027-01-15",
    "2027-01-15T10:00",
    "10:00",
    "ana@example.org",
    "601-555-0100",
    "39201",
    "MO-FR 08:00-17:00",
]
"""Each is tried; some are what a form wants, so that what lies behind its first question is reached."""

TYPED = st.sampled_from(STRANGE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(string.ascii_lowercase + "_-[].0123456789", min_size=1, max_size=20)


def choices_of(field: forms.Field) -> list[str]:
    """What a field offers, as it is sent."""
    offered = getattr(field, "choices", ())
    found = []
    for value, label in list(offered)[:6]:
        flat: Iterable[Any] = [value] if not isinstance(label, list | tuple) else [each for each, _ in label[:3]]
        found += [str(each) for each in flat]
    return found


def sent(form: forms.BaseForm) -> st.SearchStrategy[MultiValueDict[str, str]]:
    """Fields of a form: left out, given once or thrice, with what they offer or anything else; and strangers."""
    given = {
        form.add_prefix(name): st.lists(
            st.sampled_from(choices_of(field)) | TYPED if choices_of(field) else TYPED, min_size=1, max_size=3
        )
        for name, field in form.fields.items()
    }
    strangers = st.dictionaries(NAMES, st.lists(TYPED, min_size=1, max_size=2), max_size=3)
    known = st.fixed_dictionaries({}, optional=given) | st.fixed_dictionaries(given)
    return st.builds(lambda ours, others: MultiValueDict({**others, **ours}), known, strangers)
