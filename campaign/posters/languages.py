"""The languages that posters speak: how each is written, with which font, and what it may promise."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterLanguage:
    """One language.

    ``code`` is BCP 47, ``name`` English, ``own_name`` its own. ``family`` is the font of its script; Latin
    letters and digits within come from Inter. ``leading`` stretches the space between lines for scripts that
    stack marks. ``is_answered`` says that text and chat are answered in it; in all others an interpreter
    joins by phone, so that posters ask for a call first. ``is_spaced``: spaces stand between words, and
    nowhere else.
    """

    code: str
    name: str
    own_name: str
    family: str = "Inter"
    direction: Direction = "ltr"
    leading: float = 1.0
    is_answered: bool = False
    is_spaced: bool = True

    def __str__(self) -> str:
        return self.name


def _language(code: str, name: str, own_name: str, **more: object) -> tuple[str, PosterLanguage]:
    return code, PosterLanguage(code=code, name=name, own_name=own_name, **more)  # type: ignore[arg-type]


#: By code, in the order in which people are offered them.
LANGUAGES: Final = MappingProxyType(
    dict(
        [
            _language("en", "English", "English", is_answered=True),
            _language("es", "Spanish", "Español", is_answered=True),
            _language("vi", "Vietnamese", "Tiếng Việt", leading=1.15, is_spaced=False),
            _language(
                "zh-Hans", "Chinese, simplified", "简体中文", family="Noto Sans SC", leading=1.3, is_spaced=False
            ),
            _language(
                "zh-Hant", "Chinese, traditional", "繁體中文", family="Noto Sans TC", leading=1.3, is_spaced=False
            ),
            _language("ko", "Korean", "한국어", family="Noto Sans KR", leading=1.3),
            _language("tl", "Tagalog", "Tagalog"),
            _language("ar", "Arabic", "العربية", family="Noto Sans Arabic", direction="rtl", leading=1.6),
            _language("ht", "Haitian Creole", "Kreyòl ayisyen"),
            _language("fr", "French", "Français"),
            _language("pt", "Portuguese", "Português"),
            _language("ru", "Russian", "Русский"),
            _language("hi", "Hindi", "हिन्दी", family="Noto Sans Devanagari", leading=1.5),
            _language("ja", "Japanese", "日本語", family="Noto Sans JP", leading=1.3, is_spaced=False),
            _language("th", "Thai", "ไทย", family="Noto Sans Thai", leading=1.6, is_spaced=False),
            _language("km", "Khmer", "ខ្មែរ", family="Noto Sans Khmer", leading=1.8, is_spaced=False),
            _language("am", "Amharic", "አማርኛ", family="Noto Sans Ethiopic", leading=1.4),
            _language("so", "Somali", "Soomaali"),
            _language("uk", "Ukrainian", "Українська"),
            _language("fa", "Farsi", "فارسی", family="Noto Sans Arabic", direction="rtl", leading=1.6),
            _language("ur", "Urdu", "اردو", family="Noto Sans Arabic", direction="rtl", leading=1.6),
        ]
    )
)

#: Languages that are asked for and cannot be set, and why.
REFUSED: Final = MappingProxyType(
    {
        "pa": "Punjabi needs a Gurmukhi font, and none comes with this release. Choose another language, such as "
        "Hindi or English."
    }
)


class UnknownLanguage(LookupError):
    """Posters do not speak that language. The message is one sentence for a person."""


def language(code: str) -> PosterLanguage:
    """The language of a code. Raises ``UnknownLanguage``, which says why where there is a reason."""
    if code in REFUSED:
        raise UnknownLanguage(REFUSED[code])
    if code not in LANGUAGES:
        raise UnknownLanguage(f"Posters do not speak “{code}”. Choose one of: {', '.join(LANGUAGES)}.")
    return LANGUAGES[code]


def name_of(code: str) -> str:
    """A language's English name; the code itself for one that posters don't speak."""
    return LANGUAGES[code].name if code in LANGUAGES else code
