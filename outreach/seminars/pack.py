"""The school pack: a letter to parents, the counselor's checklist, the presenter's brief, a card for the adults.

Set on demand and never stored, since it names people. What was offered to a school is remembered as digests alone
(``SchoolPack``): when the presenter, the hour or the state's line changes, the school hears which paper is old.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.utils import formats, timezone, translation
from django.utils.translation import get_language_info, gettext

from outreach.agencies.models import Agency
from outreach.channels.directory import NoPrintableLine, poster_lines
from outreach.channels.models import Channel
from outreach.seminars.choices import Equipment
from outreach.seminars.models import PresenterKind, Seminar, Topic
from outreach.seminars.needs import Need
from outreach.seminars.pack_words import BRIEF, CARD, CHECKLIST, LETTER, Words
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks

LANGUAGES: Final = ("en", "es")
_DESIGNS: Final = Path(__file__).parent / "designs"
_BLANK: Final = "_" * 18
_OFFICERS: Final = {PresenterKind.LOCAL_POLICE, PresenterKind.FEDERAL_AGENT}


class Part(StrEnum):
    """The papers, each named as its file."""

    LETTER = "letter"
    CHECKLIST = "checklist"
    CARD = "card"
    BRIEF = "brief"


FOR_SCHOOL: Final = (Part.LETTER, Part.CHECKLIST, Part.CARD)
OF_MINORS: Final = frozenset({Part.LETTER, Part.CARD})
"""Papers that a college doesn't get: its students say no themselves, and the card leads to the line for children."""
_LINES_OF_MINORS: Final = frozenset({"before_1", "before_2", "before_6", "before_7"})


def for_school(seminar: Seminar) -> list[Part]:
    """The papers that the school of this seminar gets."""
    return [part for part in FOR_SCHOOL if seminar.is_for_minors or part not in OF_MINORS]


def render(seminar: Seminar, *, part: Part, language: str) -> bytes:
    """One paper as a tagged PDF (PDF/UA), on Letter. ``language`` is one of ``LANGUAGES``.

    ``seminar`` comes with ``presenter__agency``, ``request``, ``area`` and ``child_line``. Raises ``NotPossible``: it
    is not for students, or what the paper must say is not known; ``TypesettingError``.
    """
    from portal.typesetting import compile_pdf

    with translation.override(language):
        data = content(seminar, part=part, language=language)
    day = dt.datetime.combine(timezone.localdate(), dt.time(12), tzinfo=dt.UTC)
    return compile_pdf(_DESIGNS / f"{part}.typ", data, timestamp=day)


