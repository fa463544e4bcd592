"""What is taken along when a number changed: the list of what comes down, and stickers that cover it until then."""

import csv
import datetime as dt
import io
from itertools import groupby
from pathlib import Path
from typing import Final

from django.utils import timezone

from campaign.links import codes
from campaign.places.models import Station, Train
from campaign.posters.languages import name_of
from campaign.printing import recall
from campaign.printing.models import Print
from outreach.channels.models import Channel
from outreach.channels.succession import in_place_of
from portal.imports.cells import escape
from portal.typesetting import compile_pdf

TABLE: Final = "takedown-list.csv"
PRINTABLE: Final = "takedown-list.pdf"
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


def make(name: str, channel: Channel) -> bytes:
    """One of the papers, by its name, as of now. Raises ``NothingInItsPlace`` for stickers that nothing is said on."""
    now = timezone.now()
    if name == TABLE:
        return table(channel)
    if name == PRINTABLE:
        return printable(channel, made_at=now)
    return stickers(channel, recall.carrying(channel), made_at=now, on_letter=name == STICKERS_ON_LETTER)


def sticker_counts(found: recall.Recall) -> list[tuple[str, int]]:
    """Names of the stickers' languages, in the order of their pages, and how many posters each covers.

    A poster in a language that stickers don't speak gets the English one.
    """
    counts: dict[str, int] = {}
    for language, posters in found.languages:
        spoken = language if language in _WORDS else "en"
        counts[spoken] = counts.get(spoken, 0) + posters
    return [(name_of(code), counts[code]) for code in _WORDS if code in counts]


def table(channel: Channel) -> bytes:
    """CSV in UTF-8 with a mark, as spreadsheets expect it: one line a poster; no cell can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in recall.to_take_down(channel):
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


def printable(channel: Channel, *, made_at: dt.datetime) -> bytes:
    """PDF, tagged: a block for each station or train, a line and a box to tick for each poster."""
    rows = recall.to_take_down(channel)
    new = in_place_of(channel)
    blocks = []
    for place, group in groupby(rows, key=_place):
        posters = list(group)
        blocks.append(
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
                    for row in posters
                ],
            }
        )
    data = {
        "old": channel.value,
        "new": new.value if new else None,
        "name": channel.name,
        "totals": {"places": len(blocks), "posters": len(rows)},
        "places": blocks,
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


def _place(row: Print) -> Station | Train:
    place = row.placement.spot.station or row.placement.spot.train
    assert place is not None
    return place


def _address(station: Station) -> str:
    """On one line, as far as it is known."""
    region = " ".join(filter(None, (station.state_id, station.postal_code)))
    return ", ".join(filter(None, (station.address, station.city, region)))
