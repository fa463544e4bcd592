"""Logos of partners, and the written permissions without which none is printed.

A logo's file never changes: a permission was given for what was seen. A new drawing is a new logo.
"""

import datetime as dt
import uuid
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, Max, OuterRef, Q, When
from django.utils import timezone

from outreach.agencies.agreement_models import Agreement
from portal.audit import showing
from portal.files.models import StoredFile


class Scope(models.TextChoices):
    """What a permission allows."""

    POSTERS = "posters", "Posters that we print"
    PUBLIC = "public", "Posters that the public makes"
    EVENTS = "events", "Event pages"

    @property
    def phrase(self) -> str:
        """The label within a sentence."""
        return self.label[:1].lower() + self.label[1:]


def is_covered(on: dt.date) -> Q:
    """Of logos: no agreement on co-branding is needed of the agency, or one is in force on that day.

    It is needed once one is on record, whatever became of it, or where the agency's record says so.
    """
    theirs = Agreement.objects.co_branding().filter(agency=OuterRef("agency"))
    return Q(Exists(theirs.in_force(on))) | (Q(agency__needs_agreement=False) & ~Q(Exists(theirs)))


class LogoQuerySet(models.QuerySet["Logo"]):
    """Logos."""

    def active(self) -> "LogoQuerySet":
        """Neither the logo nor its agency is retired."""
        return self.filter(retired_at=None, agency__retired_at=None)

    def permitted(self, scope: str, on: dt.date) -> "LogoQuerySet":
        """Those that may be used for a ``Scope`` on that day."""
        return self.active().covered(on).filter(pk__in=LogoPermission.objects.valid(scope, on).values("logo"))

    def covered(self, on: dt.date) -> "LogoQuerySet":
        """Those of agencies whose agreements, if any are needed, allow co-branding on that day."""
        return self.filter(is_covered(on))

    def with_standing(self, on: dt.date) -> "LogoQuerySet":
        """Each with ``valid_until`` (last day of any permission that holds), ``ended_on`` (of any that expired), and
        ``waits``: whether one waits for a second person."""
        kept = Q(permissions__revoked_at=None, permissions__approved_at__isnull=False)
        holds = kept & Q(permissions__granted_on__lte=on, permissions__expires_on__gte=on)
        return self.annotate(
            valid_until=Max("permissions__expires_on", filter=holds),
            ended_on=Max("permissions__expires_on", filter=kept & Q(permissions__expires_on__lt=on)),
            is_covered=Case(When(is_covered(on), then=True), default=False),
            waits=Exists(LogoPermission.objects.waiting().filter(logo=OuterRef("pk"), expires_on__gte=on)),
        )


