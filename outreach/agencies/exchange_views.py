"""The pages by which agencies leave as a table and come in as one."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldBooleanWidget,
)

from outreach.agencies.columns import COLUMNS
from outreach.agencies.exporting import export
from outreach.agencies.imports import AgencyTable
from outreach.agencies.models import Agency, AgencyQuerySet
from portal.audit.admin import actor_of
from portal.audit.choosing import RowsByKey
from portal.imports.bulk_views import table_page
from portal.imports.formats import LABELS, TYPES
from portal.imports.problems import FileRefused

CONFIDENTIAL: Final = "outreach.export_confidential"
ASKED: Final = {"agreements": "outreach.view_agreement", "seasons": "outreach.view_participation"}
"""Columns that not everybody who sees agencies may see."""
_NO_FILTERS: Final = frozenset({"p", "o", "e", "_changelist_filters"})


class ExportForm(forms.Form):
    """Which columns, in which format. What is confidential is asked for by a box of its own."""

    format = forms.ChoiceField(
        choices=list(LABELS.items()), initial="csv", widget=UnfoldAdminRadioSelectWidget, label="Format"
    )
    columns = forms.MultipleChoiceField(label="Columns", widget=UnfoldAdminCheckboxSelectMultipleWidget)
    confidential = forms.BooleanField(
        label="Confidential contacts and agreements too",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Persons who did not agree to be named. Keep such a file where only the desk finds it. The trail tells "
        "that you took it.",
    )
    chosen = RowsByKey(queryset=Agency.objects.none(), required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        withheld = {name for name, permission in ASKED.items() if not request.user.has_perm(permission)}
        names = [(each.name, each.label) for each in COLUMNS if each.name not in withheld]
        self.fields["columns"].choices = names  # type: ignore[attr-defined]
        self.fields["columns"].initial = [name for name, _label in names]
        self.fields["chosen"].queryset = agencies  # type: ignore[attr-defined]
        if not request.user.has_perm(CONFIDENTIAL):
            del self.fields["confidential"]


def export_page(request: HttpRequest, *, agencies: AgencyQuerySet, chosen: list[int] | None = None) -> HttpResponse:
    """Asks what to take out of a list as it is filtered, or of the rows chosen in it; then the file."""
    is_sent = request.method == "POST" and chosen is None
    form = ExportForm(
        request.POST if is_sent else None, request=request, agencies=agencies, initial={"chosen": chosen or []}
    )
    if is_sent and form.is_valid():
        told = form.cleaned_data
        file_format = told["format"]
        try:
            content = export(
                agencies=told["chosen"] if told["chosen"] else agencies,
                file_format=file_format,
                by=actor_of(request),
                columns=frozenset(told["columns"]),
                confidential=told.get("confidential", False),
                filters=_filters(request) | ({"chosen": str(len(told["chosen"]))} if told["chosen"] else {}),
            )
        except FileRefused as refusal:
            form.add_error("format", str(refusal))
        else:
            response = HttpResponse(content, content_type=TYPES[file_format])
            name = f"agencies-{timezone.localdate():%Y-%m-%d}.{file_format}"
            disposition = content_disposition_header(as_attachment=True, filename=name)
            response["Content-Disposition"] = disposition or "attachment"
            return response
    query = request.GET.urlencode()
    context = {
        **admin.site.each_context(request),
        "title": "Export agencies",
        "form": form,
        "count": len(chosen) if chosen else agencies.count(),
        "is_filtered": bool(_filters(request) or chosen),
        "address": reverse("admin:outreach_agency_export") + (f"?{query}" if query else ""),
        "back": reverse("admin:outreach_agency_changelist") + (f"?{query}" if query else ""),
    }
    return TemplateResponse(request, "admin/outreach/agency/export.html", context, status=422 if form.errors else 200)


def import_page(request: HttpRequest) -> HttpResponse:
    """Asks for a table of agencies."""
    return table_page(
        request,
        source=AgencyTable,
        title="Import agencies",
        says=(
            "A table with some of the columns that an export has. A row is found by its id, or by its name and the path "
            "of what it lies within; what is not found is made. An empty cell empties what it stands for, a column that "
            "is left out changes nothing, and nobody’s contacts, seasons or former names are taken away. First you see "
            "what would change; nothing is stored before you take it, and all of it can be undone."
        ),
        back=reverse("admin:outreach_agency_changelist"),
    )


def _filters(request: HttpRequest) -> dict[str, str]:
    """The list's filters for the trail; never what somebody searched for, which may be a name."""
    return {
        name: "(not kept here)" if name == "q" else ", ".join(request.GET.getlist(name))[:100]
        for name in sorted(request.GET.keys() - _NO_FILTERS)
        if request.GET[name]
    }
