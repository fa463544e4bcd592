"""JSON that no export writes, each with a word that its refusal must say."""

import json
from collections.abc import Callable

from tests.hostile.files.texts import Hostile, of

GOOD = '{"name": "Lantern", "kind": "ngo", "level": "private"}'


def a_list(inside: str) -> Callable[[], bytes]:
    """A list with this in it."""
    return of(f"[{inside}]")


def cell(name: str, value: str) -> Callable[[], bytes]:
    """A row that is sound but for one cell, written as it stands."""
    told = {"name": '"Lantern"', "kind": '"ngo"', "level": '"private"'} | {name: value}
    return a_list("{" + ", ".join(f"{json.dumps(key)}: {written}" for key, written in told.items()) + "}")


OBJECTS: Hostile = {
    "empty list": (of("[]"), "no row"),
    "empty object": (of("{}"), "no list of objects"),
    "object alone": (of(GOOD), "no list of objects"),
    "objects in lines": (of(f"{GOOD}\n{GOOD}\n"), "no list of objects"),
    "a text": (of('"name"'), "only a header"),
    "a number": (of("1"), "names none of the columns"),
    "nothing": (of("null"), "names none of the columns"),
    "list of numbers": (a_list("1, 2, 3"), "No object"),
    "list of texts": (a_list('"Lantern"'), "No object"),
    "list of lists": (a_list('["name", "Lantern"]'), "No object"),
    "list of nothing": (a_list("null, null"), "No object"),
    "list of commas": (a_list(","), "No JSON"),
    "list without an end": (of(f"[{GOOD},"), "a “]” is missing"),
    "list without an end but one within": (of('[{"parts": []}'), "behind the list"),
    "object without an end": (of('[{"name": "Lantern"]'), "has no end"),
    "text without an end": (of('[{"name": "Lantern}]'), "quotation mark is missing"),
    "bracket too many": (of(f"[{GOOD}]]"), "bracket"),
    "brackets that cross": (of('[{"parts": ["press"}]]'), "No JSON"),
    "junk behind": (of(f"[{GOOD}] x"), "behind the list"),
    "program behind": (of(f"[{GOOD}];alert(1)"), "behind the list"),
    "two lists": (of(f"[{GOOD}][{GOOD}]"), "bracket"),
    "comma too many": (a_list('{"name": "Lantern",}'), "No JSON"),
    "single quotes": (a_list("{'name': 'Lantern'}"), "No JSON"),
    "names without quotes": (a_list("{name: 1}"), "No JSON"),
    "remarks": (a_list('/* x */ {"name": "Lantern"}'), "No JSON"),
    "line break in a text": (cell("name", '"Lan\ntern"'), "No JSON"),
    "escape that is none": (cell("name", r'"\x41"'), "No JSON"),
    "escape cut off": (cell("name", r'"\u12"'), "No JSON"),
    "plus before a number": (cell("acronym", "+1"), "No JSON"),
    "number with a zero first": (cell("acronym", "007"), "No JSON"),
    "hexadecimal": (cell("acronym", "0x10"), "No JSON"),
    "a hundred thousand lists": (of("[" * 100_000 + "]" * 100_000), "deep"),
    "a hundred thousand objects": (of('[{"name":' + '{"a":' * 100_000 + "1" + "}" * 100_001 + "]"), "deep"),
    "deep and never closed": (of("[" * 1_000_000), "a “]” is missing"),
    "deep in contacts": (cell("contacts", "[" * 50 + "]" * 50), "deep"),
    "NaN": (cell("acronym", "NaN"), "NaN is no number"),
    "infinity": (cell("acronym", "Infinity"), "Infinity is no number"),
    "minus infinity": (cell("retired_at", "-Infinity"), "-Infinity is no number"),
    "infinity written out": (cell("acronym", "1e999"), "15 digits"),
    "ten to the four thousand": (cell("acronym", "1" + "0" * 4000), "15 digits"),
    "minus ten to the four thousand": (cell("uid", "-1" + "0" * 4000), "15 digits"),
    "number of a megabyte": (cell("acronym", "9" * 900_000), "15 digits"),
    "fraction without end": (cell("kind", "0." + "3" * 900_000), "None of department"),
    "name twice": (a_list('{"name": "Lantern", "name": "Lamp", "kind": "ngo"}'), "twice"),
    "name twice in a contact": (cell("contacts", '[{"role": "a", "role": "b"}]'), "twice"),
    "half of a character": (cell("name", r'"Lan\ud800tern"'), "lone surrogate"),
    "other half of a character": (cell("description", r'"\udc00"'), "lone surrogate"),
    "half of a character in a contact": (cell("contacts", r'[{"role": "\ud83d", "phone": "1"}]'), "lone surrogate"),
    "half of a character in a code": (cell("jurisdictions", r'["\udead"]'), "lone surrogate"),
    "NUL in a name": (cell("name", r'"Lan\u0000tern"'), "NUL"),
    "NUL in a description": (cell("description", r'"\u0000"'), "NUL"),
    "NUL in a contact": (cell("contacts", r'[{"role": "a\u0000", "phone": "1"}]'), "NUL"),
    "NUL in a former name": (cell("former_names", r'["a\u0000"]'), "NUL"),
    "unknown column": (cell("password", '"x"'), "None of the columns"),
    "column of an object": (cell("__proto__", '{"is_admin": true}'), "None of the columns"),
    "column of a class": (cell("__class__", '"x"'), "None of the columns"),
    "column of a key": (cell("id", "1"), "None of the columns"),
    "column of a relation": (cell("contacts__email", '"x"'), "None of the columns"),
    "column without a name": (cell("", '"x"'), "None of the columns"),
    "column of NUL": (a_list(r'{"na\u0000me": "x"}'), "None of the columns"),
    "list for a name": (cell("name", '["Lantern"]'), "a list or an object"),
    "object for a name": (cell("name", '{"en": "Lantern"}'), "a list or an object"),
    "yes for a name": (cell("name", "true"), "TRUE or FALSE"),
    "list for a kind": (cell("kind", "[]"), "a list or an object"),
    "number for a yes": (cell("is_listed", "2"), "Neither yes nor no"),
    "object for a yes": (cell("is_listed", "{}"), "a list or an object"),
    "object for codes": (cell("jurisdictions", '{"MS": true}'), "a list or an object"),
    "objects in codes": (cell("jurisdictions", '[{"code": "MS"}]'), "a list or an object"),
    "number for a time": (cell("retired_at", "1e15"), "15 digits"),
    "year of five digits": (cell("retired_at", '"10000-01-01"'), "Not a time"),
    "object for contacts": (cell("contacts", '{"role": "Press"}'), "a list or an object"),
    "lists for contacts": (cell("contacts", '[["Press"]]'), "is no object"),
    "numbers for contacts": (cell("contacts", "[1]"), "is no object"),
    "unknown field of a contact": (cell("contacts", '[{"role": "a", "agency_id": "1"}]'), "which is none of"),
    "too many contacts": (cell("contacts", "[" + ",".join(['{"role":"a"}'] * 201) + "]"), "201 items"),
    "too many parts": (cell("parts", "[" + ",".join(['"press"'] * 20_000) + "]"), "20,000 parts"),
    "object of two megabytes": (cell("description", '"' + "x" * 2_000_000 + '"'), "Longer than"),
    "too many objects": (lambda: ("[" + ",".join(["{}"] * 10_001) + "]").encode(), "More than 10,000 rows"),
    "seventeen megabytes of JSON": (lambda: b"[" + b" " * 17_000_000 + b"]", "Larger than 16 MB"),
    "sixteen megabytes of brackets": (lambda: b"[" + b"[]," * 5_000_000 + b"[]]", "More than 10,000 rows"),
    "Windows in JSON": (of(b'[{"name": "Le\xf1a \xc3\xb1"}]'), "at once"),
    "UTF-16 cut off in JSON": (lambda: f"[{GOOD}]".encode("utf-16")[:-3], "save it as"),
}