class Logo(models.Model):
    """A partner's mark: a cleaned drawing or picture, and a picture of it for our own pages."""

    class Kind(models.TextChoices):
        SVG = "image/svg+xml", "Drawing (SVG)"
        PNG = "image/png", "Picture (PNG)"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="logos")
    name = models.CharField(max_length=80, help_text="Which of its logos: “Seal”, “Wordmark, white on blue”.")
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+", editable=False)
    preview = models.ForeignKey(
        "portal.StoredFile",
        models.PROTECT,
        related_name="+",
        editable=False,
        help_text="PNG. The only form that a browser is given.",
    )
    content_type = models.CharField(max_length=13, choices=Kind.choices, editable=False)
    width = models.FloatField(editable=False, help_text="Pixels of a picture, units of a drawing.")
    height = models.FloatField(editable=False)
    alt_text = models.CharField(
        "text instead of the picture",
        max_length=160,
        help_text="What a screen reader says: “Logo of the Blue Campaign”.",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = LogoQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(retired_at=None),
                name="logo_name_once_an_agency",
                violation_error_message="This agency has a logo of that name: choose another, or retire that one.",
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="logo_has_an_extent"),
            models.CheckConstraint(
                condition=Q(content_type__in=["image/svg+xml", "image/png"]), name="logo_is_svg_or_png"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.name}"

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height

    def content(self) -> bytes:
        """The cleaned SVG (UTF-8) or PNG, as ``content_type`` says. Raises ``FileNotFoundError``."""
        return _bytes_of(self.file)

    def preview_content(self) -> bytes:
        """The PNG for our own pages. Raises ``FileNotFoundError``."""
        return _bytes_of(self.preview)

    def permission_for(self, scope: str, on: dt.date) -> "LogoPermission | None":
        """The permission that allows a ``Scope`` on that day; of several, the one that lasts longest."""
        if self.retired_at or self.agency.retired_at or self._agreement_refusal(on):
            return None
        return self.permissions.valid(scope, on).order_by("-expires_on", "pk").first()

    def refusal(self, scope: str, on: dt.date) -> str:
        """Why it may not be used for a ``Scope`` on that day, and how to mend it; empty if it may."""
        if self.permission_for(scope, on):
            return ""
        logo, what = f"The logo “{self.name}” of {self.agency}", Scope(scope).phrase
        if self.retired_at:
            return f"{logo} is retired. Choose another one."
        if self.agency.retired_at:
            return f"{logo} is out of use, since the agency is retired. Choose another one."
        if lapsed := self._agreement_refusal(on):
            return f"{logo} may not stand on {what}: {lapsed}"
        given = list(self.permissions.covering(scope).select_related("recorded_by").order_by("expires_on", "pk"))
        kept = [permission for permission in given if permission.revoked_at is None]
        if ahead := [permission for permission in kept if permission.approved_at and permission.granted_on > on]:
            return f"{logo} has no permission for {what} yet: it begins on {in_words(ahead[0].granted_on)}."
        mend = "Record a new one under Partners, Logos."
        if waiting := [
            permission for permission in kept if permission.approved_at is None and permission.expires_on >= on
        ]:
            by = f"{showing.called(waiting[0].recorded_by, reader=None, nobody='a command')} recorded it"
            return f"{logo} may not stand on {what} yet: no second person has approved its permission ({by}). Approve it under Partners, Logos."
        if kept:
            return f"{logo} may not stand on {what} on {in_words(on)}: the last day of its permission is {in_words(kept[-1].expires_on)}. {mend}"
        if given:
            last = max(permission.revoked_at for permission in given if permission.revoked_at)
            day = in_words(timezone.localdate(last))
            return f"{logo} may not stand on {what} any more: its permission was revoked on {day}. {mend}"
        return f"{logo} has no permission for {what}. Record one under Partners, Logos."

    def _agreement_refusal(self, on: dt.date) -> str:
        """What its agency's agreements lack on that day; the end of a sentence, or nothing."""
        theirs = list(Agreement.objects.co_branding().filter(agency=self.agency_id).order_by("expires_on", "pk"))
        if any(agreement.is_in_force(on) for agreement in theirs):
            return ""
        mend = "Record the one that renews it under Partners, Agreements, and have a second person approve it."
        approved = [agreement for agreement in theirs if agreement.approved_at]
        if over := [each for each in approved if each.last_day and each.last_day < on]:
            latest = max(over, key=lambda each: each.last_day or on)
            why = "was ended: it" if latest.ended_on else "expires: it"
            return f"the agreement “{latest.title}” {why} does not cover {in_words(on)}; its last day is {in_words(latest.last_day or on)}. {mend}"
        if ahead := [each.effective_on for each in approved if each.effective_on > on]:
            return f"the agreement on it begins on {in_words(min(ahead))}."
        if theirs:
            return "no second person has approved the agreement on it. Approve it under Partners, Agreements."
        if self.agency.needs_agreement:
            return "the agency asks for an agreement, and none is on record. Record one under Partners, Agreements."
        return ""


