"""What is said of a file that cannot be taken is said in the language of the page, all of it."""

import re
from collections.abc import Callable

import pytest

from portal.files.errors import BadPicture
from portal.files.pictures import clean_logo, clean_picture
from tests.portal.files import hostile

CASES: list[tuple[str, Callable[..., object], bytes]] = [
    *((f"drawing, {name}", clean_logo, content) for name, (content, _) in sorted(hostile.DRAWINGS.items())),
    *((f"logo, {name}", clean_logo, content) for name, (content, _) in sorted(hostile.PICTURES.items())),
    *((f"picture, {name}", clean_picture, content) for name, (content, _) in sorted(hostile.PICTURES.items())),
]
ENGLISH = re.compile(r"\b(the|it|a|an|of|is|as|and|or|save|export|than|may|not|without|again)\b", re.IGNORECASE)


def without_words(message: str) -> str:
    """A translation that has signs in place of words, and keeps the places for values."""
    return re.sub(r"(%\(\w+\)s)|[A-Za-z’]+", lambda found: found[1] or "§", message)


@pytest.mark.parametrize(("name", "clean", "content"), CASES, ids=[name for name, *_ in CASES])
def test_no_word_of_a_refusal_is_left_untranslated(
    monkeypatch: pytest.MonkeyPatch, name: str, clean: Callable[..., object], content: bytes
) -> None:
    monkeypatch.setattr("django.utils.translation._trans.gettext", without_words)
    try:
        clean(content)
    except BadPicture as refusal:
        said = re.sub(r"“.*?”|<.*?>|#\S+", "", str(refusal), flags=re.DOTALL)
        assert "§" in said
        assert not ENGLISH.search(said), said
