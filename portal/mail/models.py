"""The log of mails: to whom, what, whether it came back. The text stands in the outbox, and goes with it."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from post_office.models import STATUS


class Mail(models.Model):
    """One mail that we made. Its ``key`` says what it tells: the same is never sent twice."""

    NOT_IN_TRAIL = frozenset({"to", "subject", "key"})

    class Bounce(models.TextChoices):
        NONE = "", "–"
        SOFT = "soft", "Later, perhaps"
        HARD = "hard", "Never arrives"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.OneToOneField("post_office.Email", models.SET_NULL, null=True, blank=True, related_name="waypost")
    to = models.EmailField()
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    about = models.CharField(max_length=60, blank=True, help_text="The row that it tells of: outreach.registration:12.")
    key = models.CharField(max_length=160, null=True, blank=True, unique=True)
    message_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce = models.CharField(max_length=4, choices=Bounce.choices, default=Bounce.NONE, blank=True)
    resend_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="resends")
    by = models.ForeignKey("portal.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = "mail"
        constraints = [
            models.CheckConstraint(
                condition=Q(bounce="", bounced_at=None) | (~Q(bounce="") & Q(bounced_at__isnull=False)),
                name="bounce_has_a_day",
            )
        ]
        indexes = [
            models.Index(fields=["about"], name="mails_about"),
            models.Index(Lower("to"), name="mails_to"),
            models.Index(fields=["message_id"], name="mails_by_message_id"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def trail_label(self) -> str:
        """Which mail, without to whom or about what day."""
        return f"{self.template} {self.pk}"

    @property
    def stands(self) -> str:
        """How far it came, in a word for staff."""
        if self.bounce:
            return "Came back" if self.bounce == self.Bounce.HARD else "Came back, perhaps only now"
        if self.email is None:
            return "Sent, text deleted"
        return {STATUS.sent: "Sent", STATUS.failed: "Could not be sent"}.get(self.email.status, "Waits")


class Enclosure(models.Model):
    """A file that goes with a mail: a row of its transaction, gone with it. A file on disk would outlive both."""

    NOT_IN_TRAIL = frozenset({"content"})

    email = models.ForeignKey("post_office.Email", models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
