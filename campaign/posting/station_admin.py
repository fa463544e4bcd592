"""Contacts of stations in the admin, and the links that they were sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from campaign.places import panels
from campaign.places.models import Station
from campaign.places.panels import Line, Panel
from campaign.posting import station_links
from campaign.posting.station_links import SEND
from campaign.posting.station_models import StationContact, StationLink
from portal.audit.admin import AuditedModelAdmin, ReadOnlyAdmin, actor_of, may
from portal.pages.asking import asked_once
from portal.seasons.models import Season


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """A mailbox of a role."""

    class Meta:
        model = StationContact
        fields = ["station", "role", "email", "language"]

    def _get_validation_exclusions(self) -> set[str]:
        """Without the fields of the rule that a station has a mailbox once: it is checked here too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # missing in the stubs
        return excluded - {"station", "retired_at"}


class LinkInline(TabularInline):
    """The links that a contact was sent. Whether one was opened is not kept."""

    model = StationLink
    extra = 0
    max_num = 0
    can_delete = False
    fields = ["season", "sent_by", "created_at", "expires_at", "stands"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StationLink]:
        links: QuerySet[StationLink] = super().get_queryset(request)
        return links.select_related("season", "sent_by", "station")

    @display(description="Stands")
    def stands(self, link: StationLink) -> SafeString | str:
        if link._state.adding:  # a row that a form made up
            return ""
        if link.standing != "Open":
            return link.standing
        address = reverse("admin:campaign_stationlink_withdraw", args=[link.pk])
        return format_html('Open. <a class="underline" href="{}">Withdraw it</a>', address)


@admin.register(StationContact)
class StationContactAdmin(AuditedModelAdmin):
    """Mailboxes of roles at stations."""

    form = ContactForm
    list_display = ["station", "role", "email", "language", "in_use"]
    list_display_links = ["role"]
    list_filter = [("station", AutocompleteSelectFilter), ("retired_at", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    list_select_related = ["station"]
    search_fields = ["role", "station__name", "station__code"]
    search_help_text = "Office, or the station’s name or code"
    autocomplete_fields = ["station"]
    actions = ["mail_links", "retire"]
    inlines = [LinkInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["station", "role", ("email", "language"), "link_of_january"],
                "description": "A role’s mailbox, no person’s name. Its link shows this station’s released papers "
                "and what hangs where; no schedule, no person.",
            },
        )
    ]

    has_send_permission = may(SEND)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/send/", wrap(self.send), name="campaign_stationcontact_send"),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: StationContact | None = None) -> list[str]:
        return ["link_of_january", *(["station"] if obj else [])]

    def get_inlines(self, request: HttpRequest, obj: StationContact | None = None) -> list[Any]:
        return [LinkInline] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: StationContact | None = None) -> bool:
        """What was sent stays on record: a contact is retired."""
        return False

    def save_model(self, request: HttpRequest, obj: StationContact, form: Any, change: bool) -> None:  # type: ignore[override]
        """A link went to the address of before, perhaps a stranger's by a slip of the keys: it ends with that address."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            ended = station_links.end_all(contact_id=obj.pk, by=actor_of(request))
            if ended:
                self.message_user(
                    request, "The link that went to the address of before has ended. Mail a new one.", messages.WARNING
                )

    @display(description="In use", ordering="retired_at", boolean=True)
    def in_use(self, contact: StationContact) -> bool:
        return contact.retired_at is None

    @display(description="Link")
    def link_of_january(self, contact: StationContact) -> SafeString | str:
        if contact.pk is None or contact.retired_at or not contact.email:
            return "Save first, then mail the link." if contact.pk is None else "Out of use."
        address = reverse("admin:campaign_stationcontact_send", args=[contact.pk])
        return format_html('<a class="underline" href="{}">Mail the link of this January</a>', address)

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once, then mails a contact its link."""
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        contact = get_object_or_404(StationContact.objects.select_related("station"), pk=pk)
        season = Season.objects.current()
        form = forms.Form(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            try:
                station_links.send(contact=contact, season=season, by=actor_of(request))
            except station_links.NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, "The link is on its way. One sent before has ended.", messages.SUCCESS)
                return redirect("admin:campaign_stationcontact_change", pk)
        return asked_once(
            request,
            opts=self.opts,
            form=form,
            title=f"Mail {contact} its link",
            button="Mail the link",
            says=f"It shows what is released for the station in {season}, works until the January is over, and "
            "replaces any link that this mailbox was sent before.",
            back=reverse("admin:campaign_stationcontact_change", args=[pk]),
        )

    @action(description="Mail their links of the current January", permissions=["send"])
    def mail_links(self, request: HttpRequest, contacts: QuerySet[StationContact]) -> None:
        """One mail each; those with nothing to show are told of."""
        season, sent, refused = Season.objects.current(), 0, list[str]()
        for contact in contacts.select_related("station"):
            try:
                station_links.send(contact=contact, season=season, by=actor_of(request))
                sent += 1
            except station_links.NotPossible as refusal:
                refused.append(str(refusal))
        if sent:
            self.message_user(request, f"{sent:,} links are on their way.", messages.SUCCESS)
        for said in refused[:5]:
            self.message_user(request, said, messages.WARNING)
        if len(refused) > 5:
            self.message_user(request, f"And {len(refused) - 5:,} more were not sent.", messages.WARNING)

    @action(description="Retire: end their links, write to them no more", permissions=["change"])
    def retire(self, request: HttpRequest, contacts: QuerySet[StationContact]) -> None:
        chosen = list(contacts.filter(retired_at=None))
        for contact in chosen:
            station_links.retire(contact_id=contact.pk, by=actor_of(request))
        self.message_user(request, f"{len(chosen):,} retired.", messages.SUCCESS)


