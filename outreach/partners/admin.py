"""Partners' accounts and wishes in the admin: staff let people in, and look at each text before the public does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from outreach.agencies import merging
from outreach.agencies.admin import AgencyAdmin
from outreach.agencies.agreement_admin import AgreementAdmin
from outreach.agencies.logo_admin import LookedAtInline
from outreach.agencies.models import Agency
from outreach.partners import agency_moves, inviting, memberships, proposals
from outreach.partners.models import AgreementAnswer, Membership, Proposal
from outreach.seminars.refusals import NotPossible
from outreach.seminars.step_admin import signed_in
from outreach.seminars.verb_pages import verb_page
from portal.audit.admin import AuditedModelAdmin, ReadOnlyAdmin, actor_of, may
from portal.pages.asking import asked_once
from portal.people import granting, roles
from portal.people.invitation_admin import SpokenField
from portal.people.links import LASTS
from portal.people.models import User

merging.MOVES.update(agency_moves.MOVES)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who is let in: by the name of sign-in or the address, so that no list of accounts is needed."""

    account = forms.CharField(
        label="Account",
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text="Its name of sign-in or its e-mail address. Nobody yet? “Invite somebody” above the list mails a link.",
    )

    by_key: int | None = None
    """Who lets in."""

    class Meta:
        model = Membership
        fields = ["agency", "may"]
        widgets = {"may": UnfoldAdminSelectWidget}

    def clean_account(self) -> User:
        """The one account in use that has this name or address."""
        text = self.cleaned_data["account"].strip()
        named = User.objects.filter(is_active=True, username=text).first()
        found = [named] if named else list(User.objects.filter(is_active=True, email__iexact=text)[:2])
        if len(found) != 1:
            how = "No account" if not found else "More than one account"
            raise forms.ValidationError(f"{how} in use has this name or address.")
        return found[0]

    def clean(self) -> dict[str, Any]:
        """An agency in use, and no membership twice."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        agency, user = cleaned.get("agency"), cleaned.get("account")
        if agency and agency.retired_at:
            self.add_error("agency", "This agency is retired: bring it back first.")
        if agency and user and Membership.objects.filter(user=user, agency=agency, ended_at=None).exists():
            self.add_error("account", "This account belongs to the agency already.")
        elif user and (why := roles.clash({*granting.held(user), roles.Role.PARTNER}, is_superuser=user.is_superuser)):
            self.add_error("account", why)
        elif user and user.pk == self.by_key:
            self.add_error("account", memberships.ONESELF)
        return cleaned


class InviteForm(forms.Form):
    """Somebody without an account, and whose pages the link opens."""

    agency = forms.ModelChoiceField(
        queryset=Agency.objects.filter(retired_at=None).order_by("name"), widget=UnfoldAdminSelect2Widget
    )
    email = forms.EmailField(label="E-mail", widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "off"}))
    may = forms.ChoiceField(choices=Membership.May.choices, initial=Membership.May.EDIT, widget=UnfoldAdminSelectWidget)
    language = SpokenField()


class MayForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whether somebody edits or only looks."""

    by_key: int | None = None
    """Who changes it."""

    class Meta:
        model = Membership
        fields = ["may"]
        widgets = {"may": UnfoldAdminSelectWidget}

    def clean(self) -> dict[str, Any]:
        """Nobody's own."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and self.instance.user_id == self.by_key:
            self.add_error(None, memberships.ONESELF)
        return cleaned


@admin.register(Membership)
class MembershipAdmin(AuditedModelAdmin):
    """Who works for which agency in the partners' own pages."""

    list_display = ["who", "agency", "may", "stands", "granted_by"]
    list_display_links = ["who"]
    list_filter = [("agency", AutocompleteSelectFilter), ("may", ChoicesDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["user", "agency", "granted_by"]
    search_fields = ["user__username", "user__last_name", "user__email", "agency__name", "agency__acronym"]
    search_help_text = "Name or address of the person, name of the agency"
    autocomplete_fields = ["agency"]
    actions = ["end"]
    actions_list = ["invite"]

    has_invite_permission = may("outreach.add_membership")

    def get_form(self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs: Any) -> Any:
        by = actor_of(request)
        kwargs["form"] = type("Form", (MayForm if obj else MembershipForm,), {"by_key": by and by.pk})
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Membership | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["account", ("agency", "may")]})]
        return [(None, {"fields": [("who", "agency"), "may", ("stands", "granted_by")]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """Whoever is let out stays out: they are let in anew."""
        return ["who", "agency", "stands", "granted_by", *(["may"] if obj and obj.ended_at else [])] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """It stays on record: it is ended."""
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # type: ignore[override]
        """By the verbs, so that the role of a partner follows, and a mail to whoever is let in."""
        by = actor_of(request)
        if change:
            # Of one that ended the form only shows, and is saved all the same.
            if form.has_changed():
                memberships.change(membership_id=obj.pk, may=obj.may, by=by)
            return
        made = memberships.let_in(user=form.cleaned_data["account"], agency=obj.agency, may=obj.may, by=by)
        obj.pk, obj.user = made.pk, made.user

    @display(description="Who", ordering="user__username")
    def who(self, membership: Membership) -> str:
        name, address = str(membership.user), membership.user.email
        return f"{name}, {address}" if address else name

    @display(description="Stands", ordering="ended_at", label={"Open": "success", "Ended": ""})
    def stands(self, membership: Membership) -> str:
        return "Ended" if membership.ended_at else "Open"

    @action(description="Invite somebody", icon="person_add", url_path="invite", permissions=["invite"])
    def invite(self, request: HttpRequest) -> HttpResponse:
        """The form; it mails a link to an account that belongs to the agency (``?agency=`` chooses it)."""
        sent = request.POST if request.method == "POST" else None
        form = InviteForm(sent, initial={"agency": request.GET.get("agency")})
        if form.is_valid():
            try:
                made = inviting.invite(by=signed_in(request), **form.cleaned_data)
            except (NotPossible, granting.NotPossible) as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, f"The link is on its way to {made.email}.", messages.SUCCESS)
                return redirect("admin:outreach_membership_changelist")
        return asked_once(
            request,
            title="Invite somebody to an agency’s pages",
            says="They get a link by mail, choose a password and a second factor, and work in that agency’s own pages "
            f"from then on, nowhere else. The link works once, for {LASTS.days} days; you are told when they accept.",
            button="Send the link",
            form=form,
            opts=self.opts,
            back=reverse("admin:outreach_membership_changelist"),
        )

    @action(description="End: out at the next page", permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[Membership]) -> None:
        running = list(chosen.filter(ended_at=None).order_by("agency", "pk"))
        for membership in running:
            memberships.end(membership_id=membership.pk, by=actor_of(request))
        self.message_user(request, f"{len(running)} ended.", messages.SUCCESS)


class RefusalForm(forms.Form):
    """Why a change is not released."""

    reason = forms.CharField(
        label="Why", max_length=200, widget=UnfoldAdminTextInputWidget, help_text="The partner reads it."
    )


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What partners ask to change in public texts. A second person, of the campaign, releases it."""

    list_display = ["what", "agency", "stands", "asked_by", "asked_at"]
    list_display_links = ["what"]
    list_filter = [
        ("state", ChoicesDropdownFilter), ("what", ChoicesDropdownFilter), ("agency", AutocompleteSelectFilter),
    ]  # fmt: skip
    list_filter_submit = True
    list_select_related = ["agency", "asked_by"]
    search_fields = ["agency__name", "agency__acronym"]
    search_help_text = "Name of the agency"
    fields = [("what", "agency"), ("asked_by", "asked_at"), "differences", ("state", "decided_by"), "reason"]
    readonly_fields = ["differences"]
    actions_detail = ["release", "refuse"]

    _may_release = may("outreach.release_proposal")

    def has_decide_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may release, of what waits."""
        waiting = Proposal.objects.waiting()
        return self._may_release(request) and (
            object_id is None or (object_id.isdecimal() and waiting.filter(pk=object_id).exists())
        )

    @display(
        description="Stands",
        ordering="state",
        label={"waiting": "warning", "released": "success", "refused": "danger", "withdrawn": ""},
    )
    def stands(self, proposal: Proposal) -> tuple[str, str]:
        return proposal.state, proposal.get_state_display()

    @display(description="Now → then")
    def differences(self, proposal: Proposal) -> SafeString | str:
        lines = format_html_join(
            "",
            '<div class="mb-3"><b>{}</b><div>{}</div><div>→ {}</div></div>',
            ((name.capitalize(), old or "(nothing)", new or "(nothing)") for name, old, new in proposal.lines),
        )
        if proposal.is_waiting and proposal.stands_now() != proposal.before:
            return format_html("<p>The record was changed since this was asked: it cannot be released.</p>{}", lines)
        return lines or "–"

    @action(description="Release", url_path="release", permissions=["decide"])
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        proposal = get_object_or_404(Proposal.objects.select_related("agency"), pk=object_id)

        def act() -> Proposal:
            return proposals.release(proposal_id=proposal.pk, by=signed_in(request))

        says = "; ".join(f"{name}: {new or 'nothing'}" for name, _, new in proposal.lines)
        return verb_page(
            self,
            request,
            proposal,
            title="Release",
            says=f"From now on the record and all that shows it say: {says}",
            form=forms.Form(request.POST if request.method == "POST" else None),
            act=act,
            done="Released. Whoever asked gets a mail.",
        )

    @action(description="Refuse…", url_path="refuse", permissions=["decide"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        proposal = get_object_or_404(Proposal.objects.select_related("agency"), pk=object_id)

        def act(reason: str) -> Proposal:
            return proposals.refuse(proposal_id=proposal.pk, reason=reason, by=signed_in(request))

        return verb_page(
            self,
            request,
            proposal,
            title="Refuse",
            says="The record stays as it is. Whoever asked gets a mail with your reason.",
            form=RefusalForm(request.POST or None),
            act=act,
            done="The record stays as it is.",
        )


class MembershipInline(LookedAtInline):
    """On an agency's page: who works for it in the partners' own pages."""

    model = Membership
    fk_name = "agency"
    tab = True
    verbose_name_plural = "accounts"
    fields = ["user", "may", "granted_by", "granted_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows: QuerySet[Membership] = super().get_queryset(request)
        return rows.filter(ended_at=None).select_related("user", "granted_by")


class AnswerInline(LookedAtInline):
    """On an agreement's page: what the partner says of it."""

    model = AgreementAnswer
    verbose_name_plural = "what the partner says"
    fields = ["says", "note", "by", "at"]
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the agreement."""
        return request.user.has_perm("outreach.view_agreement")


AgencyAdmin.inlines = [*AgencyAdmin.inlines, MembershipInline]
AgreementAdmin.inlines = [*AgreementAdmin.inlines, AnswerInline]
