"""Designs and their texts."""

from django.conf import settings
from django.db import models


class Review(models.TextChoices):
    """Where a design or a text stands. Only approved ones reach a batch."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    RETIRED = "retired", "Retired"


class Design(models.Model):
    """One version of one design; a version that was printed never changes."""

    slug = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    template = models.CharField(max_length=80, help_text="File name in posters/designs.")
    sha256 = models.CharField(max_length=64, help_text="Of the template, when it was approved.")
    sizes = models.JSONField(default=list, help_text="Names of paper sizes that it suits.")
    state = models.CharField(max_length=9, choices=Review.choices, default=Review.DRAFT)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_on = models.DateField(null=True, blank=True)
    approved_by_release = models.BooleanField(default=False, help_text="Shipped approved with the software.")

    class Meta:
        ordering = ["slug", "-version"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="design_version_once")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class TextSet(models.Model):
    """The poster texts of one language, reviewed as one. ``blocks`` maps a key to its text."""

    language = models.CharField(max_length=10, unique=True, help_text="BCP 47.")
    blocks = models.JSONField(default=dict)
    english_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the English that it translates.")
    state = models.CharField(max_length=9, choices=Review.choices, default=Review.DRAFT)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_on = models.DateField(null=True, blank=True)
    approved_by_release = models.BooleanField(default=False)

    class Meta:
        ordering = ["language"]

    def __str__(self) -> str:
        return self.language


class GalleryPoster(models.Model):
    """The poster without a place that everyone may take, in one language.

    ``fingerprint`` tells what the files were made of; they stay until better ones stand.
    """

    language = models.CharField(max_length=10, unique=True)
    link = models.OneToOneField("campaign.Link", models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    is_sample = models.BooleanField(default=False)
    document = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="PDF.")
    picture = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="PNG to download.")
    preview = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="Small PNG.")

    class Meta:
        ordering = ["language"]

    def __str__(self) -> str:
        return self.language
