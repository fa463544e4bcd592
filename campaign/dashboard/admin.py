"""Admin of published weeks: no rows to edit, but reports to read."""

from django.contrib import admin
from django.urls import URLPattern, path

from campaign.dashboard import report_views as views
from campaign.scans.models import PublishedWeek
from portal.audit.admin import ReadOnlyAdmin


@admin.register(PublishedWeek)
class PublishedWeekAdmin(ReadOnlyAdmin):
    """Where a list would stand, the reports stand. A week has no page of its own: its cells are read beside others."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(views.scans), name="campaign_publishedweek_changelist"),
            path("export/", wrap(views.export), name="campaign_scans_export"),
            path("silent/", wrap(views.silent), name="campaign_scans_silent"),
            path("days/", wrap(views.days), name="campaign_scans_days"),
        ]
