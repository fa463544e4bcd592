"""What the outreach office keeps of the demo's agencies: contacts, agreements, Januaries, notes, tasks, a record twice;
and a partner's account, with something on each of the pages of its agency.

Rows alone: no notice and no mail is made, and the trail tells of the partner's role alone.
"""

import datetime as dt
import io
import unicodedata
from typing import Final

from django.utils import timezone
from PIL import Image, ImageDraw

from outreach.agencies import agreements, logo_rights
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Note, Participation, Task
from outreach.agencies.logos import Logo
from outreach.agencies.models import Agency, Contact, Part
from outreach.partners.models import Membership
from portal.areas.models import Area
from portal.people import granting
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import FocusArea, Season

DESK: Final = (("demo-desk", "Demo", "Desk"), ("demo-approver", "Demo", "Approver"))
"""Accounts that nobody signs in to: who typed, and who approved."""
PARTNER: Final = ("demo-partner", "Marisol", "Vane")
"""Edits the pages of the first agency. Nobody signs in to it either until a superuser opens it (docs/demo.md)."""
ACCOUNTS: Final = (*DESK, PARTNER)
FOCUS: Final = "Demo: "
"""Begins the names of the demo's focus areas: real ones come from the partners' own lists."""
FOCUS_AREAS: Final = (
    ("Gulf Coast stations", "MS", FocusArea.Level.STATE),
    ("Borderland stations", "TX", FocusArea.Level.FEDERAL),
    ("High desert stations", "NM", FocusArea.Level.FEDERAL),
    ("Great river stations", "TN", FocusArea.Level.STATE),
)
PERSONS: Final = (("Marisol Vane", "Trainings"), ("Theo Quarles", "Press"), ("Ida Brandt", "Legal"))
AGREEMENTS: Final = (
    (0, "Posters and seminars", "mou", -300, 20),
    (1, "Shared material of the year before", "licence", -500, -40),
    (3, "Joint seminars along the line", "moa", -90, 400),
    (8, "Posters at the border", "letter", -5, None),
)
"""Agency, title, kind, first and last day from today on; the last one waits for a second person."""
NOTES: Final = (
    (0, "Wants Spanish posters for the waiting room as well. Prefers calls in the morning."),
    (0, "Their board looks at new agreements on the first Tuesday of a month."),
    (1, "Has moved; the site is to follow in spring."),
    (3, "Two officers can take part on weekdays, without uniform."),
)
TASKS: Final = (
    (0, "Prepare the agreement that renews the one that ends", 6),
    (1, "Ask whether the agreement is to be renewed", -3),
    (8, "Ask for the signed letter", 10),
)
"""Agency, what, due in so many days."""


def fill(agencies: list[Agency], season: Season) -> None:
    """Fills the desk of agencies that were just made, in the order of ``people.AGENCIES``."""
    typist, approver, partner = (_account(*names) for names in ACCOUNTS)
    _contacts(agencies)
    _member(partner, agencies[0])
    _logo(agencies[0])
    _agreements(agencies, typist, approver)
    _januaries(agencies, season)
    Note.objects.bulk_create(Note(agency=agencies[place], author=typist, body=body) for place, body in NOTES)
    today = timezone.localdate()
    Task.objects.bulk_create(
        Task(agency=agencies[place], what=what, due_on=today + dt.timedelta(days=days)) for place, what, days in TASKS
    )
    FocusArea.objects.bulk_create(
        FocusArea(season=season, area=Area.objects.get(pk=code), name=f"{FOCUS}{name}", level=level)
        for name, code, level in FOCUS_AREAS
    )


def _account(username: str, first_name: str, last_name: str) -> User:
    """A closed account without a password; one that an earlier demo had to leave behind is taken again."""
    kept = User.objects.filter(username=username).first()
    return kept or User.objects.create_user(
        username=username, first_name=first_name, last_name=last_name, is_active=False
    )


def _member(user: User, agency: Agency) -> None:
    user.email = f"{user.first_name.lower()}@{_host(agency)}"
    user.save(update_fields=["email"])
    granting.grant(user=user, role=Role.PARTNER, by=None)
    Membership.objects.create(user=user, agency=agency, may=Membership.May.EDIT)


def _logo(agency: Agency) -> None:
    """One that waits for its written permission: nothing prints it, and the partner is asked for the paper."""
    logo = Logo(agency=agency, name="Flower", alt_text=f"A flower, the invented logo of {agency}", is_demo=True)
    picture, preview = logo_rights.drawn(_flower())
    logo_rights.attach(logo, picture=picture, preview=preview)
    logo.save()


def _flower() -> bytes:
    """Six petals and a heart."""
    side = 480
    mark = Image.new("RGBA", (side, side))
    petal = Image.new("RGBA", (side, side))
    ImageDraw.Draw(petal).ellipse((175, 20, 305, 240), fill=(183, 92, 132, 255))
    for turn in range(0, 360, 60):
        mark.alpha_composite(petal.rotate(turn))
    ImageDraw.Draw(mark).ellipse((185, 185, 295, 295), fill=(242, 201, 92, 255))
    file = io.BytesIO()
    mark.save(file, "PNG")
    return file.getvalue()


def _contacts(agencies: list[Agency]) -> None:
    Contact.objects.bulk_create(
        Contact(agency=agency, role="Press", email=f"press@{_host(agency)}", is_confidential=False)
        for agency in agencies
    )
    Contact.objects.bulk_create(
        Contact(agency=agency, role=role, name=name, email=f"{name.split()[0].lower()}@{_host(agency)}")
        for agency, (name, role) in zip(agencies, PERSONS, strict=False)
    )


def _agreements(agencies: list[Agency], typist: User, approver: User) -> None:
    today, now = timezone.localdate(), timezone.now()
    for place, title, kind, first, last in AGREEMENTS:
        made = Agreement(
            agency=agencies[place],
            kind=kind,
            title=title,
            reference=f"DEMO-{place:02}",
            effective_on=today + dt.timedelta(days=first),
            expires_on=None if last is None else today + dt.timedelta(days=last),
            recorded_by=typist,
        )
        made.signed_on = made.effective_on
        if last is not None:
            made.approved_by, made.approved_at = approver, now
        agreements.file_paper(made, _paper(title), "image/png")
        made.save()


def _januaries(agencies: list[Agency], season: Season) -> None:
    states = [Participation.State.AGREED, Participation.State.INVITED, Participation.State.AGREED]
    states.append(Participation.State.DECLINED)
    for place, agency in enumerate(agencies):
        agency.parts = [Part.SEMINARS, [Part.POSTERS, Part.POSTING, Part.PRESS, Part.TRANSLATION][place % 4]]
    Agency.objects.bulk_update(agencies, ["parts"])
    Participation.objects.bulk_create(
        Participation(agency=agency, season=season, state=states[place % 4], parts=agency.parts)
        for place, agency in enumerate(agencies[:10])
    )


def _paper(title: str) -> bytes:
    """A page that says what it is."""
    page = Image.new("L", (510, 660), 255)
    ImageDraw.Draw(page).multiline_text((40, 60), f"DEMO\n\n{title}\n\nNo real agreement.", fill=0, spacing=8)
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def _host(agency: Agency) -> str:
    """A host name of a domain that is nobody's."""
    plain = unicodedata.normalize("NFKD", agency.name.lower()).encode("ascii", "ignore").decode()
    return f"{'-'.join(plain.split())[:50]}.example"
