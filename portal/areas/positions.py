"""Positions on Earth: WGS 84, in degrees."""

from django.db import models
from django.db.models import Q


def on_earth(name: str) -> models.CheckConstraint:
    """A table's latitude and longitude: both or neither, and on Earth."""
    inside = Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180)
    return models.CheckConstraint(
        condition=inside | Q(latitude=None, longitude=None),
        name=f"{name}_on_earth",
        violation_error_message="Latitude from -90 to 90 and longitude from -180 to 180, or neither.",
    )
