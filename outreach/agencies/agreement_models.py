"""Agreements with partners: recorded by one person, approved by another, told of before they end."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.files.models import StoredFile


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements."""

    def approved(self) -> "AgreementQuerySet":
        """Those that a second person approved."""
        return self.filter(approved_at__isnull=False)

    def waiting(self) -> "AgreementQuerySet":
        """Recorded, not ended, and not approved by anybody yet."""
        return self.filter(approved_at=None, ended_on=None)

    def in_force(self, on: dt.date) -> "AgreementQuerySet":
        """Approved, begun, neither expired nor ended on that day; the first and the last day count."""
        return self.approved().filter(
            Q(expires_on=None) | Q(expires_on__gte=on),
            Q(ended_on=None) | Q(ended_on__gt=on),
            effective_on__lte=on,
        )

    def co_branding(self) -> "AgreementQuerySet":
        """Those that allow the partner's mark beside ours, in force or not."""
        return self.filter(allows_co_branding=True)


class Agreement(models.Model):
    """A signed paper between the campaign and an agency. Once approved its terms stay: it is ended, or renewed."""

    NOT_IN_TRAIL = frozenset({"ended_why"})
    TERMS = (
        "kind", "title", "reference", "signed_on", "effective_on", "expires_on", "allows_co_branding",
        "is_confidential", "renews",
    )  # fmt: skip
    """What a second person approves, beside its paper."""

    class Kind(models.TextChoices):
        MOU = "mou", "Memorandum of understanding"
        MOA = "moa", "Memorandum of agreement"
        LETTER = "letter", "Letter of intent or support"
        DATA_SHARING = "data_sharing", "Data sharing agreement"
        FUNDING = "funding", "Grant or funding agreement"
        LICENCE = "licence", "License for marks or material"
        OTHER = "other", "Something else"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=160, help_text="What it is about: “Posters in stations, January 2027”.")
    reference = models.CharField(max_length=60, blank=True, help_text="Its number at either side.")
    document = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", editable=False)
    signed_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField("effective on", help_text="The first day on which it holds.")
    expires_on = models.DateField("expires on", null=True, blank=True, help_text="The last day; empty: until ended.")
    ended_on = models.DateField(null=True, editable=False, help_text="The first day on which it holds no more.")
    ended_why = models.CharField(max_length=200, blank=True, editable=False)
    allows_co_branding = models.BooleanField(
        "allows co-branding",
        default=True,
        help_text="The agency’s mark beside ours. If it ends, nothing new carries its logos.",
    )
    is_confidential = models.BooleanField(default=True, help_text="Leaves in no export.")
    renews = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="renewed_by")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-pk"]
        indexes = [models.Index(fields=["agency", "expires_on"], name="agreement_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("effective_on")),
                name="agreement_ends_after_it_begins",
                violation_error_message="It must expire after the day on which it begins.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False, signed_on__isnull=False)
                    & ~Q(approved_by=F("recorded_by"))
                ),
                name="agreement_approved_by_a_second_person",
                violation_error_message="A second person approves it, and only once it is signed.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_why="") | (Q(ended_on__isnull=False) & ~Q(ended_why="")),
                name="agreement_ended_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(renews=None) | ~Q(renews=F("id")), name="agreement_renews_another_one"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.agency}"

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it holds, be it expired or ended; ``None`` while nobody ends it."""
        days = [self.expires_on] if self.expires_on else []
        if self.ended_on:
            days.append(self.ended_on - dt.timedelta(days=1))
        return min(days, default=None)

    def is_in_force(self, on: dt.date) -> bool:
        """The same as ``in_force``, of this one."""
        return (
            self.approved_at is not None
            and self.effective_on <= on
            and (self.expires_on is None or on <= self.expires_on)
            and (self.ended_on is None or on < self.ended_on)
        )

    def standing(self, on: dt.date) -> tuple[str, str]:
        """How it stands on that day: one of ``STANDINGS``, and words for it."""
        if self.ended_on and self.ended_on <= on:
            return "ended", f"Ended on {in_words(self.ended_on)}"
        if self.expires_on and self.expires_on < on:
            return "expired", f"Expired on {in_words(self.expires_on)}"
        if self.approved_at is None:
            return "waiting", "Waits for a second person" if self.signed_on else "Not signed yet"
        if self.effective_on > on:
            return "ahead", f"Begins on {in_words(self.effective_on)}"
        if self.expires_on is None:
            return "in force", "In force until ended"
        soon = (self.expires_on - on).days <= SOON_DAYS
        return "ending" if soon else "in force", f"In force until {in_words(self.expires_on)}"

    def content(self) -> bytes:
        """The paper: PDF, PNG or JPEG. Raises ``FileNotFoundError``."""
        document: StoredFile = self.document
        with document.open() as file:
            return file.read()


class NoticeSent(models.Model):
    """A notice that something ends went out: once for each paper, its last day and the step ahead."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, related_name="notices")
    permission = models.ForeignKey("outreach.LogoPermission", models.CASCADE, null=True, related_name="notices")
    days = models.PositiveSmallIntegerField(help_text="The step: 90, 30, 7 or 0 days ahead.")
    of_day = models.DateField(help_text="The last day at that time.")
    sent_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement=None, permission__isnull=False) | Q(agreement__isnull=False, permission=None),
                name="notice_of_one_paper",
            ),
            models.CheckConstraint(condition=Q(days__in=[0, 7, 30, 90]), name="notice_on_a_step"),
            models.UniqueConstraint(fields=["agreement", "days", "of_day"], name="notice_once_an_agreement"),
            models.UniqueConstraint(fields=["permission", "days", "of_day"], name="notice_once_a_permission"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days before {self.of_day}"


SOON_DAYS = 90
STANDINGS = {
    "in force": "success",
    "ending": "warning",
    "waiting": "info",
    "ahead": "info",
    "expired": "danger",
    "ended": "",
}


def in_words(day: dt.date) -> str:
    """3 January 2027."""
    return f"{day.day} {day:%B %Y}"
