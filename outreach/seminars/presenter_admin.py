"""Presenters in the admin: who they are, when they have time, their links, and what happens when one falls ill."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import dates, timezone
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from outreach.agencies.models import Agency
from outreach.seminars import occupancy
from outreach.seminars.models import Availability, Presenter, PresenterKind, WeeklyHours
from outreach.seminars.presenters import claiming, profile
from outreach.seminars.presenters.page import Clearance, clearance_of
from outreach.seminars.presenters.staff_forms import AbsenceForm, AgencyAskForm, PresenterForm, SureForm
from outreach.seminars.refusals import NotPossible
from outreach.seminars.step_admin import OWN_CLOCK, StepsAdmin, signed_in
from outreach.seminars.verb_pages import verb_page
from portal.pages.asking import asked_once
from portal.people import links

MOVES = frozenset({"base_postal_code", "latitude", "longitude", "time_zone"})
"""What changes where a presenter's drives begin, and when a day does."""

NEWS_OF_ADDRESS = {
    False: "A link that went to the address of before does nothing any more: send the invitation anew.",
    True: "The address of before still holds the links to page and calendar. Is it somebody else’s? Make new links.",
}
"""What staff are told who change the address of a presenter, by whether the page was claimed."""


class WeeklyHoursInline(TabularInline):
    """What is offered each week, on the presenter's own clock."""

    model = WeeklyHours
    extra = 0
    max_num = 7
    fields = ["weekday", "start", "end"]
    formfield_overrides = OWN_CLOCK

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "weekday":
            return forms.TypedChoiceField(
                coerce=int, choices=list(dates.WEEKDAYS.items()), widget=UnfoldAdminSelectWidget
            )
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field


class AvailabilityInline(TabularInline):
    """The dates on which the week doesn't hold, on the presenter's own clock."""

    model = Availability
    extra = 0
    fields = ["date", "is_away", "start", "end"]
    formfield_overrides = OWN_CLOCK
    verbose_name_plural = "dates on which the week doesn't hold"