def content(
    seminar: Seminar, *, part: Part, language: str, national: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a paper says, as its design reads it; in the active language, which is ``language``.

    ``national``: what ``national_lines`` says of the seminar's day, if it is known already.
    """
    if not seminar.is_unlisted or (part in OF_MINORS and not seminar.is_for_minors):
        raise NotPossible(gettext("These papers are for seminars with students alone."))
    if seminar.presenter is None and part != Part.CARD:
        raise NotPossible(gettext("Nobody is found yet to give it: the papers say who presents."))
    known = {**facts(seminar), **(national or national_lines(_day(seminar)))}
    if part == Part.CARD:
        return _card(known, language)
    build = {Part.LETTER: _letter, Part.CHECKLIST: _checklist, Part.BRIEF: _brief}[part]
    return build(seminar, known, language)


def digests(seminar: Seminar, *, lines: dict[dt.date, dict[str, str]] | None = None) -> dict[str, str]:
    """A digest of what each paper says, whatever the day on which it is set; papers that can't be set have none.

    ``lines`` remembers the national lines of a day, for whoever asks of many seminars.
    """
    found, lines, day = {}, {} if lines is None else lines, _day(seminar)
    if day not in lines:
        lines[day] = national_lines(day)
    with translation.override("en"):
        for part in Part:
            try:
                data = content(seminar, part=part, language="en", national=lines[day])
            except NotPossible:
                continue
            data.pop("foot", None)
            found[str(part)] = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    return found


def changed(offered: Mapping[str, str], now: Mapping[str, str]) -> list[Part]:
    """The school's papers that were offered and say something else now; one that can't be set any more is none."""
    return [part for part in FOR_SCHOOL if part in offered and now.get(part, offered[part]) != offered[part]]


def names() -> dict[Part, str]:
    """What each paper is called, in the active language."""
    return {
        Part.LETTER: gettext("Letter to parents"),
        Part.CHECKLIST: gettext("Checklist for the counselor"),
        Part.CARD: gettext("Card for the adults in the room"),
        Part.BRIEF: gettext("Brief for the presenter"),
    }


def facts(seminar: Seminar) -> dict[str, str]:
    """What the words' braces stand for, in the active language."""
    asked, presenter, line = seminar.request, seminar.presenter, seminar.child_line
    language = translation.get_language() or "en"
    return {
        "school": seminar.venue or (asked.school_name if asked else seminar.title),
        "day": seminar.day,
        "start": seminar.start_time,
        "end": seminar.end_time,
        "clock": seminar.clock,
        "minutes": str(seminar.minutes),
        "topic": str(Topic(seminar.topic).label),
        "grades": _lower(asked.get_grades_display()) if asked else gettext("students"),
        "headcount": str(asked.headcount if asked else seminar.capacity),
        "language": _language_name(seminar.language),
        "agency": presenter.agency.name if presenter else "",
        "kind": str(PresenterKind(presenter.kind).label) if presenter else "",
        "opt_out": seminar.opt_out.strip(),
        "told": _spoken(seminar.parents_told_on) if seminar.parents_told_on else _BLANK,
        "room": seminar.private_room or _BLANK,
        "safeguarding": seminar.safeguarding_contact or _BLANK,
        "needs": ", ".join(_labels(asked.needs.split(", ") if asked else [], Need)),
        "equipment": ", ".join(_labels(asked.equipment if asked else [], Equipment)),
        "child_name": line.name if line else gettext("the state’s child protection"),
        "child": line.value if line else _BLANK,
        "child_checked": _checked(line, language) if line else _BLANK,
        "blank": _BLANK,
        "today": _spoken(timezone.localdate()),
    }


def _letter(seminar: Seminar, known: Mapping[str, str], language: str) -> dict[str, Any]:
    words, presenter = LETTER[language], seminar.presenter
    assert presenter is not None, "content() asks for one"
    paragraphs = [words["what"], words[seminar.topic], words["asked_nothing"]]
    if seminar.is_virtual:
        paragraphs[0] += f" {words['by_video']}"
    if seminar.counsellor_present:
        paragraphs.append(words["counsellor"])
    who = [words[presenter.kind]]
    if presenter.agency.level == Agency.Level.FEDERAL and presenter.kind != PresenterKind.FEDERAL_AGENT:
        who.append(words["federal_agency"])
    choose = words["opt_out"].replace("{opt_out}", known["opt_out"] or words["opt_out_slip"])
    helps = [words["call"], *([words["text"]] if known["text"] else []), words["danger"]]
    if seminar.child_line:
        helps.append(words["child"])
    return _frame(words, known, language) | {
        "hello": words["hello"],
        "paragraphs": _said(paragraphs, known),
        "who": {"heading": words["who"], "lines": _said(who, known)},
        "choose": {"heading": words["choose"], "lines": [choose, words["meanwhile"]]},
        "help": {"heading": words["help"], "lines": _said(helps, known)},
        "signed": words["signed"],
        "date": words["date"],
        "slip": {
            "title": words["slip"],
            "student": words["slip_student"],
            "parent": words["slip_parent"],
            "foot": words["slip_foot"],
        },
    }


def _checklist(seminar: Seminar, known: Mapping[str, str], language: str) -> dict[str, Any]:
    words, presenter = CHECKLIST[language], seminar.presenter
    names = [f"before_{number}" for number in range(1, 8)]
    before = [words[name] for name in names if seminar.is_for_minors or name not in _LINES_OF_MINORS]
    if known["needs"]:
        before.append(words["needs"])
    if presenter and presenter.kind in _OFFICERS:
        before.append(words["officer"])
    if not known["opt_out"]:
        known = {**known, "opt_out": _BLANK}
    parts = [
        {"heading": words["before"], "lines": _said(before, known)},
        *(
            {"heading": words[name], "lines": _said([words[f"{name}_{number}"] for number in (1, 2, 3)], known)}
            for name in ("during", "after")
        ),
    ]
    return _frame(words, known, language) | {"lead": _fill(words["lead"], known), "parts": parts}


def _brief(seminar: Seminar, known: Mapping[str, str], language: str) -> dict[str, Any]:
    words, asked, presenter = BRIEF[language], seminar.request, seminar.presenter
    where = ", ".join(filter(None, (seminar.venue, seminar.address, seminar.place, asked.room if asked else "")))
    meet = ", ".join(filter(None, (asked.contact_name, asked.contact_role, asked.contact_phone))) if asked else ""
    rows = [
        (words["when"], _fill(words["when_value"], known)),
        (words["where"], words["by_video"] if seminar.is_virtual else where),
        (words["meet"], meet),
        (words["class"], _fill(words["class_value"], known)),
        (words["access"], seminar.access),
        (words["equipment"], known["equipment"]),
        (words["needs"], known["needs"]),
        (words["agreed"], known["kind"]),
    ]
    dont = [words[f"dont_{number}"] for number in range(1, 5)]
    if presenter and presenter.kind in _OFFICERS:
        dont.append(words["officer"])
    return _frame(words, known, language) | {
        "lead": _fill(words["lead"], known),
        "facts": [list(row) for row in rows if row[1]],
        "parts": [
            {"heading": words["arrive"], "lines": [words[f"arrive_{number}"] for number in (1, 2, 3)]},
            {"heading": words["dont"], "lines": dont},
        ],
        "told": {"heading": words["told"], "words": CARD[language]["words"], "then": words["told_then"]},
    }


def _card(known: Mapping[str, str], language: str) -> dict[str, Any]:
    if known["child"] == _BLANK:
        raise NotPossible(gettext("The state’s child protection line is not recorded: the card would lead nowhere."))
    words = CARD[language]
    return {
        "language": language,
        "title": words["title"],
        "words": words["words"],
        "line": _fill(words["line"], known),
        "number": known["child"],
        "checked": known["child_checked"],
        "danger": _fill(words["danger"], known),
    }


def _frame(words: Words, known: Mapping[str, str], language: str) -> dict[str, Any]:
    return {"language": language, "title": _fill(words["title"], known), "foot": _fill(words["foot"], known)}


def _said(lines: list[str], known: Mapping[str, str]) -> list[str]:
    return [_fill(line, known) for line in lines]


def _fill(words: str, known: Mapping[str, str]) -> str:
    """Facts are put in once: braces that somebody typed stay letters."""
    return words.format_map(known)


def national_lines(on: dt.date) -> dict[str, str]:
    """The numbers for everybody that a paper for that day may carry. Raises ``NotPossible``: none may be printed."""
    try:
        lines = poster_lines(None, on)
    except NoPrintableLine as none:
        raise NotPossible(str(none)) from none
    return {
        "call": lines.call.value,
        "text": lines.text.value if lines.text else "",
        "emergency": lines.emergency.value if lines.emergency else "911",
    }


def _checked(line: Channel, language: str) -> str:
    words = CARD[language]
    if line.verified_on:
        return words["checked"].format(checked=_spoken(line.verified_on))
    return words["unchecked"].format(operator=line.operator)


def _labels(codes: list[str], choices: type[Need] | type[Equipment]) -> list[str]:
    known: dict[str, str] = {str(value): str(label) for value, label in choices.choices}
    return [known.get(code, code) for code in codes if code]


def _language_name(code: str) -> str:
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name.lower() if translation.get_language() == "es" else name


def _day(seminar: Seminar) -> dt.date:
    return clocks.local(seminar.starts_at, seminar.time_zone).date()


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _spoken(day: dt.date) -> str:
    return formats.date_format(day, gettext("l j F Y"))
