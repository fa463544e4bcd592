"""Every address takes any POST, from anybody and from whoever may do all: no failure, and nothing half written."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from portal.seasons.models import Season
from tests.confidential.addresses import ENDS, guessed
from tests.hostile.forms.values import STRANGE
from tests.roles.asking import names
from tests.test_roles_by_url import ANYBODY, ELSEWHERE, PUBLIC, SUPERUSER, admin_pages, browser_of, world

pytestmark = pytest.mark.django_db

__all__ = ["browser_of", "world"]

SEED = 20270111
FEW, MANY = 1, 17
"""Inputs for each address: with every run one at some addresses, by chance that is always the same; by CI many at all."""
SOME_ADDRESSES = 120
KINDS = 14
FORM = "application/x-www-form-urlencoded"
FIELD = re.compile(
    rb"<(?:input|select|textarea|button)\b[^>]*?\bname=[\"']?([^\"'\s>]+)[^>]*?(?:value=\"([^\"]*)\")?[^>]*>"
)
# Written whatever comes of a request: what somebody did or tried, who is there, and how often was asked.
LEDGERS = {
    "portal.entry", "portal.signinfailure", "portal.livesession", "sessions.session", "portal.tries", "portal.user",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent."""

    kind: str
    content: bytes
    content_type: str = FORM


def addresses() -> dict[str, str]:
    """Every address by name: those of the public, those of the admin, and the others with words that fit."""
    found = {name: reverse(name, kwargs=arguments()) for name, arguments in PUBLIC.items()}
    for name, page in admin_pages().items():
        if name not in ENDS:
            found[name] = reverse(name, args=page.args())
    for name in names() - found.keys() - ENDS - ELSEWHERE:
        found[name] = guessed(name)
    return found


def fields_of(page: bytes) -> dict[str, str]:
    """The fields of a page's forms with what stands in them: counts of rows beneath, hidden keys, steps."""
    found = {}
    for name, value in FIELD.findall(page):
        found[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return found


def some_of(fields: dict[str, str], chance: random.Random, *, count: int) -> list[Body]:
    """So many inputs: all kinds of them, or where fewer are asked for, some."""
    found = list(bodies(fields, chance, rounds=max(1, (count - KINDS) // 3)))
    return found if count >= KINDS else chance.sample(found, count)


def bodies(fields: dict[str, str], chance: random.Random, *, rounds: int) -> Iterator[Body]:
    """Empty, broken, too much; and as often as said the page's own fields with strange things in them."""
    names_ = sorted(fields) or ["name", "step", "action", "_selected_action", "seats", "email", "uid"]
    yield Body("nothing", b"")
    yield Body("thousands of fields", urlencode([(f"field{number}", "x") for number in range(3000)]).encode())
    yield Body(
        "a part that never ends",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
        "multipart/form-data; boundary=x",
    )
    yield Body("no boundary", b"abc", "multipart/form-data")
    yield Body("a list", b"[" * 2000, "application/json")
    yield Body("surrogates", json.dumps(dict.fromkeys(names_, "�")).encode(), "application/json")
    yield Body("halves of characters", b"&".join(name.encode() + b"=%ED%A0%80%FF%00" for name in names_))
    rows = {name for name in names_ if name.endswith(("-TOTAL_FORMS", "-INITIAL_FORMS"))}
    yield Body(
        "no counts of rows", urlencode({name: value for name, value in fields.items() if name not in rows}).encode()
    )
    yield Body("counts of rows that are none", urlencode(fields | dict.fromkeys(rows, "9" * 30)).encode())
    for number in range(rounds):
        for strange in ("\0", "x" * 50_000) if number == 0 else ():
            yield Body("in every field", urlencode(dict.fromkeys(names_, strange)).encode())
        some = {name: chance.choice(STRANGE) for name in names_ if chance.random() < 0.5}
        one = {chance.choice(names_): chance.choice(STRANGE)}
        yield Body("some strange", urlencode(fields | some).encode())
        yield Body("one strange", urlencode(fields | one).encode())
        text = {name: value.encode("utf-8", "replace").decode() for name, value in (fields | some).items()}
        yield Body("in parts", encode_multipart(BOUNDARY, text), MULTIPART_CONTENT)


def rows() -> dict[str, int]:
    """How many rows each table holds, but for what is written of every request."""
    return {
        model._meta.label_lower: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label_lower not in LEDGERS
    }


def try_all(client: Client, *, count: int) -> tuple[int, int, list[str]]:
    """How many addresses and inputs were tried, and what was wrong."""
    wrong: list[str] = []
    tried = 0
    found = addresses()
    if count == FEW:
        found = dict(random.Random(SEED).sample(sorted(found.items()), SOME_ADDRESSES))
    for name, path in found.items():
        shown = client.get(path)
        fields = fields_of(shown.getvalue()) if "html" in shown.headers.get("Content-Type", "") else {}
        chance = random.Random(f"{SEED} {name}")
        with transaction.atomic():
            before = rows()
            for body in some_of(fields, chance, count=count):
                tried += 1
                with transaction.atomic():
                    answer = client.generic("POST", path, body.content, content_type=body.content_type)
                    if answer.status_code >= 500:
                        wrong.append(f"{name}, {body.kind}: {answer.status_code} {_why(answer)} {body.content[:200]!r}")
                    elif answer.status_code >= 400 and (after := rows()) != before:
                        said = {
                            table: count - before[table] for table, count in after.items() if count != before[table]
                        }
                        wrong.append(f"{name}, {body.kind}: refused ({answer.status_code}), and wrote {said}")
                    if answer.streaming:
                        answer.getvalue()  # a file is closed once it is read
                    transaction.set_rollback(True)
    return len(found), tried, wrong


def is_refused(answer: HttpResponseBase) -> bool:
    """Whether nothing was to be written: by its status, or a form of the admin that is shown again with what is wrong."""
    return answer.status_code >= 400 or b"errornote" in getattr(answer, "content", b"")


def _why(answer: object) -> str:
    told = getattr(answer, "exc_info", None)
    return f"{told[0].__name__}: {told[1]}"[:200] if told else ""


def judge(client: Client, person: str, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    client.raise_request_exception = False
    addresses_, tried, wrong = try_all(client, count=count)
    with capsys.disabled():
        print(f"\nhostile posts, {person}: {addresses_} addresses, {tried} inputs, {time.monotonic() - started:.0f} s")  # noqa: T201
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


def test_addresses_take_any_post_from_whoever_may_do_all(
    world: Season, browser_of: Callable[[str], Client], capsys: pytest.CaptureFixture[str]
) -> None:
    judge(browser_of(SUPERUSER), SUPERUSER, FEW, capsys)


def test_addresses_take_any_post_from_anybody(
    world: Season, browser_of: Callable[[str], Client], capsys: pytest.CaptureFixture[str]
) -> None:
    judge(browser_of(ANYBODY), ANYBODY, FEW, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("person", [SUPERUSER, ANYBODY])
def test_every_address_takes_many_posts(
    world: Season, browser_of: Callable[[str], Client], capsys: pytest.CaptureFixture[str], person: str
) -> None:
    judge(browser_of(person), person, MANY, capsys)


def test_every_address_is_posted_to(world: Season) -> None:
    assert names() - set(addresses()) <= ENDS | ELSEWHERE
    assert len(addresses()) > 200
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS == 1000
