"""The form with which a school asks for a seminar: calm order, plain words, nothing lost on error."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.schools.models import School
from outreach.schools.positions import at_postal_code
from outreach.seminars.audiences import Audience, audience_of
from outreach.seminars.choices import Equipment, Grades, Language, Mode, ParentsTold, PresenterKind, Topic
from outreach.seminars.day_fields import SHOWN_DATES, DaysMixin
from outreach.seminars.fields import NameField, PostalCodeField
from outreach.seminars.form_parts import DateInput, DecoyMixin, Fold, Section
from outreach.seminars.models import Request
from outreach.seminars.needs import Need, joined
from portal.areas.clocks import clock_name
from portal.areas.models import Area
from portal.areas.register import BY_CODE, AreaKind
from portal.areas.zones import zone_at
from portal.seasons.models import Season

MINUTES = (30, 45, 60, 90)
MOST_PEOPLE = 2_000
OF_PARENTS = ("parents_told_on", "parents_told_how", "opt_out")
"""What only minors' schools are asked."""
OF_STUDENTS = ("safeguarding_contact", "counsellor_present", "private_room")
"""What is asked where students come, of whatever age."""
EMPTY: Mapping[str, object] = {"parents_told_on": None, "counsellor_present": False}
NEEDED_FOR_STUDENTS = gettext_lazy("We need this, since students will be in the room.")