class LogoPermissionQuerySet(models.QuerySet["LogoPermission"]):
    """Permissions."""

    def covering(self, scope: str) -> "LogoPermissionQuerySet":
        """Those that name a ``Scope``. Asked place by place: SQLite cannot ask whether a list contains."""
        places = (Q(**{f"scopes__{place}": Scope(scope).value}) for place in range(len(Scope)))
        return self.filter(reduce(or_, places))

    def valid(self, scope: str, on: dt.date) -> "LogoPermissionQuerySet":
        """Those that allow a ``Scope`` on that day, the first and the last one included, and that two people saw."""
        return self.covering(scope).filter(
            approved_at__isnull=False, revoked_at=None, granted_on__lte=on, expires_on__gte=on
        )

    def waiting(self) -> "LogoPermissionQuerySet":
        """Recorded, and no second person has compared them with their paper yet."""
        return self.filter(approved_at=None, revoked_at=None)


class LogoPermission(models.Model):
    """What an agency allowed in writing, until when. Never edited: only revoked, and recorded anew.

    It counts once a second person compared it with its paper.
    """

    logo = models.ForeignKey(Logo, models.PROTECT, related_name="permissions")
    scopes = models.JSONField(default=list, help_text="Values of Scope, each once.")
    document = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, related_name="+", editable=False, help_text="The written permission."
    )
    granted_by = models.CharField(
        "given by",
        max_length=160,
        help_text="The office, not a person: “Office of Public Affairs, Department of Homeland Security”.",
    )
    granted_on = models.DateField("given on", help_text="The first day on which it holds.")
    expires_on = models.DateField("expires on", help_text="The last day on which it holds.")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Without a person: recorded before two were asked for."
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    revoked_why = models.CharField(max_length=200, blank=True, editable=False)

    objects = LogoPermissionQuerySet.as_manager()

    class Meta:
        ordering = ["logo", "-expires_on", "-pk"]
        verbose_name = "permission"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("granted_on")),
                name="logo_permission_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="logo_permission_allows_something"),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (Q(approved_at__isnull=False) & (Q(recorded_by=None) | ~Q(approved_by=F("recorded_by")))),
                name="logo_permission_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_why="")),
                name="logo_permission_revoked_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["logo", "expires_on"], name="logo_permission_end")]

    def __str__(self) -> str:
        return f"{self.logo}, {self.granted_by}"

    def clean(self) -> None:
        """Refuses scopes that are none of ours or come twice, and an end that is no end."""
        wrong = {}
        chosen = self.scopes if isinstance(self.scopes, list) else []
        if not chosen or len(set(chosen)) != len(chosen) or not set(chosen) <= set(Scope.values):
            wrong["scopes"] = "Say what the permission allows: tick one or more, each once."
        if self.granted_on and self.expires_on and self.expires_on <= self.granted_on:
            wrong["expires_on"] = "It must expire after the day on which it was given."
        if wrong:
            raise ValidationError(wrong)

    def content(self) -> bytes:
        """The written permission: PDF, PNG or JPEG. Raises ``FileNotFoundError``."""
        return _bytes_of(self.document)

    @property
    def scope_labels(self) -> list[str]:
        """What it allows, in words."""
        return [scope.label for scope in Scope if scope.value in self.scopes]

    def standing(self, on: dt.date) -> str:
        """In words, as of that day: ``Valid until 31 January 2027``."""
        if self.revoked_at:
            return f"Revoked on {in_words(timezone.localdate(self.revoked_at))}"
        if self.approved_at is None:
            return "Waits for a second person"
        if on > self.expires_on:
            return f"Expired on {in_words(self.expires_on)}"
        if on < self.granted_on:
            return f"Begins on {in_words(self.granted_on)}"
        return f"Valid until {in_words(self.expires_on)}"


def in_words(day: dt.date) -> str:
    """3 January 2027."""
    return f"{day.day} {day:%B %Y}"


def _bytes_of(stored: StoredFile) -> bytes:
    with stored.open() as file:
        return file.read()
