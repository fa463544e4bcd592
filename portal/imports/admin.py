"""Import and export in the admin, for those whose roles allow the rows themselves."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ExportMixin, ImportMixin
from import_export.formats.base_formats import CSV, JSON, TSV, Format
from unfold.contrib.import_export.forms import ImportForm, SelectableFieldsExportForm

from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of

FORMATS: list[type[Format]] = [CSV, TSV, JSON]


class ExportAdmin(ExportMixin, AuditedModelAdmin):
    """A list that can be taken out by whoever may view it. Set ``resource_classes``."""

    export_form_class = SelectableFieldsExportForm
    export_formats = FORMATS

    def get_export_data(self, file_format: Format, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> Any:
        """The file; who took how much out is written to the trail, since sheets leave the house."""
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        label = str(self.opts.verbose_name_plural)
        taken: dict[str, object] = {"rows": queryset.count(), "format": file_format.get_title()}
        # Which columns and by which filters; never what somebody searched for, which may be a name.
        if form := kwargs.get("export_form"):
            taken["fields"] = sorted(map(str, form.get_selected_resource_export_fields()))
        if filters := sorted(request.GET.keys() - {"p", "o"}):
            taken["filters"] = filters
        trail.record(actor=actor_of(request), verb="exported", target=None, after=taken, label=label)
        return data

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may view the rows."""
        return bool(self.has_view_permission(request))


class ExchangeAdmin(ImportMixin, ExportAdmin):
    """A list that can also be brought in, by whoever may both add and change rows."""

    import_form_class = ImportForm
    import_formats = FORMATS
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whoever may add and change the rows."""
        return bool(self.has_add_permission(request) and self.has_change_permission(request))
