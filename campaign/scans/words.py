"""The words of the help page, one file a language: apart from gettext, so that nothing can be half translated.

A further language is a further file in ``texts/`` (a test compares its keys) and a line in ``LANGUAGES``.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from campaign.links import codes
from outreach.channels.lines import Line
from portal.areas.register import BY_CODE, AreaFact

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Words:
    """The words of one language. Templates read ``texts``; the methods put names of data into words."""

    language: str
    texts: dict[str, Any]

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

    def about(self, key: str, area: AreaFact) -> str:
        """A sentence that names an area."""
        sentence: str = self.texts[key]
        return sentence.format(area=self.area(area))


@cache
def in_language(language: str) -> Words:
    """The words of a language that the page speaks; of English for any other."""
    code = language if language in LANGUAGES else codes.LANGUAGES[0]
    return Words(language=code, texts=tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8")))


@cache
def areas_by_name(language: str) -> tuple[tuple[str, str], ...]:
    """Every area but the nation as (lower-case code, name), in the language's order of names."""
    words = in_language(language)
    named = ((area.code.lower(), words.area(area)) for code, area in BY_CODE.items() if code != "US")
    return tuple(sorted(named, key=lambda pair: _folded(pair[1])))


def _folded(text: str) -> str:
    return text.casefold().translate(str.maketrans("áéíóúüñ", "aeiouun"))
