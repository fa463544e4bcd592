"""The log of mails: what was written to whom, how far it came, and the way to send it again.

The library's own pages stay shut: they show private links, and let whoever opens them write mails.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from post_office.models import STATUS, Attachment, Email, EmailTemplate, Log
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.audit.admin import ReadOnlyAdmin, actor_of
from portal.mail import again
from portal.mail.models import Mail

for model in (Attachment, Email, EmailTemplate, Log):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

PRIVATE: Final = re.compile(r"(https?://\S*?/)[0-9A-Za-z_=-]{16,}")
"""The part of an address that gives whoever has it the power to act for the reader."""
GONE: Final = "The text was deleted, as it was promised."


def masked(text: str) -> str:
    """The text of a mail, its private addresses cut short."""
    return PRIVATE.sub(r"\1…", text)


class StandsFilter(admin.SimpleListFilter):
    """How far mails came."""

    title, parameter_name = "how it stands", "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waits", "Waits"), ("sent", "Sent"), ("failed", "Could not be sent"), ("back", "Came back")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mail]) -> QuerySet[Mail]:
        match self.value():
            case "waits":
                return queryset.filter(email__status__in=[STATUS.queued, STATUS.requeued])
            case "sent":
                return queryset.filter(email__status=STATUS.sent, bounce="")
            case "failed":
                return queryset.filter(email__status=STATUS.failed)
            case "back":
                return queryset.exclude(bounce="")
        return queryset


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Every mail that was made, newest first."""

    list_display = ["created_at", "to", "subject", "how_it_stands"]
    list_display_links = ["subject"]
    list_filter = [StandsFilter, ("bounce", ChoicesDropdownFilter)]
    list_select_related = ["email"]
    list_per_page = 50
    search_fields = ["to", "subject", "about"]
    show_full_result_count = False
    fields = [
        *[("to", "created_at"), ("subject", "language"), ("how_it_stands", "bounced_at"), "tries"],
        *["text", "files", ("resend_of", "by"), "once_more"],
    ]
    readonly_fields = [
        *["to", "created_at", "subject", "language", "how_it_stands", "bounced_at", "tries"],
        *["text", "files", "resend_of", "by", "once_more"],
    ]

    @display(
        description="How it stands",
        label={
            "Sent": "success",
            "Waits": "info",
            "Came back": "danger",
            "Came back, perhaps only now": "warning",
            "Could not be sent": "danger",
        },
    )
    def how_it_stands(self, mail: Mail) -> str:
        return mail.stands

    @display(description="What went wrong")
    def tries(self, mail: Mail) -> SafeString | str:
        """Without the server's own words, which name the address."""
        if mail.email is None:
            return "–"
        logs = ((f"{log.date:%d %B %Y, %H:%M}", log.exception_type, log.message) for log in mail.email.logs.all())
        return format_html_join("", "<p>{} UTC: {} {}</p>", logs) or "Nothing."

    @display(description="Text")
    def text(self, mail: Mail) -> SafeString | str:
        return format_html('<pre class="mail-text">{}</pre>', masked(mail.email.message)) if mail.email else GONE

    @display(description="Files")
    def files(self, mail: Mail) -> SafeString | str:
        if mail.email is None:
            return "–"
        found = mail.email.enclosures.all()
        shown = (
            (each.name, bytes(each.content).decode("utf-8", "replace"))
            for each in found
            if each.content_type.startswith("text/")
        )
        fold = '<details><summary>{}</summary><pre class="mail-text">{}</pre></details>'
        return format_html_join("", fold, shown) or "None."

    @display(description="Once more")
    def once_more(self, mail: Mail) -> SafeString | str:
        if again.way(mail) is None:
            return "Not from here: it is sent again from the page of what it tells of."
        return format_html(
            '<a class="underline" href="{}">Look at what would be sent now</a>',
            reverse("admin:portal_mail_again", args=[mail.pk]),
        )

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:key>/again/", self.admin_site.admin_view(self.again), name="portal_mail_again")
        return [own, *super().get_urls()]

    def again(self, request: HttpRequest, key: int) -> HttpResponse:
        """Shows what would be sent now; its button sends it, once for each time that the page was opened."""
        if not request.user.has_perm("portal.resend_mail"):
            raise PermissionDenied
        mail = get_object_or_404(Mail.objects.select_related("email"), pk=key)
        way, back = again.way(mail), reverse("admin:portal_mail_change", args=[mail.pk])
        context: dict[str, Any] = {"title": f"Once more: {mail}", "mail": mail, "back": back, "turn": uuid.uuid4()}
        try:
            if way is None:
                raise again.NotPossible("A mail of this kind is sent again from the page of what it tells of.")
            context["preview"] = way.preview(mail)
            if request.method == "POST":
                made = way.send(mail, key=_turn(request), by=actor_of(request))
                self.message_user(request, "It is sent again, as things stand now.", messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:portal_mail_change", args=[made.pk]))
        except again.NotPossible as refusal:
            context["refusal"] = str(refusal)
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, "admin/portal/mail/again.html", whole)


def _turn(request: HttpRequest) -> str:
    """What tells a second press of the button from a second wish."""
    try:
        return str(uuid.UUID(request.POST.get("turn", "")))
    except ValueError:
        raise again.NotPossible("The page was not whole: open it again.") from None
