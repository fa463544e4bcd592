"""Posting rules in the admin, and what they ask for on the pages of stations, trains and placements."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.places import panels
from campaign.places.models import Placement, Station, Train
from campaign.places.panels import Panel
from campaign.rules import words
from campaign.rules.compiler import Severity
from campaign.rules.duties import PlaceDuties, Standing, at_placement, at_stations, at_trains, reckoned_on, standings
from campaign.rules.facts import Stage
from campaign.rules.forms import CountyForm, RuleForm
from campaign.rules.judging import Outcome
from campaign.rules.models import County, CountyStation, Rule
from campaign.rules.verification import verify
from portal.areas.models import Area
from portal.areas.register import NATION
from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.seasons.models import Season

NO_ADVICE = (
    "What somebody read in the law, not legal advice. Below high confidence a rule warns and never blocks. A changed fact "
    "counts as unverified until a second person has read the law."
)


@admin.register(Rule)
class RuleAdmin(AuditedModelAdmin):
    """The laws that ask for posters: what each asks, how sure we are, and who verified it."""

    form = RuleForm
    list_display = [
        "jurisdiction",
        "citation",
        "obligation",
        "least",
        "spoken",
        "confidence_shown",
        "checked",
        "in_use",
    ]
    list_display_links = ["jurisdiction", "citation"]
    list_filter = [
        ("area", AutocompleteSelectFilter),
        ("confidence", ChoicesDropdownFilter),
        ("obligation", ChoicesDropdownFilter),
        ("text_mode", ChoicesDropdownFilter),
        ("verified_on", admin.EmptyFieldListFilter),
        ("retired_at", admin.EmptyFieldListFilter),
    ]
    list_filter_submit = True
    list_per_page = 50
    search_fields = ["jurisdiction", "citation", "slug", "note"]
    autocomplete_fields = ["area"]
    prepopulated_fields = {"slug": ["jurisdiction", "citation"]}
    readonly_fields = ["recorded_on", "changed_by", "verified_on", "verified_by", "retired_at"]
    actions = ["verified_today", "retire", "bring_back"]
    fieldsets = [
        (None, {"fields": [("jurisdiction", "citation"), ("area", "slug"), "obligation"], "description": NO_ADVICE}),
        ("Where it holds", {"fields": ["premises", "operator_hosts", "condition", "locations"]}),
        (
            "What must hang there",
            {
                "fields": [
                    ("min_width", "min_height"),
                    ("min_point_size", "is_bold"),
                    ("languages", "by_county"),
                    "must_say",
                    "by_eye",
                ]
            },
        ),
        ("Whose words", {"fields": ["text_mode", "obtain_from", "statutory_text"]}),
        (
            "How sure we are",
            {
                "fields": [
                    "source",
                    ("confidence", "recorded_on"),
                    "unsure",
                    ("effective_from", "effective_to"),
                    ("verified_on", "verified_by"),
                    ("changed_by", "retired_at"),
                    "note",
                ]
            },
        ),
    ]

    has_verify_permission = may("campaign.verify_rule")

    def has_delete_permission(self, request: HttpRequest, obj: Rule | None = None) -> bool:
        """A law that was repealed is retired, or ends on a day."""
        return False

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change or set(form.changed_data) & set(Rule.FACTS):
            obj.rewritten(by=actor_of(request), on=timezone.localdate())
        super().save_model(request, obj, form, change)

    @display(description="Smallest sheet")
    def least(self, rule: Rule) -> str:
        facts = rule.facts()
        sizes = [words.size(facts.min_width, facts.min_height)] if facts.min_width and facts.min_height else []
        return ", ".join([*sizes, *([f"{facts.min_point_size:g} pt"] if facts.min_point_size else [])]) or "–"

    @display(description="Languages")
    def spoken(self, rule: Rule) -> str:
        county = ", and the county's" if rule.by_county else ""
        return words.languages(rule.languages) + county or "–"

    @display(
        description="Confidence", ordering="confidence", label={"High": "success", "Medium": "warning", "Low": "danger"}
    )
    def confidence_shown(self, rule: Rule) -> str:
        return rule.get_confidence_display().partition(":")[0]

    @display(description="Verified", ordering="verified_on")
    def checked(self, rule: Rule) -> str:
        return date_format(rule.verified_on) if rule.verified_on else "Not yet"

    @display(description="In use", ordering="retired_at")
    def in_use(self, rule: Rule) -> str:
        return "Retired" if rule.retired_at else "Yes"

    @action(description="Verified today: I read the law, and it says so", permissions=["verify"])
    def verified_today(self, request: HttpRequest, rules: QuerySet[Rule]) -> None:
        by = actor_of(request)
        assert by is not None
        done = verify(rules=rules, by=by)
        if done.count:
            self.message_user(request, f"{done.count} verified today by {by}.", messages.SUCCESS)
        if done.own:
            self.message_user(
                request,
                f"{done.own} left as they are: you wrote them down yourself. Ask a second person.",
                messages.WARNING,
            )

    @action(description="Retire: it asks for nothing any more", permissions=["change"])
    def retire(self, request: HttpRequest, rules: QuerySet[Rule]) -> None:
        self._move(request, rules.filter(retired_at=None), retire=True)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, rules: QuerySet[Rule]) -> None:
        self._move(request, rules.exclude(retired_at=None), retire=False)

    def _move(self, request: HttpRequest, rules: QuerySet[Rule], *, retire: bool) -> None:
        verb = "retired" if retire else "brought back"
        with transaction.atomic():
            chosen = list(Rule.objects.select_for_update().filter(pk__in=[rule.pk for rule in rules]))
            for rule in chosen:
                before = trail.snapshot(rule)
                rule.retired_at = timezone.now() if retire else None
                rule.save(update_fields=["retired_at"])
                trail.record(actor=actor_of(request), verb=verb, target=rule, before=before, after=trail.snapshot(rule))
        self.message_user(request, f"{len(chosen)} {verb}.", messages.SUCCESS)


class CountyStationInline(TabularInline):
    """The stations that lie in a county."""

    model = CountyStation
    extra = 0
    hide_title = True
    autocomplete_fields = ["station"]
    verbose_name_plural = "stations in this county"


@admin.register(County)
class CountyAdmin(AuditedModelAdmin):
    """Counties that somebody looked up in the Voting Rights Act's list, with their stations."""

    form = CountyForm
    inlines = [CountyStationInline]
    list_display = ["name", "state", "spoken", "confidence", "source"]
    list_filter = [("state", AutocompleteSelectFilter), ("confidence", ChoicesDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["state"]
    search_fields = ["name", "state__name", "=state__code"]
    fields = [("state", "name"), "languages", ("source", "confidence")]

    def has_delete_permission(self, request: HttpRequest, obj: County | None = None) -> bool:
        """A county doesn't go away; its stations may be taken out."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "state":
            kwargs["queryset"] = Area.objects.filter(parent=NATION.code)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="Languages")
    def spoken(self, county: County) -> str:
        return words.languages(county.languages) or "None"


STATUS = {
    Outcome.SHORT: ("Falls short", "text-red-700 dark:text-red-400"),
    Outcome.UNKNOWN: ("Cannot be told yet", "text-orange-700 dark:text-orange-400"),
    Outcome.VOID: ("Nothing asked here", ""),
}
MET = {
    Stage.POSTED: "Met by what hangs",
    Stage.PRINTED: "Met once what is printed hangs",
    Stage.PLANNED: "Met once what is planned hangs",
}
GOOD = "text-green-700 dark:text-green-400"


def duties_of_station(request: HttpRequest, station: Station) -> Panel | None:
    """What a station owes, and how it stands."""
    season = _season(request)
    return _panel(at_stations([station], on=reckoned_on(season))[station.pk], season) if season else None


def duties_of_train(request: HttpRequest, train: Train) -> Panel | None:
    """What a train owes, and how it stands."""
    season = _season(request)
    return _panel(at_trains([train], on=reckoned_on(season))[train.pk], season) if season else None


def duties_of_placement(request: HttpRequest, placement: Placement) -> Panel | None:
    """What is asked of the poster at this placement, how its place stands, and what is asked elsewhere in it."""
    if _season(request) is None:
        return None
    return _panel(at_placement(placement, on=reckoned_on(placement.season)), placement.season, placement.spot_id)


def _season(request: HttpRequest) -> Season | None:
    """The current January, for those who may see rules."""
    may_see = request.user.has_perm("campaign.view_rule")
    return Season.objects.filter(is_current=True).first() if may_see else None


def _panel(found: PlaceDuties, season: Season, spot: int | None = None) -> Panel:
    """Of a whole place; of one of its spots, with how the place stands beside it."""
    shown = found if spot is None else found.at(spot)
    stand = standings({"place": found, "shown": shown}, season=season)
    whole = {each.finding.duty.rule.slug: each for each in stand["place"]}
    rules = {rule.slug: rule for rule in Rule.objects.filter(slug__in=whole)}
    slugs = [duty.rule.slug for duty in shown.duties]
    return Panel(
        "Posting rules",
        {
            "season": season,
            "place": found.place,
            "is_spot": spot is not None,
            "gaps": found.gaps,
            "elsewhere": [duty.citation for duty in found.duties if duty.rule.slug not in slugs],
            "rows": [
                _row(standing, rules[slug], whole[slug]) for slug, standing in zip(slugs, stand["shown"], strict=True)
            ],
        },
        "campaign/rules/_duties.html",
    )


def _row(standing: Standing, rule: Rule, whole: Standing) -> dict[str, object]:
    finding = standing.finding
    status, tone = _status(standing)
    return {
        "status": status,
        "tone": tone,
        "finding": finding,
        "whole": _status(whole)[0],
        "is_warning": finding.outcome is Outcome.SHORT and finding.severity is Severity.WARN,
        "rule": rule,
        "href": reverse("admin:campaign_rule_change", args=[rule.pk]),
    }


def _status(standing: Standing) -> tuple[str, str]:
    """In words, and how they are coloured."""
    stage = standing.met_at
    return (MET[stage], GOOD) if stage else STATUS[standing.finding.outcome]


panels.STATION_PANELS.append(duties_of_station)
panels.TRAIN_PANELS.append(duties_of_train)
panels.PLACEMENT_PANELS.append(duties_of_placement)
