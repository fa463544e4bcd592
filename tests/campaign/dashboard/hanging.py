"""Posters that hang and are scanned, as rows: as printing and folding leave them, without a page being set."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.links.models import Link
from campaign.places.linking import links_for
from campaign.places.models import Operator, Placement, Spot, Station, Train
from campaign.posters.models import Design, Sheet
from campaign.printing.models import Batch, Packet, Print
from campaign.scans.journal import DAY_ZONE
from campaign.scans.models import DailyCount
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.seasons.models import Season

MONDAY = dt.date(2026, 10, 5)
"""A Monday; posters of these tests are printed in the week before."""


def morning_after(monday: dt.date) -> dt.datetime:
    """The Monday morning on which that week is published."""
    return dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(7), tzinfo=DAY_ZONE)


@dataclass
class Hanging:
    """One operator's stations and what hangs there."""

    season: Season
    printed_on: dt.date = MONDAY - dt.timedelta(days=3)

    def __post_init__(self) -> None:
        self.operator, _ = Operator.objects.get_or_create(key="test@example.org", defaults={"name": "Test Rail"})
        self._pages = 0

    def station(self, name: str, state: str | None = "MS", *, is_demo: bool = False) -> Placement:
        """One poster at a new station."""
        station = Station.objects.create(
            operator=self.operator, stop_id=f"{state}-{name}", name=name, state_id=state, latitude=32, longitude=-90,
            kind="building", is_demo=is_demo,
        )  # fmt: skip
        return self._placement(Spot.objects.create(station=station, kind="waiting_room"), is_demo=is_demo)

    def train(self, name: str) -> Placement:
        """One poster on a new train."""
        train = Train.objects.create(operator=self.operator, name=name)
        return self._placement(Spot.objects.create(train=train, kind="car_restroom"))

    def print(
        self, *placements: Placement, languages: Sequence[str] = ("en",), design: str = "", on: dt.date | None = None
    ) -> list[Link]:
        """Prints each placement in each language; the links in that order."""
        designs = Design.objects.approved()
        chosen = designs.filter(slug=design)[0] if design else designs[0]
        job = Job.objects.create(kind="printing.batch", state=Job.State.DONE)
        batch = Batch.objects.create(
            season=self.season, design=chosen, sheet=Sheet.objects.get(slug="letter"), job=job, title="Test",
            printed_address="https://example.org",
        )  # fmt: skip
        moment = dt.datetime.combine(on or self.printed_on, dt.time(12), tzinfo=DAY_ZONE)
        Batch.objects.filter(pk=batch.pk).update(created_at=moment)
        links = links_for(self.season, placements, languages)
        file, _ = StoredFile.objects.get_or_create(
            sha256="0" * 64, defaults={"size": 1, "name": "packet.pdf", "content_type": "application/pdf"}
        )
        for position, placement in enumerate(placements, 1):
            spot = placement.spot
            packet = Packet.objects.create(
                batch=batch,
                position=position,
                name=f"{position}.pdf",
                station=spot.station,
                train=spot.train,
                file=file,
            )
            Print.objects.bulk_create(
                Print(
                    packet=packet, page=page, placement=placement, language=language, link=links[placement.pk, language]
                )
                for page, language in enumerate(languages, 1)
            )
        keys = [placement.pk for placement in placements]
        Placement.objects.filter(pk__in=keys).update(state=Placement.State.PRINTED)
        return [links[placement.pk, language] for placement in placements for language in languages]

    def scan(self, link: Link, count: int, *, day: dt.date = MONDAY) -> None:
        """So many scans of a code on a day."""
        row, _ = DailyCount.objects.get_or_create(link=link, day=day)
        DailyCount.objects.filter(pk=row.pk).update(count=row.count + count)

    def _placement(self, spot: Spot, *, is_demo: bool = False) -> Placement:
        return Placement.objects.create(season=self.season, spot=spot, is_demo=is_demo)
