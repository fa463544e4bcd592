"""What goes with the packets: the manifest for machines, the packing lists for the person who fills envelopes.

There is a packing list for each drop, so that none grows with the batch; the table and the manifest hold all of it.
"""

import csv
import io
import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from django.db.models import QuerySet

from campaign.links import codes
from campaign.places.models import Station, Train
from campaign.posters.languages import name_of
from campaign.printing.itinerary import Drop
from campaign.printing.models import Batch, Packet, Print
from portal.files.models import StoredFile
from portal.imports.cells import escape
from portal.typesetting import compile_pdf

MANIFEST: Final = "manifest.json"
TABLE: Final = "packing-list.csv"
PRINTABLE: Final = "packing-list"
SAMPLE_NOTE: Final = "Sample: these posters must not hang, their codes lead nowhere."

_COLUMNS: Final = (
    "file",
    "place",
    "code",
    "address",
    "city",
    "state",
    "postal_code",
    "spot",
    "language",
    "page",
    "poster",
)
_CHUNK: Final = 500
_DESIGN: Final = Path(__file__).parent / "designs" / "packing_list.typ"


@dataclass(frozen=True, slots=True)
class Papers:
    """The stored papers of one batch that machines read."""

    manifest: StoredFile
    table: StoredFile


def papers(batch: Batch) -> Papers:
    """Makes and stores what machines read of a batch whose packets are all delivered; the same batch, the same bytes."""
    put = StoredFile.objects.put
    return Papers(
        manifest=put(manifest(batch), name=MANIFEST, content_type="application/json"),
        table=put(table(batch), name=TABLE, content_type="text/csv; charset=utf-8"),
    )


def manifest(batch: Batch) -> bytes:
    """JSON: one object a page, ``{file, page, code, url, station, spot, language, decoded}``, in order of packing.

    ``station`` is the station or the train; ``decoded`` was read from the delivered file.
    """
    text = io.StringIO()
    text.write("[")
    for index, row in enumerate(_rows(batch).iterator(chunk_size=_CHUNK)):
        page = {
            "file": row.packet.name,
            "page": row.page,
            "code": row.link.code,
            "url": codes.url(row.link.code, address=batch.printed_address),
            "station": str(_place(row)),
            "spot": str(row.placement.spot),
            "language": row.language,
            "decoded": row.decoded,
        }
        text.write(",\n " if index else "\n ")
        text.write(json.dumps(page, ensure_ascii=False))
    text.write("\n]")
    return text.getvalue().encode()


def table(batch: Batch, packets: QuerySet[Packet] | None = None) -> bytes:
    """CSV in UTF-8 with a mark, as spreadsheets expect it: one line a poster; no cell can run as a formula.

    ``packets``: only theirs.
    """
    rows = _rows(batch) if packets is None else _rows(batch).filter(packet__in=packets)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in rows.iterator(chunk_size=_CHUNK):
        place = _place(row)
        station = place if isinstance(place, Station) else None
        cells: list[object] = [
            row.packet.name,
            place.name,
            station.code if station else "",
            station.address if station else "",
            station.city if station else "",
            (station.state_id or "") if station else "",
            station.postal_code if station else "",
            str(row.placement.spot),
            row.language,
            row.page,
            codes.grouped(row.link.code),
        ]
        writer.writerow([escape(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def printable(batch: Batch, drop: Drop) -> bytes:
    """PDF, tagged: the packing list of one drop, a block for each packet, a line and a box to tick for each poster.

    It says which of the batch's lists it is, what it adds up to, and what all of them do.
    """
    blocks: list[dict[str, object]] = []
    along = None
    rows = _rows(batch).filter(packet__in=[packet.pk for packet in drop.packets])
    by_packet = {key: list(group) for key, group in groupby(rows, key=lambda row: row.packet_id)}
    for packet in drop.packets:
        route = drop.routes[packet.pk]
        blocks.append(
            {
                "file": packet.name,
                "place": _name(packet),
                "address": _address(packet.station) if packet.station else "",
                "leg": _leg(route) if packet.station and route != along else None,
                "rows": [
                    {
                        "page": row.page,
                        "spot": str(row.placement.spot),
                        "language": name_of(row.language),
                        "code": codes.grouped(row.link.code),
                    }
                    for row in by_packet.get(packet.pk, ())
                ],
            }
        )
        along = route
    data = {
        "title": batch.title,
        "drop": drop.title if drop.of > 1 else None,
        "number": drop.number,
        "of": drop.of,
        "subtitle": f"{batch.season} · batch {batch.pk}",
        "note": SAMPLE_NOTE if batch.is_sample else None,
        "here": {"packets": len(blocks), "posters": sum(map(len, by_packet.values()))},
        "totals": {"packets": batch.packets.count(), "posters": batch.pages},
        "packets": blocks,
    }
    return compile_pdf(_DESIGN, data, timestamp=batch.created_at)


def _leg(route: str) -> str:
    return f"Along the route: {route}" if route else "On no route that the feed tells, by name"


def _name(packet: Packet) -> str:
    return str(packet.station or packet.train)


def _address(station: Station) -> str:
    """On one line, as far as it is known."""
    region = " ".join(filter(None, (station.state_id, station.postal_code)))
    return ", ".join(filter(None, (station.address, station.city, region)))


def _rows(batch: Batch) -> QuerySet[Print]:
    """All pages in order of packing."""
    return (
        Print.objects.filter(packet__batch=batch)
        .select_related(
            "packet__station", "packet__train", "link", "placement__spot__station__state", "placement__spot__train"
        )
        .order_by("packet__position", "page")
    )


def _place(row: Print) -> Station | Train:
    place = row.placement.spot.station or row.placement.spot.train
    assert place is not None
    return place
