"""Judges organisations and services by the standard: names, types, formats, words, and whether every id leads somewhere."""

import datetime as dt
import math
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from outreach.hsds.fields import CLOCKS, DATES, ITEMS, POINTS_AT, SHAPES, Field

Record = Mapping[str, Any]

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_CLOCK = re.compile(r"(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)(?:Z|[+-]\d\d:\d\d)?")
_is_email = EmailValidator()


def problems(*, organizations: Iterable[Record], services: Iterable[Record]) -> list[str]:
    """What the standard has against them, a sentence each with its place; empty if they are sound.

    Ids are unique through all objects, and each reference leads to an object that is among them.
    """
    found: list[str] = []
    held: list[tuple[str, Record, str]] = []
    for kind, records in (("organization", organizations), ("service", services)):
        for place, record in enumerate(records):
            held += _walk(kind, record, f"{kind}s[{place}]", found)
    ids = Counter(str(record.get("id")) for _, record, _ in held)
    found += [f"The id {one} is given {count} times." for one, count in ids.items() if count > 1]
    kinds: dict[str, set[object]] = {kind: set() for kind in SHAPES}
    for kind, record, _ in held:
        kinds[kind].add(record.get("id"))
    for _, record, where in held:
        for name, value in record.items():
            if name in SHAPES["service"].fields and name == "program_id":
                found.append(f"{where}.{name}: nothing here is a program.")
            elif (target := POINTS_AT.get(name)) and value not in kinds[target]:
                found.append(f"{where}.{name}: there is no {target} {value}.")
    return found + list(_circles([record for kind, record, _ in held if kind == "organization"]))


def _walk(kind: str, record: object, where: str, found: list[str]) -> Iterator[tuple[str, Record, str]]:
    """An object and all that lie in it; what is wrong with each is added to ``found``."""
    if not isinstance(record, Mapping):
        found.append(f"{where}: no object.")
        return
    shape = SHAPES[kind]
    yield kind, record, where
    found += [f"{where}.{name}: missing." for name in sorted(shape.required - record.keys())]
    for name, value in record.items():
        at = f"{where}.{name}"
        field = shape.fields.get(name)
        if field is None:
            found.append(f"{at}: no field of {kind}.")
        elif field.type == "array" or not field.type:
            inner = ITEMS.get(name, "") if field.type else name
            if field.type and not isinstance(value, list):
                found.append(f"{at}: no list.")
            elif inner not in SHAPES:
                found.append(f"{at}: the table of fields does not say what it holds.")
            else:
                for place, each in enumerate(value) if field.type else [(0, value)]:
                    yield from _walk(inner, each, f"{at}[{place}]" if field.type else at, found)
                    if isinstance(each, Mapping) and each.get(f"{kind}_id", record.get("id")) != record.get("id"):
                        found.append(f"{at}[{place}].{kind}_id: it lies in another {kind}.")
        elif wrong := _wrong(name, field, value):
            found.append(f"{at}: {wrong}")


def _wrong(name: str, field: Field, value: object) -> str:
    """What is wrong with a plain value; empty if nothing is."""
    if field.type == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return "" if is_number else f"{value!r} is no number."
    if not isinstance(value, str):
        return f"{value!r} is no text."
    if not value.strip() or "\0" in value or any(0xD800 <= ord(each) < 0xE000 for each in value):
        return f"{value!r} is empty, or holds what is no character."
    if field.enum and value not in field.enum:
        return f"{value!r} is none of {', '.join(field.enum)}."
    form = "date" if name in DATES else "time" if name in CLOCKS else field.format
    return "" if not form or _FORMS[form](value) else f"{value!r} is no {form}."


def is_uri(text: str) -> bool:
    """Whether it is an absolute address as RFC 3986 writes it: ASCII alone, no spaces."""
    return _URI.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether it is an address of ASCII alone."""
    try:
        _is_email(text)
    except ValidationError:
        return False
    return text.isascii()


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


_FORMS: dict[str, Callable[[str], bool]] = {
    "uuid": _is_uuid,
    "uri": is_uri,
    "email": is_email,
    "date-time": _is_moment,
    "date": _is_date,
    "time": lambda text: _CLOCK.fullmatch(text) is not None,
}


def _circles(organizations: list[Record]) -> Iterator[str]:
    """Organisations that lie beneath themselves."""
    above = {record.get("id"): record.get("parent_organization_id") for record in organizations}
    for start in above:
        steps, here = 0, above[start]
        while here is not None and here != start and steps <= len(above):
            here, steps = above.get(here), steps + 1
        if here == start:
            yield f"The organization {start} lies beneath itself."
