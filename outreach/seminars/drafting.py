"""A seminar as its request describes it, before anybody gives it."""

from __future__ import annotations

from django.utils import translation

from outreach.channels.models import Channel
from outreach.seminars import conditions
from outreach.seminars.choices import Topic
from outreach.seminars.models import Request, Seminar
from portal.pages.languages import spoken


def draft_of(request: Request, *, child_line: Channel | None) -> Seminar:
    """A draft without presenter, start and way; not saved. Minors alone need the state's line."""
    with translation.override(spoken(request.language)):
        title = str(Topic(request.topic).label)
    school, position = request.school, request.position or (None, None)
    return Seminar(
        season_id=request.season_id,
        request=request,
        school=school,
        title=title,
        audience=request.audience,
        topic=request.topic,
        language=request.language,
        minutes=request.minutes,
        venue=request.school_name,
        address=school.address if school else "",
        city=request.city,
        area=request.area,
        capacity=request.headcount,
        latitude=position[0],
        longitude=position[1],
        is_demo=request.is_demo,
        **conditions.as_asked(request, child_line=child_line if request.audience.are_minors else None),
    )
