"""One person's data for staff: looked for by address, handed out, erased; and the register with its tables.

An address is sent by POST, so that it stands in no address line, history or log.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from unfold.decorators import action
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from portal.audit.admin import ReadOnlyAdmin, actor_of, may
from portal.keeping import links, person, register
from portal.keeping.models import PersonLink

EXPORT, ERASE, REGISTER = "portal.export_person", "portal.forget_person", "portal.view_keeping"


class PersonForm(forms.Form):
    """Whose data; to erase it, the address a second time."""

    email = forms.EmailField(
        label="E-mail of the person", widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "off"})
    )
    again = forms.CharField(
        label="To erase: the address once more",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Nobody erases the wrong person by a slip of the hand."""
        fields: dict[str, Any] = self.cleaned_data
        wanted, again = fields.get("email", ""), fields.get("again", "").strip()
        if "erase" in self.data and wanted and again.lower() != wanted.lower():
            self.add_error("again", "Type the same address here. Nothing was erased.")
        return fields


@admin.register(PersonLink)
class PersonLinkAdmin(ReadOnlyAdmin):
    """Links that people got to their own data: when, never whose."""

    list_display = ["created_at", "who", "expires_at"]
    list_display_links = None
    list_select_related = ["made_by"]
    actions_list = ["one_person", "whole_register"]

    has_export_permission = may(EXPORT)
    has_register_permission = may(REGISTER)

    @admin.display(description="Asked by")
    def who(self, link: PersonLink) -> str:
        return str(link.made_by) if link.made_by else "The person"

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        return [
            path("person/", site(self.person_page), name="portal_personlink_person"),
            path("register/", site(self.register_page), name="portal_personlink_register"),
            *super().get_urls(),
        ]

    @action(description="Look for a person", url_path="to-person", permissions=["export"])
    def one_person(self, request: HttpRequest) -> HttpResponse:
        return self.person_page(request)

    @action(description="The register", url_path="to-register", permissions=["register"])
    def whole_register(self, request: HttpRequest) -> HttpResponse:
        return self.register_page(request)

    def person_page(self, request: HttpRequest) -> HttpResponse:
        """Where something of a person is kept; buttons hand it out, mail the person a link, or erase it."""
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        form = PersonForm(request.POST if request.method == "POST" else None)
        found = None
        if form.is_bound and form.is_valid():
            address, by = form.cleaned_data["email"], actor_of(request)
            if "export" in request.POST:
                name = person.file_name(timezone.localdate())
                return HttpResponse(
                    person.export(address=address, by=by),
                    content_type="application/json; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
                )
            if "send" in request.POST:
                went = links.send(address=address, language=get_language() or "en", by=by)
                told = "A link is on its way." if went else "No link went: nothing is kept, or three went today."
                messages.add_message(request, messages.SUCCESS if went else messages.WARNING, told)
            if "erase" in request.POST:
                if not request.user.has_perm(ERASE):
                    raise PermissionDenied
                gone = person.erase(address=address, by=by)
                messages.success(request, f"{sum(gone.values())} rows erased in {len(gone)} tables.")
        if form.is_bound and form.fields and "email" in getattr(form, "cleaned_data", {}):
            found = person.found(form.cleaned_data["email"])
        context = {
            **self.admin_site.each_context(request),
            "title": "One person’s data",
            "opts": self.opts,
            "form": form,
            "found": found,
            "may_erase": request.user.has_perm(ERASE),
            "address": reverse("admin:portal_personlink_person"),
        }
        return TemplateResponse(request, "admin/portal/keeping/person.html", context)

    def register_page(self, request: HttpRequest) -> HttpResponse:
        """The register with tables, fields and days, for whoever must answer for it."""
        if not request.user.has_perm(REGISTER):
            raise PermissionDenied
        rules = register.rules()
        rows = [(category, [rule for rule in rules if rule.category == category]) for category in register.categories()]
        context = {
            **self.admin_site.each_context(request),
            "title": "What is kept, why, how long",
            "opts": self.opts,
            "rows": rows,
        }
        return TemplateResponse(request, "admin/portal/keeping/register.html", context)
