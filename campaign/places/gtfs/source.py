"""The feed being read: its tables, what of it was asked for, and what was wrong so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from campaign.places.archive import Archive
from campaign.places.gtfs.feed import Operator
from campaign.places.gtfs.names import basic_type
from campaign.places.problems import ProblemLog, refuse
from campaign.places.tables import Table, read_table


@dataclass(frozen=True, slots=True)
class Source:
    """An open feed and the filters; empty filters select everything."""

    archive: Archive
    agency_ids: frozenset[str]
    route_types: frozenset[int]
    log: ProblemLog = field(default_factory=ProblemLog)

    @property
    def is_filtered(self) -> bool:
        """Whether anything less than everything was asked for."""
        return bool(self.agency_ids or self.route_types)

    def selects_agency(self, agency_id: str) -> bool:
        """Whether an agency was asked for."""
        return not self.agency_ids or agency_id in self.agency_ids

    def selects_type(self, route_type: int) -> bool:
        """Whether a route type was asked for; an extended one also by its basic type."""
        return not self.route_types or route_type in self.route_types or basic_type(route_type) in self.route_types

    def require(self, *names: str) -> None:
        """Raise `Refused` for the first file that is not at the root of the zip."""
        for name in names:
            if name in self.archive:
                continue
            if folder := self.archive.folder_of(name):
                raise refuse(name, f'The file lies in the folder "{folder}". Zip the files, not their folder.')
            raise refuse(name, f"The feed lacks {name}. Is {self.archive.name} a GTFS feed?")

    @contextmanager
    def table(self, name: str, *required: str) -> Iterator[Table]:
        """One file, to be read once while it is open."""
        with self.archive.open(name) as stream:
            yield read_table(name, stream, required=required)


def no_rows(name: str) -> Exception:
    """A refusal of a table that has nothing but its header."""
    return refuse(name, "The file has a header and no rows.", line=1)


@dataclass(slots=True)
class Agencies:
    """Operators by agency id; the id is empty where a feed has one agency without id."""

    by_id: dict[str, Operator] = field(default_factory=dict)

    def of(self, agency_id: str) -> Operator | None:
        """The operator of a route, which may leave the id out where there is one agency."""
        if not agency_id and len(self.by_id) == 1:
            return next(iter(self.by_id.values()))
        return self.by_id.get(agency_id)