class RequestForm(DaysMixin, DecoyMixin):
    """A school's wish. ``today`` is the day on which it is filled."""

    reached = forms.CharField(required=False, widget=forms.HiddenInput)  # the furthest step, for the page alone
    school = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    school_name = NameField(
        max_length=160,
        label=gettext_lazy("Name of the school"),
        help_text=gettext_lazy("Or its city, or its NCES or IPEDS number."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    city = NameField(
        max_length=80, label=gettext_lazy("City"), widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    area = forms.ModelChoiceField(
        Area.objects.filter(kind__in=[AreaKind.STATE, AreaKind.DISTRICT, AreaKind.TERRITORY]),
        label=gettext_lazy("State or territory"),
        empty_label=gettext_lazy("Choose"),
    )
    postal_code = PostalCodeField(
        required=False,
        label=gettext_lazy("ZIP code"),
        help_text=gettext_lazy("So that we find a presenter who lives near."),
    )
    grades = forms.ChoiceField(
        choices=[("", gettext_lazy("Choose")), *Grades.choices], label=gettext_lazy("Who will be in the room?")
    )
    headcount = forms.IntegerField(
        min_value=1,
        max_value=MOST_PEOPLE,
        label=gettext_lazy("About how many people?"),
        help_text=gettext_lazy("Only the number. We never ask for students’ names."),
    )
    topic = forms.ChoiceField(
        choices=Topic.choices, label=gettext_lazy("Topic"), widget=forms.RadioSelect, initial=Topic.AWARENESS
    )
    mode = forms.ChoiceField(
        choices=Mode.choices,
        label=gettext_lazy("In person or by video?"),
        widget=forms.RadioSelect,
        initial="in_person",
    )
    language = forms.ChoiceField(
        choices=Language.choices, label=gettext_lazy("Language of the seminar"), initial=Language.ENGLISH
    )
    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[(minutes, str(minutes)) for minutes in MINUTES],
        initial=60,
        label=gettext_lazy("Length in minutes"),
    )
    presenter_kinds = forms.MultipleChoiceField(
        choices=PresenterKind.choices,
        initial=[PresenterKind.EDUCATOR],
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Who may present?"),
        help_text=gettext_lazy("We send only someone you choose here. Tell parents who it will be."),
    )
    safeguarding_contact = forms.CharField(
        max_length=160,
        label=gettext_lazy("Whom can a student go to that day?"),
        error_messages={"required": NEEDED_FOR_STUDENTS},
        help_text=gettext_lazy("An adult at the school, such as the counselor: name or role, and where to find them."),
    )
    parents_told_on = forms.DateField(
        widget=DateInput(),
        label=gettext_lazy("When are parents told?"),
        error_messages={"required": NEEDED_FOR_STUDENTS},
        help_text=gettext_lazy("Parents learn who presents and what about, and can say no for their child."),
    )
    parents_told_how = forms.ChoiceField(
        choices=[("", gettext_lazy("Choose")), *ParentsTold.choices],
        required=False,
        label=gettext_lazy("How are parents told?"),
    )
    opt_out = forms.CharField(
        max_length=160,
        required=False,
        label=gettext_lazy("How can a family say no?"),
        help_text=gettext_lazy("A way, such as a form at the front office. Never a child’s name."),
    )
    counsellor_present = forms.BooleanField(
        required=False, label=gettext_lazy("A counselor will be there from beginning to end")
    )
    private_room = forms.CharField(
        max_length=120,
        required=False,
        label=gettext_lazy("Where can somebody talk alone afterwards?"),
        help_text=gettext_lazy("A room with a door, near the seminar."),
    )
    room = forms.CharField(
        max_length=120,
        required=False,
        label=gettext_lazy("Which room?"),
        help_text=gettext_lazy("Such as: library, 60 seats. You can say it later."),
    )
    equipment = forms.MultipleChoiceField(
        choices=Equipment.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What does the room have?"),
    )
    needs = forms.MultipleChoiceField(
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What does the group need?"),
        help_text=gettext_lazy("Sign language and captions take us about two weeks to arrange."),
    )
    contact_name = NameField(
        max_length=120, label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_role = forms.CharField(
        max_length=80,
        required=False,
        label=gettext_lazy("Your role at the school"),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Your work e-mail"),
        help_text=gettext_lazy("We write to this address only about this request."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("Your phone at work"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    note = forms.CharField(
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Anything else about the room or the day?"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_days()
        for name in self.unasked:
            self.fields[name].required = False
        # In the order of the page, so that a summary of errors leads down it.
        self.order_fields([bound.name for section in self.sections() for bound in section.all_fields()])

    @classmethod
    def typed(cls, data: "MultiValueDict[str, str]", *, season: Season) -> dict[str, list[str]]:
        """What stands in the fields of a page that was sent, as it was typed: a draft. Nothing is checked."""
        names = cls(season=season, today=season.starts_on).fields.keys() - {"website"}
        return {name: values for name in sorted(names) if (values := [text for text in data.getlist(name) if text])}

    @classmethod
    def continued(cls, typed: Mapping[str, Sequence[str]], *, season: Season, today: dt.date) -> "RequestForm":
        """The form with what stood in a page before; nothing is wrong with it until it is sent."""
        initial: dict[str, Any] = {}
        for name, field in cls(season=season, today=today).fields.items():
            values = typed.get(name, ())
            if isinstance(field, forms.MultipleChoiceField):
                initial[name] = list(values)
            elif values or name != "nonce":
                initial[name] = values[0] if values else ""
        return cls(season=season, today=today, initial=initial)

    @cached_property
    def chosen(self) -> School | None:
        """The school of the register that was chosen, unless another name was written over it."""
        school = _school(str(self["school"].value() or ""))
        return school if school and _same(school.name, str(self["school_name"].value() or "")) else None

    @property
    def audience(self) -> Audience:
        """Before whom it will be given, as far as it is said."""
        return audience_of(grades=str(self["grades"].value() or ""), topic=str(self["topic"].value() or ""))

    @property
    def unasked(self) -> frozenset[str]:
        """Fields that are no matter to this audience: what stands in them is neither checked nor sent."""
        audience = self.audience
        return frozenset((() if audience.are_minors else OF_PARENTS) + (() if audience.is_unlisted else OF_STUDENTS))

    @property
    def zone(self) -> str:
        """IANA name of the school's clock, as far as what was written tells it; "" where a guess could be wrong."""
        school, area = self.chosen, BY_CODE.get(str(self["area"].value() or ""))
        if school and school.time_zone:
            return school.time_zone
        zones = area.time_zones if area else ()
        if len(zones) == 1:
            return zones[0]
        postal_code = str(self["postal_code"].value() or "")[:5]
        position = at_postal_code(postal_code) if zones and postal_code.isdecimal() else None
        return zone_at(*position) if position else ""

    def sections(self) -> Iterator[Section]:
        """The fields in the order in which they are asked."""

        def bound(*names: str) -> list[forms.BoundField]:
            return [self[name] for name in names if name not in self.unasked]

        days, zone = list(self.days()), self.zone
        yield Section("school", "school", _("Your school"), bound("school_name", "city", "area", "postal_code"))
        yield Section(
            "group", "group", _("The group"), bound("grades", "headcount", "topic", "language", "mode", "minutes")
        )
        yield Section(
            "days",
            "days",
            _("Days that suit you"),
            [],
            intro=_(
                "The best day first, on your school’s own clock (%(clock)s). One is enough; three make it more likely."
            )
            % {"clock": clock_name(zone)}
            if zone
            else _("The best day first, on your school’s own clock. One is enough; three make it more likely."),
            days=days[:SHOWN_DATES],
            folds=[
                Fold(_("More days"), days[SHOWN_DATES:]),
                Fold(
                    _("Days on which your school is closed or busy"),
                    list(self.stretches()),
                    _("Winter break, exams, staff days. We then plan nothing there."),
                ),
            ],
        )
        yield Section(
            "people",
            "presenter",
            _("Who stands before the group"),
            bound("presenter_kinds"),
            warning=_(
                "A federal agent may work for immigration enforcement. Homeland Security Investigations, for one, is "
                "part of ICE. Some families may keep their child at home for that. If you choose nobody but an "
                "educator or advocate, no officer comes."
            ),
        )
        if self.audience.is_unlisted:
            yield Section(
                "people",
                "safety",
                _("Keeping students safe"),
                bound("safeguarding_contact", "parents_told_on"),
                free_text=True,
                folds=[
                    Fold(
                        _("What else you know already"),
                        intro=_("You can tell us these before the day, too."),
                        fields=bound("parents_told_how", "opt_out", "counsellor_present", "private_room"),
                    )
                ],
            )
        yield Section(
            "contact",
            "contact",
            _("Who we write to"),
            bound("contact_name", "contact_email"),
            folds=[Fold(_("Your role and phone"), fields=bound("contact_role", "contact_phone"))],
        )
        yield Section(
            "contact",
            "room",
            _("The room"),
            [],
            intro=_("You can tell us these before the day, too."),
            folds=[
                Fold(_("What the group needs: sign language, captions, access"), fields=bound("needs")),
                Fold(_("The room, and what it has"), fields=bound("room", "equipment")),
                Fold(_("Anything else"), fields=bound("note"), free_text=True),
            ],
        )

    def clean_school(self) -> School | None:
        """Of the register, if it is one."""
        return _school(self.cleaned_data["school"])

    def clean(self) -> dict[str, Any]:
        """Windows and what students need."""
        cleaned = super().clean() or self.cleaned_data
        if (school := cleaned.get("school")) and not _same(school.name, cleaned.get("school_name", "")):
            cleaned["school"] = None
        self.clean_days()
        for name in (*self.unasked, "reached"):
            self.errors.pop(name, None)
            cleaned[name] = EMPTY.get(name, "")
        told, first = cleaned.get("parents_told_on"), self.first_day()
        if told and first and told >= first:
            self.add_error("parents_told_on", _("Parents must be told before the first day you named."))
        return cleaned

    def request(self) -> Request:
        """The request of a valid form, unsaved."""
        cleaned = self.cleaned_data
        plain = (
            *("school", "school_name", "city", "area", "postal_code"),
            *("contact_name", "contact_role", "contact_email", "contact_phone"),
            *("grades", "headcount", "topic", "mode", "language", "minutes", "presenter_kinds", "room", "equipment"),
            *("safeguarding_contact", "parents_told_on", "parents_told_how", "opt_out", "private_room", "note"),
        )
        return Request(
            season=self.season,
            needs=joined(cleaned["needs"]),
            # An empty box says that nobody has said so yet, not that nobody will be there.
            counsellor_present=cleaned["counsellor_present"] or None,
            **{name: cleaned[name] for name in plain},
        )


def _school(uid: str) -> School | None:
    """The open school with that uid; None for what is no uid at all, too."""
    try:
        return School.objects.open().select_related("state").filter(uid=uuid.UUID(uid)).first()
    except ValueError:
        return None


def _same(name: str, other: str) -> bool:
    """Whether two names are the same but for case and blanks."""
    return name.casefold().split() == other.casefold().split()
