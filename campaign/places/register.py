"""Reads a station register: the NTAD "Amtrak Stations" CSV of US DOT's Bureau of Transportation
Statistics (columns Code, StnType, StaType, City, State, ZipCode, Address1, Address2, X, Y).

GTFS knows no city, state or kind of station; the register does, by the station's code. Pure: a
file in, entries by code out.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from campaign.places.problems import Problem, ProblemLog, refuse
from campaign.places.tables import read_table

LARGEST_REGISTER = 50 * 1024 * 1024
KINDS = {
    "station building (with waiting room)": "building",
    "platform with shelter": "shelter",
    "platform only (no shelter)": "platform",
    "curbside bus stop only (no shelter)": "curbside",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of one station. Empty text and None mean that it doesn't say.

    `kind` is a value of `Station.Kind`; `state` the postal code, which may be a Canadian province's.
    """

    code: str
    city: str
    state: str
    address: str
    postal_code: str
    kind: str
    latitude: float | None
    longitude: float | None
    line: int

    def distance_to(self, latitude: float, longitude: float) -> float | None:
        """Kilometres from the register's position to another one, or None where it has none.

        Flat reckoning: right to a percent over the tens of kilometres that matter here.
        """
        if self.latitude is None or self.longitude is None:
            return None
        north = math.radians(latitude - self.latitude)
        east = math.radians(longitude - self.longitude)
        return 6371 * math.hypot(north, east * math.cos(math.radians(latitude)))


@dataclass(frozen=True, slots=True)
class Register:
    """The entries by code, and what was odd about the file."""

    name: str
    entries: dict[str, Entry]
    problems: tuple[Problem, ...]


def read_register(path: Path, *, name: str | None = None) -> Register:
    """Read a register CSV. A code's TRAIN row wins over its BUS row. Raises `Refused`."""
    name = name or path.name
    if not path.is_file():
        raise refuse(name, "There is no such file.")
    if path.stat().st_size > LARGEST_REGISTER:
        raise refuse(name, f"A register may have {LARGEST_REGISTER // 1024**2} MB.")
    log = ProblemLog()
    entries: dict[str, Entry] = {}
    rails: set[str] = set()
    with path.open("rb") as stream:
        table = read_table(name, stream, required=("code", "statype", "city", "state"))
        at = {column: table.column(column) for column in _COLUMNS}
        for line, row in table.rows():
            code = row[at["code"]].upper()
            if not code:
                log.warn(name, line, "code", "The row has no code; left out.", kind="empty")
                continue
            rail = row[at["stntype"]].upper() != "BUS"
            if code in entries:
                if rail and code in rails:
                    log.error(
                        name,
                        line,
                        "code",
                        f"The code {code!r} stands twice, first in line {entries[code].line}. Keep the right one.",
                        kind="duplicate",
                    )
                    continue
                if not rail:
                    continue
            if rail:
                rails.add(code)
            kind = KINDS.get(row[at["statype"]].casefold(), "")
            if not kind:
                log.warn(
                    name,
                    line,
                    "statype",
                    f"The station type {row[at['statype']][:60]!r} is not known; taken as unknown.",
                    kind="kind",
                    cause=row[at["statype"]],
                )
            entries[code] = Entry(
                code=code,
                city=row[at["city"]],
                state=row[at["state"]].upper(),
                address=", ".join(filter(None, (row[at["address1"]], row[at["address2"]]))),
                postal_code=row[at["zipcode"]],
                kind=kind,
                latitude=_degrees(row[at["y"]], 90),
                longitude=_degrees(row[at["x"]], 180),
                line=line,
            )
    log.stop_on_errors()
    if not entries:
        raise refuse(name, "The file has a header and no rows.", line=1)
    return Register(name, entries, log.problems)


_COLUMNS = (
    "code",
    "stntype",
    "statype",
    "city",
    "state",
    "zipcode",
    "address1",
    "address2",
    "x",
    "y",
)


def _degrees(text: str, limit: int) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= limit else None
