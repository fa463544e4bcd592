"""Seminars in the admin: plan, open, cancel; and the door to the room's other pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.agencies import merging, timeline
from outreach.seminars import (
    agency_moves,
    conditions,
    event_pages,
    occupancy,
    pack,
    pack_views,
    presenter_admin,
    promises,
    publishing,
    request_admin,
)
from outreach.seminars.audiences import UNLISTED
from outreach.seminars.event_pages import EventPage
from outreach.seminars.models import Presenter, Seminar
from outreach.seminars.plans import admin as plan_admin
from outreach.seminars.refusals import NotPossible
from outreach.seminars.staff_forms import MOVES, ReasonForm, SeminarForm, StaffConditionsForm
from outreach.seminars.step_admin import StepsAdmin, signed_in
from outreach.seminars.verb_pages import verb_page
from portal.audit import trail
from portal.audit.admin import actor_of, may

__all__ = ["SeminarAdmin", "plan_admin", "presenter_admin", "request_admin"]

merging.MOVES.update(agency_moves.MOVES)
timeline.SOURCES.append(agency_moves.events)

# A change of these may free seats for those who wait.
BY_SEATS = frozenset({"capacity", "groups", "largest_group", "takes_classes", "waitlist"})


@admin.register(Seminar)
class SeminarAdmin(StepsAdmin):
    """Seminars and events, from draft to done."""

    form = SeminarForm
    list_display = ["title", "when_there", "place_short", "audience", "booked", "stands", "still"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("audience", ChoicesDropdownFilter),
        ("area", RelatedDropdownFilter),
        ("mode", ChoicesDropdownFilter),
        "season",
    ]
    list_filter_submit = True
    list_select_related = ["area", "request", "presenter", "child_line"]
    list_per_page = 50
    search_fields = ["title", "city", "venue", "school__name"]
    autocomplete_fields = ["request", "school", "presenter", "area", "host", "partners"]
    readonly_fields = ["state", "reason", "seats_taken", "waiting", "public_page", "waits_for", "papers", "says"]
    actions = ["open_all_ready"]
    actions_detail = ["before_opening", "call_off"]
    change_form_before_template = "admin/outreach/seminar/_pages.html"
    actions_submit_line = ["open_it", "hold_it", "mark_done"]
    fieldsets = [
        (None, {"fields": ["title", ("audience", "topic"), ("state", "reason"), "public_page"]}),
        ("Before it opens", {"fields": ["waits_for", "says", "papers"]}),
        ("When", {"fields": [("day", "start"), ("time_zone", "minutes")]}),
        ("Where", {"fields": [("mode", "language"), ("venue", "address"), ("city", "area"), "join_url"]}),
        ("What visitors read", {"fields": ["summary", "expect", "content_note", "access", ("host", "partners")]}),
        (
            "Seats",
            {
                "fields": [
                    *[("capacity", "seats_taken"), ("waitlist", "waiting"), ("closes_day", "closes_time")],
                    *["takes_classes", ("largest_group", "groups")],
                ]
            },
        ),
        ("Belongs to", {"fields": [("season", "request"), ("school", "presenter")]}),
    ]

    _may_publish = may("outreach.publish_seminar")

    def get_fieldsets(self, request: HttpRequest, obj: Seminar | None = None) -> Any:
        """Who gives it is told to those who may see presenters."""
        shown = super().get_fieldsets(request, obj)
        if request.user.has_perm("outreach.view_presenter"):
            return shown
        return [(title, {**options, "fields": _unnamed(options["fields"])}) for title, options in shown]

    def has_open_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only a draft is opened."""
        return self._in_state(request, object_id, Seminar.State.DRAFT)

    def has_end_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only an open seminar ends."""
        return self._in_state(request, object_id, Seminar.State.OPEN)

    def has_call_off_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """What is cancelled or done is not called off."""
        return self._in_state(request, object_id, Seminar.State.DRAFT, Seminar.State.OPEN)

    def has_before_opening_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only for students, as long as it lies ahead."""
        return self._in_state(request, object_id, *conditions.LIVE) and (
            object_id is None or self.is_among(object_id, Seminar.objects.filter(audience__in=UNLISTED))
        )

    def _in_state(self, request: HttpRequest, object_id: str | None, *states: Seminar.State) -> bool:
        return self._may_publish(request) and (
            object_id is None or self.is_among(object_id, Seminar.objects.filter(state__in=states))
        )

    def save_model(self, request: HttpRequest, obj: Seminar, form: Any, change: bool) -> None:  # type: ignore[override]
        moved = change and bool(MOVES.intersection(form.changed_data))
        former = Presenter.objects.filter(pk=form.initial.get("presenter")).first() if change else None
        if moved or (former and former != obj.presenter):
            obj.sequence += 1
        if form.changed_data:
            obj.changed_at = timezone.now()
        super().save_model(request, obj, form, change)
        if change and BY_SEATS.intersection(form.changed_data):
            publishing.seats_changed.send(sender=Seminar, seminar=obj)
        still = publishing.settle(obj, former=former, moved=moved, by=signed_in(request))
        if moved:
            publishing.tell_of_change(seminar=obj)
        if still and obj.approved_at:
            self.message_user(request, str(publishing.Waits(still)), messages.WARNING)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """As ever; where somebody else took the presenter's time in the same moment, nothing is kept and it is said."""
        more = {"event_pages": self._links(request, object_id) if object_id else []}
        try:
            page: HttpResponse = super().changeform_view(
                request, object_id, form_url, {**(extra_context or {}), **more}
            )
        except occupancy.DoubleBooked as clash:
            self.message_user(request, str(clash), messages.ERROR)
            return HttpResponseRedirect(request.path)
        return page

    @display(description="When, on its own clock", ordering="starts_at")
    def when_there(self, seminar: Seminar) -> str:
        return f"{seminar.short_day}, {seminar.start_time} {seminar.clock}"

    @display(description="Place", ordering="city")
    def place_short(self, seminar: Seminar) -> str:
        return f"{seminar.place} (by video)" if seminar.is_virtual else seminar.place

    @display(description="Booked")
    def booked(self, seminar: Seminar) -> str:
        return f"{seminar.seats_taken} of {seminar.capacity}"

    @display(
        description="State",
        ordering="state",
        label={"Draft": "warning", "Open": "success", "Cancelled": "danger", "Done": "info"},
    )
    def stands(self, seminar: Seminar) -> str:
        return seminar.get_state_display()

    @display(description="Public page")
    def public_page(self, seminar: Seminar) -> SafeString | str:
        if not seminar.pk or not seminar.is_public:
            return "None: a draft, or for students."
        return format_html('<a class="underline" href="{}">Look at it</a>', reverse("event", args=[seminar.uid]))

    @display(description="Waits for")
    def still(self, seminar: Seminar) -> str:
        """In a list: how many things, and the first of them."""
        if seminar.state != Seminar.State.DRAFT or not seminar.is_unlisted:
            return ""
        lacks = conditions.missing(seminar)
        if not lacks:
            return "Nothing: open it" if seminar.approved_at else "Nothing: a person’s yes"
        more = f" And {len(lacks) - 1} more." if len(lacks) > 1 else ""
        return f"{lacks[0].sentence}{more}"

    @display(description="It waits for")
    def waits_for(self, seminar: Seminar) -> SafeString | str:
        if not seminar.pk or seminar.state not in conditions.LIVE:
            return "Nothing."
        still = conditions.missing(seminar)
        if not still:
            return "Nothing: all that it needs is there."
        return format_html_join("", "<p>{}</p>", ((each.sentence,) for each in still))

    @display(description="The presenter")
    def says(self, seminar: Seminar) -> str:
        if not seminar.pk or seminar.presenter is None:
            return "Nobody yet."
        told = promises.may_give(seminar, seminar.presenter) if seminar.state in conditions.LIVE else ""
        return told or f"{seminar.presenter}: {seminar.get_answer_display()}."

    @display(description="Papers")
    def papers(self, seminar: Seminar) -> SafeString | str:
        if not seminar.pk or not seminar.is_unlisted or seminar.presenter is None:
            return "None: for seminars with students, once somebody is found to give them."
        names = pack.names()
        links = (
            (reverse("admin:outreach_seminar_paper", args=[seminar.pk, part, code]), names[part], code.upper())
            for part in (*pack.for_school(seminar), pack.Part.BRIEF)
            for code in pack.LANGUAGES
        )
        return format_html_join("", '<p><a class="underline" href="{}">{}, {}</a></p>', links)

    def get_urls(self) -> list[URLPattern]:
        paper = self.admin_site.admin_view(self.paper)
        broken = path("broken/", self.admin_site.admin_view(self.broken), name="outreach_seminar_broken")
        own = path("<int:key>/pack/<slug:part>.<slug:language>.pdf", paper, name="outreach_seminar_paper")
        return [own, broken, *map(self._event_page, event_pages.PAGES), *super().get_urls()]

    def _event_page(self, page: EventPage) -> URLPattern:
        """The address of a page that a higher room adds."""

        def answer(request: HttpRequest, key: int) -> HttpResponse:
            if not request.user.has_perm(page.permission):
                raise PermissionDenied
            seminar = get_object_or_404(Seminar.objects.select_related("area", "presenter", "school"), pk=key)
            if not page.fits(seminar):
                raise Http404
            return page.show(self, request, seminar)

        own = path(f"<int:key>/{page.path}/", self.admin_site.admin_view(answer), name=f"outreach_seminar_{page.name}")
        return cast(URLPattern, own)

    def _links(self, request: HttpRequest, object_id: str) -> list[tuple[str, str]]:
        """Addresses and titles of the pages that fit a seminar, for this account."""
        seminar = (
            Seminar.objects.filter(pk=object_id).first() if self.is_among(object_id, Seminar.objects.all()) else None
        )
        return [
            (reverse(f"admin:outreach_seminar_{page.name}", args=[seminar.pk]), page.title)
            for page in event_pages.PAGES
            if seminar and request.user.has_perm(page.permission) and page.fits(seminar)
        ]

    def broken(self, request: HttpRequest) -> HttpResponse:
        """Seminars to come that are no longer as their schools were promised, each with a link to mend it."""
        if not self._may_publish(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Promises to schools that no longer hold",
            "opts": self.opts,
            "rows": promises.broken(),
        }
        return TemplateResponse(request, "admin/outreach/seminar/broken.html", context)

    def paper(self, request: HttpRequest, key: int, part: str, language: str) -> HttpResponse:
        """One paper of the school pack, also of a draft."""
        if not self._may_publish(request):
            raise PermissionDenied
        if part not in list(pack.Part):
            raise Http404
        found = get_object_or_404(Seminar.objects.select_related(*pack_views.NEEDED), pk=key)
        response = pack_views.file(found, pack.Part(part), language)
        if response.status_code == HTTPStatus.OK:
            label = f"Seminar {found.pk}: {part} ({language})"
            trail.record(actor=actor_of(request), verb="downloaded", target=found, label=label)
        return response

    @action(description="Open those that wait for nothing any more", permissions=["open"])
    def open_all_ready(self, request: HttpRequest, chosen: QuerySet[Seminar]) -> None:
        opened, refused = 0, []
        for seminar in chosen.filter(state=Seminar.State.DRAFT).order_by("pk"):
            try:
                publishing.publish(seminar_id=seminar.pk, by=signed_in(request))
            except NotPossible as refusal:
                refused.append(f"{seminar.venue or seminar.title}: {refusal}")
            else:
                opened += 1
        self.message_user(request, f"{opened} opened.", messages.SUCCESS if opened else messages.WARNING)
        for told in refused[:5]:
            self.message_user(request, told, messages.WARNING)

    @action(description="What must be there", url_path="conditions", permissions=["before_opening"])
    def before_opening(self, request: HttpRequest, object_id: str) -> HttpResponse:
        seminar = get_object_or_404(Seminar.objects.select_related(*pack_views.NEEDED), pk=object_id)
        still = " ".join(each.sentence for each in conditions.missing(seminar))
        return verb_page(
            self,
            request,
            seminar,
            title="Keep it",
            says=f"{still or 'All that it needs is there.'} The child protection line comes from Reporting channels.",
            form=StaffConditionsForm(request.POST or None, seminar=seminar),
            act=lambda **fields: conditions.provide(seminar_id=seminar.pk, fields=fields, by=signed_in(request)),
            done="Kept.",
        )

    @action(description="Hold it: tell school and presenter, open later", permissions=["open"])
    def hold_it(self, request: HttpRequest, seminar: Seminar) -> None:
        self.take(request, publishing.hold, "It is held. The school is told what it waits for.", seminar_id=seminar.pk)

    @action(description="Open it", permissions=["open"])
    def open_it(self, request: HttpRequest, seminar: Seminar) -> None:
        self.take(request, publishing.publish, "It is open.", seminar_id=seminar.pk)

    @action(description="It took place", permissions=["end"])
    def mark_done(self, request: HttpRequest, seminar: Seminar) -> None:
        self.take(request, publishing.finish, "Marked as done.", seminar_id=seminar.pk)

    @action(description="Cancel it", url_path="call-off", permissions=["call_off"])
    def call_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        seminar = get_object_or_404(Seminar, pk=object_id)
        return verb_page(
            self,
            request,
            seminar,
            title="Cancel it",
            says=f"{event_pages.who_hears(seminar)} They get a mail with this reason, which takes it out of their calendars. "
            "This is final.",
            form=ReasonForm(request.POST or None),
            act=partial(publishing.cancel, seminar_id=seminar.pk, by=signed_in(request)),
            done="Cancelled. Everyone who booked has been told.",
        )


def _unnamed(fields: Iterable[Any]) -> list[Any]:
    """Fields, some of them in rows, without those that name a presenter."""
    kept = [each for each in fields if each not in ("presenter", "says")]
    return [tuple(_unnamed(each)) if isinstance(each, list | tuple) else each for each in kept]
