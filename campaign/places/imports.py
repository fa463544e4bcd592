"""Stations as a spreadsheet: out, mended by hand, and in again."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, Widget

from campaign.places.models import Operator, Station
from portal.areas.zones import zone_at
from portal.imports.resources import PortalResource


class MomentWidget(Widget):
    """A moment as ISO 8601 to the microsecond, so that nothing is lost on the way."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> dt.datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        moment = parse_datetime(text)
        if moment is None:
            raise ValueError("Write a moment as 2027-01-11T09:30:00+00:00, or leave it empty.")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def render(self, value: object, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if isinstance(value, dt.datetime) else ""


class DegreesWidget(Widget):
    """A coordinate with all its digits, always with a point."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> float:
        try:
            return float(str(value))
        except ValueError:
            raise ValueError("Write degrees with a point, such as 32.3008.") from None

    def render(self, value: object, obj: Any = None, **kwargs: Any) -> str:
        return repr(value)


class StationResource(PortalResource):
    """A station by its operator and the feed's id.

    A description that a sheet changes counts as told by staff, whatever its column `described_by`
    says; the column speaks for stations that are new here.
    """

    operator = Field("operator", "operator", ForeignKeyWidget(Operator, "key"))
    latitude = Field("latitude", "latitude", DegreesWidget())
    longitude = Field("longitude", "longitude", DegreesWidget())
    retired_at = Field("retired_at", "retired_at", MomentWidget())

    class Meta(PortalResource.Meta):
        model = Station
        import_id_fields = ("operator", "stop_id")  # type: ignore[assignment]
        fields = (
            "operator",
            "stop_id",
            "code",
            "name",
            "address",
            "city",
            "state",
            "postal_code",
            "latitude",
            "longitude",
            "time_zone",
            "kind",
            "described_by",
            "retired_at",
        )
        export_order = fields

    def after_init_instance(self, instance: Station, new: bool, row: Any, **kwargs: Any) -> None:
        """Remember what was known before the row."""
        self._known = None if new else (description(instance), instance.described_by)

    def import_instance(self, instance: Station, row: Any, **kwargs: Any) -> None:
        """Take the row, and fill in what follows from it: whose word it is, and the time zone."""
        super().import_instance(instance, row, **kwargs)
        if self._known is not None:
            before, source = self._known
            instance.described_by = source if description(instance) == before else Station.Source.STAFF
        elif not row.get("described_by"):
            instance.described_by = Station.Source.STAFF
        if not instance.time_zone:
            instance.time_zone = zone_at(instance.latitude, instance.longitude)


def description(station: Station) -> tuple[object, ...]:
    """What a register or staff tell of a station."""
    return (station.address, station.city, station.state_id, station.postal_code, station.kind)
