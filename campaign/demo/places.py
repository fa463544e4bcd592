"""Stations and trains of the demo: real places, typed from the public station register of the US DOT.

Positions are rounded to about a hundred metres. The kind is the register's; the four stations of
the Gulf coast of Mississippi, and Mobile, are in no register yet, so theirs is unknown.
"""

from dataclasses import dataclass

BUILDING, SHELTER, PLATFORM, UNKNOWN = "building", "shelter", "platform", "unknown"


@dataclass(frozen=True, slots=True)
class StationFact:
    """Code, city, state, kind, position; ``zone`` where it isn't that of most of the state."""

    code: str
    city: str
    state: str
    kind: str
    latitude: float
    longitude: float
    zone: str = ""


@dataclass(frozen=True, slots=True)
class TrainFact:
    """Name, some train numbers, and the demo's stations along the line in one direction."""

    name: str
    numbers: tuple[str, ...]
    stops: tuple[str, ...]


STATIONS: tuple[StationFact, ...] = (
    # Mississippi is complete.
    StationFact("BAS", "Bay St. Louis", "MS", UNKNOWN, 30.309, -89.331),
    StationFact("BIX", "Biloxi", "MS", UNKNOWN, 30.398, -88.891),
    StationFact("BRH", "Brookhaven", "MS", BUILDING, 31.583, -90.441),
    StationFact("GUF", "Gulfport", "MS", UNKNOWN, 30.369, -89.095),
    StationFact("GWD", "Greenwood", "MS", BUILDING, 33.517, -90.176),
    StationFact("HAZ", "Hazlehurst", "MS", SHELTER, 31.861, -90.394),
    StationFact("HBG", "Hattiesburg", "MS", BUILDING, 31.327, -89.286),
    StationFact("JAN", "Jackson", "MS", BUILDING, 32.301, -90.191),
    StationFact("LAU", "Laurel", "MS", BUILDING, 31.692, -89.128),
    StationFact("MCB", "McComb", "MS", BUILDING, 31.244, -90.451),
    StationFact("MEI", "Meridian", "MS", BUILDING, 32.364, -88.697),
    StationFact("MKS", "Marks", "MS", SHELTER, 34.258, -90.272),
    StationFact("PAG", "Pascagoula", "MS", UNKNOWN, 30.367, -88.560),
    StationFact("PIC", "Picayune", "MS", BUILDING, 30.525, -89.680),
    StationFact("YAZ", "Yazoo City", "MS", SHELTER, 32.848, -90.415),
    # Along the six trains, nine states more.
    StationFact("ATN", "Anniston", "AL", BUILDING, 33.649, -85.832),
    StationFact("BHM", "Birmingham", "AL", BUILDING, 33.513, -86.807),
    StationFact("MOE", "Mobile", "AL", UNKNOWN, 30.691, -88.038),
    StationFact("TCL", "Tuscaloosa", "AL", BUILDING, 33.193, -87.560),
    StationFact("FLG", "Flagstaff", "AZ", BUILDING, 35.197, -111.649),
    StationFact("MRC", "Maricopa", "AZ", BUILDING, 33.056, -112.047),
    StationFact("TUS", "Tucson", "AZ", BUILDING, 32.223, -110.967),
    StationFact("WLO", "Winslow", "AZ", SHELTER, 35.022, -110.695),
    StationFact("YUM", "Yuma", "AZ", PLATFORM, 32.723, -114.616),
    StationFact("LAX", "Los Angeles", "CA", BUILDING, 34.056, -118.237),
    StationFact("ONA", "Ontario", "CA", PLATFORM, 34.062, -117.650),
    StationFact("POS", "Pomona", "CA", PLATFORM, 34.059, -117.751),
    StationFact("PSN", "Palm Springs", "CA", SHELTER, 33.897, -116.548),
    StationFact("CDL", "Carbondale", "IL", BUILDING, 37.724, -89.217),
    StationFact("CHI", "Chicago", "IL", BUILDING, 41.879, -87.639),
    StationFact("CHM", "Champaign", "IL", BUILDING, 40.116, -88.241),
    StationFact("EFG", "Effingham", "IL", BUILDING, 39.117, -88.547),
    StationFact("HMW", "Homewood", "IL", BUILDING, 41.562, -87.669),
    StationFact("KKI", "Kankakee", "IL", BUILDING, 41.119, -87.865),
    StationFact("SPI", "Springfield", "IL", BUILDING, 39.802, -89.651),
    StationFact("HMD", "Hammond", "LA", BUILDING, 30.507, -90.462),
    StationFact("LCH", "Lake Charles", "LA", BUILDING, 30.238, -93.217),
    StationFact("LFT", "Lafayette", "LA", BUILDING, 30.227, -92.015),
    StationFact("NOL", "New Orleans", "LA", BUILDING, 29.946, -90.078),
    StationFact("KCY", "Kansas City", "MO", BUILDING, 39.085, -94.585),
    StationFact("LAP", "La Plata", "MO", BUILDING, 40.029, -92.493),
    StationFact("STL", "St. Louis", "MO", BUILDING, 38.624, -90.204),
    StationFact("ABQ", "Albuquerque", "NM", BUILDING, 35.082, -106.648),
    StationFact("GLP", "Gallup", "NM", BUILDING, 35.529, -108.741),
    StationFact("LMY", "Lamy", "NM", BUILDING, 35.481, -105.880),
    StationFact("LSV", "Las Vegas", "NM", BUILDING, 35.593, -105.213),
    StationFact("RAT", "Raton", "NM", BUILDING, 36.901, -104.438),
    StationFact("MEM", "Memphis", "TN", BUILDING, 35.132, -90.059),
    StationFact("NBN", "Newbern", "TN", BUILDING, 36.113, -89.262),
    StationFact("AUS", "Austin", "TX", BUILDING, 30.269, -97.757),
    StationFact("BMT", "Beaumont", "TX", SHELTER, 30.076, -94.127),
    StationFact("DAL", "Dallas", "TX", BUILDING, 32.776, -96.807),
    StationFact("ELP", "El Paso", "TX", BUILDING, 31.757, -106.496, "America/Denver"),
    StationFact("FTW", "Fort Worth", "TX", BUILDING, 32.753, -97.327),
    StationFact("HOS", "Houston", "TX", BUILDING, 29.767, -95.368),
    StationFact("LVW", "Longview", "TX", BUILDING, 32.494, -94.728),
    StationFact("SAS", "San Antonio", "TX", BUILDING, 29.419, -98.478),
)

