"""Pages of the admin on scans: reports for everybody at the desk, exact days for analysts."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from campaign.dashboard import charts, reports
from campaign.dashboard.exact import exact_week
from campaign.dashboard.report_forms import ReportForm
from campaign.dashboard.reports import By, Line, Report
from campaign.dashboard.silent import LEAST_WEEKS, silent_posters, silent_stations
from campaign.places.models import Placement
from campaign.scans import journal
from campaign.scans.weeks import WEEK, last_finished, monday_of
from portal.areas.register import AREAS
from portal.audit import trail
from portal.audit.admin import actor_of

READ: Final = "campaign.view_publishedweek"
ANALYSE: Final = "campaign.analyse_scans"
MOST_SILENT: Final = 200

View = Callable[[HttpRequest], HttpResponse]


def _for(permission: str) -> Callable[[View], View]:
    """A page that is read by those who hold a permission."""

    def wrapped(view: View) -> View:
        @require_GET
        @wraps(view)
        def page(request: HttpRequest) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request)

        return page

    return wrapped


@_for(READ)
def scans(request: HttpRequest) -> HttpResponse:
    """Scans by week, state, station, design or language: a chart of one week, the weeks before it in the table."""
    form, report = _asked(request)
    lines = report.lines[: reports.MOST_LINES] if report else ()
    context = {
        **_context(request, "Scans"),
        "form": form,
        "report": report,
        **(_table(report, lines) if report else {}),
        "left_out": len(report.lines) - len(lines) if report else 0,
        "chart": _chart(report) if report else None,
        "tabs": [(by.label, _address(request, by=by.value, state=""), by == form.told_by) for by in By],
        "export": reverse("admin:campaign_scans_export") + "?" + request.GET.urlencode(),
        "has_demo": form.of_demo or Placement.objects.filter(is_demo=True).exists(),
        "demo": _address(request, demo="" if form.of_demo else "on", week="", state=""),
        "next_monday": last_finished(timezone.now()) + 2 * WEEK,
        "may_analyse": request.user.has_perm(ANALYSE),
    }
    return TemplateResponse(request, "admin/campaign/scans/report.html", context)


@_for(READ)
def export(request: HttpRequest) -> HttpResponse:
    """The same cells as a file: every line of the report, and nothing that the pages don't show."""
    form, report = _asked(request)
    if report is None:
        return HttpResponse("No week is published yet.", status=404, content_type="text/plain")
    after = {"weeks": len(report.weeks), "rows": len(report.lines)}
    trail.record(actor=actor_of(request), verb="exported", target=None, after=after, label="published weeks of scans")
    name = f"scans-by-{form.told_by.value}-{report.weeks[-1].isoformat()}{'-demo' if form.of_demo else ''}.csv"
    return HttpResponse(
        reports.as_csv(report),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@_for(READ)
def silent(request: HttpRequest) -> HttpResponse:
    """Stations that were silent for weeks, with what else than failure that can mean."""
    context = {
        **_context(request, "Silent stations"),
        "stations": silent_stations(),
        "least": LEAST_WEEKS,
        "placements": reverse("admin:campaign_placement_changelist"),
        "may_see_placements": request.user.has_perm("campaign.view_placement"),
    }
    return TemplateResponse(request, "admin/campaign/scans/silent.html", context)


@_for(ANALYSE)
def days(request: HttpRequest) -> HttpResponse:
    """Exact counts of finished days, and posters that were never scanned; for the analysts' group."""
    today = journal.today()
    newest = monday_of(today - dt.timedelta(days=1))
    form = ReportForm(request.GET, mondays=[newest - WEEK * back for back in range(52)])
    state = form.offer_states([(area.code, area.name) for area in AREAS if area.code != "US"])
    week = exact_week(form.monday or newest, today=today, state=state, page=form.cleaned_data.get("page") or 1)
    never = silent_posters(today=today)
    if state:
        never = never.filter(spot__station__state=state)
    context = {
        **_context(request, "Exact days"),
        "form": form,
        "week": week,
        "totals": [*zip(week.days, week.totals, strict=True)],
        "sum": sum(count or 0 for count in week.totals),
        "posters": [(poster, [*zip(week.days, poster.counts, strict=True)]) for poster in week.posters],
        "never": list(never[:MOST_SILENT]),
        "never_count": never.count(),
        "earlier": _address(request, page=str(week.page.number - 1)) if week.page.has_previous() else "",
        "later": _address(request, page=str(week.page.number + 1)) if week.page.has_next() else "",
    }
    return TemplateResponse(request, "admin/campaign/scans/days.html", context)


def _asked(request: HttpRequest) -> tuple[ReportForm, Report | None]:
    """What was asked for, and the report; none while no week is published."""
    of_demo = bool(request.GET.get("demo"))
    form = ReportForm(request.GET, mondays=reports.mondays(of_demo=of_demo, now=timezone.now()))
    if form.monday is None:
        return form, None
    weeks = reports.weeks_until(form.monday, by=form.told_by, of_demo=of_demo)
    state = form.offer_states(reports.states_of(weeks)) if form.told_by == By.STATION else ""
    return form, reports.report(weeks, by=form.told_by, state=state)


def _chart(report: Report) -> charts.Chart:
    when = f"week of {date_format(report.weeks[-1], 'j F Y')}"
    if report.by == By.WEEK:
        return charts.columns(report.weeks, report.total, title=f"Scans in the whole country, to the {when}")
    return charts.bars(report.lines[: reports.MOST_LINES], title=f"Scans by {report.by.label.lower()}, {when}")


def _table(report: Report, lines: Sequence[Line]) -> dict[str, Any]:
    """Each cell with its week, so that a phone can show it as a card."""
    if report.by == By.WEEK:
        return {"by_week": [*zip(lines, reversed(report.weeks), strict=True)]}
    return {
        "rows": [(line, [*zip(report.weeks, line.cells, strict=True)]) for line in lines],
        "totals": [*zip(report.weeks, report.total.cells, strict=True)],
    }


def _address(request: HttpRequest, **changes: str) -> str:
    """This page, asked for something else."""
    asked = {key: value for key, value in {**request.GET.dict(), **changes}.items() if value}
    return f"{request.path}?{urlencode(asked)}"


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title}
