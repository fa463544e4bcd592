"""What staff do after an event: its report, certificates for those who came, and one that must be withdrawn."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.attendance import certificate_paper, certificates, report, report_paper
from outreach.attendance.models import Certificate
from outreach.attendance.ticket_views import pdf
from outreach.seminars import event_pages
from outreach.seminars.event_pages import EventPage
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from outreach.seminars.step_admin import signed_in
from portal.audit import trail
from portal.audit.admin import ReadOnlyAdmin, actor_of, may
from portal.typesetting import MAX_PAGES, TypesettingError

LANGUAGES = {"en": "English", "es": "Español"}


def has_begun(seminar: Seminar) -> bool:
    """Before, there is nothing to report."""
    return seminar.state != Seminar.State.DRAFT and seminar.has_begun


def gives_certificates(seminar: Seminar) -> bool:
    """Adults of an event that is over."""
    return not seminar.is_unlisted and seminar.state != Seminar.State.CANCELLED and seminar.ends_at <= timezone.now()


def report_page(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """The report on the screen, as on paper; its buttons bring the PDF."""
    language = request.GET.get("pdf", "")
    if language in LANGUAGES:
        content = report_paper.paper(seminar, language=language)
        label = f"Seminar {seminar.pk}: report ({language})"
        trail.record(actor=actor_of(request), verb="downloaded", target=seminar, label=label)
        return pdf(content, f"report {seminar.short_day} {language}")
    context = {
        **page.admin_site.each_context(request),
        "title": f"Report: {seminar}",
        "opts": page.opts,
        "seminar": seminar,
        "told": report.of(seminar),
        "withheld": report.WITHHELD,
        "languages": LANGUAGES,
        "back": reverse("admin:outreach_seminar_change", args=[seminar.pk]),
    }
    return TemplateResponse(request, "admin/outreach/attendance/report.html", context)


def certificates_page(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """Who came and can have a certificate; the button makes one PDF of all."""
    bookings = certificates.who_came(seminar)
    if request.method == "POST" and bookings:
        language = request.POST.get("language", "en")
        try:
            named = []
            for booking in bookings[:MAX_PAGES]:
                certificate = certificates.issue(uid=booking.uid, by=signed_in(request))
                certificate.seminar = seminar
                named.append((certificate, booking.name))
            content = certificate_paper.paper(named, language=language)
        except (NotPossible, TypesettingError) as refusal:
            page.message_user(request, str(refusal), messages.ERROR)
        else:
            trail.record(
                actor=actor_of(request), verb="printed certificates", target=seminar, after={"papers": len(named)}
            )
            return pdf(content, f"certificates {seminar.short_day}")
        return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)
    context = {
        **page.admin_site.each_context(request),
        "title": f"Certificates: {seminar}",
        "opts": page.opts,
        "seminar": seminar,
        "count": len(bookings),
        "most": MAX_PAGES,
        "languages": LANGUAGES,
        "back": reverse("admin:outreach_seminar_change", args=[seminar.pk]),
    }
    return TemplateResponse(request, "admin/outreach/attendance/certificates.html", context)


event_pages.PAGES += [
    EventPage("report", "report", "Report", "outreach.run_event", report_page, has_begun),
    EventPage(
        "certificates", "certificates", "Certificates", "outreach.run_event", certificates_page, gives_certificates
    ),
]


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """What was issued. Whose it is nobody can read here: the name stands on the paper alone."""

    list_display = ["spoken", "seminar", "minutes", "issued_on", "stands"]
    list_filter = [("seminar", RelatedDropdownFilter), "issued_on"]
    list_filter_submit = True
    list_select_related = ["seminar"]
    list_per_page = 50
    search_fields = ["code", "seminar__title"]
    fields = ["spoken", "seminar", "minutes", "issued_on", "stands"]
    readonly_fields = ["spoken", "stands"]
    actions = ["revoke"]

    has_run_permission = may("outreach.run_event")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Certificate], search_term: str
    ) -> tuple[QuerySet[Certificate], bool]:
        """A code is found as it stands on the paper."""
        found: tuple[QuerySet[Certificate], bool] = super().get_search_results(
            request, queryset, certificates.read_code(search_term) or search_term
        )
        return found

    @display(description="Code", ordering="code")
    def spoken(self, certificate: Certificate) -> str:
        return certificates.spoken(certificate.code)

    @display(description="Standing", label={"Holds": "success", "Withdrawn": "danger"})
    def stands(self, certificate: Certificate) -> str:
        if certificate.revoked_at:
            return "Withdrawn"
        return "Holds" if certificate.digest else "Issued; whose it is was deleted"

    @action(description="Withdraw: whoever checks it hears so", permissions=["run"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Certificate]) -> None:
        keys = list(chosen.order_by("pk").values_list("pk", flat=True))
        for key in keys:
            certificates.revoke(certificate_id=key, by=signed_in(request))
        self.message_user(request, f"{len(keys)} withdrawn.", messages.SUCCESS)
