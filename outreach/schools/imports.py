"""Schools as a spreadsheet: out, mended by hand, and in again. National files go through ``importing``."""

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from outreach.schools.models import School
from portal.areas.models import Area
from portal.imports.resources import PortalResource


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
