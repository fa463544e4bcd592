"""Packets: how a batch is cut into files, how one is set, and what its delivered bytes say."""

import datetime as dt
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import slugify

from campaign.links import codes
from campaign.places.models import Placement, Station, Train
from campaign.posters.assembly import Assembly
from campaign.posters.pages import PosterPage
from campaign.printing.models import Packet, Print
from portal.files.models import StoredFile
from portal.typesetting import MAX_PAGES, TypesettingError, decode_pdf

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


class Misprint(Exception):
    """A packet cannot be set, or a delivered page carries another code than it should. Names the file and the page."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One file to be: where it goes and whose posters are in it. ``name`` is unique within the batch."""

    name: str
    station: Station | None
    train: Train | None
    placements: tuple[Placement, ...]


def cut(placements: Sequence[Placement], *, languages: int, most: int = MAX_PAGES) -> list[Cut]:
    """One packet a station or train, in the order given; parts of at most ``most`` pages where one is too long.

    Names hold only ASCII letters, digits and hyphens and differ by more than case, so that any disk takes them.
    """
    cuts: list[Cut] = []
    taken: set[str] = set()
    for (station, train), group in groupby(placements, key=lambda each: (each.spot.station, each.spot.train)):
        parts = list(_parts(list(group), size=max(1, most // languages)))
        for number, part in enumerate(parts, start=1):
            stem = _stem(station, train) if len(parts) == 1 else f"{_stem(station, train)}-part-{number}"
            cuts.append(Cut(f"{_free(stem, taken)}.pdf", station, train, part))
    return cuts


@dataclass(frozen=True, slots=True)
class Proof:
    """A packet that was set and not yet delivered: its pages in order, the PDF, and what that was made of."""

    packet: Packet
    prints: list[Print]
    content: bytes
    recipe: bytes


def proofs(waiting: Iterable[Packet], assembly: Assembly, *, made_at: dt.datetime) -> Generator[Proof]:
    """Sets packets one after the other, each while the caller works on the one before it.

    Typst leaves the interpreter free, so a thread is enough; the database is asked in the caller's.
    The same packet and moment give the same bytes. Raises ``Misprint``.
    """
    ahead: Callable[[], Proof] | None = None
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="typesetter") as typesetter:
        for packet in waiting:
            prints = prints_of(packet)
            pages = [
                assembly.page(placement=row.placement, language=row.language, code=row.link.code) for row in prints
            ]
            coming = typesetter.submit(_set, packet, prints, pages, assembly, made_at).result
            if ahead:
                yield ahead()
            ahead = coming
        if ahead:
            yield ahead()


def _set(
    packet: Packet, prints: list[Print], pages: Sequence[PosterPage], assembly: Assembly, made_at: dt.datetime
) -> Proof:
    try:
        recipe = assembly.recipe(pages, made_at=made_at)
        return Proof(packet, prints, recipe.typeset(), recipe.to_bytes())
    except TypesettingError as error:
        raise Misprint(f"{packet.name} cannot be set. {error}") from error


def read_back(file: StoredFile, prints: Sequence[Print], assembly: Assembly) -> list[str]:
    """What every page of the delivered file says, in order, when each says what it should.

    The bytes are fetched again from where they are delivered. Raises ``Misprint``, which names file and page.
    """
    with file.open() as stored:
        content = stored.read()
    try:
        found = decode_pdf(content, [assembly.code_box(row.language) for row in prints])
    except TypesettingError as error:
        raise Misprint(f"{file.name}: {error}") from error
    return [
        the_code(texts, of=row, assembly=assembly, where=f"{file.name}, page {row.page}")
        for row, texts in zip(prints, found, strict=True)
    ]


def the_code(texts: Sequence[str], *, of: Print, assembly: Assembly, where: str) -> str:
    """The one text that was read where a poster's code lies, which is its own. Raises ``Misprint``, which names ``where``."""
    expected = codes.url(of.link.code, address=assembly.address.value)
    if list(texts) != [expected]:
        says = " and ".join(texts) or "nothing that can be read"
        raise Misprint(f"{where}: the code says {says}, but should say {expected}.")
    return texts[0]


def prints_of(packet: Packet) -> list[Print]:
    """A packet's pages in order, with all that their posters need."""
    return list(
        packet.prints.select_related("link", "placement__spot__station__state", "placement__spot__train").order_by(
            "page"
        )
    )


def _parts(placements: Sequence[Placement], *, size: int) -> Iterator[tuple[Placement, ...]]:
    for start in range(0, len(placements), size):
        yield tuple(placements[start : start + size])


def _stem(station: Station | None, train: Train | None) -> str:
    if station:
        state = station.state_id or "US"
        code = _UNSAFE.sub("-", station.code or station.stop_id).strip("-").upper()
        words = [state, code[:40], slugify(station.city or station.name)[:60]]
    else:
        words = ["train", slugify(train.name)[:60] if train else ""]
    return "-".join(filter(None, words))


def _free(stem: str, taken: set[str]) -> str:
    """``stem``, or with the first number that nobody has."""
    candidate, number = stem, 1
    while candidate.lower() in taken:
        number += 1
        candidate = f"{stem}-{number}"
    taken.add(candidate.lower())
    return candidate
