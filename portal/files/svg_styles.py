"""The little of style sheets that drawing programs write: properties, and rules for classes and elements."""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext

MOST_RULES: Final = 300

_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_SELECTOR: Final = re.compile(r"\.?[A-Za-z_][\w-]*", re.ASCII)


def rules_of(sheet: str) -> list[tuple[frozenset[str], str]]:
    """The rules of a style sheet in order: what they apply to (``.class`` or an element's name), and the style.

    Raises ``ValueError`` with the part that is anything else.
    """
    *rules, rest = without_comments(sheet).split("}")
    if len(rules) > MOST_RULES:
        raise ValueError(gettext("more than %(most)s rules") % {"most": MOST_RULES})
    found = []
    for rule in rules:
        head, brace, style = rule.partition("{")
        selectors = frozenset(selector.strip() for selector in head.split(","))
        if not brace or "{" in style or not all(_SELECTOR.fullmatch(selector) for selector in selectors):
            raise ValueError(" ".join(rule[:200].split())[:60])
        found.append((selectors, style))
    if rest.strip():
        raise ValueError(" ".join(rest[:200].split())[:60])
    return found


def declarations(style: str) -> Iterator[tuple[str, str]]:
    """The properties of a style, as ``fill: none; stroke: #000``, in order."""
    for declaration in without_comments(style).split(";"):
        name, colon, value = declaration.partition(":")
        if declaration.strip():
            yield name.strip().lower(), value.replace("!important", "").strip() if colon else declaration.strip()


def without_comments(style: str) -> str:
    """The style without ``/* … */``; one that never ends takes the rest."""
    kept, *commented = style.split("/*")
    return kept + "".join(part.partition("*/")[2] for part in commented)


def unfolded(value: str) -> str:
    """The value without what could hide a word in it: comments, escapes, blanks."""
    plain = _ESCAPE.sub(lambda escape: chr(min(int(escape[1], 16), 0x10FFFF)), without_comments(value))
    return "".join(character for character in plain if character > " ")
