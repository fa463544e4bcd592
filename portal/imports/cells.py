"""Cells of spreadsheets: what a program that opens them might run is made text, and read back as it was."""

import re

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def escape(value: object) -> object:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula.

    Leading blanks don't hide a formula. Plain numbers stay, as do values that are no text.
    A text that already begins with an apostrophe gets another, so that ``unescape`` returns what was stored.
    """
    if not isinstance(value, str) or _PLAIN_NUMBER.fullmatch(value):
        return value
    begins = value.lstrip(" ")[:1] or value[:1]
    return f"'{value}" if begins.startswith(_STARTS_A_FORMULA) or value.startswith("'") else value


def unescape(value: object) -> object:
    """What ``escape`` was given."""
    if isinstance(value, str) and value.startswith("'"):
        rest = value[1:]
        if escape(rest) == value:
            return rest
    return value
