"""Reporting channels in and out of spreadsheets; a row is found again by its slug.

When a channel was verified, and by whom, leaves with it but is never brought in: that is an act of a person.
"""

from typing import Any

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, Widget

from outreach.channels.models import Channel
from outreach.channels.panels import in_the_way
from portal.areas.models import Area
from portal.imports.resources import PortalResource

COLUMNS = (
    "slug",
    "name",
    "kind",
    "value",
    "keyword",
    "audience",
    "answered_by",
    "area",
    "transit_operator",
    "operator",
    "hours",
    "languages",
    "interpreters",
    "note",
    "source",
    "confidence",
    "valid_from",
    "valid_to",
    "may_print",
    "position",
)


class AreaWidget(ForeignKeyWidget):
    """An area as its USPS code; ``US`` is the nation."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Area:
        code = str(value or "").strip().upper()
        area = Area.objects.filter(code=code).first()
        if area is None:
            raise ValueError(f"No area “{code}”. Write a USPS code, as MS; US is the nation.")
        return area


class CodesWidget(Widget):
    """Language codes, ``en, es``."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return [code.strip() for code in str(value or "").split(",") if code.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(value or [])


class ChannelResource(PortalResource):
    """Columns of a channel."""

    area = Field(attribute="area", column_name="area", widget=AreaWidget(Area, field="code"))
    languages = Field(attribute="languages", column_name="languages", widget=CodesWidget())
    verified_on = Field(attribute="verified_on", column_name="verified_on", readonly=True)

    class Meta(PortalResource.Meta):
        model = Channel
        import_id_fields = ("slug",)
        fields = (*COLUMNS, "verified_on")
        export_order = fields
        import_order = COLUMNS

    def before_save_instance(self, instance: Channel, row: Any, **kwargs: Any) -> None:
        """Another value is another number: nobody has verified it yet. Raises ``ValueError`` where paper carries the old."""
        stored = Channel.objects.filter(pk=instance.pk).first()
        if stored is None or stored.value != instance.value:
            if stored and (told := in_the_way(stored)):
                raise ValueError(told)
            instance.entered(kwargs.get("user"))