@admin.register(StationLink)
class StationLinkAdmin(ReadOnlyAdmin):
    """The links that stations were sent. No list says whether one was opened: nobody keeps that."""

    list_display = ["station", "to_role", "season", "created_at", "expires_at", "stands"]
    list_filter = ["season", ("station", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["station", "contact", "season"]
    search_fields = ["station__name", "station__code", "contact__role"]
    fields = ["station", "to_role", "season", "sent_by", "created_at", "expires_at", "withdrawn_at", "stands"]
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", wrap(self.withdraw), name="campaign_stationlink_withdraw"),
            *super().get_urls(),
        ]

    @display(description="To")
    def to_role(self, link: StationLink) -> str:
        return link.contact.role

    @display(description="Stands", label={"Open": "success", "Expired": "warning", "Withdrawn": "warning"})
    def stands(self, link: StationLink) -> str:
        return link.standing

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once, then ends a link."""
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        link = get_object_or_404(StationLink.objects.select_related("station", "contact", "season"), pk=pk)
        back = reverse("admin:campaign_stationcontact_change", args=[link.contact_id])
        if request.method == "POST":
            station_links.withdraw(link_id=pk, by=actor_of(request))
            self.message_user(request, "Withdrawn: it shows nothing any more.", messages.SUCCESS)
            return redirect(back)
        return asked_once(
            request,
            opts=self.opts,
            title=f"Withdraw the link of {link.station}",
            button="Withdraw it",
            says=f"{link.contact.role} sees nothing by it from then on. What the station said before stays.",
            back=back,
        )


def contacts_of_station(request: HttpRequest, station: Station) -> Panel | None:
    """Whom a station is written to, and how its link stands."""
    if not request.user.has_perm("campaign.view_stationcontact"):
        return None
    add = Line("Add a contact", f"{reverse('admin:campaign_stationcontact_add')}?station={station.pk}")
    contacts = station.contacts.filter(retired_at=None).prefetch_related("links")
    return Panel(
        "Contacts at the station",
        {
            "lines": [
                *(
                    Line(
                        contact.role, reverse("admin:campaign_stationcontact_change", args=[contact.pk]), _last(contact)
                    )
                    for contact in contacts
                ),
                *([add] if request.user.has_perm("campaign.add_stationcontact") else []),
            ],
            "empty": "Nobody is written to at this station yet.",
        },
    )


def _last(contact: StationContact) -> str:
    """How the newest link stands."""
    links = list(contact.links.all())
    if not links:
        return "No link was sent yet."
    sent = date_format(links[0].created_at, "j F Y")
    return f"Link sent {sent}: {links[0].standing.lower()}."


panels.STATION_PANELS.append(contacts_of_station)
