"""The queue of checks by keyboard alone, and the page of a line's operator without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKS, at_the_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_value_is_checked_by_keyboard_and_the_next_card_is_at_hand(page: Page) -> None:
    # The same person at both widths: a second one would verify what the first one checked.
    at_the_desk(page, "/admin/outreach/channel/queue/", name=DESKS[0])
    first = page.get_by_role("article").filter(has=page.locator("button[name=how]")).first
    expect(first).to_be_visible()
    key = first.locator("input[name=next]").first.get_attribute("value")
    ask = first.locator("button[name=how]").first
    ask.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("One more person, and it is verified.")).to_be_visible()
    following = page.locator("article[autofocus]")
    expect(following).to_be_focused()
    expect(following.locator("input[name=seen_as]").first).to_have_value(str(key))
    for _ in range(30):  # links of the card stand before its button
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "how":
            break
    else:
        pytest.fail("The button of the card is not reached by Tab.")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
