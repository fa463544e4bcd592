"""What a person orders in the admin."""

import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from campaign.posters.header import AUDIENCES
from campaign.posters.languages import LANGUAGES, name_of
from campaign.posters.models import Design, Sheet, TextSet
from campaign.printing import scope
from campaign.printing.scope import Refused, Scope
from campaign.printing.styles import PLAIN, Style
from outreach.agencies.logos import Logo
from portal.seasons.models import Season

LONGEST_KEY = 18  # digits that fit a 64-bit key
UNCLEAR = "It is not clear what to print. Choose something else."


class DesignChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A design and where it belongs: First light (restrooms)."""

    def label_from_instance(self, obj: Design) -> str:
        return f"{obj.name} ({AUDIENCES.get(obj.audience, 'any place').lower()})"


class OrderForm(forms.Form):
    """Which posters, in which languages. ``what``: ``state:MS``, ``unknown``, ``trains``, ``all``,
    ``placements:1,2``, or ``recall:5`` for all that carries the line with that key. ``order`` is of this one order: who
    sends it twice, by a second click or by going back, orders once."""

    season = forms.ModelChoiceField(Season.objects.all(), widget=forms.HiddenInput)
    what = forms.CharField(max_length=200_000, widget=forms.HiddenInput, error_messages={"required": UNCLEAR})
    order = forms.UUIDField(widget=forms.HiddenInput)
    languages = forms.MultipleChoiceField(
        label="Languages",
        help_text="Every placement gets one poster in each of these. Only texts that were reviewed are listed.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one language."},
    )
    design = DesignChoice(
        Design.objects.approved().order_by("name"),
        to_field_name="slug",
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": "No version of that design is approved. Choose another design."},
    )
    sheet = forms.ModelChoiceField(
        Sheet.objects.active(),
        label="Size",
        to_field_name="slug",
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
        help_text="Not every design suits every size; you are told.",
    )
    has_bleed = forms.BooleanField(
        label="With bleed, for a print shop that cuts it away",
        required=False,
    )
    has_marks = forms.BooleanField(
        label="With crop marks outside the bleed",
        help_text="Only with bleed. Press sheets carry cut marks of their own.",
        required=False,
    )
    imposed_on = forms.ModelChoiceField(
        Sheet.objects.for_imposition(),
        label="Press sheet",
        to_field_name="slug",
        required=False,
        empty_label="One poster a sheet",
        widget=UnfoldAdminSelectWidget,
        help_text="For small sizes: a file for the press beside each packet’s own, several posters on a sheet.",
    )
    logo = forms.ModelChoiceField(
        Logo.objects.active().select_related("agency"),
        label="Partner’s logo",
        required=False,
        empty_label="None",
        widget=UnfoldAdminSelectWidget,
        help_text="Only in a design with a place for a partner, and only with a permission for posters that we print.",
    )

    STYLE = ("design", "sheet", "has_bleed", "has_marks", "imposed_on", "logo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["languages"]
        assert isinstance(languages, forms.MultipleChoiceField)
        printable = TextSet.objects.printable().order_by("language").values_list("language", flat=True)
        # What was asked for and may not be printed (any more) stays on the form: preflight says why, and how to mend it.
        asked = [code for code in self.data.get("languages", ()) if code in LANGUAGES]
        languages.choices = [(code, name_of(code)) for code in dict.fromkeys([*printable, *asked])]

    @classmethod
    def of(
        cls,
        *,
        season: Season,
        what: str,
        languages: Sequence[str] | None = None,
        style: Mapping[str, str] = MappingProxyType({}),
        order: str = "",
    ) -> "OrderForm":
        """A filled-in order; ``languages=None`` asks for all that are reviewed, what ``style`` leaves out is usual.

        Without ``order`` it is a new one.
        """
        if languages is None:
            languages = list(TextSet.objects.printable().order_by("language").values_list("language", flat=True))
        usual = {"design": PLAIN.design, "sheet": PLAIN.sheet}
        given = {name: style[name] for name in cls.STYLE if style.get(name)}
        asked = {"season": season.pk, "what": what, "order": order or uuid.uuid4(), "languages": list(languages)}
        return cls({**asked, **usual, **given})

    @property
    def counted(self) -> str:
        """What the shown number of posters and its warnings are about."""
        return ",".join([*self.data["languages"], *(str(self.data.get(name, "")) for name in self.STYLE)])

    @property
    def style(self) -> Style:
        """How the posters shall look. Only of a valid form."""
        said = self.cleaned_data
        return Style(
            design=said["design"].slug,
            sheet=said["sheet"].slug,
            has_bleed=said["has_bleed"],
            has_marks=said["has_marks"],
            imposed_on=said["imposed_on"].slug if said["imposed_on"] else "",
            logo=said["logo"],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        season, what = cleaned.get("season"), cleaned.get("what")
        if isinstance(season, Season) and what:
            try:
                cleaned["scope"] = scope_of(season, what)
            except Refused as refused:
                self.add_error(None, list(refused.problems))
        return cleaned


def scope_of(season: Season, what: str) -> Scope:
    """What ``what`` names. Raises ``Refused``."""
    kind, _, value = what.partition(":")
    match kind:
        case "state":
            return scope.of_state(season, value)
        case "unknown":
            return scope.of_unknown_state(season)
        case "trains":
            return scope.of_all_trains(season)
        case "all":
            return scope.everything(season)
        case "recall" if value.isdecimal() and len(value) <= LONGEST_KEY:
            return scope.recalled(season, int(value))
        case "placements" if all(key.isdecimal() and len(key) <= LONGEST_KEY for key in value.split(",")):
            return scope.chosen(season, [int(key) for key in value.split(",")])
    raise Refused(UNCLEAR)
