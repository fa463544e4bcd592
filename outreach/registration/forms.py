"""The forms with which an adult books seats, for themselves or for a class, and changes a booking."""

import datetime as dt
import uuid
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.registration.booking import MOST_SEATS, NoClasses, NoSeat, TooMany, Wish
from outreach.registration.models import Registration
from outreach.seminars.fields import NameField
from outreach.seminars.form_parts import DecoyMixin
from outreach.seminars.models import Grades
from outreach.seminars.needs import Need, joined

YOUNGEST: Final = dt.timedelta(seconds=2)
"""Nobody reads a form and writes a name and an address in less."""
OLDEST: Final = dt.timedelta(days=7)
_SIGNER: Final = signing.TimestampSigner(salt="outreach.registration.form")
_FORM: Final = "form"


def _grades() -> list[tuple[str, Any]]:
    """By a function, as the needs: a list would be copied with every word of it for every form."""
    return [("", _("Choose")), *Grades.choices]


def _needs() -> list[tuple[str, Any]]:
    return Need.choices


class SeatsForm(forms.Form):
    """Who comes, and what they need."""

    name = NameField(max_length=120, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    seats = forms.IntegerField(
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
        label=_("Seats for adults"),
        help_text=_("For you and the adults who come with you."),
    )
    headcount = forms.IntegerField(
        min_value=1,
        max_value=200,
        required=False,
        label=_("How many are in the group?"),
        help_text=_("Only the number, without the adults above. We ask for nobody’s name."),
    )
    group_name = NameField(
        max_length=120,
        required=False,
        label=_("Name of the group"),
        help_text=_("Such as: Grade 10, Pearl River High School. Never the name of a student."),
    )
    grades = forms.ChoiceField(choices=_grades, required=False, label=_("Grades or age group"))
    needs = forms.MultipleChoiceField(
        choices=_needs,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Does anyone who comes need any of these?"),
    )
    reminders = forms.BooleanField(required=False, label=_("Remind me by e-mail the morning before."))

    def clean_needs(self) -> str:
        """As it is stored."""
        return joined(self.cleaned_data["needs"])

    def clean(self) -> dict[str, Any]:
        """A group has a name and a number, or is none."""
        cleaned = super().clean() or self.cleaned_data
        if "headcount" not in self.fields:
            return cleaned
        if cleaned.get("headcount") and not cleaned.get("group_name") and "group_name" not in self.errors:
            self.add_error("group_name", _("Write which group comes, so that the adult at the door knows it."))
        has_words = cleaned.get("group_name") or cleaned.get("grades")
        if has_words and not cleaned.get("headcount") and "headcount" not in self.errors:
            self.add_error("headcount", _("Write how many come. Leave all of it empty if no group comes with you."))
        return cleaned

    @property
    def brings_group(self) -> bool:
        """Whether something stands in the fields for a group, or is wrong with it."""
        return any(self[name].value() or self[name].errors for name in ("headcount", "group_name", "grades"))

    @property
    def people(self) -> int:
        """Everyone who comes; of a valid form."""
        return int(self.cleaned_data["seats"]) + int(self.cleaned_data.get("headcount") or 0)

    def refuse(self, refusal: NoSeat) -> None:
        """Says beside the field what the event cannot take."""
        if isinstance(refusal, NoClasses):
            self.add_error("headcount", _("Groups cannot come to this event. For a class, ask for a seminar."))
        elif isinstance(refusal, TooMany):
            said = ngettext("%(most)s person can come at most.", "%(most)s people can come at most.", refusal.most)
            self.add_error(
                "headcount" if self.cleaned_data.get("headcount") else "seats", said % {"most": refusal.most}
            )


class BookingForm(SeatsForm, DecoyMixin):
    """One address, some seats, perhaps a group.

    A page that many are given the same copy of shows it without a nonce (``BookingForm()``); one made for a single
    visitor has one (``BookingForm.fresh()``).
    """

    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("We send your booking there, and news if something changes."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    may_wait = forms.BooleanField(
        required=False, initial=True, label=_("If there are not enough seats, put me on the waiting list.")
    )
    made = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["name", "email", "seats"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"nonce": None, "made": _SIGNER.sign(_FORM), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @classmethod
    def fresh(cls) -> "BookingForm":
        """For a page that no cache keeps: sent twice, it is one booking however long that takes."""
        return cls(initial={"nonce": uuid.uuid4()})

    def clean_nonce(self) -> uuid.UUID | None:  # type: ignore[override]
        """Of the form; of a shared page there is none, and the wish itself tells a retry."""
        sent: uuid.UUID | None = self.cleaned_data["nonce"]
        return sent

    @property
    def was_read(self) -> bool:
        """Whether a page of ours was asked for it, not a moment ago and not last month.

        A cache gives a page to many, so that this says when it was made at the latest: who fails it may be a person,
        who is not turned away, but shares fewer turns (see ``views``).
        """
        sent = self.data.get("made", "")
        try:
            _SIGNER.unsign(sent, max_age=OLDEST)
        except signing.BadSignature:
            return False
        try:
            _SIGNER.unsign(sent, max_age=YOUNGEST)
        except signing.SignatureExpired:
            return True
        return False

    def wish(self) -> Wish:
        """What a valid form asks for."""
        said = self.cleaned_data
        return Wish(
            name=said["name"],
            email=said["email"],
            seats=self.people,
            kind=Registration.Kind.CLASS if said["headcount"] else Registration.Kind.ADULT,
            adults=said["seats"],
            group_name=said["group_name"],
            grades=said["grades"],
            needs=said["needs"],
            reminders=said["reminders"],
            may_wait=said["may_wait"],
        )


class ChangeForm(SeatsForm):
    """A booking as it stands, to be changed."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of our mails"))

    def __init__(self, data: Any = None, *, booked: Registration) -> None:
        is_class = booked.kind == Registration.Kind.CLASS
        initial = {
            "name": booked.name,
            "seats": booked.adults,
            "headcount": booked.seats - booked.adults or None,
            "group_name": booked.group_name,
            "grades": booked.grades,
            "needs": booked.needs.split(", ") if booked.needs else [],
            "reminders": booked.reminders,
            "language": booked.language,
        }
        super().__init__(data, initial=initial)
        self.booked = booked
        if is_class:
            self.fields["headcount"].required = self.fields["group_name"].required = True
        else:
            for name in ("headcount", "group_name", "grades"):
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """What ``booking.change`` is told, of a valid form."""
        said = self.cleaned_data
        kept = ("name", "group_name", "grades", "needs", "language", "reminders")
        return {"seats": self.people, "adults": said["seats"]} | {name: said[name] for name in kept if name in said}
