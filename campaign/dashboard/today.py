"""The admin's first page: what needs me first, how far we are, what comes next."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from campaign.dashboard import figures, waiting
from campaign.dashboard.navigation import deeper
from campaign.dashboard.wording import change_of, counted, day, list_of
from portal.people.models import User
from portal.seasons.models import Season

MOST_ROWS = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it means and where it comes from."""

    label: str
    value: str
    note: str
    source: str
    url: str = ""


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the admin's index what the account may see of the current season."""
    today = timezone.localdate()
    season = Season.objects.filter(is_current=True).first()
    more = {"title": "Today", "today": today, "season": season, "deeper": deeper(context.get("app_list", []))}
    if season is None:
        return {**context, **more}
    dates = figures.deadlines(season, today)
    print_date = next(deadline for deadline in dates if deadline.name == "Print")
    paper = figures.placements(season)
    jobs, failed = figures.work() if request.user.has_perm("portal.view_job") else ([], 0)
    return {
        **context,
        **more,
        "rows": list(_first(waiting.rows(request.user, season, today, print_date, paper, failed))),
        "deadlines": dates,
        "print_date": print_date,
        "jobs": [(job, change_of("portal", "job", job.pk)) for job in jobs],
        "placements": paper if request.user.has_perm("campaign.view_placement") else None,
        "placements_url": list_of("campaign", "placement"),
        "figures": list(_figures(request.user, season, today)),
    }


def _first(rows: Iterator[waiting.Row]) -> Iterator[waiting.Row]:
    """The rows whose pages exist, at most seven."""
    shown = 0
    for row in rows:
        if row.url and shown < MOST_ROWS:
            shown += 1
            yield row


def _figures(user: User | AnonymousUser, season: Season, today: dt.date) -> Iterator[Figure]:
    if user.has_perm("campaign.view_publishedweek"):
        yield _scans(today)
    may_see_seminars = user.has_perm("outreach.view_seminar")
    may_see_bookings = user.has_perm("outreach.view_registration")
    if not (may_see_seminars or may_see_bookings):
        return
    seminars = figures.seminars(season)
    if may_see_seminars:
        upcoming = f"next {day(timezone.localdate(seminars.next_at))}" if seminars.next_at else "none ahead"
        yield Figure(
            "Seminars open",
            f"{seminars.open:,}",
            f"{seminars.draft:,} in draft, {seminars.done:,} done, {seminars.cancelled:,} cancelled; {upcoming}",
            f"Seminars of {season}.",
            list_of("outreach", "seminar"),
        )
    if may_see_bookings:
        bookings = figures.bookings(season)
        yield Figure(
            "Registrations",
            f"{bookings.count:,}",
            f"{counted(bookings.seats, 'seat')} booked; {seminars.seats - seminars.seats_taken:,} free at open seminars",
            "Bookings of adults that were not cancelled.",
            list_of("outreach", "registration"),
        )


def _scans(today: dt.date) -> Figure:
    """The newest published week; before the first, when it comes."""
    scans = figures.scans()
    url = list_of("campaign", "publishedweek")
    source = "Whole country, finished weeks only; small counts are not shown."
    if scans is None:
        return Figure("Scans", "–", "No week is published yet", source, url)
    before = f"; the week before {figures.shown(scans.before)}" if scans.has_before else ""
    note = f"Monday {date_format(scans.monday, 'j F')} to Sunday{before}"
    return Figure("Scans in a week", figures.shown(scans.count), note, source, url)
