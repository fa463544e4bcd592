"""The colours of the public pages, computed and never judged by eye: every pair that the style sheet sets, day and night."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.typesetting.palette import contrast

STYLE = (Path(settings.STATICFILES_DIRS[0]) / "css" / "site.css").read_text(encoding="utf-8")

#: Text on its ground: 4.5:1 at least.
TEXT = [
    *((text, ground) for text in ("text", "muted", "link", "link-strong") for ground in ("ground", "raised", "quiet")),
    *((text, ground) for text in ("wrong", "good") for ground in ("ground", "raised")),
    ("action-text", "action"),
    ("action-text", "action-strong"),
    ("deep-text", "deep"),
    ("deep-muted", "deep"),
    ("deep-link", "deep"),
]
#: Borders of controls, and what shows where the focus is: 3:1 at least.
SHAPES = [("edge", "ground"), ("edge", "raised"), ("focus", "ground"), ("focus", "raised"), ("deep-link", "deep")]


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))


def _schemes() -> dict[str, dict[str, str]]:
    """The colours by day, and by night, where only some of them change."""
    day, night = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    return {"day": _tokens(day), "night": _tokens(day) | _tokens(night)}


@pytest.mark.parametrize("scheme", ["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_every_pair_of_colours_has_its_contrast(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = _schemes()[scheme]
    weak = {
        f"{front} on {back}": round(contrast(colours[front], colours[back]), 2)
        for front, back in pairs
        if contrast(colours[front], colours[back]) < least
    }
    assert not weak


def test_no_colour_is_set_apart_from_the_tokens() -> None:
    """A new colour must be named, so that its pairs are computed here; the poster's paper is white at night too."""
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", rules)) <= {"#ffffff"}


def test_sun_carries_no_text() -> None:
    assert not re.findall(r"(?<![-a-z])color:\s*var\(--sun\)", STYLE)
