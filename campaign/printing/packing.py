"""What goes with the packets: the manifest for machines, the packing list for the person who fills envelopes."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from campaign.links import codes
from campaign.places.models import Station, Train
from campaign.posters.languages import name_of
from campaign.printing.models import Batch, Print
from portal.files.models import StoredFile
from portal.imports.cells import escape
from portal.typesetting import compile_pdf

MANIFEST: Final = "manifest.json"
TABLE: Final = "packing-list.csv"
PRINTABLE: Final = "packing-list.pdf"
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
_DESIGN: Final = Path(__file__).parent / "designs" / "packing_list.typ"


@dataclass(frozen=True, slots=True)
class Papers:
    """The stored papers of one batch."""

    manifest: StoredFile
    table: StoredFile
    printable: StoredFile


def papers(batch: Batch) -> Papers:
    """Makes and stores the papers of a batch whose packets are all delivered. The same batch gives the same bytes."""
    put = StoredFile.objects.put
    return Papers(
        manifest=put(manifest(batch), name=MANIFEST, content_type="application/json"),
        table=put(table(batch), name=TABLE, content_type="text/csv; charset=utf-8"),
        printable=put(printable(batch), name=PRINTABLE, content_type="application/pdf"),
    )


def manifest(batch: Batch) -> bytes:
    """JSON: one object a page, ``{file, page, code, url, station, spot, language, decoded}``, in order of packing.

    ``station`` is the station or the train; ``decoded`` was read from the delivered file.
    """
    pages = [
        {
            "file": row.packet.name,
            "page": row.page,
            "code": row.link.code,
            "url": codes.url(row.link.code, address=batch.printed_address),
            "station": str(_place(row)),
            "spot": str(row.placement.spot),
            "language": row.language,
            "decoded": row.decoded,
        }
        for row in _rows(batch)
    ]
    return json.dumps(pages, ensure_ascii=False, indent=1).encode()


def table(batch: Batch) -> bytes:
    """CSV in UTF-8 with a mark, as spreadsheets expect it: one line a poster; no cell can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in _rows(batch):
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


def printable(batch: Batch) -> bytes:
    """PDF, tagged: a block for each packet, a line and a box to tick for each poster."""
    blocks = [
        {
            "file": packet.name,
            "place": str(packet.station or packet.train),
            "address": _address(packet.station) if packet.station else "",
            "rows": [
                {
                    "page": row.page,
                    "spot": str(row.placement.spot),
                    "language": name_of(row.language),
                    "code": codes.grouped(row.link.code),
                }
                for row in rows
            ],
        }
        for packet, rows in groupby(_rows(batch), key=lambda row: row.packet)
    ]
    data = {
        "title": batch.title,
        "subtitle": f"{batch.season} · batch {batch.pk}",
        "note": SAMPLE_NOTE if batch.is_sample else None,
        "totals": {"packets": len(blocks), "posters": batch.pages},
        "packets": blocks,
    }
    return compile_pdf(_DESIGN, data, timestamp=batch.created_at)


def _address(station: Station) -> str:
    """On one line, as far as it is known."""
    region = " ".join(filter(None, (station.state_id, station.postal_code)))
    return ", ".join(filter(None, (station.address, station.city, region)))


def _rows(batch: Batch) -> Iterator[Print]:
    """All pages in order of packing."""
    return (
        Print.objects.filter(packet__batch=batch)
        .select_related(
            "packet__station", "packet__train", "link", "placement__spot__station__state", "placement__spot__train"
        )
        .order_by("packet__position", "page")
        .iterator(chunk_size=500)
    )


def _place(row: Print) -> Station | Train:
    place = row.placement.spot.station or row.placement.spot.train
    assert place is not None
    return place
