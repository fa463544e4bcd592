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
from campaign.scans.operators import Operator
from outreach.channels import limits, local_copy
from outreach.channels import spoken as said
from outreach.channels.directory import HELPERS
from outreach.channels.lines import Kind, Line
from portal.areas.register import BY_CODE, NATION, AreaFact

logger = logging.getLogger(__name__)

VERBS = {
    Kind.VOICE: "call",
    Kind.SMS: "text",
    Kind.RELAY: "relay",
    Kind.CHAT: "chat",
    Kind.WEB_FORM: "form",
    Kind.EMAIL: "email",
}
TOLL_FREE = tuple(f"tel:+1{code}" for code in (800, 833, 844, 855, 866, 877, 888))
#: Lines that take reports of pictures; the words above them would be wrong over any other line for minors.
PICTURES = "us-ncmec-"


class Sheet(StrEnum):
    """Which page of an area; the value is its template."""

    HELP = "help"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page, gzipped: nearly every browser takes it so, and memory holds it once."""

    gzipped: bytes

    @property
    def html(self) -> bytes:
        """The same for the rare client that doesn't."""
        return gzip.decompress(self.gzipped)


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it stands on the page: what you do, with what, who answers, what else to know.

    ``number`` follows the notes and is never broken over two lines. ``facts`` are sentences of whoever
    runs the line, in English.
    """

    verb: str
    value: str
    href: str
    who: str
    name: str
    is_name_english: bool = False
    notes: tuple[str, ...] = ()
    number: str = ""
    facts: tuple[str, ...] = ()

    @property
    def leaves(self) -> bool:
        """Whether it opens another website."""
        return self.href.startswith("https:")


def page(sheet: Sheet, *, area: AreaFact, operator: Operator | None = None, language: str, on: dt.date) -> Page:
    """The page of an area, or of an operator, in a language on a day. Never raises: what is built in is the floor."""
    directory = local_copy.current()
    try:
        return _compose(sheet, area, operator, language, on, directory)
    except Exception:
        logger.exception("The help page could not be composed from the local copy: showing what is built in.")
        return _compose(sheet, area, operator, language, on, local_copy.BUILT_IN)


# Every page of a day, twice over, so that a refresh doesn't drop what is still asked for: some 5 KB each.
@lru_cache(maxsize=2 * len(Sheet) * len(BY_CODE) * len((*words.LANGUAGES, *words.BEYOND)))
def _compose(
    sheet: Sheet,
    area: AreaFact,
    operator: Operator | None,
    language: str,
    on: dt.date,
    directory: local_copy.Directory,
) -> Page:
    spoken = words.in_language(language)
    lines = directory.help_lines(area.code, on, operator=operator.key if operator else "")
    here = f"near/on/{operator.slug}/" if operator else f"near/{area.code.lower()}/"
    sheet_path = "duty/" if sheet is Sheet.DUTY else ""
    rows = Rows(spoken)
    operators_help = [line for line in lines.operator if line.answered_by in HELPERS]
    operators_rest = [line for line in lines.operator if line.answered_by not in HELPERS]
    context = {
        "words": spoken.texts,
        "exit": spoken.exit(),
        "language": spoken.language,
        # Pages of words speak the languages of the whole site.
        "pages_language": spoken.language if spoken.language in words.LANGUAGES else words.LANGUAGES[0],
        "area": area,
        "here": f"{here}{sheet_path}",
        "here_now": _here_now(spoken, area, operator),
        "up": "../../" if operator or sheet is Sheet.DUTY else "../",
        "sheet_path": sheet_path,
        "others": [
            (code, words.in_language(code).texts["own_name"]) for code in words.linked() if code != spoken.language
        ],
        "areas": words.areas_by_name(spoken.language),
        "local_heading": (
            spoken.about("operator_heading", operator=operator.name)
            if operator
            else spoken.about("local_heading", area=spoken.area(area))
        ),
        "duty_none": spoken.about("duty_none", area=spoken.area(area), emergency=lines.emergency.value),
        "style": style(),
        "script": script(),
        "first": [rows.first(line) for line in (lines.text, lines.call) if line],
        "emergency": lines.emergency,
        "second": [
            *([rows.first(lines.chat)] if lines.chat else []),
            *([rows.first(lines.relay, number=lines.call.value)] if lines.relay else []),
        ],
        "call": rows.named(lines.call),
        "pictures": [rows.named(line) for line in lines.children if line.slug.startswith(PICTURES)],
        "children": [rows.named(line) for line in lines.children if not line.slug.startswith(PICTURES)],
        # Of an operator's lines only those that an advocate or a counselor answers are help; the rest are for tips.
        "local": [rows.named(line) for line in (*operators_help, *lines.local)],
        "tips": [rows.named(line) for line in (*operators_rest, *lines.tips)],
        "crisis": [rows.named(line) for line in lines.crisis],
        "mandated": [rows.named(line) for line in lines.mandated],
    }
    html = get_template(f"campaign/scans/{sheet}.html").render(context).encode()
    return Page(gzipped=gzip.compress(html, mtime=0))


def _here_now(spoken: words.Words, area: AreaFact, operator: Operator | None) -> str:
    if operator:
        return spoken.about("operator_now", operator=operator.name)
    return spoken.about("nation_now") if area is NATION else spoken.about("areas_now", area=spoken.area(area))


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes rows of lines in the words of one language. Nothing is said of a line that its record doesn't hold."""

    spoken: words.Words

    def first(self, line: Line, *, number: str = "") -> Row:
        """A row of the first screen, as short as it can be."""
        texts, notes = self.spoken.texts, []
        if line.kind is Kind.SMS:
            notes.append(texts["text_note"])
        if line.key.startswith(TOLL_FREE):
            notes.append(texts["free"])
        if line.interpreters:
            notes.append(texts["ask_language"])
        elif line.kind is Kind.CHAT or self.spoken.language not in (*words.LANGUAGES, *line.languages):
            notes.append(self.spoken.spoken(line.languages))
        if line.kind is Kind.RELAY:
            notes.append(texts["relay_note"])
        return self._row(line, notes=notes, number=number)

    def named(self, line: Line) -> Row:
        """A row below: with its hours, its limits, and what happens when you use it."""
        hours = said.hours(line, self.spoken.language) or (self.spoken.texts["always"] if line.always_open else "")
        in_english = "" if hours else said.hours(line, "en") or line.hours
        return self._row(line, notes=[hours, *self._limits(line)], facts=(in_english, line.what_happens))

    def _row(self, line: Line, *, notes: list[str], number: str = "", facts: tuple[str, ...] = ()) -> Row:
        return Row(
            verb=self.spoken.texts[VERBS[line.kind]],
            value=line.value,
            href=line.href,
            who=self.spoken.who(line),
            name=self.spoken.name(line),
            is_name_english=line.slug not in self.spoken.texts["names"],
            notes=tuple(filter(None, notes)),
            number=number,
            facts=tuple(filter(None, facts)),
        )

    def _limits(self, line: Line) -> list[str]:
        sentences = self.spoken.texts.get("limits") or limits.SAID[self.spoken.language]
        return [sentences[limits.Limit(code)] for code in line.limits]


@cache
def style() -> SafeString:
    """The page's only style."""
    return mark_safe(get_template("campaign/scans/_style.css").render())  # noqa: S308 (our own file)


@cache
def script() -> SafeString:
    """The page's only script, the one that other pages load; without it the exit is a plain link."""
    return mark_safe((settings.BASE_DIR / "static" / "js" / "exit.js").read_text(encoding="utf-8"))  # noqa: S308


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


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
