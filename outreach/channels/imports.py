"""Reporting channels in and out of spreadsheets; a row is found again by its slug.

When a channel was verified, and by whom, leaves with it but is never brought in: that is an act of a person.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django.db.models import Model
from django.utils import timezone
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, Widget

from outreach.channels import hours, succession
from outreach.channels.check_models import ChannelCheck
from outreach.channels.models import CHECK_DAYS, Channel
from outreach.channels.panels import in_the_way
from portal.areas.models import Area
from portal.imports import undo
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
    "always_open",
    "schedule",
    "time_zone",
    "languages",
    "interpreters",
    "interpreted",
    "limits",
    "what_happens",
    "tested_by",
    "note",
    "source",
    "confidence",
    "valid_from",
    "valid_to",
    "may_print",
    "position",
)


class AreaWidget(ForeignKeyWidget):
    """An area as its USPS code, or the FIPS number of a county; ``US`` is the nation."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Area:
        code = str(value or "").strip().upper()
        area = Area.objects.filter(code=code).first()
        if area is None:
            raise ValueError(
                f"No area “{code}”. Write a USPS code, as MS; US is the nation, and a county its FIPS number."
            )
        return area


class CodesWidget(Widget):
    """Language codes, ``en, es``."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return [code.strip() for code in str(value or "").split(",") if code.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(value or [])


class ScheduleWidget(Widget):
    """Openings as they are typed, ``MO-FR 08:00-17:00; SA 09:00-12:00``."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[dict[str, str]]:
        return hours.parse(str(value or ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return hours.write(value or [])


class ChannelResource(PortalResource):
    """Columns of a channel. What they hold is judged by the channel itself, as in its form."""

    area = Field(attribute="area", column_name="area", widget=AreaWidget(Area, field="code"))
    schedule = Field(attribute="schedule", column_name="schedule", widget=ScheduleWidget())
    languages = Field(attribute="languages", column_name="languages", widget=CodesWidget())
    interpreted = Field(attribute="interpreted", column_name="interpreted", widget=CodesWidget())
    limits = Field(attribute="limits", column_name="limits", widget=CodesWidget())
    verified_on = Field(attribute="verified_on", column_name="verified_on", readonly=True)

    class Meta(PortalResource.Meta):
        model = Channel
        import_id_fields = ("slug",)
        fields = (*COLUMNS, "verified_on")
        export_order = fields
        import_order = COLUMNS

    def before_save_instance(self, instance: Channel, row: Any, **kwargs: Any) -> None:
        """Another line than the stored one waits for a second person. Raises ``ValueError`` where paper carries the old."""
        stored = Channel.objects.select_for_update().filter(pk=instance.pk).first()
        if stored is None or instance.differs(stored):
            if stored and stored.value_key != instance.value_key and (told := in_the_way(stored)):
                raise ValueError(told)
            if stored:
                try:
                    succession.refuse_rewriting(stored, instance)
                except succession.NotPossible as refusal:
                    raise ValueError(str(refusal)) from refusal
            instance.entered(kwargs.get("user"))


def _refuse(row: Model, before: undo.Fields) -> str:
    """Why a channel must not go back: its value is on paper now, or was found wrong in the meantime."""
    channel = cast(Channel, row)
    former = before.get("value_key")
    if former is None:
        return ""
    if told := in_the_way(channel):
        return told
    complaints = ChannelCheck.objects.filter(value_key=former, withdrawn_at=None)
    if (
        Channel.objects.filter(value_key=former, failed_on__isnull=False).exists()
        or complaints.exclude(result=ChannelCheck.Result.REACHES)
        .filter(checked_on__gte=timezone.localdate() - dt.timedelta(days=CHECK_DAYS))
        .exists()
    ):
        return f"Somebody found that {before.get('value', former)}, the former value of {channel.name}, fails."
    return ""


def _retire(rows: Sequence[Model]) -> None:
    """A channel is never deleted: what an import made is retired."""
    for row in rows:
        channel = cast(Channel, row)
        try:
            if told := in_the_way(channel):
                raise succession.NotPossible(told)
            succession.keep_a_call_line(without=[channel], on=timezone.localdate())
        except succession.NotPossible as refusal:
            raise undo.NotPossible(str(refusal)) from refusal
        channel.retired_at = timezone.now()
        channel.save(update_fields=["retired_at"])


undo.WAYS[Channel._meta.label_lower] = undo.Way(refuse=_refuse, remove=_retire)
