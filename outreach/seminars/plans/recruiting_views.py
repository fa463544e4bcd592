"""What to ask agencies for: the presenters who would win the most, by the newest plan."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from outreach.seminars.choices import Topic
from outreach.seminars.models import PlanVersion, Presenter, Request
from outreach.seminars.plans import editing, rows, words
from outreach.seminars.plans.timetable import key_of, topic_parts
from portal.areas.register import BY_CODE
from portal.seasons.models import Season

VIEW: Final = "outreach.view_planversion"
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody to ask for: language, topics, kinds and place in words, the dates, and which schools it would serve."""

    language: str
    topics: str
    kinds: str
    where: str
    days: str
    requests: list[Request]
    points: int

    @property
    def letter(self) -> str:
        """A line for a mail to agencies: no school is named."""
        count = len(self.requests)
        return (
            f"- somebody who speaks {self.language} and gives {self.topics} ({self.kinds}), {self.where}, "
            f"on {self.days}: {count} seminar{'' if count == 1 else 's'}"
        )


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The wishes of the newest plan of the season, a text to copy, and whose background checks lapse."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    season = Season.objects.current()
    plans = PlanVersion.objects.filter(season=season).exclude(problem=None)
    plan = plans.exclude(state=PlanVersion.State.DISCARDED).order_by("-number").first()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Presenters to ask agencies for",
        "opts": PlanVersion._meta,
        "plan": plan,
        "wishes": wishes(plan) if plan else [],
        "season": season,
        "lapsing": Presenter.objects.filter(retired_at=None)
        .exclude(clearance_expires_on__gt=season.ends_on)
        .select_related("agency")
        .order_by("clearance_expires_on", "name")[:50],
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "admin/outreach/planversion/recruitment.html", context)


def wishes(plan: PlanVersion) -> list[Wish]:
    """The presenters who would win the most for a plan, the best first."""
    from outreach.seminars.scheduling import recruiting

    looked = editing.opened(plan.pk)
    found = recruiting.recruitment(looked.problem, rows.as_plan(looked.rows, looked.problem), most=MOST)
    return [_wish(one, looked) for one in found]


def _wish(one: Any, looked: editing.Opened) -> Wish:
    parts = [topic_parts(topic) for topic in one.topics]
    kinds = frozenset.intersection(*(kinds for _, _, kinds, _ in parts)) or parts[0][2]
    near = looked.names.requests.get(key_of(one.near)) if one.near else None
    place = f"{near.city}, {BY_CODE[near.area_id].name}" if near else ""
    return Wish(
        language=words.language_name(one.language),
        topics=" and ".join(f"“{Topic(about).label}”" for about in dict.fromkeys(about for about, *_ in parts)),
        kinds=words.kinds_told(kinds),
        where=f"within {one.radius_miles} miles of {place}" if place else "by video",
        days=", ".join(f"{day:%-d %B}" for day in one.days),
        requests=[
            looked.names.requests[key_of(asked)] for asked in one.requests if key_of(asked) in looked.names.requests
        ],
        points=round(one.gain),
    )
