"""Forms of the partners' own pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from outreach.agencies import logo_rights
from outreach.agencies.models import Agency, Contact
from outreach.partners.models import ROLE_ADDRESS, TEXTS, AgreementAnswer, Membership, Proposal
from outreach.seminars.fields import NameField
from outreach.seminars.models import Presenter
from outreach.seminars.presenters.forms import OffersForm
from portal.files.pictures import BadPicture, Picture, content_of


class PlainForm(forms.Form):
    """A form as our pages show it: labels without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class TextsForm(PlainForm):
    """What the public reads of an agency."""

    description = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        label=lazy("What your agency does"),
        help_text=lazy("Two or three plain sentences for everybody. No names of persons."),
    )
    website = forms.URLField(required=False, max_length=200, assume_scheme="https", label=lazy("Website"))

    def __init__(self, *args: Any, agency: Agency, waiting: Proposal | None, **kwargs: Any) -> None:
        kwargs["initial"] = waiting.fields if waiting else {name: getattr(agency, name) for name in TEXTS}
        super().__init__(*args, **kwargs)


class ContactForm(PlainForm):
    """A role address that the public may know."""

    role = forms.CharField(
        max_length=120,
        label=lazy("What to ask this address for"),
        help_text=lazy("An office or a function, such as “Press office”. No names of persons: everybody can read it."),
    )
    email = forms.EmailField(required=False, label=lazy("E-mail"))
    phone = forms.CharField(required=False, max_length=40, label=lazy("Phone"))

    def __init__(
        self, *args: Any, contact: Contact | None = None, waiting: Proposal | None = None, **kwargs: Any
    ) -> None:
        if waiting and waiting.fields:
            kwargs["initial"] = waiting.fields
        elif contact:
            kwargs["initial"] = {name: getattr(contact, name) for name in ROLE_ADDRESS}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """An address or a number at least."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", _("Give an address or a phone number."))
        return cleaned


class LogoForm(PlainForm):
    """A new logo, cleaned and drawn anew before it is kept."""

    upload = forms.FileField(
        label=lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".svg,.png,image/svg+xml,image/png"}),
        help_text=lazy("SVG with text turned into outlines, at most 500 KB; or PNG, at most 10 MB."),
        allow_empty_file=True,
    )
    name = forms.CharField(
        max_length=80,
        label=lazy("Which of your logos"),
        help_text=lazy("For example “Seal”, or “Wordmark, white on blue”."),
    )
    alt_text = forms.CharField(
        max_length=160,
        label=lazy("In words"),
        help_text=lazy("For those who can’t see it, such as “Logo of the Lamp Street Center”."),
    )

    def clean_upload(self) -> tuple[Picture, bytes]:
        """The clean logo and its preview."""
        try:
            return logo_rights.drawn(content_of(self.cleaned_data["upload"]))
        except BadPicture as error:
            raise forms.ValidationError(str(error)) from error


class PresenterForm(OffersForm):
    """What an agency says of its presenter. The kind, which schools were promised, only the campaign changes."""

    name = NameField(max_length=120, label=lazy("Name"), help_text=lazy("We never show it in public."))
    email = forms.EmailField(label=lazy("Work e-mail"), help_text=lazy("A new address gets a new link."))
    field_order = ("name", "email")

    def __init__(self, *args: Any, stored: Presenter, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": stored.name, "email": stored.email}
        super().__init__(*args, stored=stored, **kwargs)
        if stored.claimed_at:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = lazy("The page has been claimed: to change the address, write to us.")


class AnswerForm(PlainForm):
    """What a partner says of an agreement on record."""

    says = forms.ChoiceField(
        choices=AgreementAnswer.Says.choices, widget=forms.RadioSelect, label=lazy("Is this the right one?")
    )
    note = forms.CharField(
        required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label=lazy("What is wrong?")
    )

    def clean(self) -> dict[str, Any]:
        """Something wrong is told."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("says") == AgreementAnswer.Says.WRONG and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say in a few words what is wrong."))
        return cleaned


class ColleagueForm(PlainForm):
    """Somebody of the same agency who is to have an account here."""

    email = forms.EmailField(
        label=lazy("Work e-mail"), help_text=lazy("There we send a link, which works once and for two weeks.")
    )
    may = forms.ChoiceField(
        choices=Membership.May.choices,
        initial=Membership.May.EDIT,
        widget=forms.RadioSelect,
        label=lazy("What may this person do?"),
    )