TRAINS: tuple[TrainFact, ...] = (
    TrainFact(
        "City of New Orleans",
        ("58", "59"),
        (
            "CHI", "HMW", "KKI", "CHM", "EFG", "CDL", "NBN", "MEM", "MKS", "GWD", "YAZ", "JAN", "HAZ", "BRH", "MCB",
            "HMD", "NOL",
        ),
    ),
    TrainFact("Crescent", ("19", "20"), ("ATN", "BHM", "TCL", "MEI", "LAU", "HBG", "PIC", "NOL")),
    TrainFact("Mardi Gras Service", ("23", "24", "25", "26"), ("NOL", "BAS", "GUF", "BIX", "PAG", "MOE")),
    TrainFact(
        "Southwest Chief",
        ("3", "4"),
        ("CHI", "LAP", "KCY", "RAT", "LSV", "LMY", "ABQ", "GLP", "WLO", "FLG", "LAX"),
    ),
    TrainFact(
        "Sunset Limited",
        ("1", "2"),
        ("NOL", "LFT", "LCH", "BMT", "HOS", "SAS", "ELP", "TUS", "MRC", "YUM", "PSN", "ONA", "POS", "LAX"),
    ),
    TrainFact("Texas Eagle", ("21", "22"), ("CHI", "SPI", "STL", "LVW", "DAL", "FTW", "AUS", "SAS")),
)  # fmt: skip

SURVEYED: dict[str, tuple[str, ...]] = {
    "ABQ": ("restroom_women", "restroom_men", "waiting_room", "ticket_counter"),
    "BHM": ("restroom_women", "restroom_men", "restroom_family", "waiting_room"),
    "GWD": ("restroom_all", "waiting_room"),
    "HAZ": ("platform",),
    "HBG": ("restroom_women", "restroom_men", "waiting_room"),
    "JAN": ("restroom_women", "restroom_men", "restroom_family", "waiting_room", "ticket_counter"),
    "MEI": ("restroom_women", "restroom_men", "waiting_room"),
    "NOL": ("restroom_women", "restroom_men", "restroom_family", "concourse", "ticket_counter"),
    "SAS": ("restroom_women", "restroom_men", "waiting_room"),
}
"""What the demo's surveyors found, as an example: the spots of a few stations."""

PRINTED = "MEI"
"""The station whose posters the demo prints, so that a batch with real files can be looked at."""
