"""Schools and colleges, from the national registers. No names of persons are kept."""

import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import models

from outreach.schools.folding import LONGEST, WordsField, words_of
from portal.areas.clocks import validate_zone
from portal.areas.positions import on_earth

SEARCHED: Final = frozenset({"name", "city", "state", "state_id", "source_id"})
"""Fields of which ``School.search`` is made."""


class SchoolQuerySet(models.QuerySet["School"]):
    """Schools. What writes past ``save`` keeps the words by which they are found."""

    def update(self, **values: Any) -> int:
        """Refuses what the words are made of, with ``TypeError``: one statement can't make them of each school's own."""
        if SEARCHED.intersection(values) and "search" not in values:
            raise TypeError(
                f"{', '.join(sorted(SEARCHED.intersection(values)))}: save each school, or use bulk_update."
            )
        return super().update(**values)

    def bulk_update(self, objs: Iterable["School"], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Writes the words too, where they are made of one of the fields."""
        schools, names = list(objs), list(fields)
        if SEARCHED.intersection(names):
            names = [*(name for name in names if name != "search"), "search"]
            for school in schools:
                school.search = school.words
        return super().bulk_update(schools, names, batch_size)

    def open(self) -> "SchoolQuerySet":
        """Not closed, not retired."""
        return self.filter(retired_at=None)


class School(models.Model):
    """A school or college. Its identity is the register's id (NCES: 12 digits as text; IPEDS UNITID)."""

    class Source(models.TextChoices):
        NCES = "nces", "NCES (school)"
        IPEDS = "ipeds", "IPEDS (college)"
        PSS = "pss", "PSS (private school)"
        STAFF = "staff", "Added by staff"

    class Level(models.TextChoices):
        ELEMENTARY = "elementary", "Elementary"
        MIDDLE = "middle", "Middle"
        HIGH = "high", "High"
        COMBINED = "combined", "Several levels"
        COLLEGE = "college", "College"
        OTHER = "other", "Other"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=5, choices=Source.choices)
    source_id = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.OTHER)
    grades = models.CharField(max_length=12, blank=True, help_text="Lowest and highest, as PK-12.")
    address = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.ForeignKey("portal.Area", models.PROTECT, null=True, blank=True, related_name="+")
    postal_code = models.CharField(max_length=10, blank=True)
    county = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True, blank=True, help_text="WGS 84, degrees.")
    longitude = models.FloatField(null=True, blank=True, help_text="WGS 84, degrees.")
    time_zone = models.CharField(
        max_length=40, blank=True, validators=[validate_zone], help_text="IANA name, from the position."
    )
    edition = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Year in which the school year of the newest file begins: an older one only fills gaps.",
    )
    search = WordsField(
        max_length=LONGEST,
        blank=True,
        editable=False,
        help_text="Name, city, state and id, folded: each word after a blank.",
    )
    enrolment = models.PositiveIntegerField(null=True, blank=True)
    website = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Closed, or gone from the register.")

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="school_once_per_register"),
            on_earth("school"),
        ]
        indexes = [
            models.Index(fields=["state", "city"], name="school_by_city"),
            models.Index(fields=["postal_code"], name="school_by_postal_code"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Writes the words too, where they are made of one of the fields."""
        if update_fields is not None:
            update_fields = {*update_fields}
            update_fields |= {"search"} if SEARCHED & update_fields else set()
        super().save(update_fields=update_fields, **options)

    @property
    def words(self) -> str:
        """By what it is found."""
        return words_of(name=self.name, city=self.city, state_id=self.state_id, source_id=self.source_id)
