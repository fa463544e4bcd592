"""How duties and findings read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.text import get_text_list
from django.utils.translation import get_language_info

from campaign.rules.facts import Content, Obligation, RuleFacts, TextMode

_VERBS = {
    Obligation.SHALL: "Asks for",
    Obligation.SEEK: "Directs to seek",
    Obligation.VOLUNTARY: "Invites, without obligation,",
}


def day(date: dt.date) -> str:
    """22 November 2026."""
    return f"{date.day} {date:%B %Y}"


def language_name(code: str) -> str:
    """In English; the code itself where Django has no name for it."""
    try:
        return str(get_language_info(code.lower())["name"])
    except KeyError:
        return code


def languages(codes: Iterable[str], joint: str = "and") -> str:
    """English and Spanish."""
    return str(get_text_list([language_name(code) for code in codes], joint))


def size(width: float, height: float) -> str:
    """8.5 × 11 in."""
    return f"{round(width, 2):g} × {round(height, 2):g} in"


def contents(says: Iterable[str]) -> str:
    """The hotline's number and a website."""
    return str(get_text_list([str(Content(value).label) for value in says], "and"))


def asked(rule: RuleFacts, groups: Sequence[str], county_languages: Sequence[str] | None) -> str:
    """What a rule asks for at a place, in one sentence."""
    parts = []
    match rule.text_mode:
        case TextMode.FIXED:
            parts.append("the prescribed notice, word for word")
        case TextMode.MODEL:
            parts.append("the state's model notice")
        case _:
            parts.append("a notice")
    if rule.min_width and rule.min_height:
        parts.append(f"at least {size(rule.min_width, rule.min_height)}")
    if rule.min_point_size:
        parts.append(f"in {'bold ' if rule.is_bold else ''}type of at least {rule.min_point_size:g} points")
    if rule.languages:
        parts.append(f"in {languages(rule.languages)}")
    if county_languages is None:
        parts.append("and in the county's language, which is unknown here")
    elif set(county_languages) - set(rule.languages):
        parts.append(f"and in the county's: {languages(county_languages, 'or')}")
    if rule.must_say:
        parts.append(f"naming {contents(rule.must_say)}")
    where = ", and ".join(groups)
    return f"{_VERBS[Obligation(rule.obligation)]} {', '.join(parts)}; {where}."
