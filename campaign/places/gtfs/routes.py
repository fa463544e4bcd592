"""agency.txt and routes.txt: who runs which named services."""

from collections import Counter
from dataclasses import dataclass, field

from campaign.places.gtfs.feed import Operator
from campaign.places.gtfs.names import host_of, train_name, whole_number
from campaign.places.gtfs.sequence import Pattern
from campaign.places.gtfs.source import Agencies, Source, no_rows
from campaign.places.problems import refuse


@dataclass(slots=True)
class Service:
    """A train while it is being read."""

    operator: Operator
    name: str
    route_type: int
    numbers: set[str] = field(default_factory=set)
    patterns: Counter[Pattern] = field(default_factory=Counter)


@dataclass(slots=True)
class Routes:
    """The selected services in feed order, and for each route id the place of its service (-1: not selected)."""

    services: list[Service] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    _identities: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, route_id: str, operator: Operator, name: str, route_type: int) -> None:
        """A route; it joins the service of its operator and name. Of several types the lowest stands."""
        place = self._identities.setdefault((operator.key, name), len(self.services))
        if place == len(self.services):
            self.services.append(Service(operator, name, route_type))
        service = self.services[place]
        service.route_type = min(service.route_type, route_type)
        self.places[route_id] = place


def read_agencies(source: Source) -> Agencies:
    """Every agency; only the selected ones must have an identity."""
    agencies, log = Agencies(), source.log
    with source.table("agency.txt", "agency_name", "agency_url") as table:
        at_id, at_name, at_url = map(table.column, ("agency_id", "agency_name", "agency_url"))
        for line, row in table.rows():
            agency_id, name, url = row[at_id], row[at_name], row[at_url]
            host = host_of(url)
            if agency_id in agencies.by_id:
                log.error(
                    table.name,
                    line,
                    "agency_id",
                    f"Two agencies have the id {agency_id!r}. Give each its own."
                    if agency_id
                    else "Several agencies need an id each.",
                    kind="duplicate",
                )
                continue
            if not host:
                (log.error if source.selects_agency(agency_id) else log.warn)(
                    table.name,
                    line,
                    "agency_url",
                    f"The web address {url!r} has no host. An operator is known by its id and its address: fill it in.",
                    kind="url",
                )
            if not name:
                log.warn(table.name, line, "agency_name", "The agency has no name.", kind="name")
            agencies.by_id[agency_id] = Operator(f"{agency_id}@{host}", agency_id, name or host, url)
    log.stop_on_errors()
    if not agencies.by_id:
        raise no_rows("agency.txt")
    if unknown := sorted(source.agency_ids - agencies.by_id.keys()):
        known = ", ".join(list(agencies.by_id)[:12])
        raise refuse("agency.txt", f"The feed has no agency {', '.join(unknown)}. It has: {known}.", column="agency_id")
    return agencies


def read_routes(source: Source, agencies: Agencies) -> Routes:
    """Every route, and the selected ones as services."""
    routes, log = Routes(), source.log
    with source.table("routes.txt", "route_id", "route_type") as table:
        at_id, at_agency, at_short, at_long, at_type = map(
            table.column, ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type")
        )
        if {"route_short_name", "route_long_name"}.isdisjoint(table.header):
            raise refuse(
                table.name,
                "The columns route_short_name and route_long_name are both missing: trains have no names.",
                line=1,
                column="route_long_name",
            )
        for line, row in table.rows():
            route_id, agency_id = row[at_id], row[at_agency]
            if route_id in routes.places:
                log.error(
                    table.name,
                    line,
                    "route_id",
                    f"The route id {route_id!r} stands twice. Give each route its own.",
                    kind="duplicate",
                )
                continue
            routes.places[route_id] = -1
            operator = agencies.of(agency_id)
            if operator is None:
                log.error(
                    table.name,
                    line,
                    "agency_id",
                    f"agency.txt has no agency {agency_id!r}."
                    if agency_id
                    else "The feed has several agencies, and this route names none.",
                    kind="agency",
                    cause=agency_id,
                )
                continue
            if not source.selects_agency(operator.agency_id):
                continue
            route_type = whole_number(row[at_type])
            if route_type is None or route_type > HIGHEST_TYPE:
                log.error(
                    table.name,
                    line,
                    "route_type",
                    f"The route type {row[at_type][:40]!r} is no whole number up to {HIGHEST_TYPE}.",
                    kind="type",
                )
                continue
            if not source.selects_type(route_type):
                continue
            name = train_name(row[at_short], row[at_long])
            if not name:
                name = route_id
                log.warn(
                    table.name,
                    line,
                    "route_long_name",
                    f"The route {route_id!r} has no name; its id stands in.",
                    kind="name",
                )
            routes.add(route_id, operator, name, route_type)
    log.stop_on_errors()
    if not routes.places:
        raise no_rows("routes.txt")
    if not routes.services:
        raise refuse(
            "routes.txt",
            "No route has the agency and the route type asked for. Widen the filter.",
            column="route_type" if source.route_types else "agency_id",
        )
    return routes


HIGHEST_TYPE = 9999
