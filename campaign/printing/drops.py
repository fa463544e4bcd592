"""The papers that go with a batch, made once its posters are delivered: envelopes, a packing list and a courier's list
for each drop, address labels, a job ticket.

Envelopes are set ten to a file: alone each takes twice the time and twice the bytes, and nobody prints hundreds of
files. No file grows with the batch: a document of hundreds of pages would take too much memory. Each file is stored as soon as it is made, so that a run that
was killed goes on after the last one. The same batch gives the same bytes as long as its numbers and stations are
the same.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from campaign.posters.languages import name_of
from campaign.printing import envelopes, imposition, packing
from campaign.printing.itinerary import ENVELOPES, Drop, drops_of
from campaign.printing.models import Batch, Packet, Paper
from campaign.printing.packing import SAMPLE_NOTE
from campaign.printing.scope import Refused
from outreach.channels.directory import NoPrintableLine, PosterLines, poster_lines
from portal.files.models import StoredFile
from portal.imports.cells import escape
from portal.seasons.models import Season
from portal.typesetting import TypesettingError, compile_pdf

DROP_LIST: Final = "drop-list"
DROP_TABLE: Final = "drop-list.csv"
LABELS: Final = "address-labels"
TICKET: Final = "job-ticket.pdf"

LABELS_A_FILE: Final = 300
"""Thirty sheets of ten."""
SPARES_PERCENT: Final = 5
DELIVERY_DAYS: Final = 10
"""Prints are with the coordinator so many days before the season begins, or before envelopes leave if that is sooner."""

_PDF: Final = "application/pdf"
_DESIGNS: Final = Path(__file__).parent / "designs"
_COLUMNS: Final = ("envelope", "place", "code", "address", "city_state", "file", "posters")


@dataclass(frozen=True, slots=True)
class Stop:
    """One envelope of the batch and where it goes; ``number`` counts from 1 in order of packing."""

    packet: Packet
    place: dict[str, str]

    @property
    def number(self) -> int:
        """Its place in the order of packing."""
        return self.packet.position

    @property
    def name(self) -> str:
        """Jackson (JAN)."""
        return str(self.packet.station or self.packet.train)

    @property
    def address(self) -> str:
        """On one line, as far as it is known."""
        return ", ".join(filter(None, (self.place["address"], self.place["region"])))

    @property
    def spares(self) -> int:
        """Posters that the shop prints beyond the order: 5 %, rounded up."""
        return -(-self.packet.pages * SPARES_PERCENT // 100)


def make(batch: Batch) -> Iterator[Paper]:
    """Makes and stores the papers that the batch doesn't have yet, and yields each. Raises ``Refused``.

    Nothing is locked meanwhile; where two runs come here, the first to store a paper wins, and both made the same.
    """
    drops = drops_of(batch)
    stops = [Stop(packet, envelopes.place_of(packet)) for drop in drops for packet in drop.packets]
    by_packet = {stop.packet.pk: stop for stop in stops}
    lines = lines_of(batch)
    in_order = sorted((stop.packet for stop in stops), key=lambda packet: packet.position)
    sets = envelopes.sets(in_order, languages=len(batch.languages))
    planned: list[tuple[str, str, Callable[[], bytes]]] = [
        (_name_of(each, sets), _PDF, partial(envelopes.papers, each, batch=batch, of=len(stops), lines=lines))
        for each in sets
    ]
    planned += [(drop.file_name(packing.PRINTABLE), _PDF, partial(packing.printable, batch, drop)) for drop in drops]
    planned += [
        (
            drop.file_name(DROP_LIST),
            _PDF,
            partial(drop_list, batch, [by_packet[packet.pk] for packet in drop.packets], drop),
        )
        for drop in drops
    ]
    planned += [(name, _PDF, partial(labels, batch, each, of=len(stops))) for name, each in _label_files(stops)]
    planned += [
        (DROP_TABLE, "text/csv; charset=utf-8", partial(drop_table, batch, stops)),
        (TICKET, _PDF, partial(ticket, batch, stops)),
    ]
    have = set(batch.papers.values_list("name", flat=True))
    for name, content_type, build in planned:
        if name not in have:
            try:
                content = build()
            except TypesettingError as error:
                raise Refused(f"{name} cannot be set. {error}") from error
            file = StoredFile.objects.put(content, name=name, content_type=content_type)
            paper, _ = Paper.objects.get_or_create(batch=batch, name=name, defaults={"file": file})
            yield paper


def lines_of(batch: Batch) -> PosterLines:
    """The nation's lines as the papers of a batch say them. Raises ``Refused``."""
    try:
        return poster_lines(None, max(batch.season.starts_on, batch.created_at.date()))
    except NoPrintableLine as missing:
        raise Refused(str(missing)) from missing


def drop_list(batch: Batch, stops: Sequence[Stop], drop: Drop) -> bytes:
    """PDF for the courier of one drop: what goes where. No person, no day, no train number, no word on what is inside."""
    data = {
        "note": _note(batch),
        "batch": f"Batch {batch.pk}",
        "drop": f"List {drop.number} of {drop.of}: {drop.title}" if drop.of > 1 else None,
        "totals": {"envelopes": len(stops), "posters": drop.posters},
        "stops": [
            {
                "number": stop.number,
                "place": stop.name,
                "address": stop.address,
                "file": stop.packet.name,
                "posters": stop.packet.pages,
            }
            for stop in stops
        ],
    }
    return compile_pdf(_DESIGNS / "drop_list.typ", data, timestamp=batch.created_at)


