"""Batches: what was asked for, the packets it makes, and every code on every page."""

import datetime as dt
import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.jobs.models import Job
from portal.seasons.models import Season


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches."""

    def in_print(self) -> "BatchQuerySet":
        """Their job is not over yet."""
        return self.filter(job__in=Job.objects.unfinished())

    def ordered_like(self, title: str, *, season: "Season", since: dt.datetime) -> "BatchQuerySet":
        """Ordered since then for the same places and languages, and not cancelled."""
        same = self.filter(title=title, season=season, created_at__gte=since)
        return same.exclude(job__state=Job.State.CANCELLED)

    def finished(self) -> "BatchQuerySet":
        """Every packet is there and every code was read back."""
        return self.filter(job__state=Job.State.DONE)

    def released(self) -> "BatchQuerySet":
        """A second person let them out: paper is made of them. Samples lead nowhere and need nobody."""
        return self.filter(released_at__isnull=False)

    def to_release(self) -> "BatchQuerySet":
        """Finished, and waiting for a second person."""
        return self.finished().filter(is_sample=False, released_at=None)


class Batch(models.Model):
    """One print run. Its state is its job's; what was asked for never changes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    design = models.ForeignKey("campaign.Design", models.PROTECT, related_name="+")
    sheet = models.ForeignKey("campaign.Sheet", models.PROTECT, related_name="+")
    has_bleed = models.BooleanField(default=False, help_text="For a print shop, which cuts it away.")
    has_marks = models.BooleanField(default=False, help_text="Crop marks outside the bleed.")
    imposed_on = models.ForeignKey(
        "campaign.Sheet",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The press sheet that takes several posters. Empty: a page each.",
    )
    texts = models.ManyToManyField("campaign.TextSet", related_name="+", help_text="The versions that it prints.")
    logo = models.ForeignKey("outreach.Logo", models.PROTECT, null=True, blank=True, related_name="+")
    job = models.OneToOneField("portal.Job", models.PROTECT, related_name="batch")
    title = models.CharField(max_length=160, help_text="What it covers: Mississippi, English and Spanish.")
    languages = models.JSONField(default=list)
    printed_address = models.CharField(max_length=200, help_text="Scheme and host on the codes.")
    is_sample = models.BooleanField(default=False, help_text="No printed address was set: the codes lead nowhere.")
    pages = models.PositiveIntegerField(default=0)
    manifest = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    packing_csv = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    report = models.JSONField(
        default=list, help_text="Of preflight: {code, outcome, sentence, where} for each finding."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    released_at = models.DateTimeField(
        null=True, editable=False, help_text="Empty: waits for a second person, and no file leaves the house."
    )
    held_why = models.CharField(
        max_length=200, blank=True, editable=False, help_text="Why its release was taken back, until the next one."
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False, held_why=""),
                name="batch_released_by_somebody",
            ),
            # An order of a command has no person behind it: then any one person releases it.
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(created_by=None) | ~Q(released_by=F("created_by")),
                name="batch_released_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def may_leave(self) -> bool:
        """Whether its files may be fetched: a second person released it, or it is a sample, which says so on each page."""
        return self.is_sample or self.released_at is not None

    @property
    def warnings(self) -> list[str]:
        """What whoever printed it was told."""
        return [said["sentence"] for said in self.report if said["outcome"] == "warn"]


class PacketQuerySet(models.QuerySet["Packet"]):
    """Packets."""

    def waiting(self) -> "PacketQuerySet":
        """Not delivered yet."""
        return self.filter(file=None)

    def delivered(self) -> "PacketQuerySet":
        """Stored, and every code read back from what was stored."""
        return self.filter(file__isnull=False)

    def failed(self) -> "PacketQuerySet":
        """Could not be made; nobody tries again until a person asks for it."""
        return self.waiting().exclude(error="")

    def to_set(self) -> "PacketQuerySet":
        """Still to be made, by whomever."""
        return self.waiting().filter(error="")

    def free(self) -> "PacketQuerySet":
        """Still to be made, and nobody sets it now: never claimed, given back, or its worker is gone."""
        return self.to_set().filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))

    def held(self) -> "PacketQuerySet":
        """A worker sets it now."""
        return self.waiting().filter(lease_until__gte=timezone.now())


