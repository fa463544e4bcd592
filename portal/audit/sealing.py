"""Seals the chain once a day, and tells the seal outside the database: who rewrites all rows cannot rewrite that."""

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.linking import link
from portal.audit.models import Head, Link, Seal
from portal.audit.verifying import Mark

FILE: Final = "audit-anchors.txt"
LINE: Final = re.compile(r"(?P<day>\d{4}-\d\d-\d\d) (?P<number>\d+) (?P<digest>[0-9a-f]{64})")

TOLD: list[Callable[[Seal], None]] = []
"""Who else hears of a new seal, in its transaction: rooms above append theirs."""


class BadAnchor(ValueError):
    """What was given is no anchor; the message says how one looks."""


def seal(day: dt.date) -> Seal | None:
    """Seals what is linked by now under a finished day (UTC), once; None where it was, or there is nothing."""
    link()
    if day >= timezone.now().date():
        return None
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=Head.ONLY).first()
        last = Seal.objects.order_by("day").last()
        if head is None or not head.number or (last and last.day >= day):
            return None
        before = Seal.objects.exclude(number=None).order_by("day").last()
        sealed = Seal.objects.create(
            day=day,
            number=head.number,
            last_entry_id=Link.objects.get(number=head.number).entry_id,
            entries=head.number - (before.number or 0 if before else 0),
            previous=last.digest if last else "",
            digest=head.digest,
        )
        for tell in TOLD:
            tell(sealed)
    return sealed


def write_anchors() -> int:
    """Adds a line to the file of anchors for each seal that it lacks, and returns how many; safe to run twice."""
    path = anchors_file()
    newest = max((line["day"] for line in _lines(path)), default="")
    seals = Seal.objects.exclude(number=None).order_by("day")
    new = [f"{each.day} {each.number} {each.digest}\n" for each in seals if str(each.day) > newest]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="ascii") as file:
            file.writelines(new)
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def anchors() -> Iterator[Mark]:
    """The anchors in the file of this host."""
    for line in _lines(anchors_file()):
        yield Mark(int(line["number"]), line["digest"], f"the anchor of {line['day']} in {FILE}")


def anchor(text: str) -> Mark:
    """An anchor as somebody kept it: ``1234:digest``, or the line of the file. Raises ``BadAnchor``."""
    words = re.split(r"[\s:]+", text.strip())[-2:]
    if len(words) != 2 or not words[0].isdecimal() or not re.fullmatch(r"[0-9a-f]{64}", words[1]):
        raise BadAnchor(f"“{text[:100]}” is no anchor: write the link's number, a colon and its 64 hexadecimal digits.")
    return Mark(int(words[0]), words[1], "the anchor that you gave")


def anchors_file() -> Path:
    """Where this host keeps them."""
    return Path(settings.DATA_DIR) / FILE


def _lines(path: Path) -> Iterator[re.Match[str]]:
    if path.exists():
        with path.open(encoding="ascii", errors="replace") as file:
            yield from (found for line in file if (found := LINE.fullmatch(line.strip())))
