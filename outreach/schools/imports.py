"""Schools as a spreadsheet: out, mended by hand, and in again. National files go through ``registers``."""

from typing import Any, Final

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from outreach.schools.models import School
from portal.areas.models import Area
from portal.imports.resources import PortalResource

MOST_ROWS: Final = 2_000


class SchoolResource(PortalResource):
    """A school by its register and the register's id."""

    state = Field("state", "state", ForeignKeyWidget(Area, "code"))

    class Meta(PortalResource.Meta):
        model = School
        import_id_fields = ("source", "source_id")  # type: ignore[assignment]
        fields = (
            *("source", "source_id", "name", "level", "grades", "address", "city", "state", "postal_code", "county"),
            *("latitude", "longitude", "time_zone", "enrolment", "website", "phone"),
        )
        export_order = fields

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """A sheet is read row by row while somebody waits: a register has its own way. Raises ``ValueError``."""
        if len(dataset) > MOST_ROWS:
            raise ValueError(
                f"{len(dataset):,} rows are too many for a sheet (at most {MOST_ROWS:,}). Use “Import a register”."
            )
        super().before_import(dataset, **kwargs)
