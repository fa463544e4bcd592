"""Exact counts by poster and finished day: for the analysts' group alone, and never exported."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, Sum

from campaign.dashboard.publishing import placed
from campaign.links import codes
from campaign.places.models import Placement
from campaign.scans import weeks
from campaign.scans.models import DailyCount

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Poster:
    """One code and what was counted on each day of a week, ``None`` on days that aren't over."""

    code: str
    language: str
    where: str
    counts: tuple[int | None, ...]

    @property
    def total(self) -> int:
        """Of the finished days."""
        return sum(count or 0 for count in self.counts)


@dataclass(frozen=True, slots=True)
class ExactWeek:
    """A week by day: of all codes together, and of each that was scanned, most scans first."""

    days: tuple[dt.date, ...]
    totals: tuple[int | None, ...]
    page: "Page[int]"
    posters: tuple[Poster, ...]


def exact_week(monday: dt.date, *, today: dt.date, state: str = "", page: int = 1) -> ExactWeek:
    """The finished days of a week, posters of one state where it is given; the demo is left out. Five queries."""
    days = tuple(monday + dt.timedelta(days=number) for number in range(7))
    real = Placement.objects.filter(is_demo=False)
    counted = placed(weeks.counts_of(monday).filter(day__lt=today)).order_by()
    if state:
        rows = counted.filter(of_placement__in=real.filter(spot__station__state=state).values("pk"))
    else:
        rows = counted.filter(Q(of_placement=None) | Q(of_placement__in=real.values("pk")))
    by_day = dict(rows.values_list("day").annotate(scans=Sum("count")))
    ranked = rows.values_list("link", flat=True).annotate(scans=Sum("count")).order_by("-scans", "link")
    shown = Paginator(ranked, PER_PAGE).get_page(page)
    links = list(shown.object_list)
    return ExactWeek(
        days=days,
        totals=tuple(by_day.get(day, 0) if day < today else None for day in days),
        page=shown,
        posters=tuple(_posters(links, days, today)),
    )


def _posters(links: Sequence[int], days: Sequence[dt.date], today: dt.date) -> list[Poster]:
    rows = placed(DailyCount.objects.filter(link__in=links, day__in=days)).values_list(
        "link", "link__code", "link__language", "link__kind", "of_placement", "day", "count"
    )
    found: dict[int, tuple[str, str, str, int | None]] = {}
    counts: dict[tuple[int, dt.date], int] = {}
    for link, code, language, kind, placement, day, count in rows:
        found[link] = (code, language, kind, placement)
        counts[link, day] = count
    places = Placement.objects.select_related("spot__station", "spot__train").in_bulk(
        {placement for *_, placement in found.values() if placement}
    )
    posters = []
    for link in links:
        code, language, kind, placement = found[link]
        where = str(places[placement]) if placement in places else f"No place ({kind})"
        by_day = tuple(counts.get((link, day), 0) if day < today else None for day in days)
        posters.append(Poster(codes.grouped(code), language, where, by_day))
    return posters
