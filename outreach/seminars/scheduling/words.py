"""Words for sentences."""

from __future__ import annotations

from collections.abc import Sequence

LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "ht": "Haitian Creole",
    "ar": "Arabic",
    "ko": "Korean",
    "tl": "Tagalog",
    "ru": "Russian",
    "pt": "Portuguese",
    "fr": "French",
    "so": "Somali",
}


def language_name(code: str) -> str:
    """The English name of a language; its code if it is not among ours."""
    return LANGUAGES.get(code, code)


def topic_name(code: str) -> str:
    """A topic as words."""
    return code.replace("_", " ")


def counted(number: int, noun: str) -> str:
    """``1 presenter``, ``14 presenters``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; each once."""
    words = list(dict.fromkeys(words))
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
