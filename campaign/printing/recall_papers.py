"""What is taken along when a number changed: lists of what comes down, and stickers that cover it until then.

There is a list for each state, as there is a packing list, so that none grows with the network.
"""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from campaign.links import codes
from campaign.places.models import Station, Train
from campaign.posters.languages import name_of
from campaign.printing import itinerary, recall
from campaign.printing.models import Print
from outreach.channels.models import Channel
from outreach.channels.succession import in_place_of
from portal.areas.register import NATION
from portal.imports.cells import escape
from portal.typesetting import compile_pdf

TABLE: Final = "takedown-list.csv"
PRINTABLE: Final = "takedown-list"
STICKERS: Final = "cover-stickers.pdf"
STICKERS_ON_LETTER: Final = "cover-stickers-letter.pdf"

_FOLDER: Final = Path(__file__).parent / "designs"
_COLUMNS: Final = (
    "state",
    "place",
    "station_code",
    "address",
    "city",
    "postal_code",
    "spot",
    "language",
    "poster",
    "placement",
    "newer_poster_printed",
    "season",
    "batch",
    "file",
    "page",
)

Words = dict[str, str]
_WORDS: Final[dict[str, Words]] = {
    "en": {
        "changed": "This number has changed.",
        "ended": "This number is no longer in service.",
        "changed_address": "This address has changed.",
        "ended_address": "This address is no longer in service.",
        "voice": "Call",
        "sms": "Send a text message to",
        "relay": "Relay: dial",
        "address": "Go to",
        "old": "What stands under this sticker is out of date.",
    },
    "es": {
        "changed": "Este número cambió.",
        "ended": "Este número ya no está en servicio.",
        "changed_address": "Esta dirección cambió.",
        "ended_address": "Esta dirección ya no está en servicio.",
        "voice": "Llama al",
        "sms": "Manda un texto al",
        "relay": "Servicio de retransmisión: marca",
        "address": "Visita",
        "old": "Lo que está debajo de esta etiqueta ya no sirve.",
    },
}
_DIALLED: Final = frozenset({"voice", "sms", "relay"})


class NothingInItsPlace(LookupError):
    """The line did not change, so that nothing covers it."""


@dataclass(frozen=True, slots=True)
class TakedownList:
    """The posters of one state, or of the trains, that come down; a state of very many is several lists.

    ``key`` is a USPS code, that of the nation where the state is unknown, or ``trains``; ``number`` of ``of`` counts
    the lists of the recall, ``part`` of ``parts`` those of the key, all from 1.
    """

    key: str
    name: str
    blocks: tuple[tuple[Station | Train, tuple[Print, ...]], ...]
    part: int
    parts: int
    number: int
    of: int

    @property
    def posters(self) -> int:
        """How many come down."""
        return sum(len(rows) for _, rows in self.blocks)

    @property
    def title(self) -> str:
        """Mississippi; California, part 2 of 3."""
        return self.name if self.parts == 1 else f"{self.name}, part {self.part} of {self.parts}"

    @property
    def file_name(self) -> str:
        """``takedown-list-MS.pdf``; without a key where there is one list."""
        if self.of == 1:
            return f"{PRINTABLE}.pdf"
        return f"{PRINTABLE}-{self.key}.pdf" if self.parts == 1 else f"{PRINTABLE}-{self.key}-{self.part}.pdf"


def lists(rows: Sequence[Print]) -> list[TakedownList]:
    """Every poster that comes down, in the order given, each in exactly one list."""
    blocks = [(place, tuple(group)) for place, group in groupby(rows, key=_place)]
    found = [
        (key, place, parts)
        for key, group in groupby(blocks, key=lambda block: _state_of(block[0]))
        for parts in [itinerary.cut((block, len(block[1])) for block in group)]
        for place in range(len(parts))
    ]
    return [
        TakedownList(key, name, tuple(parts[place]), place + 1, len(parts), number, len(found))
        for number, ((key, name), place, parts) in enumerate(found, start=1)
    ]


