"""The form in which staff describe a school."""

from typing import Any

from django import forms

from outreach.schools.models import School
from portal.areas.zones import zone_at


class SchoolForm(forms.ModelForm):  # type: ignore[type-arg]
    """A school; where it stands tells its time zone, unless somebody wrote one in."""

    class Meta:
        model = School
        fields = (
            *("source", "source_id", "name", "level", "grades", "address", "city", "state", "postal_code", "county"),
            *("latitude", "longitude", "time_zone", "enrolment", "website", "phone", "retired_at"),
        )

    def clean(self) -> dict[str, Any]:
        """Find the zone of a position that is new."""
        cleaned = super().clean() or self.cleaned_data
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        moved = {"latitude", "longitude"}.intersection(self.changed_data)
        if latitude is None or longitude is None or not moved or "time_zone" in self.changed_data:
            return cleaned
        if abs(latitude) > 90 or abs(longitude) > 180:
            self.add_error("latitude", "Not on Earth: latitude is at most 90, longitude at most 180 degrees.")
        elif zone := zone_at(latitude, longitude):
            cleaned["time_zone"] = zone
        else:
            self.add_error("latitude", "This position lies on the open sea. Check latitude and longitude.")
        return cleaned
