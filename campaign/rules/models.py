"""Posting laws as rows, and the languages that counties owe. Recorded facts, never legal advice."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from campaign.rules.facts import Confidence, Obligation, PosterFacts, RuleFacts, Stage, TextMode
from portal.people.models import User


class RuleQuerySet(models.QuerySet["Rule"]):
    """Rules."""

    def in_force(self, on: dt.date) -> RuleQuerySet:
        """Recorded, not given up, and in force on a day."""
        return self.filter(
            Q(effective_from=None) | Q(effective_from__lte=on),
            Q(effective_to=None) | Q(effective_to__gte=on),
            retired_at=None,
        )


class Rule(models.Model):
    """One posting law, as somebody read it on ``recorded_on``. Rules live across seasons.

    The meaning of each field is that of ``RuleFacts``. Measures are in inches and points.
    """

    slug = models.SlugField(max_length=60, unique=True, help_text="Stable name of the record.")
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=80, help_text="Whose law it is, as people call it: Illinois.")
    citation = models.CharField(max_length=160, help_text="775 ILCS 50")
    premises = models.JSONField(default=list, help_text="What the law speaks of.")
    operator_hosts = models.JSONField(
        default=list,
        blank=True,
        help_text="Only premises of these operators, by the host of their address, such as mta.info. Empty: all.",
    )
    condition = models.CharField(
        max_length=200, blank=True, help_text="On what else it hangs that this portal doesn't record, as a sentence."
    )
    locations = models.JSONField(
        default=list, blank=True, help_text="Groups that all must hold, each of alternatives of which one suffices."
    )
    min_width = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], help_text="Inches."
    )
    min_height = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], help_text="Inches."
    )
    min_point_size = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)], help_text="Points."
    )
    is_bold = models.BooleanField(default=False, help_text="The type must be bold.")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47 codes: en, es.")
    by_county = models.BooleanField(
        default=False, help_text="And the language that the Voting Rights Act names for the county."
    )
    text_mode = models.CharField(max_length=5, choices=TextMode.choices, default=TextMode.FREE)
    statutory_text = models.TextField(blank=True, help_text="The prescribed words, verbatim. Empty: not held here.")
    obtain_from = models.CharField(max_length=200, blank=True, help_text="Where the prescribed notice is had.")
    must_say = models.JSONField(default=list, blank=True, help_text="What the poster must name.")
    by_eye = models.JSONField(
        default=list, blank=True, help_text="What only a person can judge, one to a line: clearly legible."
    )
    obligation = models.CharField(max_length=9, choices=Obligation.choices, default=Obligation.SHALL)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, help_text="Where it was read.")
    confidence = models.CharField(max_length=1, choices=Confidence.choices)
    unsure = models.JSONField(
        default=list, blank=True, help_text="Facts recorded less surely than the rest: they warn, and never block."
    )
    recorded_on = models.DateField(help_text="The day on which these facts were written down.")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RuleQuerySet.as_manager()

    FACTS = (
        "area",
        "jurisdiction",
        "citation",
        "premises",
        "operator_hosts",
        "condition",
        "locations",
        "min_width",
        "min_height",
        "min_point_size",
        "is_bold",
        "languages",
        "by_county",
        "text_mode",
        "statutory_text",
        "must_say",
        "by_eye",
        "obligation",
        "effective_from",
        "effective_to",
        "source",
        "confidence",
        "unsure",
    )
    """What a second person verifies: a change of any counts as unverified."""

    class Meta:
        ordering = ["jurisdiction", "citation"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_width=None, min_height=None) | Q(min_width__isnull=False, min_height__isnull=False),
                name="rule_gives_both_measures",
                violation_error_message="Give both width and height, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(effective_from=None) | Q(effective_to=None) | Q(effective_from__lte=F("effective_to")),
                name="rule_in_force_from_before_to",
                violation_error_message="“Effective from” must not lie after “effective to”.",
            ),
            models.CheckConstraint(
                condition=Q(changed_by=None) | Q(verified_by=None) | ~Q(changed_by=F("verified_by")),
                name="rule_verified_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction}, {self.citation}"

    def rewritten(self, *, by: User | None, on: dt.date) -> None:
        """Notes who wrote these facts down on what day, without saving; nobody has verified them since."""
        self.changed_by, self.recorded_on = by, on
        self.verified_on = self.verified_by = None

    def facts(self) -> RuleFacts:
        """What the compiler is told."""
        return RuleFacts(
            slug=self.slug,
            jurisdiction=self.jurisdiction,
            area=self.area_id,
            citation=self.citation,
            premises=frozenset(self.premises),
            recorded_on=self.recorded_on,
            locations=tuple(tuple(group) for group in self.locations),
            min_width=None if self.min_width is None else float(self.min_width),
            min_height=None if self.min_height is None else float(self.min_height),
            min_point_size=None if self.min_point_size is None else float(self.min_point_size),
            is_bold=self.is_bold,
            languages=tuple(self.languages),
            by_county=self.by_county,
            text_mode=self.text_mode,
            obtain_from=self.obtain_from,
            must_say=tuple(self.must_say),
            by_eye=tuple(self.by_eye),
            operator_hosts=tuple(self.operator_hosts),
            condition=self.condition,
            obligation=self.obligation,
            confidence=self.confidence,
            unsure=frozenset(self.unsure),
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices."""

    def hanging(self) -> NoticeQuerySet:
        """Seen, and not taken down since."""
        return self.filter(retired_at=None)


class Notice(models.Model):
    """A notice in a law's own words that somebody saw hanging at a spot. It is no poster of ours, and stays across
    seasons until somebody says that it is gone. An empty measure is unknown.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="notices")
    spot = models.ForeignKey("campaign.Spot", models.PROTECT, related_name="+")
    languages = models.JSONField(default=list, help_text="BCP 47 codes: en, es.")
    width = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], help_text="Inches."
    )
    height = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], help_text="Inches."
    )
    point_size = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Points, of its smallest type.",
    )
    is_bold = models.BooleanField(null=True, blank=True, help_text="Whether its type is bold.")
    seen_on = models.DateField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["rule", "spot", "id"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.spot}"

    def facts(self) -> PosterFacts:
        """What the judge is told. Load ``rule`` with it."""
        return PosterFacts(
            spot=self.spot_id,
            width=None if self.width is None else float(self.width),
            height=None if self.height is None else float(self.height),
            point_size=None if self.point_size is None else float(self.point_size),
            is_bold=self.is_bold,
            languages=frozenset(self.languages),
            notice_of=self.rule.slug,
            stage=Stage.POSTED,
        )


class County(models.Model):
    """A county that somebody looked up: the languages that the Voting Rights Act names for it, and its stations.

    Without any language it was looked up and has none; a station without a county is one of unknown language.
    """

    state = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    languages = models.JSONField(
        default=list, blank=True, help_text="BCP 47 codes: zh-Hant, vi. Empty: looked up, and there is none."
    )
    source = models.CharField(max_length=200, help_text="Where it was read.")
    confidence = models.CharField(max_length=1, choices=Confidence.choices)

    class Meta:
        ordering = ["state", "name"]
        verbose_name_plural = "counties"
        constraints = [models.UniqueConstraint(fields=["state", "name"], name="county_once_in_a_state")]

    def __str__(self) -> str:
        return f"{self.name}, {self.state_id}"


class CountyStation(models.Model):
    """A station and the county that it lies in."""

    county = models.ForeignKey(County, models.CASCADE, related_name="stations")
    station = models.OneToOneField("campaign.Station", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["station"]

    def __str__(self) -> str:
        return f"{self.station}, {self.county}"