def drop_table(batch: Batch, stops: Sequence[Stop]) -> bytes:
    """The drop list as CSV in UTF-8 with a mark: one line an envelope; no cell can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for stop in stops:
        place = stop.place
        cells: tuple[object, ...] = (
            stop.number,
            place["name"],
            place["code"],
            place["address"],
            place["region"],
            stop.packet.name,
            stop.packet.pages,
        )
        writer.writerow([escape(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def labels(batch: Batch, stops: Sequence[Stop], *, of: int) -> bytes:
    """PDF: labels of 4 × 2 in, ten on a Letter sheet, for the places whose address is known; then the others by name.

    ``of`` is how many envelopes the batch has.
    """
    addressed = [stop for stop in stops if stop.place["address"]]
    data = {
        "note": _note(batch),
        "batch": f"{batch.season} · batch {batch.pk}"
        + (f" · envelopes {stops[0].number} to {stops[-1].number} of {of}" if len(stops) < of else ""),
        "labels": [
            {
                "name": stop.name,
                "lines": [line for line in (stop.place["address"], stop.place["region"]) if line],
                "foot": f"Batch {batch.pk} · envelope {stop.number} of {of}",
            }
            for stop in addressed
        ],
        "without": [
            {"number": stop.number, "place": stop.name, "file": stop.packet.name}
            for stop in stops
            if not stop.place["address"]
        ],
    }
    return compile_pdf(_DESIGNS / "labels.typ", data, timestamp=batch.created_at)


def ticket(batch: Batch, stops: Sequence[Stop]) -> bytes:
    """PDF for a print shop: what is ordered, how many, by when, and lines to agree on stock, finish and proof."""
    pages, spares = sum(stop.packet.pages for stop in stops), sum(stop.spares for stop in stops)
    sheet = batch.sheet
    unit = sheet.get_unit_display()
    data = {
        "note": _note(batch),
        "title": batch.title,
        "batch": f"{batch.season} · batch {batch.pk}",
        "facts": [
            ["Design", str(batch.design)],
            ["Languages", ", ".join(name_of(code) for code in batch.languages)],
            ["Sheet, trimmed", f"{sheet.name}, {_plain(sheet.width)} × {_plain(sheet.height)} {unit}"],
            ["Bleed", f"{_plain(sheet.bleed)} {unit} on every side" if batch.has_bleed else "None"],
            ["Crop marks", "Yes, outside the bleed: cut along them" if batch.has_marks else "None"],
            *([["Press sheets", _imposition(batch, stops)]] if batch.imposed_on else []),
            ["Printed on", "One side"],
            ["Copies", "One of each page: every page has a code of its own"],
        ],
        "totals": {"files": len(stops), "posters": pages, "spares": spares, "sheets": pages + spares},
        "deliver_by": f"{deliver_by(batch.season):%A %-d %B %Y}",
        "files": [{"file": stop.packet.name, "pages": stop.packet.pages, "spares": stop.spares} for stop in stops],
    }
    return compile_pdf(_DESIGNS / "job_ticket.typ", data, timestamp=batch.created_at)


def deliver_by(season: Season) -> dt.date:
    """The day on which the shop's prints are there: before the envelopes leave."""
    return min(season.starts_on - dt.timedelta(days=DELIVERY_DAYS), season.ship_by)


def _name_of(packets: Sequence[Packet], sets: Sequence[Sequence[Packet]]) -> str:
    """``envelopes-011-020.pdf``: which envelopes are in it; without numbers where one file holds all."""
    if len(sets) == 1:
        return f"{ENVELOPES}.pdf"
    digits = len(str(sets[-1][-1].position))
    return f"{ENVELOPES}-{packets[0].position:0{digits}}-{packets[-1].position:0{digits}}.pdf"


def _label_files(stops: Sequence[Stop]) -> list[tuple[str, Sequence[Stop]]]:
    """Names of the files of labels, and whose labels each holds."""
    cuts = [stops[start : start + LABELS_A_FILE] for start in range(0, len(stops), LABELS_A_FILE)]
    if len(cuts) == 1:
        return [(f"{LABELS}.pdf", cuts[0])]
    return [(f"{LABELS}-{number}-of-{len(cuts)}.pdf", cut) for number, cut in enumerate(cuts, start=1)]


def _note(batch: Batch) -> str | None:
    return SAMPLE_NOTE if batch.is_sample else None


def _imposition(batch: Batch, stops: Sequence[Stop]) -> str:
    """How many posters a press sheet takes, in which files they are, and how those are cut."""
    press = batch.imposed_on
    assert press
    plan = imposition.plan_for(batch.sheet, press, has_bleed=batch.has_bleed)
    sheets = imposition.sheets_of((stop.packet.pages for stop in stops), plan)
    return (
        f"{plan.up} posters on each {press}, in the files that end in .imposed.pdf: {sheets:,} sheets. Cut each file as "
        "one pile; its piles, row by row, one under the other, are in order"
    )


def _plain(measure: Decimal) -> str:
    """8.500 as 8.5."""
    return f"{measure.normalize():f}"
