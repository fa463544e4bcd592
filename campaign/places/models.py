"""Stations, trains, the spots where a poster can hang, and the placements of a season."""

import uuid

from django.db import models
from django.db.models import Q

from portal.areas.zones import american_zones
from portal.seasons.models import FocusArea, Season


class Operator(models.Model):
    """Who runs the trains. ``key`` is ``<agency_id>@<host of the agency's address>``, as in ``51@amtrak.com``."""

    key = models.CharField(max_length=120, unique=True)
    agency_id = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500, blank=True)
    help_slug = models.SlugField(max_length=40, blank=True, help_text="Its help page: near/on/amtrak/. Empty: none.")

    class Meta:
        ordering = ["name", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["help_slug"],
                condition=~Q(help_slug=""),
                name="help_page_of_one_operator",
                violation_error_message="Another operator has this address.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StationQuerySet(models.QuerySet["Station"]):
    """Stations."""

    def active(self) -> "StationQuerySet":
        """In the operator's newest feed."""
        return self.filter(retired_at=None)

    def in_united_states(self) -> "StationQuerySet":
        """In a known state, or where only the clocks tell: in a time zone of the United States."""
        return self.filter(Q(state__isnull=False) | Q(time_zone__in=american_zones()))


class Station(models.Model):
    """A place where trains stop. City, state and kind come from a register or from staff, never from a guess."""

    class Kind(models.TextChoices):
        BUILDING = "building", "Building with waiting room"
        SHELTER = "shelter", "Platform with shelter"
        PLATFORM = "platform", "Platform only"
        CURBSIDE = "curbside", "Curbside stop, no shelter"
        UNKNOWN = "unknown", "Unknown"

    class Source(models.TextChoices):
        """Who told city, state, address and kind."""

        NOBODY = "nobody", "Nobody yet"
        REGISTER = "register", "Station register"
        STAFF = "staff", "Our staff"

    DESCRIPTION = ("address", "city", "state", "postal_code", "kind")
    """The fields that a register or staff fill; what staff wrote, no import overwrites."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="stations")
    stop_id = models.CharField(max_length=120, help_text="The feed's id.")
    code = models.CharField(max_length=40, blank=True, help_text="What staff call it: JAN.")
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.ForeignKey(
        "portal.Area", models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: unknown."
    )
    postal_code = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(help_text="WGS 84, degrees.")
    longitude = models.FloatField(help_text="WGS 84, degrees.")
    time_zone = models.CharField(max_length=40, blank=True, help_text="IANA name, from the position.")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.UNKNOWN)
    described_by = models.CharField(
        max_length=8,
        choices=Source.choices,
        default=Source.NOBODY,
        help_text="Who told address, city, state and kind. What staff wrote, no import overwrites.",
    )
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["operator", "stop_id"], name="station_once_per_operator"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="station_on_this_planet",
                violation_error_message="Latitude lies within ±90, longitude within ±180 degrees.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name


class TrainQuerySet(models.QuerySet["Train"]):
    """Trains."""

    def active(self) -> "TrainQuerySet":
        """In the operator's newest feed."""
        return self.filter(retired_at=None)


class Train(models.Model):
    """A named route. Its identity is (operator, name): feeds reuse and split route ids."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="trains")
    name = models.CharField(max_length=120)
    route_type = models.PositiveSmallIntegerField(default=2, help_text="As in GTFS: 0 tram, 1 subway, 2 rail, 3 bus.")
    numbers = models.JSONField(default=list, blank=True, help_text="Train numbers as text, in order.")
    stations = models.ManyToManyField(Station, through="TrainStop", related_name="trains")
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TrainQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["operator", "name"], name="train_once_per_operator")]

    def __str__(self) -> str:
        return self.name


class TrainStop(models.Model):
    """A station that a train serves; ``order`` is that of travel in one direction."""

    train = models.ForeignKey(Train, models.CASCADE, related_name="stops")
    station = models.ForeignKey(Station, models.PROTECT, related_name="stops")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["train", "order"]
        constraints = [models.UniqueConstraint(fields=["train", "station"], name="station_once_per_train")]

    def __str__(self) -> str:
        return f"{self.train}: {self.station}"


class SpotQuerySet(models.QuerySet["Spot"]):
    """Spots."""

    def active(self) -> "SpotQuerySet":
        """Where a poster can hang; a retired spot is one that isn't there."""
        return self.filter(retired_at=None)


class Spot(models.Model):
    """One place within a station or train where a poster can hang."""

    class Kind(models.TextChoices):
        RESTROOM_WOMEN = "restroom_women", "Women's restroom"
        RESTROOM_MEN = "restroom_men", "Men's restroom"
        RESTROOM_ALL = "restroom_all", "All-gender restroom"
        RESTROOM_FAMILY = "restroom_family", "Family restroom"
        WAITING_ROOM = "waiting_room", "Waiting room"
        PLATFORM = "platform", "Platform"
        TICKET_COUNTER = "ticket_counter", "Ticket counter"
        CONCOURSE = "concourse", "Concourse"
        CAR_RESTROOM = "car_restroom", "Car restroom"
        VESTIBULE = "vestibule", "Vestibule"
        CAFE_CAR = "cafe_car", "Café car"

    TRAIN_KINDS = (Kind.CAR_RESTROOM, Kind.VESTIBULE, Kind.CAFE_CAR)

    class Survey(models.TextChoices):
        """How sure we are that the spot is there. Retired and surveyed: somebody looked, and it is not there."""

        SURVEYED = "surveyed", "Surveyed"
        ASSUMED = "assumed", "Assumed"
        UNKNOWN = "unknown", "Unknown"

    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="spots")
    train = models.ForeignKey(Train, models.PROTECT, null=True, blank=True, related_name="spots")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    label = models.CharField(max_length=60, blank=True, help_text="Tells two of a kind apart: north hall, car 2.")
    survey = models.CharField(max_length=8, choices=Survey.choices, default=Survey.UNKNOWN)
    surveyed_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SpotQuerySet.as_manager()

    class Meta:
        ordering = ["station", "train", "kind", "label"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(train__isnull=False, kind__in=["car_restroom", "vestibule", "cafe_car"])
                    | Q(train=None) & ~Q(kind__in=["car_restroom", "vestibule", "cafe_car"])
                ),
                name="spot_kind_fits_its_place",
                violation_error_message="Car restroom, vestibule and café car belong to trains, the other kinds to stations.",
            ),
            models.CheckConstraint(
                condition=Q(station=None, train__isnull=False) | Q(station__isnull=False, train=None),
                name="spot_in_a_station_or_a_train",
                violation_error_message="A spot lies either in a station or in a train.",
            ),
            models.UniqueConstraint(
                fields=["station", "kind", "label"], condition=Q(station__isnull=False), name="spot_once_in_a_station"
            ),
            models.UniqueConstraint(
                fields=["train", "kind", "label"], condition=Q(train__isnull=False), name="spot_once_in_a_train"
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display()
        return f"{kind}, {self.label}" if self.label else kind

    @property
    def is_restroom(self) -> bool:
        """Whether posters there hang inside a restroom."""
        return "restroom" in self.kind


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Placements."""

    def active(self) -> "PlacementQuerySet":
        """Planned and not retired."""
        return self.filter(retired_at=None)

    def in_season(self, season: "Season") -> "PlacementQuerySet":
        """Of one January."""
        return self.filter(season=season)

    def in_focus(self) -> "PlacementQuerySet":
        """At stations in the focus areas of their season, which come first."""
        focus = FocusArea.objects.filter(season=models.OuterRef("season"), area=models.OuterRef("spot__station__state"))
        return self.filter(models.Exists(focus))


class Placement(models.Model):
    """One poster's place in one season, whatever its language."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        PRINTED = "printed", "Printed"
        POSTED = "posted", "Confirmed as posted"

    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    spot = models.ForeignKey(Spot, models.PROTECT, related_name="placements")
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    declined = models.BooleanField(default=False, help_text="Staff decided against it: no plan brings it back.")
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["spot"]
        constraints = [models.UniqueConstraint(fields=["season", "spot"], name="spot_placed_once_a_season")]

    def __str__(self) -> str:
        return f"{self.spot.station or self.spot.train}, {self.spot}"


class PlacementLink(models.Model):
    """The link printed at a placement in one language: made once, kept through every reprint."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="links")
    language = models.CharField(max_length=10)
    link = models.OneToOneField("campaign.Link", models.PROTECT, related_name="placement_link")

    class Meta:
        ordering = ["placement", "language"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "language"], name="one_link_per_placement_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.placement}, {self.language}"
