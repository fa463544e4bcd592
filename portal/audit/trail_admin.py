"""The trail in the admin: read, searched, and redacted by two persons."""

from __future__ import annotations

from typing import Any, Literal

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateFilter, TextFilter
from unfold.decorators import action, display

from portal.audit import finding, redaction, showing
from portal.audit.admin import ReadOnlyAdmin, actor_of, may
from portal.audit.models import Entry, Redaction, Seal, Verification

REDACT = "portal.redact_entry"


class WhoFilter(TextFilter):
    """Part of the name of an account; ``-`` for the system and the public."""

    title = "who (a name, or - for the system)"
    parameter_name = "who"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        name = (self.value() or "").strip()
        if not name:
            return queryset
        if name == "-":
            return queryset.filter(actor=None)
        named = Q(username__icontains=name) | Q(first_name__icontains=name) | Q(last_name__icontains=name)
        # Their keys, not a join: the rows are then read along the index of accounts.
        return queryset.filter(
            actor__in=list(get_user_model()._default_manager.filter(named).values_list("pk", flat=True))
        )


class TextInsideFilter(TextFilter):
    """Words in the values before or after, or in the names of their fields."""

    title = "words before or after"
    parameter_name = "says"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        words = (self.value() or "").strip()
        if not words:
            return queryset
        return finding.with_values(queryset, words)


class RecordFilter(TextFilter):
    """One record, as ``agency 12``: its kind and key."""

    title = "record (as “agency 12”)"
    parameter_name = "record"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        kind, _, key = (self.value() or "").strip().rpartition(" ")
        if not key:
            return queryset
        return finding.of_record(queryset, kind=kind, key=key)


class ValueFilter(DropdownFilter):
    """One of the values that a field has."""

    field: Literal["verb", "object_type"]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in finding.distinct(self.field) if value]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class VerbFilter(ValueFilter):
    """What was done."""

    title, parameter_name, field = "verb", "verb", "verb"


class KindFilter(ValueFilter):
    """What it was done to."""

    title, parameter_name, field = "kind of record", "object_type", "object_type"


class EnoughPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than anybody turns pages: to count a long trail is to read it."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.MOST].count())


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The trail, newest first."""

    list_display = ["at", "who", "verb", "record", "what", "changed"]
    list_display_links = ["at"]
    list_filter = [
        ("at", RangeDateFilter),
        WhoFilter,
        ("actor__role_grants__role", ChoicesDropdownFilter),
        RecordFilter,
        TextInsideFilter,
        VerbFilter,
        KindFilter,
    ]
    paginator = EnoughPaginator
    list_filter_submit = True
    list_select_related = ["actor"]
    search_fields = ["object_label", "object_id", "object_type", "verb", "actor__username", "actor__last_name"]
    show_full_result_count = False
    fields = [("at", "who"), ("verb", "what"), "record", "differences", "chain"]
    readonly_fields = ["who", "what", "record", "differences", "chain"]
    actions_detail = ["redact"]

    _may_redact = may(REDACT)

    def has_redact_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may redact, of an entry that still says something."""
        return self._may_redact(request) and (
            object_id is None
            or (object_id.isdecimal() and Entry.objects.filter(pk=object_id, redacted_at=None).exists())
        )

    @display(description="Who", ordering="actor")
    def who(self, entry: Entry) -> str:
        return showing.who(entry)

    @display(description="Record", ordering="object_label")
    def record(self, entry: Entry) -> str:
        return "(redacted)" if entry.redacted_at else entry.object_label or "–"

    @display(description="Kind", ordering="object_type")
    def what(self, entry: Entry) -> str:
        name = entry.object_type.partition(".")[2] or "–"
        return f"{name} {entry.object_id}".strip()

    @display(description="Fields")
    def changed(self, entry: Entry) -> str:
        names = showing.field_names(entry)
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "") if names else "–"

    @display(description="Before → after")
    def differences(self, entry: Entry) -> SafeString | str:
        return showing.differences(entry)

    @display(description="Chain")
    def chain(self, entry: Entry) -> str:
        link = getattr(entry, "link", None)
        return f"Link {link.number}, {link.digest[:16]}…" if link else "Waits for its link (some seconds)"

    @action(description="Redact…", url_path="redact", permissions=["redact"])
    def redact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks a second person to empty the entry."""
        entry = get_object_or_404(Entry, pk=object_id)
        back = reverse("admin:portal_entry_change", args=[entry.pk])
        by = actor_of(request)
        if request.method == "POST" and by:
            try:
                redaction.ask(entry_id=entry.pk, reason=request.POST.get("reason", ""), by=by)
            except redaction.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return redirect(request.path)
            self.message_user(request, "A second person must agree: it waits under Redactions.", messages.SUCCESS)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Redact {entry.trail_label.lower()}",
            "says": f"{entry.verb}: {self.record(entry)}",
            "differences": self.differences(entry),
            "back": back,
        }
        return TemplateResponse(request, "admin/portal/redact_entry.html", context)


WHOM_IT_SPEAKS_OF = "Whom it speaks of"


@admin.register(Redaction)
class RedactionAdmin(ReadOnlyAdmin):
    """Wishes to empty an entry; whoever asked cannot agree."""

    list_display = ["asked_at", "entry_key", "reason", "who_asked", "state", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["asked_by", "decided_by"]
    fields = ["entry", "reason", ("who_asked", "asked_at"), "state", ("decided_by", "decided_at")]
    readonly_fields = ["who_asked"]
    actions_detail = ["approve", "refuse"]

    _may_redact = may(REDACT)

    def has_decide_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may redact, of a wish that waits."""
        return self._may_redact(request) and (
            object_id is None
            or (object_id.isdecimal() and Redaction.objects.filter(pk=object_id, state=Redaction.State.ASKED).exists())
        )

    def has_agree_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """The same, but whoever asked cannot agree."""
        return self.has_decide_permission(request, object_id) and (
            object_id is None or Redaction.objects.filter(pk=object_id).exclude(asked_by=actor_of(request)).exists()
        )

    @display(description="Asked by", ordering="asked_by")
    def who_asked(self, asked: Redaction) -> str:
        return str(asked.asked_by or WHOM_IT_SPEAKS_OF)

    @display(description="Entry", ordering="entry")
    def entry_key(self, asked: Redaction) -> str:
        return f"Entry {asked.entry_id}"

    @action(description="Agree and redact…", url_path="approve", permissions=["agree"])
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._decide(request, object_id, agree=True)

    @action(description="Refuse…", url_path="refuse", permissions=["decide"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._decide(request, object_id, agree=False)

    def _decide(self, request: HttpRequest, object_id: str, *, agree: bool) -> HttpResponse:
        asked = get_object_or_404(Redaction, pk=object_id)
        back = reverse("admin:portal_redaction_change", args=[asked.pk])
        by = actor_of(request)
        if request.method == "POST" and by:
            try:
                if agree:
                    redaction.approve(redaction_id=asked.pk, by=by)
                else:
                    redaction.refuse(redaction_id=asked.pk, by=by)
            except redaction.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                told = "The entry says nothing any more; the chain stands." if agree else "The entry stays as it is."
                self.message_user(request, told, messages.SUCCESS)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{'Redact' if agree else 'Leave'} entry {asked.entry_id}",
            "says": f"{asked.asked_by or WHOM_IT_SPEAKS_OF} asked: {asked.reason}",
            "entry": reverse("admin:portal_entry_change", args=[asked.entry_id]),
            "agree": agree,
            "decides": True,
            "back": back,
        }
        return TemplateResponse(request, "admin/portal/redact_entry.html", context)


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """The chain's newest link at the end of each day, as it is told outside the database."""

    list_display = ["day", "number", "entries", "digest"]
    date_hierarchy = "day"


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    """What each night's walk along the chain found."""

    list_display = ["at", "links", "verdict"]
    fields = ["at", "links", "verdict", "places"]
    readonly_fields = ["verdict", "places"]

    @display(description="Verdict", label={"Whole": "success", "Tampered with": "danger"})
    def verdict(self, night: Verification) -> str:
        return "Tampered with" if night.broken else "Whole"

    @display(description="Places")
    def places(self, night: Verification) -> SafeString | str:
        rest = night.broken - len(night.findings)
        told = [*night.findings, *([f"… and {rest:,} more: run manage.py verify_audit."] if rest > 0 else [])]
        return format_html_join("", "<div>{}</div>", ((each,) for each in told)) or "–"
