"""A real browser in front of a real server, on a copy of the portal with the demo in it."""

import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import entering
from tests.conftest import require
from tests.outreach.registration.house import ASYNC_UNSAFE, House

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
WIDTHS = (1280, 390)
PASSPHRASE = "a quiet lamp over deep water"
DESKS = tuple(f"root{number}" for number in range(12))
"""Superusers of the site: each code of an app opens once, so that many tests need many accounts."""
_next_desk = cycle(DESKS[1:])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a sandbox, since containers have none, and without traffic of its own."""
    require(CHROMIUM, "Chromium is not installed (apt-get install chromium)")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright leaves its event loop "running" in this thread, where tests of other files go on after
        # these. Nothing awaits in between, so the database may be used as ever.
        patch.setenv(ASYNC_UNSAFE, "true")
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running portal with the demo, its gallery, and superusers (``at_the_desk``)."""
    house = House(Path(tmp_path_factory.mktemp("house")))
    house.migrate()
    house.tell(
        "from django.core.management import call_command\n"
        "from django.utils import timezone\n"
        "from campaign.posters import gallery\n"
        "from portal.people.models import User\n"
        "call_command('demo', verbosity=0)\n"
        "gallery.refresh(timezone.localdate(), most=16)\n"
        "from django.contrib.auth.hashers import make_password\n"
        "from tests import entering\n"
        f"password = make_password('{PASSPHRASE}')\n"
        f"for name in {DESKS!r}:\n"
        "    user = User(username=name, is_staff=True, is_superuser=True, password=password)\n"
        "    user.save()\n"
        "    entering.enrol(user)\n"
        "print('{}')"
    )
    with house.serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh window, wide and narrow; whatever the browser complains of fails the test."""
    context = browser.new_context(base_url=site, viewport={"width": request.param, "height": 900})
    context.set_default_timeout(10_000)
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()
    assert not complaints, "\n".join(complaints)


def at_the_desk(page: Page, then: str, *, name: str = "") -> None:
    """Signs a superuser in, by password and code, and goes on to a page: ``name``, where it matters that it is one."""
    entering.sign_in(page, name or next(_next_desk), PASSPHRASE, then)
