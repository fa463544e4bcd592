"""What templates of the admin expect of the stylesheets, Unfold's and ours."""

import re
from pathlib import Path

import unfold
from django.conf import settings

OURS = (settings.BASE_DIR / "static/css/admin.css").read_text(encoding="utf-8")
UNFOLD = (Path(unfold.__file__).parent / "static/unfold/css/styles.css").read_text(encoding="utf-8")


def test_words_for_screen_readers_alone_are_hidden_everywhere() -> None:
    templates = (settings.BASE_DIR / "templates/admin").rglob("*.html")
    assert any("sr-only" in path.read_text(encoding="utf-8") for path in templates)
    assert re.search(r"^\.sr-only \{", OURS, re.M) or ".sr-only{" in UNFOLD


def test_links_stand_out_from_the_dark_ground() -> None:
    assert ".dark\\:text-primary-500" in UNFOLD, "Unfold renamed the class that ours sets right"
    assert re.search(r"^\.dark :is\(\.text-link, \.dark\\:text-primary-500.*--color-primary-300", OURS, re.M)
