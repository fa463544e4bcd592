"""Composes the help page: words and lines in, finished bytes out, held in memory until either changes.

The page is the same for everyone who asks for an area in a language, so it is composed once
and kept with its compressed form; it holds nothing secret that compression could give away.
"""

import base64
import datetime as dt
import gzip
import hashlib
import logging
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from csp.constants import NONE
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from campaign.scans import words
from outreach.channels import local_copy
from outreach.channels.directory import HelpLines, help_lines
from outreach.channels.lines import Kind, Line
from portal.areas.register import BY_CODE, NATION, AreaFact

logger = logging.getLogger(__name__)


class Sheet(StrEnum):
    """Which page of an area; the value is its template."""

    HELP = "help"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page, as it is and gzipped."""

    html: bytes
    gzipped: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it stands on the page: what you do, with what, who answers, what else to know.

    ``number`` follows the note and is never broken over two lines.
    """

    verb: str
    value: str
    href: str
    who: str
    note: str = ""
    number: str = ""
    name: str = ""

    @property
    def leaves(self) -> bool:
        """Whether it opens another website."""
        return self.href.startswith("https:")


def page(sheet: Sheet, *, area: AreaFact, language: str, on: dt.date) -> Page:
    """The page of an area in a language on a day. Never raises: what is built in is the floor."""
    directory = local_copy.current()
    try:
        return _compose(sheet, area, language, on, directory)
    except Exception:
        logger.exception("The help page could not be composed from the local copy: showing what is built in.")
        return _compose(sheet, area, language, on, local_copy.BUILT_IN)


# Every page of a day, twice over, so that a refresh doesn't drop what is still asked for.
@lru_cache(maxsize=4 * len(BY_CODE) * len(words.LANGUAGES))
def _compose(sheet: Sheet, area: AreaFact, language: str, on: dt.date, directory: local_copy.Directory) -> Page:
    spoken = words.in_language(language)
    lines = help_lines(directory.lines, area.code, on)
    context = {
        "words": spoken.texts,
        "language": spoken.language,
        "area": area,
        "nation": NATION,
        "code": area.code.lower(),
        "others": [(code, words.in_language(code).texts["own_name"]) for code in words.LANGUAGES if code != language],
        "areas": words.areas_by_name(spoken.language),
        "area_now": spoken.texts["nation_now"] if area is NATION else spoken.about("areas_now", area),
        "local_heading": spoken.about("local_heading", area),
        "duty_none": spoken.about("duty_none", area),
        "hotline": spoken.name(lines.call),
        "exit_address": settings.EXIT_ADDRESS,
        "style": style(),
        "script": script(),
        **_rows(lines, spoken),
    }
    html = get_template(f"campaign/scans/{sheet}.html").render(context).encode()
    return Page(html=html, gzipped=gzip.compress(html, mtime=0))


def _rows(lines: HelpLines, spoken: words.Words) -> dict[str, object]:
    texts = spoken.texts
    verbs = {
        Kind.VOICE: texts["call"],
        Kind.SMS: texts["text"],
        Kind.RELAY: texts["relay"],
        Kind.CHAT: texts["chat"],
        Kind.WEB_FORM: texts["form"],
        Kind.EMAIL: texts["email"],
    }
    notes = {Kind.SMS: texts["text_note"], Kind.VOICE: texts["call_note"], Kind.CHAT: texts["chat_note"]}

    def row(line: Line, note: str = "", number: str = "") -> Row:
        return Row(
            verb=verbs[line.kind],
            value=line.value,
            href=line.href,
            who=spoken.who(line),
            note=note,
            number=number,
            name=spoken.name(line),
        )

    first = [row(line, notes[line.kind]) for line in (lines.text, lines.call, lines.chat) if line]
    if lines.relay:
        first.append(row(lines.relay, texts["relay_note"], lines.call.value))
    return {
        "first": first,
        "emergency": lines.emergency,
        "call": row(lines.call),
        **{
            heading: [row(line) for line in getattr(lines, heading)]
            for heading in ("local", "children", "crisis", "tips", "mandated")
        },
    }


@cache
def style() -> SafeString:
    """The page's only style."""
    return _inlined("_style.css")


@cache
def script() -> SafeString:
    """The page's only script; without it the exit is a plain link."""
    return _inlined("_script.js")


def content_security_policy() -> dict[str, list[str]]:
    """Nothing but the two inlined parts, each by its hash."""
    return {
        "default-src": [NONE],
        "style-src": [_hash(style())],
        "script-src": [_hash(script())],
        "img-src": ["data:"],
        "connect-src": [NONE],
        "form-action": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }


def _inlined(name: str) -> SafeString:
    return mark_safe(get_template(f"campaign/scans/{name}").render())  # noqa: S308 (our own file)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
