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
    """Name, agency (by its place in ``AGENCIES``), kind, languages, ZIP with its centre, zone; ``week`` as weekdays
    (0 is Monday) on which the presenter is free, topics, and for how many months after January the background check
    holds: 0 means that it ends in the middle of January."""

    name: str
    agency: int
    kind: str
    languages: tuple[str, ...]
    base: str
    latitude: float
    longitude: float
    time_zone: str = "America/Chicago"
    week: tuple[int, ...] = (0, 1, 2, 3, 4)
    topics: tuple[str, ...] = ("awareness", "online")
    cleared: int = 11


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
    room: str = ""
    """The private room. With one, the request says all that must be there; parents are told of a single kind."""
    closed: tuple[int, int] | None = None
    """First and last day of January on which the school is closed or busy."""


@dataclass(frozen=True, slots=True)
class SeminarFact:
    """Title, audience, state, and when: the ``day`` of January (or days from now, where negative) and local hour.

    ``request`` and ``presenter`` are places in their lists, ``host`` that of an agency, ``booked`` the seats of each
    booking, ``offered`` and ``waiting`` those of the line; ``group`` a group's name and headcount, ``came`` how many of
    each booking came, the group last.
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
    answer: str = ""
    is_approved: bool = False
    room: str = "The counselor's room"
    summary: str = ""
    access: str = ""
    reason: str = ""
    expect: str = ""
    content_note: str = ""
    host: int | None = None
    group: tuple[str, int] | None = None
    offered: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    came: tuple[int, ...] = ()


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
    AgencyFact("Sunshine Listening Circle", "ngo", "private", ("FL",), "Advocates from the Keys to Orlando."),
    AgencyFact("First Coast Joint Desk", "task_force", "federal", ("FL", "GA"), "Federal and local work together."),
    # The second record of one agency, to be merged.
    AgencyFact("The Delta Advocates", "ngo", "private", ("MS", "AR"), ""),
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
    SchoolFact("Sand Pine High School", "high", "9-12", "Pensacola", "FL", "32501", 30.42, -87.22, 1180),
    SchoolFact("Emerald Shore Middle School", "middle", "6-8", "Fort Walton Beach", "FL", "32548", 30.42, -86.62, 540),
    SchoolFact("Apalachee Ridge High School", "high", "9-12", "Tallahassee", "FL", "32301", 30.44, -84.28, 1420),
    SchoolFact("Live Oak Street School", "combined", "K-12", "Lake City", "FL", "32055", 30.19, -82.64, 610),
    SchoolFact("St. Johns Bluff High School", "high", "9-12", "Jacksonville", "FL", "32202", 30.33, -81.66, 2010),
    SchoolFact("Citrus Avenue High School", "high", "9-12", "Orlando", "FL", "32801", 28.54, -81.38, 2340),
    SchoolFact("Ybor Lane Academy", "high", "9-12", "Tampa", "FL", "33605", 27.96, -82.44, 1660),
    SchoolFact("Little River College", "college", "", "Miami", "FL", "33132", 25.78, -80.19, 7800),
    SchoolFact("Seagrape High School", "high", "9-12", "Fort Myers", "FL", "33901", 26.64, -81.87, 1290),
    SchoolFact("Bay Front High School", "high", "9-12", "Gulfport", "MS", "39501", 30.37, -89.09, 1130),
    SchoolFact("Yalobusha High School", "high", "9-12", "Oxford", "MS", "38655", 34.37, -89.52, 870),
    SchoolFact("Tupelo Creek Middle School", "middle", "6-8", "Tupelo", "MS", "38804", 34.26, -88.70, 640),
)

PRESENTERS: tuple[PresenterFact, ...] = (
    PresenterFact("Alma Whitfield", 0, "educator", ("en", "es"), "39201", 32.30, -90.18),
    PresenterFact("Jonah Pruitt", 1, "educator", ("en",), "38930", 33.52, -90.18),
    PresenterFact("Renata Salas", 4, "educator", ("en", "es"), "70113", 29.95, -90.08),
    PresenterFact("Terence Okafor", 3, "local_police", ("en",), "39401", 31.33, -89.29),
    PresenterFact("Lucía Barela", 9, "educator", ("es", "en"), "87102", 35.08, -106.65, "America/Denver"),
    PresenterFact("Mai Tran", 11, "educator", ("en", "vi"), "90012", 34.06, -118.24, "America/Los_Angeles"),
    PresenterFact(
        "Odette Fontaine", 12, "educator", ("en", "ht", "es"), "33132", 25.78, -80.19, "America/New_York", (1, 2, 3),
        topics=("awareness", "online", "labor"),
    ),
    PresenterFact(
        "Samuel Ives", 12, "educator", ("en",), "32801", 28.54, -81.38, "America/New_York",
        topics=("awareness", "online", "staff"),
    ),
    PresenterFact(
        "Carla Mendes", 13, "federal_agent", ("en", "es"), "32202", 30.33, -81.66, "America/New_York", (0, 1, 2, 3)
    ),
    PresenterFact("Hattie Monroe", 2, "educator", ("en",), "32501", 30.42, -87.22, cleared=0),
    PresenterFact("Wes Langley", 1, "educator", ("en",), "38655", 34.37, -89.52, week=(0, 2, 4)),
)  # fmt: skip

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
    RequestFact(10, "planned", "Joyce Tyner", "Assistant principal", "9-12", 90, 19),
    RequestFact(19, "planned", "Calvin Moody", "Counselor", "9-12", 75, 17, room="Office 2"),
    RequestFact(20, "accepted", "Nell Faulk", "Counselor", "9-12", 60, 14, room="The nurse's room", closed=(4, 8)),
    RequestFact(21, "accepted", "Byron Tate", "Teacher", "6-8", 50, 13, topic="online", room="Room 9"),
    RequestFact(12, "accepted", "Adele Marsh", "Principal", "9-12", 140, 12, room="Office B", mode="either"),
    RequestFact(
        14, "accepted", "Felix Rowan", "Counselor", "9-12", 200, 11, room="Room 101",
        kinds=("educator", "federal_agent"), needs="ASL",
    ),
    RequestFact(15, "accepted", "Inés Duarte", "Counselor", "9-12", 160, 10, language="es", room="Room 12"),
    RequestFact(16, "accepted", "Thea Vance", "Teacher", "9-12", 110, 9, topic="online", room="The library office"),
    RequestFact(17, "accepted", "Luc Estimé", "Dean of students", "college", 220, 8, topic="labor", room="Suite 3"),
    RequestFact(18, "new", "Marta Quiles", "Counselor", "9-12", 95, 3, language="es", closed=(11, 15)),
    RequestFact(13, "new", "Grady Sills", "Principal", "6-12", 130, 2, mode="virtual"),
    RequestFact(11, "new", "Pia Holloway", "Counselor", "6-8", 85, 1, topic="online", needs="CART"),
)  # fmt: skip

SEMINARS: tuple[SeminarFact, ...] = (
    SeminarFact(
        "Know the signs", "students", "open", 13, 10, "MS", "Jackson", "Pearl Bluff High School", 60,
        request=0, presenter=0, answer="confirmed", is_approved=True,
    ),
    SeminarFact(
        "Know the signs", "students", "draft", 14, 9, "FL", "Pensacola", "Sand Pine High School", 90,
        request=8, presenter=9, answer="asked", is_approved=True, room="",
    ),
    SeminarFact(
        "Know the signs", "students", "draft", 20, 10, "MS", "Gulfport", "Bay Front High School", 75,
        request=9, answer="declined", is_approved=True,
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
        expect="A talk of half an hour, then questions on paper. You can sit near the door and leave when you like.",
        content_note="We speak of how adults gain a young person's trust. No pictures, no stories of single people.",
        host=0, group=("Longleaf parents' association", 24),
    ),
    SeminarFact(
        "For station and hotel staff: know the signs", "adults", "open", 12, 9, "LA", "New Orleans",
        "Union Passenger Terminal, meeting room", 12, topic="staff", presenter=2, booked=(4, 3, 2, 1),
        summary="Two hours for people who work where others travel. This one is full.",
        host=4, offered=(2,), waiting=(2, 1),
    ),
    SeminarFact(
        "Fair work: what you are owed", "community", "cancelled", 21, 17, "NM", "Albuquerque",
        "Mesa Vista High School", 50, time_zone="America/Denver", topic="labor", language="es", presenter=4,
        booked=(1, 2), reason="The hall is closed for repairs. A new date follows.",
    ),
    SeminarFact(
        "A pilot evening for teachers", "adults", "done", -10, 16, "MS", "Greenwood", "Tallahatchie Consolidated School",
        60, topic="staff", presenter=1, booked=(1, 1, 2, 1, 1, 3),
        summary="The first run of this season's training for staff.",
        host=1, group=("Tallahatchie staff", 27), came=(1, 1, 2, 0, 1, 3, 25),
    ),
)  # fmt: skip

GUESTS: tuple[str, ...] = (
    "Ana Cole", "Ben Ortiz", "Cora Lane", "Dov Ellis", "Eve Marsh", "Finn Brooks", "Gia Romero", "Hal Whitaker",
)  # fmt: skip
