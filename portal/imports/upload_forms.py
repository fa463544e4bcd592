"""What a person says of a register's file."""

from typing import Any, Final

from django import forms
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from portal.imports import tables
from portal.imports.bulk import BulkResource
from portal.imports.problems import FileRefused
from portal.imports.records import RecordSource
from portal.imports.sheets import Sheet, refused

MOST_BYTES: Final = 300 * 1024**2


class UploadForm(forms.Form):
    """The file, which register's it is, and of which year where it doesn't say so itself.

    The header is looked at here and now, so that another table is refused before anything is kept.
    """

    file = forms.FileField(
        label="File",
        help_text="The register's own CSV file, unpacked. It is deleted as soon as it was read.",
        widget=UnfoldAdminFileFieldWidget,
    )
    layout = forms.ChoiceField(label="Register", required=False, widget=UnfoldAdminSelectWidget)
    edition = forms.IntegerField(
        label="Edition",
        required=False,
        min_value=1980,
        max_value=2100,
        help_text="Year in which its school year begins, as 2025 of 2025-26. Empty: as the rows, the header or the file's "
        "name tell. A file older than what we have only fills gaps, and closes nothing.",
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, *args: Any, layouts: dict[str, type[BulkResource]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = layouts
        choices = [("", "As its first line tells"), *((name, layout.title) for name, layout in layouts.items())]
        self.fields["layout"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Adds ``resource``, the register's class."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if not file:
            return cleaned
        if file.size > MOST_BYTES:
            self.add_error(
                "file", f"Larger than {MOST_BYTES // 1024**2} MB: no register is. Unpack it, or cut it in two."
            )
            return cleaned
        try:
            cleaned["resource"] = self._resource(Sheet.header_of(file), cleaned.get("layout", ""))
        except FileRefused as told:
            self.add_error("file", str(told))
        return cleaned

    def _resource(self, header: list[str], layout: str) -> type[BulkResource]:
        chosen = self.layouts.get(layout)
        fitting = chosen or next((one for one in self.layouts.values() if one.fits(header)), None)
        resource = fitting or max(self.layouts.values(), key=lambda one: one.known_of(header))
        if not chosen and not resource.known_of(header):
            titles = ", ".join(one.title for one in self.layouts.values())
            raise refused(f"Its first line names the columns of none of these registers: {titles}.")
        resource().plan([resource().name_of(name) for name in header])
        return resource


class TableForm(forms.Form):
    """A table of one source. It is judged here and now, so that what is none is never kept."""

    file = forms.FileField(
        label="File",
        help_text=f"CSV, a workbook (.xlsx) or JSON, at most {tables.MOST_BYTES // 1024**2} MB and {tables.MOST_ROWS:,} "
        "rows. It is deleted as soon as it was read.",
        widget=UnfoldAdminFileFieldWidget,
    )

    def __init__(self, *args: Any, source: type[RecordSource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source

    def clean_file(self) -> Any:
        """The file, standing at its beginning."""
        file = self.cleaned_data["file"]
        try:
            self.source().open(file)
        except FileRefused as told:
            raise forms.ValidationError(str(told).split("\n")) from None
        file.seek(0)
        return file
