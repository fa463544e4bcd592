"""What forms ask for before they can be made, by the name under which they ask."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from campaign.places.models import PlacementLink
from campaign.posters import making, writing
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, TextSet
from outreach.agencies.imports import AgencyTable
from outreach.agencies.models import Agency
from outreach.schools.registers import LAYOUTS
from outreach.seminars.models import Seminar
from portal.people.models import User
from portal.seasons.models import Season

Thing = Callable[[], Any]


def row(label: str) -> Thing:
    """The first row of a model."""

    def found() -> Model:
        first: Model | None = apps.get_model(label)._default_manager.order_by("pk").first()
        assert first is not None, f"The world has no {label}."
        return first

    return found


def a_request() -> HttpRequest:
    """As the page is asked, signed in."""
    request: HttpRequest = RequestFactory().post("/")
    request.user = User.objects.filter(is_superuser=True).order_by("pk")[0]
    request.session = SessionStore()
    return request


def students() -> Seminar:
    """A class that has been asked for."""
    return Seminar.objects.filter(audience="students").exclude(request=None).order_by("pk")[0]


THINGS: Mapping[str, Thing] = {
    "agencies": Agency.objects.active,
    "agency": row("outreach.agency"),
    "asked": row("outreach.request"),
    "booked": row("outreach.registration"),
    "booking": row("outreach.registration"),
    "by": lambda: a_request().user,
    "channel": row("outreach.channel"),
    "design": lambda: Design.objects.approved()[0],
    "effective_on": lambda: dt.date(2026, 10, 1),
    "english": lambda: writing.compared_with(TextSet.objects.get(language="es", version=1)),
    "instance": row("outreach.seminar"),
    "invitation": row("portal.accountinvitation"),
    "language": lambda: LANGUAGES["es"],
    "layouts": lambda: LAYOUTS,
    "link": row("campaign.link"),
    "mondays": lambda: [dt.date(2027, 1, 4), dt.date(2027, 1, 11)],
    "most": lambda: 30,
    "offer": lambda: making.offer(timezone.localdate()),
    "request": a_request,
    "rows": lambda: list(PlacementLink.objects.all()[:2]),
    "season": Season.objects.current,
    "seminar": students,
    "source": lambda: AgencyTable,
    "stored": row("outreach.presenter"),
    "texts": lambda: TextSet.objects.get(language="es", version=1),
    "today": timezone.localdate,
    "user": lambda: a_request().user,
    "waiting": lambda: None,
    "week": dict,
}
POSITIONAL = {
    "campaign.posters.forms.ColoursForm": ("design",),
    "portal.people.account_forms.ChangeForm": ("user",),
}
"""Forms that take something before their data."""
GIVEN = {"outreach.registration.staff_forms.MoveForm": ("instance",)}
"""Forms of a record that must exist."""
MOST_THINGS = 8


class CannotBeMade(Exception):
    """Nothing here says what the form asks for."""


def maker(kind: type[Any]) -> Callable[..., BaseForm]:
    """Makes the form from data and files. What it asks for is found by asking. Raises ``CannotBeMade``."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    before = [THINGS[each]() for each in POSITIONAL.get(name, ())]
    things = {each: THINGS[each]() for each in GIVEN.get(name, ())}
    for _ in range(MOST_THINGS):
        try:
            kind(*before, **things)
        except (TypeError, KeyError) as error:
            asked = [each for each in re.findall(r"'(\w+)'", str(error)) if each in THINGS and each not in things]
            if not asked:
                raise CannotBeMade(f"{name}: {error}. Say in THINGS where it comes from.") from error
            things |= {each: THINGS[each]() for each in asked}
        else:
            takes_files = "files" in signature(kind).parameters or "args" in signature(kind).parameters
            return lambda data, files: kind(*before, data, *([files] if takes_files else []), **things)
    raise CannotBeMade(name)
