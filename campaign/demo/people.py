"""Partners, schools, requests and seminars of the demo. All invented: no real school or office is spoken for.

Addresses end in ``example.org``, telephone numbers in 555-01xx, so that nothing reaches anybody.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgencyFact:
    """Name, kind, level, states, what it does."""

    name: str
    kind: str
    level: str
    areas: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class SchoolFact:
    """Name, level, grades, city, state, ZIP, position, enrolment."""

    name: str
    level: str
    grades: str
    city: str
    state: str
    postal_code: str
    latitude: float
    longitude: float
    enrolment: int


@dataclass(frozen=True, slots=True)
class PresenterFact:
    """Name, agency (by its place in ``AGENCIES``), kind, languages, ZIP with its centre, zone."""

    name: str
    agency: int
    kind: str
    languages: tuple[str, ...]
    base: str
    latitude: float
    longitude: float
    time_zone: str = "America/Chicago"


@dataclass(frozen=True, slots=True)
class RequestFact:
    """School (by its place in ``SCHOOLS``), state of the request, contact, class, wishes; ``days_ago`` it came."""

    school: int
    state: str
    contact: str
    role: str
    grades: str
    headcount: int
    days_ago: int
    topic: str = "awareness"
    mode: str = "in_person"
    kinds: tuple[str, ...] = ("educator",)
    language: str = "en"
    needs: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SeminarFact:
    """Title, audience, state, and when: the ``day`` of January (or days from now, where negative) and local hour.

    ``request`` and ``presenter`` are places in their lists, ``booked`` the seats of each booking.
    """

    title: str
    audience: str
    state: str
    day: int
    hour: int
    area: str
    city: str
    venue: str
    capacity: int
    time_zone: str = "America/Chicago"
    mode: str = "in_person"
    topic: str = "awareness"
    language: str = "en"
    request: int | None = None
    presenter: int | None = None
    booked: tuple[int, ...] = ()
    summary: str = ""
    access: str = ""
    reason: str = ""


AGENCIES: tuple[AgencyFact, ...] = (
    AgencyFact("Magnolia Safe Path", "ngo", "private", ("MS",), "Advocates and shelter in central Mississippi."),
    AgencyFact("Delta Advocates", "ngo", "private", ("MS", "TN"), "Advocates along the river."),
    AgencyFact("Gulf Coast Listening Post", "ngo", "private", ("MS", "AL", "LA"), "Drop-in centre near the coast."),
    AgencyFact("Pine Belt Task Force", "task_force", "local", ("MS",), "Police, prosecutors, service providers."),
    AgencyFact("Crescent City Legal Aid Desk", "ngo", "private", ("LA",), "Legal help for workers and survivors."),
    AgencyFact("Iron City Youth House", "ngo", "private", ("AL",), "Young people away from home."),
    AgencyFact("Bluff City Night Line", "ngo", "private", ("TN",), "Volunteers who accompany to services."),
    AgencyFact("Lone Star Worker Centre", "ngo", "private", ("TX",), "Wages and housing of workers."),
    AgencyFact("Rio Grande Task Force", "task_force", "local", ("TX", "NM"), "Joint work at the border."),
    AgencyFact("High Desert Outreach", "ngo", "private", ("NM", "AZ"), "Outreach on trains and at truck stops."),
    AgencyFact("Prairie State Educators Circle", "ngo", "private", ("IL", "MO"), "Teachers who train teachers."),
    AgencyFact("Pacific Light Survivors Network", "ngo", "private", ("CA",), "Peer support and training."),
)

SCHOOLS: tuple[SchoolFact, ...] = (
    SchoolFact("Pearl Bluff High School", "high", "9-12", "Jackson", "MS", "39201", 32.30, -90.18, 812),
    SchoolFact("Longleaf High School", "high", "9-12", "Hattiesburg", "MS", "39401", 31.33, -89.29, 1040),
    SchoolFact("Union Street Middle School", "middle", "6-8", "Meridian", "MS", "39301", 32.36, -88.70, 455),
    SchoolFact("Tallahatchie Consolidated School", "combined", "K-12", "Greenwood", "MS", "38930", 33.52, -90.18, 390),
    SchoolFact("Bayou Road High School", "high", "9-12", "New Orleans", "LA", "70113", 29.95, -90.08, 960),
    SchoolFact("Red Mountain College", "college", "", "Birmingham", "AL", "35203", 33.51, -86.81, 5200),
    SchoolFact("Mockingbird High School", "high", "9-12", "San Antonio", "TX", "78205", 29.42, -98.48, 1730),
    SchoolFact("Mesa Vista High School", "high", "9-12", "Albuquerque", "NM", "87102", 35.08, -106.65, 1210),
    SchoolFact("Illinois Prairie College", "college", "", "Champaign", "IL", "61820", 40.12, -88.24, 3400),
    SchoolFact("Harbor View Academy", "high", "9-12", "Los Angeles", "CA", "90012", 34.06, -118.24, 690),
)

PRESENTERS: tuple[PresenterFact, ...] = (
    PresenterFact("Alma Whitfield", 0, "educator", ("en", "es"), "39201", 32.30, -90.18),
    PresenterFact("Jonah Pruitt", 1, "educator", ("en",), "38930", 33.52, -90.18),
    PresenterFact("Renata Salas", 4, "educator", ("en", "es"), "70113", 29.95, -90.08),
    PresenterFact("Terence Okafor", 3, "local_police", ("en",), "39401", 31.33, -89.29),
    PresenterFact("Lucía Barela", 9, "educator", ("es", "en"), "87102", 35.08, -106.65, "America/Denver"),
    PresenterFact("Mai Tran", 11, "educator", ("en", "vi"), "90012", 34.06, -118.24, "America/Los_Angeles"),
)

REQUESTS: tuple[RequestFact, ...] = (
    RequestFact(0, "planned", "Denise Harper", "Counselor", "9-12", 60, 24),
    RequestFact(1, "new", "Marcus Bell", "Assistant principal", "9-12", 120, 9, kinds=("educator", "local_police")),
    RequestFact(2, "new", "Ivy Coleman", "Counselor", "6-8", 45, 4, topic="online", needs="ASL interpreter"),
    RequestFact(6, "new", "Rosa Treviño", "Consejera", "9-12", 80, 2, language="es", mode="either"),
    RequestFact(4, "asked", "Paul Arceneaux", "Teacher", "9-12", 30, 12, reason="Which week are your exams, please?"),
    RequestFact(7, "accepted", "Grace Begay", "Principal", "9-12", 90, 15, topic="labor"),
    RequestFact(8, "planned", "Helen Novak", "Dean of students", "college", 40, 20, mode="virtual"),
    RequestFact(
        9, "declined", "Owen Park", "Counselor", "9-12", 25, 18, reason="Your date lies outside January. Ask again?"
    ),
)

SEMINARS: tuple[SeminarFact, ...] = (
    SeminarFact(
        "Know the signs", "students", "open", 13, 10, "MS", "Jackson", "Pearl Bluff High School", 60,
        request=0, presenter=0,
    ),
    SeminarFact(
        "Know the signs", "adults", "draft", 20, 14, "IL", "Champaign", "By video", 40,
        mode="virtual", request=6,
        summary="For residence-hall staff: what to notice, what to say, whom to tell.",
    ),
    SeminarFact(
        "An evening for parents: safe online", "community", "open", 14, 18, "MS", "Hattiesburg", "Longleaf High School",
        80, topic="online", presenter=0, booked=(2, 1, 4, 2, 1),
        summary="How young people are approached online, and how to stay someone they talk to.",
        access="Step-free entrance on the east side. Sign language on request, please tell us a week ahead.",
    ),
    SeminarFact(
        "For station and hotel staff: know the signs", "adults", "open", 12, 9, "LA", "New Orleans",
        "Union Passenger Terminal, meeting room", 12, topic="staff", presenter=2, booked=(4, 3, 2, 1, 2),
        summary="Two hours for people who work where others travel. This one is full.",
    ),
    SeminarFact(
        "Fair work: what you are owed", "community", "cancelled", 21, 17, "NM", "Albuquerque",
        "Mesa Vista High School", 50, time_zone="America/Denver", topic="labor", language="es", presenter=4,
        booked=(1, 2), reason="The hall is closed for repairs. A new date follows.",
    ),
    SeminarFact(
        "A pilot evening for teachers", "adults", "done", -10, 16, "MS", "Greenwood", "Tallahatchie Consolidated School",
        30, topic="staff", presenter=1, booked=(1, 1, 2, 1, 1, 3),
        summary="The first run of this season's training for staff.",
    ),
)  # fmt: skip

GUESTS: tuple[str, ...] = (
    "Ana Cole", "Ben Ortiz", "Cora Lane", "Dov Ellis", "Eve Marsh", "Finn Brooks",
)  # fmt: skip
