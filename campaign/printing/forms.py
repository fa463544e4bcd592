"""What a person orders in the admin."""

from collections.abc import Sequence
from typing import Any

from django import forms

from campaign.posters.models import Review, TextSet
from campaign.printing import scope
from campaign.printing.preflight import language_name
from campaign.printing.scope import Refused, Scope
from portal.seasons.models import Season

LONGEST_KEY = 18  # digits that fit a 64-bit key
UNCLEAR = "It is not clear what to print. Choose something else."


class OrderForm(forms.Form):
    """Which posters, in which languages. ``what``: ``state:MS``, ``unknown``, ``trains``, ``all`` or ``placements:1,2``."""

    season = forms.ModelChoiceField(Season.objects.all(), widget=forms.HiddenInput)
    what = forms.CharField(max_length=200_000, widget=forms.HiddenInput, error_messages={"required": UNCLEAR})
    languages = forms.MultipleChoiceField(
        label="Languages",
        help_text="Every placement gets one poster in each of these. Only approved texts are listed.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one language."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["languages"]
        assert isinstance(languages, forms.MultipleChoiceField)
        approved = TextSet.objects.filter(state=Review.APPROVED).values_list("language", flat=True)
        languages.choices = [(code, language_name(code)) for code in approved]

    @classmethod
    def of(cls, *, season: Season, what: str, languages: Sequence[str] | None = None) -> "OrderForm":
        """A filled-in order; ``languages=None`` asks for all that are approved."""
        if languages is None:
            approved = TextSet.objects.filter(state=Review.APPROVED).order_by("language")
            languages = list(approved.values_list("language", flat=True))
        return cls({"season": season.pk, "what": what, "languages": list(languages)})

    @property
    def counted(self) -> str:
        """The languages that the shown number of posters counts."""
        return ",".join(self.data["languages"])

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
        case "placements" if all(key.isdecimal() and len(key) <= LONGEST_KEY for key in value.split(",")):
            return scope.chosen(season, [int(key) for key in value.split(",")])
    raise Refused(UNCLEAR)
