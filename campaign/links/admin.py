"""Admin of printed codes: found by what stands on the paper, aimed by hand, never written."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from campaign.links import aiming, codes, views
from campaign.links.models import Link
from portal.audit.admin import ReadOnlyAdmin


class AimedFilter(admin.SimpleListFilter):
    """Codes that lead elsewhere than their area's page."""

    title = "leads to"
    parameter_name = "leads"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("area", "Its area’s page"), ("elsewhere", "Elsewhere")]

    def queryset(self, request: HttpRequest, links: QuerySet[Link]) -> QuerySet[Link]:
        match self.value():
            case "area":
                return links.filter(target="")
            case "elsewhere":
                return links.exclude(target="")
        return links


class InUseFilter(admin.SimpleListFilter):
    """Codes that were taken out of use, or not."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("use", "In use"), ("out", "Out of use")]

    def queryset(self, request: HttpRequest, links: QuerySet[Link]) -> QuerySet[Link]:
        match self.value():
            case "use":
                return links.filter(retired_at=None)
            case "out":
                return links.exclude(retired_at=None)
        return links


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    """Every code that was ever printed. Search takes one as it stands on the paper, grouped or not."""

    list_display = ["printed", "kind", "area", "language", "leads_to", "state"]
    list_filter = ["kind", AimedFilter, InUseFilter]
    search_fields = ["code"]
    search_help_text = "The code as it stands on the poster."
    show_full_result_count = False
    list_per_page = 50
    ordering = ["-id"]
    readonly_fields = ["printed", "leads_to", "state", "aim", "history"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [path("<int:pk>/aim/", wrap(views.aim), name="campaign_link_aim"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Link | None = None) -> list[str]:
        """The way to aim it, for those who may."""
        shown = ["printed", "kind", "area", "language", "leads_to", "state", "aim", "history"]
        return [field for field in shown if field != "aim" or request.user.has_perm(views.AIM)]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Link], search_term: str
    ) -> tuple[QuerySet[Link], bool]:
        """The one code that was typed; any case, O for 0. Part of a code finds nothing: a million are looked up by it."""
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(code=codes.read(search_term).code), False
        except codes.BadCode as refusal:
            self.message_user(request, str(refusal), "WARNING")
            return queryset.none(), False

    @display(description="Code", ordering="code")
    def printed(self, link: Link) -> str:
        return codes.grouped(link.code)

    @display(description="Leads to")
    def leads_to(self, link: Link) -> str:
        return aiming.describe(link.target, area=link.area)

    @display(description="State", label={"In use": "success", "Out of use": "warning"})
    def state(self, link: Link) -> str:
        return "Out of use" if link.retired_at else "In use"

    @display(description="Aim")
    def aim(self, link: Link) -> SafeString | str:
        if link.retired_at:
            return "A code that was taken out of use leads to the nation’s help page for good."
        address = reverse("admin:campaign_link_aim", args=[link.pk])
        return format_html('<a class="text-link underline" href="{}">Let it lead elsewhere</a>', address)

    @display(description="Where it led")
    def history(self, link: Link) -> SafeString | str:
        """Each change: when, who, from where to where, why."""
        return (
            format_html_join(
                "",
                "<div>{}, {}: {} → {}. {}</div>",
                (
                    (
                        f"{entry.at:%-d %b %Y}",
                        entry.actor or "the system",
                        entry.before.get("target") or "its area’s page",
                        entry.after.get("target") or "its area’s page",
                        entry.after.get("reason", ""),
                    )
                    for entry in aiming.history(link)
                ),
            )
            or "Always where its code says."
        )
