"""What phones and people at a door send. A record that is broken never keeps back the others."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.attendance.door import MOST_ITEMS, MOST_PEOPLE, Item, set_right
from outreach.attendance.models import CheckIn
from outreach.registration.tickets import read_ticket

_LAST = int(dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp() * 1000)


class BatchForm(forms.Form):
    """What a phone says of itself: ``now`` by its clock (milliseconds since 1970), and the last row that it knows."""

    device = forms.UUIDField()
    now = forms.IntegerField(min_value=0, max_value=_LAST)
    since = forms.IntegerField(min_value=0)
    wants_list = forms.BooleanField(required=False)
    items = forms.JSONField(required=False)

    def clean_items(self) -> list[dict[str, Any]]:
        """At most as many as go in one batch; the phone sends the rest with the next."""
        items = self.cleaned_data["items"] or []
        if not isinstance(items, list) or len(items) > MOST_ITEMS or not all(isinstance(each, dict) for each in items):
            raise forms.ValidationError("items is no list of records, or too long a one.")
        return items


class ItemForm(forms.Form):
    """One record of a phone."""

    uid = forms.UUIDField()
    kind = forms.ChoiceField(choices=CheckIn.Kind.choices)
    at = forms.IntegerField(min_value=0, max_value=_LAST)
    people = forms.IntegerField(min_value=0, max_value=MOST_PEOPLE, required=False)
    ticket = forms.CharField(required=False, max_length=40)
    undoes = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        """An undoing names what it undoes, a headcount counts somebody."""
        said = super().clean() or {}
        if said.get("kind") == CheckIn.Kind.UNDONE and not said.get("undoes"):
            self.add_error("undoes", "Say what is undone.")
        return said

    def item(self, *, device_now: dt.datetime, now: dt.datetime, earliest: dt.datetime) -> Item:
        """The record, its time set right."""
        said = self.cleaned_data
        return Item(
            uid=said["uid"],
            kind=CheckIn.Kind(said["kind"]),
            people=said["people"] or 0,
            ticket=read_ticket(said["ticket"]) or "",
            undoes=said["undoes"],
            at=set_right(of_clock(said["at"]), device_now=device_now, now=now, earliest=earliest),
        )


def of_clock(milliseconds: int) -> dt.datetime:
    """A moment as a browser's ``Date.now()`` tells it."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC)


class FindForm(forms.Form):
    """A name, a part of one, or a ticket's code."""

    find = forms.CharField(
        label=_("Name or code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    device = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class LetInForm(forms.Form):
    """One button of the page without scripts; ``uid`` is new for every button, so that a second press is the same."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    device = forms.UUIDField(widget=forms.HiddenInput)
    ticket = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    people = forms.IntegerField(
        label=_("How many come in?"),
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    @classmethod
    def blank(cls, *, device: uuid.UUID, ticket: str = "", people: int | None = None) -> "LetInForm":
        """A button that nobody pressed yet."""
        initial = {"uid": uuid.uuid4(), "device": device, "ticket": ticket, "people": people}
        return cls(initial=initial, auto_id=f"%s-{ticket or 'everyone'}")


class UndoForm(forms.Form):
    """Undo, of the page without scripts."""

    uid = forms.UUIDField()
    device = forms.UUIDField()
    undoes = forms.UUIDField()
