"""Links that lead elsewhere than to their area's page, in a local file: the request path asks no database.

The file carries a seal made with the portal's secret key: one that somebody wrote by hand is not
read, and a code then leads to its area's page. What a target may be, ``campaign.links.destinations``
says; it is looked at again on reading, since the allowed hosts may have changed.
"""

import hmac
import logging
from functools import cache
from pathlib import Path

from django.utils.crypto import salted_hmac

from campaign.links import codes
from campaign.links.destinations import BadDestination, Destination, event_target, read
from campaign.links.models import Link
from outreach.seminars.models import Seminar
from portal.files.kept import Kept, in_data, write_whole

#: So many links can be aimed elsewhere; each takes some 300 bytes of every web process.
MOST = 20_000

logger = logging.getLogger(__name__)


def of(code: str) -> Destination | None:
    """Where a code, as ``codes.read`` gives it, leads; None: to its area's page. No query; never raises."""
    return _kept(path()).read().get(code)


def refresh() -> bool:
    """Writes the file from the database; returns whether it changed. Raises ``DatabaseError`` or ``OSError``."""
    # As the partial index says it: of a million links only the aimed are read.
    rows = list(Link.objects.exclude(target="").order_by("code").values_list("code", "target", "kind")[: MOST + 1])
    lines = []
    events = {event_target(uid) for uid in Seminar.objects.public().values_list("uid", flat=True)}
    for code, target, kind in rows:
        try:
            destination = read(target)
        except BadDestination:
            continue
        # No page stands between a poster's code and the numbers; an event without a page leads to those of its area.
        is_elsewhere = destination.is_outside or destination.is_event
        if not (is_elsewhere and kind == Link.Kind.PLACEMENT) and (not destination.is_event or target in events):
            lines.append(f"{code} {target}\n")
    if len(lines) > MOST:
        logger.error("More than %s links are aimed elsewhere: the rest leads to the pages of their areas.", MOST)
    body = "".join(lines[:MOST]).encode()
    return write_whole(path(), _seal(body) + b"\n" + body)


def path() -> Path:
    """Where the file lies."""
    return in_data("help", "targets.txt")


def parse(content: bytes) -> dict[str, Destination]:
    """Reads the file. Raises ``ValueError`` where it is damaged or was written by somebody else."""
    seal, _, body = content.partition(b"\n")
    if not hmac.compare_digest(seal, _seal(body)):
        raise ValueError("its seal is wrong")
    found = {}
    for line in body.decode("ascii").splitlines():
        code, _, target = line.partition(" ")
        try:
            found[codes.read(code).code] = read(target)
        except (codes.BadCode, BadDestination):
            continue
    return found


def _seal(body: bytes) -> bytes:
    return salted_hmac("campaign.scans.targets", body, algorithm="sha256").hexdigest().encode()


@cache
def _kept(path: Path) -> Kept[dict[str, Destination]]:
    return Kept(path, parse=parse, floor={})
