"""The areas of the United States as facts: readable without a database.

Numbers are FIPS state codes (ANSI INCITS 38), 0 for the nation; codes are USPS.
Time zones are IANA names, the one of most people first. Neighbours share a land
or river border (four-corner points count).
"""

from dataclasses import dataclass
from enum import StrEnum


class AreaKind(StrEnum):
    """What sort of area it is."""

    NATION = "nation"
    STATE = "state"
    DISTRICT = "district"
    TERRITORY = "territory"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class AreaFact:
    """One area: FIPS number, USPS code, English name, kind, zones, neighbours' codes, whether it borders another country by land."""

    number: int
    code: str
    name: str
    kind: AreaKind
    time_zones: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    land_border: bool = False


AREAS: tuple[AreaFact, ...] = (
    AreaFact(0, "US", "United States", AreaKind.NATION, ("America/New_York",)),
    AreaFact(1, "AL", "Alabama", AreaKind.STATE, ("America/Chicago",), ("FL", "GA", "MS", "TN")),
    AreaFact(2, "AK", "Alaska", AreaKind.STATE, ("America/Anchorage", "America/Adak"), (), True),
    AreaFact(
        4, "AZ", "Arizona", AreaKind.STATE, ("America/Phoenix", "America/Denver"), ("CA", "CO", "NM", "NV", "UT"), True
    ),
    AreaFact(5, "AR", "Arkansas", AreaKind.STATE, ("America/Chicago",), ("LA", "MO", "MS", "OK", "TN", "TX")),
    AreaFact(6, "CA", "California", AreaKind.STATE, ("America/Los_Angeles",), ("AZ", "NV", "OR"), True),
    AreaFact(8, "CO", "Colorado", AreaKind.STATE, ("America/Denver",), ("AZ", "KS", "NE", "NM", "OK", "UT", "WY")),
    AreaFact(9, "CT", "Connecticut", AreaKind.STATE, ("America/New_York",), ("MA", "NY", "RI")),
    AreaFact(10, "DE", "Delaware", AreaKind.STATE, ("America/New_York",), ("MD", "NJ", "PA")),
    AreaFact(11, "DC", "District of Columbia", AreaKind.DISTRICT, ("America/New_York",), ("MD", "VA")),
    AreaFact(12, "FL", "Florida", AreaKind.STATE, ("America/New_York", "America/Chicago"), ("AL", "GA")),
    AreaFact(13, "GA", "Georgia", AreaKind.STATE, ("America/New_York",), ("AL", "FL", "NC", "SC", "TN")),
    AreaFact(15, "HI", "Hawaii", AreaKind.STATE, ("Pacific/Honolulu",)),
    AreaFact(
        16,
        "ID",
        "Idaho",
        AreaKind.STATE,
        ("America/Boise", "America/Los_Angeles"),
        ("MT", "NV", "OR", "UT", "WA", "WY"),
        True,
    ),
    AreaFact(17, "IL", "Illinois", AreaKind.STATE, ("America/Chicago",), ("IA", "IN", "KY", "MO", "WI")),
    AreaFact(
        18,
        "IN",
        "Indiana",
        AreaKind.STATE,
        ("America/Indiana/Indianapolis", "America/Chicago"),
        ("IL", "KY", "MI", "OH"),
    ),
    AreaFact(19, "IA", "Iowa", AreaKind.STATE, ("America/Chicago",), ("IL", "MN", "MO", "NE", "SD", "WI")),
    AreaFact(20, "KS", "Kansas", AreaKind.STATE, ("America/Chicago", "America/Denver"), ("CO", "MO", "NE", "OK")),
    AreaFact(
        21,
        "KY",
        "Kentucky",
        AreaKind.STATE,
        ("America/New_York", "America/Chicago"),
        ("IL", "IN", "MO", "OH", "TN", "VA", "WV"),
    ),
    AreaFact(22, "LA", "Louisiana", AreaKind.STATE, ("America/Chicago",), ("AR", "MS", "TX")),
    AreaFact(23, "ME", "Maine", AreaKind.STATE, ("America/New_York",), ("NH",), True),
    AreaFact(24, "MD", "Maryland", AreaKind.STATE, ("America/New_York",), ("DC", "DE", "PA", "VA", "WV")),
    AreaFact(25, "MA", "Massachusetts", AreaKind.STATE, ("America/New_York",), ("CT", "NH", "NY", "RI", "VT")),
    AreaFact(26, "MI", "Michigan", AreaKind.STATE, ("America/Detroit", "America/Menominee"), ("IN", "OH", "WI"), True),
    AreaFact(27, "MN", "Minnesota", AreaKind.STATE, ("America/Chicago",), ("IA", "ND", "SD", "WI"), True),
    AreaFact(28, "MS", "Mississippi", AreaKind.STATE, ("America/Chicago",), ("AL", "AR", "LA", "TN")),
    AreaFact(
        29, "MO", "Missouri", AreaKind.STATE, ("America/Chicago",), ("AR", "IA", "IL", "KS", "KY", "NE", "OK", "TN")
    ),
    AreaFact(30, "MT", "Montana", AreaKind.STATE, ("America/Denver",), ("ID", "ND", "SD", "WY"), True),
    AreaFact(
        31,
        "NE",
        "Nebraska",
        AreaKind.STATE,
        ("America/Chicago", "America/Denver"),
        ("CO", "IA", "KS", "MO", "SD", "WY"),
    ),
    AreaFact(
        32, "NV", "Nevada", AreaKind.STATE, ("America/Los_Angeles", "America/Boise"), ("AZ", "CA", "ID", "OR", "UT")
    ),
    AreaFact(33, "NH", "New Hampshire", AreaKind.STATE, ("America/New_York",), ("MA", "ME", "VT"), True),
    AreaFact(34, "NJ", "New Jersey", AreaKind.STATE, ("America/New_York",), ("DE", "NY", "PA")),
    AreaFact(35, "NM", "New Mexico", AreaKind.STATE, ("America/Denver",), ("AZ", "CO", "OK", "TX", "UT"), True),
    AreaFact(36, "NY", "New York", AreaKind.STATE, ("America/New_York",), ("CT", "MA", "NJ", "PA", "VT"), True),
    AreaFact(37, "NC", "North Carolina", AreaKind.STATE, ("America/New_York",), ("GA", "SC", "TN", "VA")),
    AreaFact(38, "ND", "North Dakota", AreaKind.STATE, ("America/Chicago", "America/Denver"), ("MN", "MT", "SD"), True),
    AreaFact(39, "OH", "Ohio", AreaKind.STATE, ("America/New_York",), ("IN", "KY", "MI", "PA", "WV")),
    AreaFact(40, "OK", "Oklahoma", AreaKind.STATE, ("America/Chicago",), ("AR", "CO", "KS", "MO", "NM", "TX")),
    AreaFact(41, "OR", "Oregon", AreaKind.STATE, ("America/Los_Angeles", "America/Boise"), ("CA", "ID", "NV", "WA")),
    AreaFact(42, "PA", "Pennsylvania", AreaKind.STATE, ("America/New_York",), ("DE", "MD", "NJ", "NY", "OH", "WV")),
    AreaFact(44, "RI", "Rhode Island", AreaKind.STATE, ("America/New_York",), ("CT", "MA")),
    AreaFact(45, "SC", "South Carolina", AreaKind.STATE, ("America/New_York",), ("GA", "NC")),
    AreaFact(
        46,
        "SD",
        "South Dakota",
        AreaKind.STATE,
        ("America/Chicago", "America/Denver"),
        ("IA", "MN", "MT", "ND", "NE", "WY"),
    ),
    AreaFact(
        47,
        "TN",
        "Tennessee",
        AreaKind.STATE,
        ("America/Chicago", "America/New_York"),
        ("AL", "AR", "GA", "KY", "MO", "MS", "NC", "VA"),
    ),
    AreaFact(48, "TX", "Texas", AreaKind.STATE, ("America/Chicago", "America/Denver"), ("AR", "LA", "NM", "OK"), True),
    AreaFact(49, "UT", "Utah", AreaKind.STATE, ("America/Denver",), ("AZ", "CO", "ID", "NM", "NV", "WY")),
    AreaFact(50, "VT", "Vermont", AreaKind.STATE, ("America/New_York",), ("MA", "NH", "NY"), True),
    AreaFact(51, "VA", "Virginia", AreaKind.STATE, ("America/New_York",), ("DC", "KY", "MD", "NC", "TN", "WV")),
    AreaFact(53, "WA", "Washington", AreaKind.STATE, ("America/Los_Angeles",), ("ID", "OR"), True),
    AreaFact(54, "WV", "West Virginia", AreaKind.STATE, ("America/New_York",), ("KY", "MD", "OH", "PA", "VA")),
    AreaFact(55, "WI", "Wisconsin", AreaKind.STATE, ("America/Chicago",), ("IA", "IL", "MI", "MN")),
    AreaFact(56, "WY", "Wyoming", AreaKind.STATE, ("America/Denver",), ("CO", "ID", "MT", "NE", "SD", "UT")),
    AreaFact(60, "AS", "American Samoa", AreaKind.TERRITORY, ("Pacific/Pago_Pago",)),
    AreaFact(66, "GU", "Guam", AreaKind.TERRITORY, ("Pacific/Guam",)),
    AreaFact(69, "MP", "Northern Mariana Islands", AreaKind.TERRITORY, ("Pacific/Guam",)),
    AreaFact(72, "PR", "Puerto Rico", AreaKind.TERRITORY, ("America/Puerto_Rico",)),
    AreaFact(78, "VI", "U.S. Virgin Islands", AreaKind.TERRITORY, ("America/St_Thomas",)),
)

BY_CODE: dict[str, AreaFact] = {area.code: area for area in AREAS}
BY_NUMBER: dict[int, AreaFact] = {area.number: area for area in AREAS}
NATION: AreaFact = BY_CODE["US"]
