"""The papers of one envelope: a cover sheet that says what hangs where, a station card, a return slip.

They are Letter pages for an office printer, apart from the posters, which a print shop makes on another sheet.
Nothing on them asks for a person's name or for what happened to anyone.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_noop

from campaign.links import codes
from campaign.places.models import Spot, Station
from campaign.posters.languages import name_of
from campaign.printing import packets
from campaign.printing.models import Batch, Packet, Print
from campaign.printing.packing import SAMPLE_NOTE
from outreach.channels.directory import PosterLines
from portal.typesetting import compile_pdf

MOST_PAGES: Final = 30
"""Of a file, about. Typst remembers what it set for some ten files more, so that files of 200 take a gigabyte."""
_PAGES: Final = 3
"""Of an envelope: cover sheet, card, slip."""
_SPOTS_A_PAGE: Final = 6
"""So many more spots make cover sheet and slip a page longer; rather too few."""

_DESIGN: Final = Path(__file__).parent / "designs" / "envelope.typ"

_STALLS: Final = gettext_noop(
    "Inside every stall door, at eye level; the accessible stall too. Where there are more stalls than posters, begin "
    "with the accessible one and ask for more copies."
)
_SINGLE_ROOM: Final = gettext_noop(
    "A single room: beside the mirror. Stalls: inside every door, the accessible stall too."
)

#: One line for whoever hangs posters, by kind of spot; the station's page says it in its own language.
GUIDANCE: Final[Mapping[str, str]] = MappingProxyType(
    {
        Spot.Kind.RESTROOM_WOMEN: _STALLS,
        Spot.Kind.RESTROOM_MEN: _STALLS,
        Spot.Kind.RESTROOM_ALL: _SINGLE_ROOM,
        Spot.Kind.RESTROOM_FAMILY: _SINGLE_ROOM,
        Spot.Kind.WAITING_ROOM: gettext_noop(
            "On a wall beside the seats, where a person can read it without being watched."
        ),
        Spot.Kind.PLATFORM: gettext_noop("In a frame, out of the rain, where people wait; clear of the yellow edge."),
        Spot.Kind.TICKET_COUNTER: gettext_noop("Beside the counter, not on it: facing those who wait."),
        Spot.Kind.CONCOURSE: gettext_noop("On a wall or a pillar where people stand, not where they only walk past."),
        Spot.Kind.CAR_RESTROOM: "Beside the mirror or inside the door, in the accessible restroom too.",
        Spot.Kind.VESTIBULE: "Beside the door, on a panel that does not slide or fold.",
        Spot.Kind.CAFE_CAR: "Beside the counter, facing those who wait.",
    }
)

#: What holds at every spot.
RULES: Final = (
    "Eye level is 4 to 5 ft (1.2–1.5 m) above the floor.",
    "What is to be reached, such as tear-offs: 16 to 48 in (0.4–1.2 m) above the floor, reachable from a wheelchair, "
    "with nothing standing in front.",
    "Not behind a door that stands open.",
    "No tape, frame or fold over the code.",
    "Leave exit signs, safety notices and braille free.",
    "Not every spot was looked at before. If one is not there, tick that on the return slip.",
)

#: Why a poster may not hang, to tick.
REASONS: Final = ("spot is not there", "not allowed", "no room", "poster damaged", "poster missing")

#: Who hangs posters: roles, never names.
ROLES: Final = ("station staff", "onboard crew", "courier", "volunteer", "other")


def sets(packets_in_order: Sequence[Packet], *, languages: int) -> list[list[Packet]]:
    """Cuts a batch into files of about ``MOST_PAGES`` pages at most; no envelope is parted."""
    files: list[list[Packet]] = []
    room = 0
    for packet in packets_in_order:
        pages = _PAGES + packet.pages // languages // _SPOTS_A_PAGE
        if pages > room or not files:
            files.append([])
            room = MOST_PAGES
        files[-1].append(packet)
        room -= pages
    return files


def papers(packets_of_file: Sequence[Packet], *, batch: Batch, of: int, lines: PosterLines) -> bytes:
    """PDF, tagged: the papers of these packets in order; ``of`` is how many envelopes the batch has.

    The same packets and lines give the same bytes. Raises ``TypesettingError``.
    """
    data = {
        "note": SAMPLE_NOTE if batch.is_sample else None,
        "batch": f"{batch.season} · batch {batch.pk}",
        "first": packets_of_file[0].position,
        "last": packets_of_file[-1].position,
        "of": of,
        "envelopes": [
            {
                "number": packet.position,
                "file": packet.name,
                "place": place_of(packet),
                "posters": packet.pages,
                "spots": _spots(packets.prints_of(packet)),
            }
            for packet in packets_of_file
        ],
        "rules": RULES,
        "cards": cards(lines),
        "reasons": REASONS,
        "roles": ROLES,
        "care": care(lines),
    }
    return compile_pdf(_DESIGN, data, timestamp=batch.created_at)


def place_of(packet: Packet) -> dict[str, str]:
    """Where an envelope goes: ``{kind, name, code, region, address}``, of a train only the name.

    A train's numbers are left out: they would tell a day's schedule.
    """
    if packet.station is None:
        return {"kind": "train", "name": str(packet.train), "code": "", "region": "", "address": ""}
    station = packet.station
    return {
        "kind": "station",
        "name": station.name,
        "code": station.code,
        "region": _region(station),
        "address": station.address,
    }


def cards(lines: PosterLines) -> list[dict[str, object]]:
    """The station card in English and Spanish, with the numbers that the posters carry."""
    emergency = lines.emergency.value if lines.emergency else ""
    return [
        {
            "language": "en",
            "heading": "If someone asks for help",
            "place": "Station card: keep it where staff see it and the public does not.",
            "sentences": [
                ["Speak", "where others can’t hear, if they want."],
                ["Ask:", f"are you in danger now, shall I call {emergency or 'for help'}?"],
                ["Offer", "a phone and the number; let them dial."],
                ["Don’t ask", "for story, ID or status."],
                ["Never confront", "anyone."],
            ],
            "numbers": _numbers(lines, call="Call", text="Text", relay="Deaf access"),
        },
        {
            "language": "es",
            "heading": "Si alguien le pide ayuda",
            "place": "Tarjeta de la estación: guárdela donde la vea el personal y no el público.",
            "sentences": [
                ["Hable", "donde otros no puedan oír, si la persona quiere."],
                [
                    "Pregunte:",
                    f"¿está en peligro ahora?, ¿llamo {f'al {emergency}' if emergency else 'para pedir ayuda'}?",
                ],
                ["Ofrezca", "un teléfono y el número; deje que la persona marque."],
                ["No pida", "su historia, ni documentos, ni su estatus migratorio."],
                ["Nunca confronte", "a nadie."],
            ],
            "numbers": _numbers(lines, call="Llamar", text="Mensaje de texto", relay="Acceso para sordos"),
        },
    ]


def care(lines: PosterLines) -> list[str]:
    """The house's words over whatever is written by hand."""
    text = f", text {lines.text.value}" if lines.text else ""
    return [
        "Please don’t write about anyone’s situation here. No one is watching this for reports.",
        f"Need help: {lines.call.value}{text}.",
    ]


def _numbers(lines: PosterLines, *, call: str, text: str, relay: str) -> list[dict[str, str]]:
    labelled = ((call, lines.call), (text, lines.text), (relay, lines.relay))
    return [{"label": label, "value": line.value} for label, line in labelled if line]


def _spots(prints: Sequence[Print]) -> list[dict[str, object]]:
    """In hanging order, which is that of the pages."""
    return [
        {
            "name": str(spot),
            "guidance": GUIDANCE[spot.kind],
            "posters": [{"language": name_of(row.language), "code": codes.grouped(row.link.code)} for row in rows],
        }
        for spot, rows in groupby(prints, key=lambda row: row.placement.spot)
    ]


def _region(station: Station) -> str:
    state = " ".join(filter(None, (station.state_id, station.postal_code)))
    return ", ".join(filter(None, (station.city, state)))
