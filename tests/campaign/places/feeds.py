"""Builds small GTFS feeds: a rail line from Chicago to New Orleans, to be bent by each test."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

Rows = list[dict[str, str]]

CALLS = {"58": ["NOL", "JAN", "MEM", "CHI"], "59": ["CHI", "MEM", "JAN", "NOL"]}
"""The stations of each train number on the built-in line."""


def _stop(stop_id: str, name: str, latitude: str, longitude: str) -> dict[str, str]:
    return {"stop_id": stop_id, "stop_name": name, "stop_lat": latitude, "stop_lon": longitude}


def _line() -> dict[str, Rows]:
    return {
        "agency.txt": [
            {
                "agency_id": "51",
                "agency_name": "Amtrak",
                "agency_url": "https://www.amtrak.com",
                "agency_timezone": "America/New_York",
            }
        ],
        "stops.txt": [
            _stop("CHI", "Chicago Union Station", "41.8787", "-87.6394"),
            _stop("MEM", "Memphis", "35.1325", "-90.0592"),
            _stop("JAN", "Jackson", "32.3008", "-90.1909"),
            _stop("NOL", "New Orleans", "29.9461", "-90.0783"),
        ],
        "routes.txt": [
            {
                "route_id": "1",
                "agency_id": "51",
                "route_short_name": "",
                "route_long_name": "City of New Orleans",
                "route_type": "2",
            }
        ],
        "trips.txt": [
            {"route_id": "1", "service_id": "daily", "trip_id": f"t{number}", "trip_short_name": number}
            for number in CALLS
        ],
        "stop_times.txt": [
            {
                "trip_id": f"t{number}",
                "arrival_time": f"{20 + order}:00:00",
                "departure_time": f"{20 + order}:05:00",
                "stop_id": stop_id,
                "stop_sequence": str(order),
            }
            for number, stops in CALLS.items()
            for order, stop_id in enumerate(stops, start=1)
        ],
        "calendar_dates.txt": [{"service_id": "daily", "date": "20270111", "exception_type": "1"}],
    }


@dataclass
class FeedBuilder:
    """A feed in the making. Every method returns the builder."""

    tables: dict[str, Rows] = field(default_factory=_line)
    texts: dict[str, bytes] = field(default_factory=dict)

    def change(self, table: str, row: int, **values: str) -> Self:
        """Overwrite values of one row (from 0)."""
        self.tables[table][row].update(values)
        return self

    def add(self, table: str, **values: str) -> Self:
        """Append a row."""
        self.tables.setdefault(table, []).append(values)
        return self

    def drop_column(self, table: str, column: str) -> Self:
        """Leave a column out."""
        for row in self.tables[table]:
            row.pop(column, None)
        return self

    def without(self, table: str) -> Self:
        """Leave a file out."""
        del self.tables[table]
        return self

    def raw(self, table: str, content: bytes) -> Self:
        """The bytes of a file, as they are."""
        self.texts[table] = content
        return self

    def stop(self, stop_id: str, name: str = "", latitude: str = "40", longitude: str = "-90", **values: str) -> Self:
        """A stop more."""
        return self.add("stops.txt", **_stop(stop_id, name or stop_id, latitude, longitude), **values)

    def trip(
        self, trip_id: str, stops: Sequence[str], *, route: str = "1", number: str = "", direction: str = ""
    ) -> Self:
        """A trip and its calls."""
        self.add("trips.txt", route_id=route, trip_id=trip_id, trip_short_name=number, direction_id=direction)
        for order, stop_id in enumerate(stops, start=1):
            self.add("stop_times.txt", trip_id=trip_id, stop_id=stop_id, stop_sequence=str(order))
        return self

    def without_station(self, stop_id: str) -> Self:
        """Take a station and its calls away."""
        for table in ("stops.txt", "stop_times.txt"):
            self.tables[table] = [row for row in self.tables[table] if row["stop_id"] != stop_id]
        return self

    def files(self) -> dict[str, bytes]:
        """The bytes of every file."""
        return {name: as_csv(rows).encode() for name, rows in self.tables.items()} | self.texts

    def write(self, path: Path, *, folder: str = "") -> Path:
        """The zip at `path`."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files().items():
                archive.writestr(folder + name, content)
        return path


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as CSV; the header holds every key in order of appearance."""
    rows = list(rows)
    header = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def register_csv(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A station register with the given rows; absent columns are blank, as in the real one."""
    blank = dict.fromkeys(
        ("X", "Y", "StaType", "StnType", "ZipCode", "State", "City", "Address2", "Address1", "Name", "Code"), " "
    )
    path.write_bytes(b"\xef\xbb\xbf" + as_csv({**blank, "StnType": "TRAIN", **row} for row in rows).encode())
    return path
