"""The words of the help page, one file a language: apart from gettext, so that nothing can be half translated.

A further language is a further file in ``texts/`` (a test compares its keys). Its page is answered and
linked once the file says ``reviewed = true``; before that only where ``WAYPOST_UNREVIEWED_LANGUAGES`` names
it, for those who review it, and no page links it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from outreach.channels.lines import Line
from portal.areas.register import BY_CODE, AreaFact
from portal.pages.leaving import Exit

FOLDER = Path(__file__).parent / "texts"
#: Complete, and spoken by every public page.
LANGUAGES = ("en", "es")
#: Spoken by the help page alone, reviewed or not.
BEYOND = tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem not in LANGUAGES))
#: Unicode's marks round a name that may run in the other direction.
ISOLATED = "\u2068{}\u2069"


@dataclass(frozen=True)
class Words:
    """The words of one language. Templates read ``texts``; the methods put names of data into words."""

    language: str
    texts: dict[str, Any]

    @property
    def runs_left(self) -> bool:
        """Whether it is written from right to left."""
        return bool(self.texts["direction"] == "rtl")

    def area(self, area: AreaFact) -> str:
        """An area's name; the English one where this language has no other."""
        name: str = self.texts["areas"].get(area.code, area.name)
        return name

    def name(self, line: Line) -> str:
        """A line's name."""
        name: str = self.texts["names"].get(line.slug, line.name)
        return name

    def who(self, line: Line) -> str:
        """Who answers a line, in a sentence."""
        sentence: str = self.texts["who_exactly"].get(line.slug) or self.texts["who"][line.answered_by.value]
        return sentence

    def about(self, key: str, **names: str) -> str:
        """A sentence that names something: an area, an operator, a number."""
        sentence: str = self.texts[key]
        if self.runs_left:
            names = {place: ISOLATED.format(name) for place, name in names.items()}
        return sentence.format(**names)

    def spoken(self, codes: tuple[str, ...]) -> str:
        """“In English and Spanish.”; empty where one of the languages has no name here, or none is known."""
        names = [self.texts["language_names"].get(code) for code in codes]
        if not names or None in names:
            return ""
        listed = self.texts["and"].join([*filter(None, [", ".join(names[:-1])]), names[-1]])
        return self.about("spoken", languages=listed)

    def exit(self) -> Exit:
        """How to leave the page at once."""
        return Exit(address=settings.EXIT_ADDRESS, **self.texts["exit"])


def answered() -> tuple[str, ...]:
    """The languages in which an address of a help page shows one."""
    return (*LANGUAGES, *(code for code in BEYOND if _is_reviewed(code) or code in settings.UNREVIEWED_LANGUAGES))


def linked() -> tuple[str, ...]:
    """The languages that pages offer."""
    return (*LANGUAGES, *(code for code in BEYOND if _is_reviewed(code)))


@cache
def in_language(language: str) -> Words:
    """The words of a language that there is a file for; of English for any other."""
    code = language if language in (*LANGUAGES, *BEYOND) else LANGUAGES[0]
    return Words(language=code, texts=tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8")))


@cache
def areas_by_name(language: str) -> tuple[tuple[str, str], ...]:
    """Every area but the nation as (lower-case code, name), in the language's order of names."""
    words = in_language(language)
    named = ((area.code.lower(), words.area(area)) for code, area in BY_CODE.items() if code != "US")
    return tuple(sorted(named, key=lambda pair: _folded(pair[1])))


def _is_reviewed(language: str) -> bool:
    return bool(in_language(language).texts["reviewed"])


def _folded(text: str) -> str:
    return text.casefold().translate(str.maketrans("áéíóúüñأإآ", "aeiouunااا"))
