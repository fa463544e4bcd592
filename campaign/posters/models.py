"""Papers, designs and texts in versions, who reviewed them, and the posters that everyone may take."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from campaign.posters.header import Header, Paper
from campaign.posters.languages import name_of
from portal.typesetting import POINTS_PER_INCH, POINTS_PER_MM


class Review(models.TextChoices):
    """Where a design or a text stands. Only approved ones reach a batch."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    RETIRED = "retired", "Retired"


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Sheets."""

    def active(self) -> SheetQuerySet:
        """Offered for new posters: neither retired nor a press sheet."""
        return self.filter(retired_at=None, is_press=False)

    def for_imposition(self) -> SheetQuerySet:
        """What several posters may be put on: press sheets, then what offices have."""
        return self.filter(retired_at=None).order_by("-is_press", "position", "name")


class Sheet(models.Model):
    """A size of paper or frame. Frames differ by operator, so sizes are data.

    ``bleed`` is what a print shop cuts away on every side, ``safe`` how far from the edge text must stay; on a sheet
    that takes several posters ``safe`` is what the press leaves white.
    """

    class Unit(models.TextChoices):
        INCH = "in", "inches"
        MILLIMETRE = "mm", "millimetres"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, help_text="Letter, Car card, Frame of the Metra concourse.")
    unit = models.CharField(max_length=2, choices=Unit.choices, default=Unit.INCH)
    width = models.DecimalField(max_digits=7, decimal_places=3)
    height = models.DecimalField(max_digits=7, decimal_places=3)
    bleed = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        default=Decimal("0.125"),
        validators=[MinValueValidator(0)],
        help_text="What a print shop cuts away on every side; ⅛ in is usual.",
    )
    safe = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        default=Decimal("0.25"),
        validators=[MinValueValidator(0)],
        help_text="How far from the edge text and code stay: what the frame's lip covers, and a little more.",
    )
    is_press = models.BooleanField(
        "press sheet",
        default=False,
        help_text="A print shop’s sheet that takes several posters and is cut. No poster has this size itself.",
    )
    position = models.PositiveSmallIntegerField(default=100, validators=[MaxValueValidator(1000)])
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="sheet_has_a_size"),
            models.CheckConstraint(condition=Q(bleed__gte=0, safe__gte=0), name="sheet_margins_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.size}"

    @property
    def size(self) -> str:
        """8.5 × 11 in."""
        return f"{self.width.normalize():f} × {self.height.normalize():f} {self.unit}"

    @property
    def paper(self) -> Paper:
        """Its measures in points."""
        scale = POINTS_PER_INCH if self.unit == self.Unit.INCH else POINTS_PER_MM
        width, height, bleed, safe = (
            round(float(length) * scale, 3) for length in (self.width, self.height, self.bleed, self.safe)
        )
        return Paper(width=width, height=height, bleed=bleed, safe=safe)


class DesignQuerySet(models.QuerySet["Design"]):
    """Designs."""

    def approved(self) -> DesignQuerySet:
        """May be printed; at most one version of each."""
        return self.filter(state=Review.APPROVED)

    def in_review(self) -> DesignQuerySet:
        """Drawn, and waiting for a second person."""
        return self.filter(state=Review.IN_REVIEW)


class Design(models.Model):
    """One version of one design. Once approved it never changes: a change is a new version.

    ``source`` and ``kit`` are Typst; with ``colours`` and the pictures they are all that its pages are made
    of, and ``sha256`` covers them.
    """

    slug = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=10, blank=True, help_text="As its header says: restroom, platform …")
    source = models.TextField(help_text="The .typ file, header included.")
    kit = models.TextField(help_text="kit.typ as it was when this version was made.")
    colours = models.JSONField(default=dict, blank=True, help_text="Slots of the header that differ from it.")
    sha256 = models.CharField(max_length=64, help_text="Of source, kit, colours and pictures.")
    state = models.CharField(max_length=9, choices=Review.choices, default=Review.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the release.",
    )
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_on = models.DateField(null=True, blank=True)
    approved_by_release = models.BooleanField(default=False, help_text="Shipped approved with the software.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DesignQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="design_version_once"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(state="approved"), name="design_has_one_approved_version"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by_release=True) | Q(approved_by__isnull=False),
                name="design_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(author=None) | Q(approved_by=None) | ~Q(author=F("approved_by")),
                name="design_author_is_not_approver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def header(self) -> Header:
        """What its source says of itself."""
        return Header.of(self.source)

    def digest(self) -> str:
        """What ``sha256`` must be. Asks for the pictures of a design that is stored."""
        stored = self.pictures.select_related("file") if self.pk else ()
        pictures = sorted((picture.slot, picture.file.sha256) for picture in stored)
        said = json.dumps([self.source, self.kit, self.colours, pictures], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


class DesignPicture(models.Model):
    """A picture that fills a slot of a design's header; cleaned before it was stored."""

    design = models.ForeignKey(Design, models.CASCADE, related_name="pictures")
    slot = models.SlugField(max_length=40)
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["design", "slot"]
        constraints = [models.UniqueConstraint(fields=["design", "slot"], name="design_picture_once_a_slot")]

    def __str__(self) -> str:
        return f"{self.slot} of {self.design}"


