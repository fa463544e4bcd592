"""Forms of the agencies' pages: the record, its contacts, its agreements."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from outreach.agencies import logo_rights
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.models import Agency, Contact, Part, is_another_person
from portal.files.pictures import BadPicture, content_of


class PartsField(forms.MultipleChoiceField):
    """What an agency does in the campaign: any number of ``Part``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=Part.choices,
            required=False,
            label=kwargs.pop("label", "Parts in the campaign"),
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            **kwargs,
        )


class AgencyForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agency's record."""

    parts = PartsField()

    class Meta:
        model = Agency
        fields = ["name", "parts"]


class ParticipationForm(forms.ModelForm):  # type: ignore[type-arg]
    """One January of an agency."""

    parts = PartsField(label="Parts in this January")

    class Meta:
        model = Participation
        fields = ["agency", "season", "state", "parts", "note"]


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """A contact. Unless somebody says otherwise a role address is public and a person confidential."""

    USUAL, CONFIDENTIAL, PUBLIC = "usual", "confidential", "public"
    shown = forms.ChoiceField(
        label="Who may see it",
        choices=[
            (USUAL, "As usual: a role address everybody, a person the desk alone"),
            (CONFIDENTIAL, "The desk alone"),
            (PUBLIC, "Everybody: a person who agreed to it"),
        ],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Contact
        fields = ["role", "name", "email", "phone", "consented_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.instance
        usual = not contact.pk or contact.is_confidential == contact.is_person
        self.fields["shown"].initial = (
            self.USUAL if usual else self.CONFIDENTIAL if contact.is_confidential else self.PUBLIC
        )

    def clean(self) -> dict[str, Any]:
        """Says whether it is confidential, and asks when a person agreed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shown, is_person = cleaned.get("shown") or self.USUAL, bool(cleaned.get("name"))
        if shown == self.PUBLIC and is_person and not cleaned.get("consented_on"):
            self.add_error("consented_on", "A person is named in public only after agreeing: say on which day.")
        if (agreed := cleaned.get("consented_on")) and agreed > timezone.localdate():
            self.add_error("consented_on", "That day has not come: nobody has agreed yet.")
        if (
            agreed
            and shown == self.PUBLIC
            and agreed == self.instance.consented_on
            and is_another_person(self.instance.name, cleaned.get("name", ""))
        ):
            self.add_error(
                "consented_on", f"That day {self.instance.name} agreed: say on which day {cleaned['name']} did."
            )
        if not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", "Give an address or a phone number.")
        self.instance.is_confidential = {self.CONFIDENTIAL: True, self.PUBLIC: False}.get(shown, is_person)
        return cleaned


class AgreementForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agreement's terms, as long as nobody approved them."""

    class Meta:
        model = Agreement
        fields = ["agency", *Agreement.TERMS]

    def clean(self) -> dict[str, Any]:
        """Refuses days that have not come, and the renewal of another agency's agreement."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        signed, renewed, agency = (cleaned.get(name) for name in ("signed_on", "renews", "agency"))
        if signed and signed > timezone.localdate():
            self.add_error("signed_on", "That day has not come. Leave it empty until it is signed.")
        # Of an agreement that is there the agency stands fixed beside the form.
        agency_id = agency.pk if agency else self.instance.agency_id
        if renewed and agency_id and renewed.agency_id != agency_id:
            self.add_error("renews", "That is an agreement with another agency.")
        if renewed and renewed.pk == self.instance.pk:
            self.add_error("renews", "It cannot renew itself.")
        return cleaned


class NewAgreementForm(AgreementForm):
    """A new agreement, with its paper."""

    paper = forms.FileField(
        label="The paper",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text="PDF, PNG or JPEG; at most 10 MB.",
        allow_empty_file=True,
    )

    def clean_paper(self) -> tuple[bytes, str]:
        """The document's bytes and type."""
        try:
            return logo_rights.checked_document(content_of(self.cleaned_data["paper"]))
        except BadPicture as error:
            raise forms.ValidationError(str(error)) from error


class EndForm(forms.Form):
    """When and why an agreement ends before its day."""

    on = forms.DateField(
        label="Holds no more from",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="The first day on which it holds no more.",
    )
    why = forms.CharField(
        label="Why", max_length=200, widget=UnfoldAdminTextInputWidget, help_text="For the record. No names."
    )

    def __init__(self, *args: Any, effective_on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.effective_on = effective_on
        self.fields["on"].initial = timezone.localdate()

    def clean_on(self) -> dt.date:
        """Refuses a day before it began."""
        on: dt.date = self.cleaned_data["on"]
        if on < self.effective_on:
            raise forms.ValidationError(f"It began on {self.effective_on:%-d %B %Y}: choose that day or a later one.")
        return on
