"""The base of every import and export that staff do with a spreadsheet."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from import_export.resources import ModelResource
from import_export.results import Result, RowResult

from portal.audit import trail
from portal.imports import undo
from portal.imports.cells import escape, unescape


class PortalResource(ModelResource):
    """Rows in, rows out.

    A subclass names its ``model``, its ``fields`` and, in ``import_id_fields``, the natural key by
    which a row is found again. Every row passes the model's ``full_clean``; unchanged rows are
    skipped; rows are taken all or none, and none that speaks of a record of which another row did, since the second
    would silently win; nothing that starts like a formula leaves as one.
    One audit row tells of the import, with its counts; where ``undo.WAYS`` knows the model, one more of each row, and
    the import can be undone.
    """

    class Meta:
        import_id_fields = ("uid",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        store_instance = True

    def export_resource(self, instance: Model, selected_fields: list[str] | None = None, **kwargs: Any) -> list[object]:
        """One row, each cell made harmless."""
        return [escape(cell) for cell in super().export_resource(instance, selected_fields, **kwargs)]

    def import_data(
        self, dataset: Any, *args: Any, rollback_on_validation_errors: bool = True, **kwargs: Any
    ) -> Result:
        """Takes the rows, all or none."""
        return super().import_data(
            dataset, *args, rollback_on_validation_errors=rollback_on_validation_errors, **kwargs
        )

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Nobody was spoken of yet."""
        super().before_import(dataset, **kwargs)
        self._row_of: dict[object, int] = {}

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        """Refuses a second row of one record."""
        super().after_import_row(row, row_result, **kwargs)
        number: int = kwargs["row_number"]
        first = self._row_of.setdefault(row_result.instance.pk, number)
        if first != number:
            raise ValidationError(f"Row {first} speaks of the same record: delete one of the two.")

    def before_import_row(self, row: dict[str, object], **kwargs: Any) -> None:
        """Reads back cells that our own export made harmless."""
        for column, value in row.items():
            row[column] = unescape(value)

    def after_import(self, dataset: Any, result: Result, **kwargs: Any) -> None:
        """Tells the audit of an import that took rows; within the import's transaction."""
        taken = {
            word: result.totals[kind]
            for word, kind in (
                ("created", RowResult.IMPORT_TYPE_NEW),
                ("changed", RowResult.IMPORT_TYPE_UPDATE),
                ("unchanged", RowResult.IMPORT_TYPE_SKIP),
            )
        }
        if not kwargs.get("dry_run") and (taken["created"] or taken["changed"]):
            label = f"{self._meta.model._meta.verbose_name_plural} from {kwargs.get('file_name') or 'a file'}"
            trail.record(actor=kwargs.get("user"), verb="imported", target=None, after=taken, label=label)
            if self._meta.model._meta.label_lower in undo.WAYS:
                self._remember(result, **kwargs)

    def _remember(self, result: Result, **kwargs: Any) -> None:
        """Keeps each row as it was, so that the import can be undone."""
        made, changed = RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE
        undo.remember(
            model=self._meta.model,
            pairs=[
                (row.original if row.import_type == changed else None, row.instance)
                for row in result.rows
                if row.import_type in (made, changed)
            ],
            file_name=kwargs.get("file_name") or "a file",
            by=kwargs.get("user"),
        )
