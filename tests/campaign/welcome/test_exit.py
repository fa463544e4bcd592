"""“Exit this page” on every public page: a plain link first of all, and the script that hides the page."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from campaign.scans import pages
from tests.campaign.scans.test_help_page import Reader
from tests.campaign.welcome.test_headers import SHARED, demo

__all__ = ["demo"]
ELSEWHERE = ["/en/no-such-page/"]


def faults(path: str, html: str) -> list[str]:
    """What is missing of the exit on a page."""
    page = Reader(html)
    links = page.all("a", id="exit")
    if not links:
        return [f"{path}: no exit"]
    (attributes, text), *more = links
    holds = {
        "one exit": not more,
        "the first link": page.hrefs()[0] == settings.EXIT_ADDRESS == attributes["href"],
        "a plain link": attributes["rel"] == "nofollow noreferrer" and "target" not in attributes,
        "its words": bool(text)
        and all(attributes.get(f"data-{name}") for name in ("leaving", "more1", "more2", "late")),
        "a veil": [found for found, _ in page.all("div") if found.get("class") == "away" and "hidden" in found] != [],
        "names of its own": len(names := [found["id"] for _, found, _ in page.found if "id" in found])
        == len(set(names)),
        "a voice": len(page.all("div", id="say", role="status")) == 1,
        "the script": "js/exit" in html or str(pages.script()) in html,
    }
    return [f"{path}: {what}" for what, is_so in holds.items() if not is_so]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_public_page_can_be_left_at_once(demo: None, client: Client, language: str) -> None:
    wrong = []
    paths = [address().replace("/en/", f"/{language}/", 1) for address, _ in SHARED.values()]
    for path in (*paths, *ELSEWHERE):
        answer = client.get(path)
        if answer.headers["Content-Type"].startswith("text/html"):
            wrong += faults(path, answer.content.decode())
    assert not wrong, "\n".join(wrong)


def test_page_of_errors_can_be_left_too() -> None:
    assert not faults("500", render_to_string("500.html"))
