"""Starting the next January from this one, and moving the work over to it."""

from dataclasses import asdict

from django.db import transaction

from portal.audit import trail
from portal.people.models import User
from portal.seasons.calendar import dates
from portal.seasons.models import FocusArea, Season


class AlreadyStarted(Exception):
    """The season is there already; the text says which."""


def start_next(*, season: Season, by: User | None) -> Season:
    """Makes the January after ``season``: its theme, goals and focus areas, with deadlines of its own.

    Stations, trains, spots, links, designs, agencies and schools live across seasons and need
    no copy; placements, requests and seminars begin anew. Work stays with the old season until
    ``make_current``. Raises ``AlreadyStarted``.
    """
    with transaction.atomic():
        # The season being cloned is the lock: a second click waits here and then finds the clone.
        season = Season.objects.select_for_update().get(pk=season.pk)
        year = season.year + 1
        if Season.objects.filter(year=year).exists():
            raise AlreadyStarted(f"January {year} is there already: open it in the list of seasons.")
        clone = Season.objects.create(year=year, theme=season.theme, goals=season.goals, **asdict(dates(year)))
        FocusArea.objects.bulk_create(
            FocusArea(season=clone, area_id=focus.area_id, name=focus.name, level=focus.level)
            for focus in season.focus_areas.all()
        )
        trail.record(actor=by, verb="started", target=clone, after=trail.snapshot(clone))
    return clone


def make_current(*, season: Season, by: User | None) -> None:
    """Makes ``season`` the one that staff work on."""
    with transaction.atomic():
        for other in Season.objects.select_for_update().filter(is_current=True).exclude(pk=season.pk):
            other.is_current = False
            other.save(update_fields=["is_current"])
            trail.record(
                actor=by, verb="closed", target=other, before={"is_current": True}, after={"is_current": False}
            )
        if not season.is_current:
            season.is_current = True
            season.save(update_fields=["is_current"])
            trail.record(
                actor=by, verb="made current", target=season, before={"is_current": False}, after={"is_current": True}
            )