def sticker_counts(found: recall.Recall) -> list[tuple[str, int]]:
    """Names of the stickers' languages, in the order of their pages, and how many posters each covers.

    A poster in a language that stickers don't speak gets the English one.
    """
    counts: dict[str, int] = {}
    for language, posters in found.languages:
        spoken = language if language in _WORDS else "en"
        counts[spoken] = counts.get(spoken, 0) + posters
    return [(name_of(code), counts[code]) for code in _WORDS if code in counts]


def table(rows: Sequence[Print]) -> bytes:
    """CSV in UTF-8 with a mark, as spreadsheets expect it: one line a poster; no cell can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in rows:
        place = _place(row)
        station = place if isinstance(place, Station) else None
        cells: list[object] = [
            (station.state_id or "") if station else "",
            place.name,
            station.code if station else "",
            station.address if station else "",
            station.city if station else "",
            station.postal_code if station else "",
            str(row.placement.spot),
            row.language,
            codes.grouped(row.link.code),
            row.placement.get_state_display(),
            "yes" if _is_reprinted(row) else "no",
            str(row.placement.season),
            row.packet.batch_id,
            row.packet.name,
            row.page,
        ]
        writer.writerow([escape(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def printable(channel: Channel, each: TakedownList, *, posters: int, made_at: dt.datetime) -> bytes:
    """PDF, tagged: one list, a block for each station or train, a line and a box to tick for each poster.

    ``posters`` is how many come down in all.
    """
    new = in_place_of(channel)
    data = {
        "old": channel.value,
        "new": new.value if new else None,
        "name": channel.name,
        "list": f"List {each.number} of {each.of}: {each.title}" if each.of > 1 else None,
        "of": each.of,
        "here": {"places": len(each.blocks), "posters": each.posters},
        "posters": posters,
        "places": [
            {
                "place": str(place),
                "address": _address(place) if isinstance(place, Station) else "",
                "rows": [
                    {
                        "spot": str(row.placement.spot),
                        "language": name_of(row.language),
                        "code": codes.grouped(row.link.code),
                        "posted": row.placement.get_state_display(),
                        "reprinted": _is_reprinted(row),
                    }
                    for row in rows
                ],
            }
            for place, rows in each.blocks
        ],
    }
    return compile_pdf(_FOLDER / "takedown_list.typ", data, timestamp=made_at)


def stickers(channel: Channel, found: recall.Recall, *, made_at: dt.datetime, on_letter: bool = False) -> bytes:
    """PDF, tagged: a sticker of 6 by 4 inches in each language of the posters, a page each, or a Letter page with two.

    Raises ``NothingInItsPlace`` where the line has no other in its place.
    """
    new = in_place_of(channel)
    if new is None:
        raise NothingInItsPlace(f"Nothing serves in place of {channel}.")
    languages = [code for code in _WORDS if name_of(code) in dict(sticker_counts(found))] or list(_WORDS)
    is_changed = channel.replaced_by_id is not None
    says = ("changed" if is_changed else "ended") + ("" if channel.kind in _DIALLED else "_address")
    data = {
        "on_letter": on_letter,
        "number": new.value,
        "name": new.name,
        "hours": new.hours,
        "stickers": [
            {
                "language": code,
                "says": _WORDS[code][says],
                "verb": _WORDS[code][new.kind if new.kind in _DIALLED else "address"],
                "old": _WORDS[code]["old"],
            }
            for code in languages
        ],
    }
    return compile_pdf(_FOLDER / "cover_sticker.typ", data, timestamp=made_at)


def _is_reprinted(row: Print) -> bool:
    return bool(row.reprinted)  # type: ignore[attr-defined]  # annotated


def _state_of(place: Station | Train) -> tuple[str, str]:
    """The key and the name of the list that a place belongs to."""
    if isinstance(place, Train):
        return itinerary.TRAINS, itinerary.TRAINS_NAME
    return (place.state.code, place.state.name) if place.state else (NATION.code, itinerary.UNKNOWN_STATE)


def _place(row: Print) -> Station | Train:
    place = row.placement.spot.station or row.placement.spot.train
    assert place is not None
    return place


def _address(station: Station) -> str:
    """On one line, as far as it is known."""
    region = " ".join(filter(None, (station.state_id, station.postal_code)))
    return ", ".join(filter(None, (station.address, station.city, region)))
