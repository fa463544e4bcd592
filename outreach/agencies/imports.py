"""Agencies in and out of spreadsheets; a row is found again by its name and the path of what it lies within."""

from typing import Any

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, ManyToManyWidget

from outreach.agencies.models import Agency
from portal.areas.models import Area
from portal.imports.resources import PortalResource


class PathWidget(ForeignKeyWidget):
    """The office above, as the path of its names from the top; empty at the top."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Agency | None:
        path = str(value or "").strip()
        if not path:
            return None
        try:
            return Agency.objects.at(path)
        except Agency.DoesNotExist:
            raise ValueError(
                f"No agency “{path}”. Write the names from the top, as “Department of Justice > Office of Justice "
                "Programs”, and put its row above this one if the file brings it."
            ) from None

    def render(self, value: Agency | None, obj: Any = None, **kwargs: Any) -> str:
        return value.path if value else ""


class AreasWidget(ManyToManyWidget):
    """Areas as USPS codes, ``MS, LA``."""

    def __init__(self) -> None:
        super().__init__(Area, separator=",", field="code")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        codes = {code.strip().upper() for code in str(value or "").split(",")} - {""}
        areas = Area.objects.filter(code__in=codes)
        unknown = codes - {area.code for area in areas}
        if unknown:
            raise ValueError(
                f"No area {', '.join(sorted(unknown))}. Write USPS codes, as in “MS, LA”; US is the nation."
            )
        return areas

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(sorted(area.code for area in value.all())) if value is not None else ""


class AgencyResource(PortalResource):
    """Columns of an agency; contacts stay here."""

    name = Field(attribute="name", column_name="name")
    parent = Field(attribute="parent", column_name="within", widget=PathWidget(Agency))
    jurisdictions = Field(attribute="jurisdictions", column_name="jurisdictions", widget=AreasWidget())

    class Meta(PortalResource.Meta):
        model = Agency
        import_id_fields = ("name", "parent")  # type: ignore[assignment]
        fields = ("parent", "name", "acronym", "kind", "level", "description", "website", "jurisdictions")
        export_order = fields
        import_order = fields