class Packet(models.Model):
    """The posters of one station or one train: one file, or several where one would be too long."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="packets")
    position = models.PositiveIntegerField(help_text="Order within the batch.")
    name = models.CharField(max_length=160, help_text="The file's name in downloads and in the manifest.")
    station = models.ForeignKey("campaign.Station", models.PROTECT, null=True, blank=True, related_name="+")
    train = models.ForeignKey("campaign.Train", models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(
        "portal.Area",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Whose lines its posters carry. Empty: ordered before this was kept.",
    )
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, related_name="+", help_text="Empty until it is delivered."
    )
    recipe = models.ForeignKey(
        "portal.StoredFile",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="All that the file was made of: the same recipe gives the same bytes.",
    )
    imposed = models.ForeignKey(
        "portal.StoredFile",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The same posters, several on a press sheet; empty where the batch asks for none.",
    )
    pages = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False, help_text="Of the worker that sets it now.")
    lease_until = models.DateTimeField(null=True, editable=False)
    error = models.TextField(blank=True, help_text="Why it could not be made; empty again once somebody asks anew.")

    objects = PacketQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="packet_once_in_a_batch"),
            models.UniqueConstraint(fields=["batch", "name"], name="packet_name_once_in_a_batch"),
            models.CheckConstraint(
                condition=Q(station=None, train__isnull=False) | Q(station__isnull=False, train=None),
                name="packet_of_a_station_or_a_train",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def imposed_name(self) -> str:
        """``MS-JAN-jackson.imposed.pdf``: no packet is called so, since their names have no other dot."""
        return f"{PurePath(self.name).stem}.imposed.pdf"


class Print(models.Model):
    """One page of a packet, planned with the batch; ``decoded`` is what the delivered page's code says."""

    packet = models.ForeignKey(Packet, models.PROTECT, related_name="prints")
    page = models.PositiveSmallIntegerField(help_text="From 1.")
    placement = models.ForeignKey("campaign.Placement", models.PROTECT, related_name="prints")
    link = models.ForeignKey("campaign.Link", models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    decoded = models.CharField(max_length=200, blank=True, help_text="What the delivered page's code says.")

    class Meta:
        ordering = ["packet", "page"]
        constraints = [models.UniqueConstraint(fields=["packet", "page"], name="page_once_in_a_packet")]

    def __str__(self) -> str:
        return f"{self.packet}, page {self.page}"


class Carried(models.Model):
    """A line that the posters of a batch carry in one area, as its value was when they were ordered.

    All packets of that area carry the same, so that a row each is enough for any number of pages.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="carried")
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    channel = models.ForeignKey("outreach.Channel", models.PROTECT, related_name="+")
    value = models.CharField(max_length=200, help_text="As it is printed.")

    class Meta:
        ordering = ["batch", "area", "channel"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "area", "channel"], name="line_once_in_an_area_of_a_batch")
        ]
        indexes = [models.Index(fields=["value"], name="carried_value")]

    def __str__(self) -> str:
        return f"{self.batch}, {self.area_id}: {self.value}"


class Paper(models.Model):
    """A file that goes with the posters of a batch: the papers of some envelopes, a drop list, labels, a job ticket."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="papers")
    name = models.CharField(max_length=60, help_text="The file's name in downloads.")
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["batch", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "name"], name="paper_name_once_in_a_batch")]

    def __str__(self) -> str:
        return self.name


class RecallPaper(models.Model):
    """A file that a recall's job made: lists of what comes down, stickers that cover the old value, all of it as a zip."""

    job = models.ForeignKey("portal.Job", models.PROTECT, related_name="+")
    channel = models.ForeignKey("outreach.Channel", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, help_text="The file's name in downloads.")
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["job", "id"]
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="recall_paper_once_in_a_job")]

    def __str__(self) -> str:
        return self.name
