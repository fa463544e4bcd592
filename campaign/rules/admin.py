"""Posting rules, prescribed notices and counties in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.places import panels
from campaign.rules import words
from campaign.rules.forms import CountyForm, NoticeForm, RuleForm
from campaign.rules.models import County, CountyStation, Notice, Rule
from campaign.rules.panels import duties_of_placement, duties_of_station, duties_of_train
from campaign.rules.retirement import bring_back, retire
from campaign.rules.verification import verify
from portal.areas.models import Area
from portal.areas.register import NATION
from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.audit.choosing import ChoosesByKey

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
                f"{done.own} left as they are: you wrote them down yourself, or some of their facts. Ask "
                "somebody who wrote none.",
                messages.WARNING,
            )

    @action(description="Retire: it asks for nothing any more", permissions=["change"])
    def retire(self, request: HttpRequest, rules: QuerySet[Rule]) -> None:
        count = retire(rows=rules, actor=actor_of(request))
        self.message_user(request, f"{count} retired.", messages.SUCCESS)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, rules: QuerySet[Rule]) -> None:
        count = bring_back(rows=rules, actor=actor_of(request))
        self.message_user(request, f"{count} brought back.", messages.SUCCESS)


@admin.register(Notice)
class NoticeAdmin(AuditedModelAdmin):
    """The state's own notices that somebody saw hanging: what a law wants that prescribes its words."""

    form = NoticeForm
    list_display = ["rule", "place", "spot_shown", "spoken", "seen_on", "hangs"]
    list_filter = [("rule", AutocompleteSelectFilter), ("retired_at", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    list_per_page = 50
    list_select_related = ["rule", "spot__station", "spot__train"]
    search_fields = ["rule__jurisdiction", "rule__citation", "spot__station__name", "spot__station__code"]
    autocomplete_fields = ["rule", "spot"]
    fields = [("rule", "spot"), ("languages", "seen_on"), ("width", "height"), ("point_size", "is_bold")]
    actions = ["taken_down"]

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """A notice that is gone was taken down."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Most are Letter, and seen today."""
        usual: dict[str, Any] = {"width": "8.5", "height": "11", "seen_on": timezone.localdate()}
        asked: dict[str, Any] = super().get_changeform_initial_data(request)
        return usual | asked

    @display(description="Station or train", ordering="spot__station__name")
    def place(self, notice: Notice) -> str:
        return str(notice.spot.station or notice.spot.train)

    @display(description="Spot", ordering="spot__kind")
    def spot_shown(self, notice: Notice) -> str:
        return str(notice.spot)

    @display(description="Languages")
    def spoken(self, notice: Notice) -> str:
        return words.languages(notice.languages)

    @display(description="Hangs", ordering="retired_at")
    def hangs(self, notice: Notice) -> str:
        return "Taken down" if notice.retired_at else "Yes"

    @action(description="It does not hang any more", permissions=["change"])
    def taken_down(self, request: HttpRequest, notices: QuerySet[Notice]) -> None:
        count = retire(rows=notices, actor=actor_of(request), verb="taken down")
        self.message_user(request, f"{count} taken down.", messages.SUCCESS)


class CountyStationInline(ChoosesByKey, TabularInline):
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


panels.STATION_PANELS.append(duties_of_station)
panels.TRAIN_PANELS.append(duties_of_train)
panels.PLACEMENT_PANELS.append(duties_of_placement)
