"""Forms in which staff describe stations and survey spots."""

from typing import Any

from django import forms
from django.utils import timezone

from campaign.places.models import Operator, Spot, Station
from campaign.places.surveying import mark_surveyed
from portal.areas.models import Area
from portal.areas.register import NATION
from portal.areas.zones import zone_at
from portal.pages.checks import TELLING


class OperatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """The address of an operator's help page: its own, and in small letters as it is printed."""

    class Meta:
        model = Operator
        fields = ("help_slug",)

    def clean_help_slug(self) -> str:
        """Refuses an address that another operator has, and one that would tell what the page is about."""
        slug: str = self.cleaned_data["help_slug"].lower()
        if not slug:
            return slug
        other = Operator.objects.filter(help_slug=slug).exclude(pk=self.instance.pk).first()
        if other:
            raise forms.ValidationError(f"near/on/{slug}/ is the page of {other}. Choose another word.")
        if telling := TELLING.search(slug):
            raise forms.ValidationError(
                f"{slug!r} holds {telling[0]!r}, which stays in the history of a phone. Choose a word that says nothing."
            )
        return slug


class StationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A station; its time zone follows from its position, and what staff describe is marked as theirs."""

    class Meta:
        model = Station
        fields = ("name", "code", "operator", "stop_id", "latitude", "longitude", *Station.DESCRIPTION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = self.fields.get("state")
        if isinstance(state, forms.ModelChoiceField):
            state.queryset = Area.objects.filter(parent=NATION.code)
            state.empty_label = "Unknown"

    def clean(self) -> dict[str, Any]:
        """Find the zone; a position on the open sea is no station's."""
        cleaned = super().clean() or self.cleaned_data
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            self.instance.time_zone = zone_at(latitude, longitude)
            if not self.instance.time_zone:
                self.add_error("latitude", "This position lies on the open sea. Check latitude and longitude.")
        if set(self.changed_data) & set(Station.DESCRIPTION):
            self.instance.described_by = Station.Source.STAFF
        return cleaned


class SpotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A spot within its station or train. Whoever adds one here has seen it."""

    not_there = forms.BooleanField(required=False, help_text="Somebody looked, and it is not there.")

    class Meta:
        model = Spot
        fields = ("kind", "label", "survey", "surveyed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "survey" in self.fields:
            self.fields["survey"].initial = Spot.Survey.SURVEYED
        self.fields["not_there"].initial = bool(self.instance.retired_at)

    def clean(self) -> dict[str, Any]:
        """Where place and kind are only shown, Django leaves their rule to the database: it is asked here."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        spot: Spot = self.instance
        if spot.pk and "kind" not in self.fields and "label" in cleaned:
            alike = Spot.objects.filter(
                station=spot.station_id, train=spot.train_id, kind=spot.kind, label=cleaned["label"]
            )
            if alike.exclude(pk=spot.pk).exists():
                self.add_error("label", "Another spot of this kind has that label here: choose another.")
        return cleaned

    def save(self, commit: bool = True) -> Spot:
        """A survey without a date was made today; one that missed the spot retires it."""
        spot: Spot = self.instance
        missed = self.cleaned_data["not_there"]
        if missed or spot.survey == Spot.Survey.SURVEYED:
            mark_surveyed(spot, there=not missed, on=spot.surveyed_on or timezone.localdate())
        elif "not_there" in self.changed_data:
            spot.retired_at = None
        super().save(commit)
        return spot


class StationSpotForm(SpotForm):
    """A spot in a station."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, [kind for kind in Spot.Kind if kind not in Spot.TRAIN_KINDS])


class TrainSpotForm(SpotForm):
    """A spot on a train."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, list(Spot.TRAIN_KINDS))


def _offer(form: SpotForm, kinds: list[Spot.Kind]) -> None:
    field = form.fields.get("kind")
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", "Choose"), *((kind.value, kind.label) for kind in kinds)]
