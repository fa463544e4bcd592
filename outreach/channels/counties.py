"""Counties: areas within a state, made when the first line of one is known, by their FIPS number."""

from portal.areas.models import Area
from portal.areas.register import BY_CODE, NATION, AreaKind
from portal.audit import trail
from portal.people.models import User


class NoCounty(ValueError):
    """What was given names no county: a sentence for whoever typed it."""


def add_county(*, number: str, name: str, by: User | None) -> Area:
    """The county with a FIPS number of five digits, made if it isn't there. Raises ``NoCounty``."""
    state = next(
        (
            fact
            for fact in BY_CODE.values()
            if fact.code != NATION.code and len(number) == 5 and f"{fact.number:02}" == number[:2]
        ),
        None,
    )
    if state is None or not number.isascii() or not number.isdigit() or number.endswith("000"):
        raise NoCounty(
            f"“{number}” is no county. Give its FIPS number, five digits that begin with those of its state: 28049."
        )
    name = " ".join(name.split())
    if not name:
        raise NoCounty("The county has no name. Give it as it is said: Hinds County.")
    county, is_new = Area.objects.get_or_create(
        code=number,
        defaults={
            "name": name,
            "kind": AreaKind.COUNTY.value,
            "parent_id": state.code,
            "time_zones": list(state.time_zones),
        },
    )
    if is_new:
        trail.record(actor=by, verb="added", target=county, after=trail.snapshot(county))
    return county
