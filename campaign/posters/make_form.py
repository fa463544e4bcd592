"""The form of “Make it yours”: what can be chosen today, and a name that is screened before anything is set."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.posters.making import Kind, Offer, Wish
from campaign.posters.models import Design, Sheet
from campaign.posters.names import LONGEST, BadName, screened
from campaign.posters.words import name_of_language, name_of_sheet
from portal.areas.register import AREAS, NATION


class PartnerNameField(forms.CharField):
    """A name that may stand on an official-looking poster. Whether one is needed, the form says."""

    def validate(self, value: str) -> None:
        """An empty one passes."""

    def clean(self, value: Any) -> str:
        """The name as it is printed; empty if none was typed."""
        typed: str = super().clean(value)
        if not typed:
            return typed
        try:
            return screened(typed)
        except BadName as bad:
            raise forms.ValidationError(str(bad), code=bad.rule) from bad


class MakeForm(forms.Form):
    """Who puts it up, and which poster. ``needs_name``: a preview shows a sample name until one is typed."""

    use_required_attribute = False

    name = PartnerNameField(
        label=gettext_lazy("Name of your school, shop or agency"),
        help_text=gettext_lazy("As it will stand on the poster."),
        # What browsers offer to remember, or send away to spell, would be a trace.
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 4 * LONGEST}),
    )
    logo = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Or choose your agency, to have its logo"),
        help_text=gettext_lazy("Then its name stands there too. Agencies are listed that have given us permission."),
        error_messages={
            "invalid_choice": gettext_lazy(
                "There is no permission for that logo on posters that everyone can make. Choose another, or type a name."
            )
        },
    )
    design = forms.ChoiceField(label=gettext_lazy("Design"))
    sheet = forms.ChoiceField(label=gettext_lazy("Size"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the poster"))
    area = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Where it will hang"),
        help_text=gettext_lazy(
            "Where trained advocates of that state have a line of their own, it stands on the poster too."
        ),
    )

    def __init__(self, *args: Any, offer: Offer, needs_name: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.needs_name = needs_name
        unknown = gettext_lazy("That cannot be chosen any more. Choose one of the list.")
        choices: dict[str, list[tuple[str, str]]] = {
            "design": [(design.slug, _(design.name)) for design in offer.designs],
            "sheet": [(sheet.slug, name_of_sheet(sheet)) for sheet in offer.sheets],
            "language": [(code, name_of_language(code)) for code in offer.languages],
            "area": [(area.code, _("All states") if area == NATION else area.name) for area in AREAS],
            "logo": [("", _("No logo"))] + [(str(logo.uid), logo.agency.name) for logo in offer.logos],
        }
        for name, row in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = row
            if name != "logo":
                field.error_messages["invalid_choice"] = unknown
        if len(offer.designs) == 1:
            self.fields["design"].widget = forms.HiddenInput()
        if not offer.logos and not self.data.get("logo"):
            del self.fields["logo"]

    def clean(self) -> dict[str, Any]:
        """Refuses a size that the design does not suit, and a poster in nobody's name."""
        said_so: dict[str, Any] = super().clean() or self.cleaned_data
        design, sheet = self._design(), self._sheet()
        if design and sheet and sheet not in self.offer.sheets_of(design):
            sizes = ", ".join(name_of_sheet(each) for each in self.offer.sheets_of(design))
            message = _("This design does not come in that size. It comes in: %(sizes)s.")
            self.add_error("sheet", message % {"sizes": sizes})
        if not self.needs_name and self.has_error("name", "short"):
            del self.errors["name"]  # the first letter of a name that is still being typed
            said_so["name"] = ""
        if self.needs_name and "name" not in self.errors and not said_so.get("name") and not said_so.get("logo"):
            self.add_error("name", _("Type the name that shall stand on the poster."))
        return said_so

    def wish(self, *, sample_name: str = "") -> Wish:
        """What a valid form asks for; a preview without a name shows ``sample_name``."""
        design, sheet = self._design(), self._sheet()
        assert design is not None
        assert sheet is not None
        chosen = self.cleaned_data.get("logo")
        return Wish(
            design=design,
            sheet=sheet,
            language=self.cleaned_data["language"],
            area=self.cleaned_data["area"] or NATION.code,
            name=self.cleaned_data["name"] or sample_name,
            logo=next((logo for logo in self.offer.logos if str(logo.uid) == chosen), None),
        )

    def _design(self) -> Design | None:
        slug = self.cleaned_data.get("design")
        return next((design for design in self.offer.designs if design.slug == slug), None)

    def _sheet(self) -> Sheet | None:
        slug = self.cleaned_data.get("sheet")
        return next((sheet for sheet in self.offer.sheets if sheet.slug == slug), None)


def file_name(wish: Wish, kind: Kind) -> str:
    """What the download is called: nothing of who made it."""
    return f"poster-{wish.sheet.slug}-{wish.language}.{kind}"