@admin.register(Presenter)
class PresenterAdmin(StepsAdmin):
    """Who gives seminars. Never named in public."""

    form = PresenterForm
    inlines = [WeeklyHoursInline, AvailabilityInline]
    list_display = ["name", "agency", "kind", "speaks", "base_postal_code", "gives_virtual", "cleared", "came_in"]
    list_filter = [("kind", ChoicesDropdownFilter), ("agency", RelatedDropdownFilter), "gives_virtual"]
    list_filter_submit = True
    list_select_related = ["agency"]
    search_fields = ["name", "email", "agency__name", "agency__acronym"]
    autocomplete_fields = ["agency"]
    readonly_fields = ["came_in", "declined"]
    actions_list = ["ask_agency"]
    actions_detail = ["send_invitation", "make_new_links", "fall_ill"]
    fieldsets = [
        (None, {"fields": [("name", "email"), ("agency", "kind"), "came_in"]}),
        ("Gives", {"fields": ["languages", "topics", "gives_virtual"]}),
        (
            "From where, how far",
            {
                "fields": [("base_postal_code", "time_zone"), ("latitude", "longitude"), ("radius_miles", "max_travel_minutes")],
                "description": "Without a position the ZIP code gives one, and its clock.",
            },
        ),
        ("Background check", {"fields": [("clearance_expires_on", "clearance_note")]}),
        ("How much", {"fields": [("max_per_day", "max_seminars"), "retired_at"]}),
        ("What they declined", {"fields": ["declined"]}),
    ]  # fmt: skip

    def has_step_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Those who may change a presenter, and only one who has not retired."""
        return request.user.has_perm("outreach.change_presenter") and (
            object_id is None or self.is_among(object_id, Presenter.objects.filter(retired_at=None))
        )

    def has_ask_permission(self, request: HttpRequest) -> bool:
        """Those who may add a presenter."""
        return request.user.has_perm("outreach.add_presenter")

    def save_model(self, request: HttpRequest, obj: Presenter, form: Any, change: bool) -> None:  # type: ignore[override]
        super().save_model(request, obj, form, change)
        if change and MOVES.intersection(form.changed_data):
            self._book_anew(request, obj)
        if change and "email" in form.changed_data:
            self.message_user(request, NEWS_OF_ADDRESS[obj.claimed_at is not None], messages.WARNING)
        if obj.agency.level == Agency.Level.FEDERAL and obj.kind == PresenterKind.EDUCATOR:
            text = f"{obj.agency} is a federal agency, and schools are told that an educator comes. Is that right?"
            self.message_user(request, text, messages.WARNING)

    def _book_anew(self, request: HttpRequest, presenter: Presenter) -> None:
        """Drives begin elsewhere now: where seminars that stand can't be reached any more, staff are told."""
        try:
            occupancy.book(presenter_ids=[presenter.pk])
        except occupancy.DoubleBooked as clash:
            self.message_user(request, str(clash), messages.ERROR)

    @display(description="Languages")
    def speaks(self, presenter: Presenter) -> str:
        return ", ".join(presenter.languages)

    @display(
        description="Background check",
        ordering="clearance_expires_on",
        label={"Holds": "success", "Over": "danger", "Unknown": "warning"},
    )
    def cleared(self, presenter: Presenter) -> str:
        return _CLEARANCE[clearance_of(presenter, timezone.localdate())]

    @display(description="Private page")
    def came_in(self, presenter: Presenter) -> str:
        return f"Claimed {presenter.claimed_at:%d %b %Y}" if presenter.claimed_at else "Not claimed"

    @display(description="Said no to")
    def declined(self, presenter: Presenter) -> str:
        said = presenter.declines.select_related("seminar__area")[:20] if presenter.pk else []
        return "; ".join(
            f"{no.seminar.short_day}, {no.seminar.place}: {no.get_reason_display()}{f' ({no.note})' if no.note else ''}"
            for no in said
        ) or "Nothing."  # fmt: skip

    @action(description="Ask an agency for its presenters", url_path="ask-agency", permissions=["ask"])
    def ask_agency(self, request: HttpRequest) -> HttpResponse:
        form = AgencyAskForm(request.POST or None)
        here = reverse("admin:outreach_presenter_changelist")
        if request.method == "POST" and form.is_valid():
            try:
                asked = claiming.invite_agency(
                    agency_id=form.cleaned_data["agency"].pk, email=form.cleaned_data["email"], by=signed_in(request)
                )
            except NotPossible as refusal:
                form.add_error("agency", str(refusal))
            else:
                text = f"A link for up to {claiming.MOST} presenters is on its way to {asked.email}."
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(here)
        return asked_once(
            request,
            title="Ask an agency for its presenters",
            says=f"The link adds up to {claiming.MOST} presenters within {links.LASTS.days} days, without an account. "
            "Each of them gets a mail with a page of their own.",
            button="Mail the link",
            form=form,
            opts=self.opts,
            back=here,
        )

    @action(description="Mail the link to claim", url_path="invite", permissions=["step"])
    def send_invitation(self, request: HttpRequest, object_id: str) -> HttpResponse:
        presenter = get_object_or_404(Presenter, pk=object_id)

        def act() -> Presenter:
            claiming.invite(presenter_id=presenter.pk, by=signed_in(request))
            return presenter

        return verb_page(
            self,
            request,
            presenter,
            title="Mail the link to claim",
            says=f"{presenter.email} gets a link that works once, for {links.LASTS.days} days. An earlier one ends.",
            form=SureForm(request.POST if request.method == "POST" else None),
            act=act,
            done=f"A link is on its way to {presenter.email}.",
        )

    @action(description="Make new links", url_path="new-links", permissions=["step"])
    def make_new_links(self, request: HttpRequest, object_id: str) -> HttpResponse:
        presenter = get_object_or_404(Presenter, pk=object_id)
        return verb_page(
            self,
            request,
            presenter,
            title="Make new links",
            says="The old addresses of the private page and the calendar lead nowhere from then on; the new one is mailed.",
            form=SureForm(request.POST if request.method == "POST" else None),
            act=partial(claiming.new_links, presenter_id=presenter.pk, by=signed_in(request)),
            done=f"The new address is on its way to {presenter.email}.",
        )

    @action(description="Fell ill", url_path="fell-ill", permissions=["step"])
    def fall_ill(self, request: HttpRequest, object_id: str) -> HttpResponse:
        presenter = get_object_or_404(Presenter, pk=object_id)

        def act(**days: Any) -> Presenter:
            gone = profile.fall_out(presenter_id=presenter.pk, by=signed_in(request), **days)
            if gone:
                named = "; ".join(f"{seminar}, {seminar.short_day}" for seminar in gone[:5])
                text = f"{len(gone)} need somebody else: {named}{' …' if len(gone) > 5 else ''}. Re-plan to find them."
                self.message_user(request, text, messages.WARNING)
            return presenter

        return verb_page(
            self,
            request,
            presenter,
            title="Fell ill",
            says="Away on these days. The seminars of these days keep their hours and need somebody else; "
            "schools hear of it when another plan is approved.",
            form=AbsenceForm(request.POST or None, initial={"first": timezone.localdate()}),
            act=act,
            done="Away on these days.",
        )


_CLEARANCE = {Clearance.HOLDS: "Holds", Clearance.OVER: "Over", Clearance.UNKNOWN: "Unknown"}
