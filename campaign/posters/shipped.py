"""The files that the release ships: designs, their kit, texts. No database; ``release.py`` brings them into it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from campaign.posters.languages import LANGUAGES
from portal.typesetting import Project

Texts = Mapping[str, str | Sequence[str]]

_HERE: Final = Path(__file__).parent
_DESIGNS: Final = _HERE / "designs"
_KIT: Final = "kit.typ"
#: What a file of texts says of itself, beside the texts.
_ABOUT: Final = frozenset({"language", "english_sha256"})


@cache
def shipped_texts(language: str) -> Texts:
    """The texts of a language; KeyError for one that posters don't speak."""
    return {key: value for key, value in _said(language).items() if key not in _ABOUT}


def translates(language: str) -> str:
    """The hash of the English that the texts of a language translate; empty for English."""
    return str(_said(language).get("english_sha256", ""))


def shipped_designs() -> Iterator[tuple[str, str]]:
    """The slug and the source of every design."""
    for path in sorted(_DESIGNS.glob("*.typ")):
        if path.name != _KIT:
            yield path.stem.replace("_", "-"), path.read_text(encoding="utf-8")


def kit() -> str:
    """The kit; new versions of designs are made with it."""
    return (_DESIGNS / _KIT).read_text(encoding="utf-8")


def project(source: str) -> Project:
    """A design with the shipped kit, without pictures."""
    return Project(main="main.typ", files={"main.typ": source.encode(), _KIT: kit().encode()})


def _said(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((_HERE / "texts" / f"{language}.toml").read_text(encoding="utf-8"))
