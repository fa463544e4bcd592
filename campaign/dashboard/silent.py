"""Stations whose posters nobody scanned, from what is published. Silence alone says nothing of a poster."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from campaign.dashboard.publishing import Tables
from campaign.places.models import Placement
from campaign.printing.models import Print
from campaign.scans.journal import DAY_ZONE
from campaign.scans.models import DailyCount, PublishedWeek
from campaign.scans.weeks import WEEK, monday_of

LEAST_WEEKS: Final = 2
"""Whole published weeks without a scan before a place is named here."""
MOST_WEEKS: Final = 8
"""Weeks that are looked at."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A station or train with posters and no scan in any of so many whole published weeks."""

    key: str
    name: str
    state: str
    posters: int
    confirmed: int
    printed_on: dt.date
    weeks: int
    scanned_nearby: int
    """Of the others in the same state: how many were scanned in the newest week."""
    others_nearby: int


def silent_stations() -> list[Silent]:
    """Places that were silent in every whole week since their posters were printed, longest first. Three queries."""
    weeks = [(week.monday, Tables.from_json(week.tables)) for week in PublishedWeek.objects.all()[:MOST_WEEKS]]
    if not weeks:
        return []
    papers = _papers()
    newest = weeks[0][1].rows
    states = {row.key: row.name for row in newest["state"]}
    stations = {row.key: row for row in newest["station"]}
    found = []
    for key, row in stations.items():
        if row.count != 0 or key not in papers:
            continue
        printed_on, posters, confirmed = papers[key]
        since = [tables for monday, tables in weeks if monday >= monday_of(printed_on) + WEEK]
        counts = [next((row.count for row in tables.rows["station"] if row.key == key), 0) for tables in since]
        if len(counts) < LEAST_WEEKS or any(count != 0 for count in counts):
            continue
        others = [other for other in stations.values() if other.part_of == row.part_of and other.key != key]
        scanned = sum(other.count != 0 for other in others)
        name = states.get(row.part_of, row.part_of)
        found.append(Silent(key, row.name, name, posters, confirmed, printed_on, len(counts), scanned, len(others)))
    return sorted(found, key=lambda silent: (-silent.weeks, silent.state, silent.name))


def silent_posters(*, today: dt.date) -> QuerySet[Placement]:
    """Posters that were printed two weeks ago or earlier and never scanned: for analysts alone."""
    before = dt.datetime.combine(today - WEEK * LEAST_WEEKS, dt.time(), tzinfo=DAY_ZONE)
    printed = Print.objects.filter(placement=OuterRef("pk"), packet__file__isnull=False)
    codes = Print.objects.filter(placement=OuterRef(OuterRef("pk"))).values("link")
    return (
        Placement.objects.active()
        .filter(is_demo=False, state__in=[Placement.State.PRINTED, Placement.State.POSTED])
        .filter(Exists(printed.filter(packet__batch__created_at__lt=before)))
        .exclude(Exists(DailyCount.objects.filter(link__in=codes, count__gt=0)))
        .select_related("spot__station__state", "spot__train")
        .order_by("spot__station__state", "spot__station__name", "spot__train__name", "pk")
    )


def _papers() -> dict[str, tuple[dt.date, int, int]]:
    """When the first posters of each station and train were printed, how many there are, how many were seen hanging."""
    rows = (
        Print.objects.filter(packet__file__isnull=False, placement__is_demo=False, placement__retired_at=None)
        .order_by()
        .values_list("placement__spot__station__uid", "placement__spot__train__uid")
        .annotate(
            first=Min("packet__batch__created_at"),
            posters=Count("placement", distinct=True),
            confirmed=Count("placement", distinct=True, filter=Q(placement__state=Placement.State.POSTED)),
        )
    )
    return {
        str(station or train): (first.astimezone(DAY_ZONE).date(), posters, confirmed)
        for station, train, first, posters, confirmed in rows
    }
