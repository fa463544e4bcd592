"""Forms of the admin for logos and their permissions; files are judged by their bytes."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextInputWidget,
)

from outreach.agencies import logo_rights
from outreach.agencies.logos import Logo, LogoPermission, Scope
from portal.files.pictures import BadPicture, content_of


class LogoForm(forms.ModelForm):  # type: ignore[type-arg]
    """A logo's words."""

    class Meta:
        model = Logo
        fields = ["agency", "name", "alt_text"]

    def _get_validation_exclusions(self) -> set[str]:
        """Without the fields of the rule that an agency has one logo of a name: it is checked here too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # missing in the stubs
        return excluded - {"agency", "retired_at"}


class NewLogoForm(LogoForm):
    """A new logo, with its file."""

    upload = forms.FileField(
        label="File",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".svg,.png,image/svg+xml,image/png"}),
        help_text="SVG with text turned into outlines, or PNG; at most 500 KB and 10 MB.",
        allow_empty_file=True,
    )

    def clean_upload(self) -> Any:
        """The clean logo and its preview."""
        try:
            return logo_rights.drawn(content_of(self.cleaned_data["upload"]))
        except BadPicture as error:
            raise forms.ValidationError(str(error)) from error


class PermissionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A permission, with its paper."""

    scopes = forms.MultipleChoiceField(
        label="Allows",
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Tick what it names.",
    )
    paper = forms.FileField(
        label="Written permission",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text="PDF, PNG or JPEG of the letter or mail; at most 10 MB.",
        allow_empty_file=True,
    )

    class Meta:
        model = LogoPermission
        fields = ["scopes", "granted_by", "granted_on", "expires_on"]

    def clean_paper(self) -> Any:
        """The document's bytes and type."""
        try:
            return logo_rights.checked_document(content_of(self.cleaned_data["paper"]))
        except BadPicture as error:
            raise forms.ValidationError(str(error)) from error


class RevokeForm(forms.Form):
    """Why a permission ends."""

    why = forms.CharField(
        label="Why",
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="For the record: “Withdrawn by letter of 4 January 2027”.",
    )
