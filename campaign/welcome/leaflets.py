"""Pages of words on signs, jobs, calls and rights: texts as files, each with its sources and the day they were read.

Two files a page, English and Spanish, in ``texts/``; ``sources.toml`` holds what they lean on. They say no
number, since numbers are data, and promise nothing.
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"
#: The pages, each by its address; none tells what it is about.
SLUGS = ("rights", "when-you-call", "before-a-job", "signs")


@dataclass(frozen=True, slots=True)
class Source:
    """An official text, and the day on which whoever wrote the page read it."""

    title: str
    publisher: str
    url: str
    read_on: dt.date


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences under a heading, then points; ``sources`` are what both lean on, none where they are advice."""

    heading: str
    text: tuple[str, ...]
    points: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def publishers(self) -> tuple[str, ...]:
        """Who says it, each once; nobody where it is the campaign's own advice."""
        return tuple(dict.fromkeys(source.publisher for source in self.sources))


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A page of words in one language."""

    slug: str
    title: str
    description: str
    lead: str
    sections: tuple[Section, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the whole page leans on, each once, in order."""
        return tuple(dict.fromkeys(source for section in self.sections for source in section.sources))


@cache
def in_language(slug: str, language: str) -> Leaflet:
    """The page in a language; in English where there is no other. Raises ``KeyError`` for a page that doesn't exist."""
    if slug not in SLUGS:
        raise KeyError(slug)
    path = FOLDER / f"{slug}.{language}.toml"
    texts = _read(path if path.is_file() else FOLDER / f"{slug}.en.toml")
    return Leaflet(
        slug=slug,
        title=texts["title"],
        description=texts["description"],
        lead=texts["lead"],
        sections=tuple(
            Section(
                heading=section["heading"],
                text=tuple(section.get("text", ())),
                points=tuple(section.get("points", ())),
                sources=tuple(_sources()[name] for name in section.get("sources", ())),
            )
            for section in texts["section"]
        ),
    )


@cache
def _sources() -> dict[str, Source]:
    return {name: Source(**row) for name, row in _read(FOLDER / "sources.toml").items()}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