class TextSetQuerySet(models.QuerySet["TextSet"]):
    """Texts."""

    def approved(self) -> TextSetQuerySet:
        """Reviewed, at most one version of each language; stale ones included."""
        return self.filter(state=Review.APPROVED)

    def printable(self) -> TextSetQuerySet:
        """Reviewed, and of the English that is approved now."""
        english = self.model.objects.approved().filter(language="en").values("sha256")
        return self.approved().filter(Q(language="en") | Q(english_sha256__in=english))

    def stale(self) -> TextSetQuerySet:
        """Reviewed, but of an English that has changed since."""
        return self.approved().exclude(pk__in=self.model.objects.printable().values("pk"))

    def in_review(self) -> TextSetQuerySet:
        """Written, and waiting for a second person."""
        return self.filter(state=Review.IN_REVIEW)


class TextSet(models.Model):
    """One version of the poster texts of one language, reviewed as one. ``blocks`` maps a key to its text.

    Once approved it never changes. It is stale when the English that is approved now is not the one that it
    translates (``english_sha256``).
    """

    language = models.CharField(max_length=10, help_text="BCP 47.")
    version = models.PositiveSmallIntegerField(default=1)
    blocks = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, help_text="Of its blocks.")
    english_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the English that it translates.")
    state = models.CharField(max_length=9, choices=Review.choices, default=Review.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the release.",
    )
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_on = models.DateField(null=True, blank=True)
    reviewer = models.CharField(max_length=120, blank=True, help_text="A reviewer without an account: name and office.")
    approved_by_release = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TextSetQuerySet.as_manager()

    class Meta:
        ordering = ["language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["language", "version"], name="texts_version_once"),
            models.UniqueConstraint(
                fields=["language"], condition=Q(state="approved"), name="texts_have_one_approved_version"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by_release=True)
                | Q(reviewed_by__isnull=False)
                | ~Q(reviewer=""),
                name="texts_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(author=None) | Q(reviewed_by=None) | ~Q(author=F("reviewed_by")),
                name="texts_author_is_not_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language_name}, version {self.version}"

    @property
    def language_name(self) -> str:
        """Of its language, in English."""
        return name_of(self.language)

    @staticmethod
    def digest_of(blocks: object) -> str:
        """The hash of blocks, whatever their order."""
        return hashlib.sha256(json.dumps(blocks, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Comment(models.Model):
    """What somebody said of a version while it was looked at. Never about anybody's situation."""

    design = models.ForeignKey(Design, models.PROTECT, null=True, blank=True, related_name="comments")
    texts = models.ForeignKey(TextSet, models.PROTECT, null=True, blank=True, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed = models.CharField(max_length=120, blank=True, help_text="Who wrote it, where it was no account.")
    body = models.TextField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(design=None, texts__isnull=False) | Q(design__isnull=False, texts=None),
                name="comment_on_a_design_or_a_text",
            )
        ]

    def __str__(self) -> str:
        return self.body[:60]


class Invitation(models.Model):
    """Asks somebody without an account to review one version of a text, by a link that answers once.

    Only the hash of the link's token is kept.
    """

    class Answer(models.TextChoices):
        NONE = "none", "No answer yet"
        APPROVED = "approved", "Signed off"
        RETURNED = "returned", "Sent back"
        WITHDRAWN = "withdrawn", "Withdrawn"

    NOT_IN_TRAIL = frozenset({"email", "token_sha256"})

    texts = models.ForeignKey(TextSet, models.PROTECT, related_name="invitations")
    name = models.CharField(max_length=120, help_text="Name and office, as the record of the review shows it.")
    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.texts}: {self.name}"


class GalleryPoster(models.Model):
    """The poster without a place that everyone may take: one design on one sheet in one language.

    ``fingerprint`` tells what the files were made of; they stay until better ones stand. Its link stays the
    same through all versions of the design.
    """

    slug = models.SlugField(max_length=40, help_text="Of the design.")
    design = models.ForeignKey(Design, models.PROTECT, related_name="+", help_text="The version that was set.")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    link = models.OneToOneField("campaign.Link", models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    is_sample = models.BooleanField(default=False)
    document = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="PDF.")
    picture = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="PNG to download.")
    preview = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="Small PNG.")

    class Meta:
        ordering = ["slug", "sheet__position", "language"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "sheet", "language"], name="gallery_poster_once"),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, {self.sheet.name}, {self.language}"


class SocialPicture(models.Model):
    """A picture for posts in one shape and language, with the words beside it. See ``social_shelf``."""

    language = models.CharField(max_length=10)
    shape = models.SlugField(max_length=20, help_text="Square, portrait, wide or story.")
    fingerprint = models.CharField(max_length=64, help_text="What the files were made of.")
    picture = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="PNG to post.")
    preview = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="Small PNG.")
    words = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", help_text="Alt text and caption.")

    class Meta:
        ordering = ["language", "shape"]
        constraints = [models.UniqueConstraint(fields=["language", "shape"], name="social_picture_once")]

    def __str__(self) -> str:
        return f"{name_of(self.language)}, {self.shape}"
