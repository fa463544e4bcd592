"""Invitations in the admin: who was asked, how it stands, and the forms that ask and withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
)

from portal.audit.admin import ReadOnlyAdmin, actor_of, may
from portal.pages.asking import asked_once
from portal.people import granting, invitations
from portal.people.links import LASTS
from portal.people.models import AccountInvitation, User
from portal.people.roles import Role, clash


class SpokenField(forms.ChoiceField):
    """In which language somebody is written to, and reads the page behind the link."""

    def __init__(self) -> None:
        super().__init__(
            choices=settings.LANGUAGES,
            initial="en",
            widget=UnfoldAdminSelectWidget,
            help_text="Of the mail, and of the page that it leads to.",
        )


class InviteForm(forms.Form):
    """Whom, and to which parts; only those are offered that the inviter may give."""

    email = forms.EmailField(label="E-mail", widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "off"}))
    language = SpokenField()
    roles = forms.TypedMultipleChoiceField(coerce=Role, widget=UnfoldAdminCheckboxSelectMultipleWidget)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        offered = granting.may_give(by)
        self.fields["roles"].choices = [(role.value, role.label) for role in Role if role in offered]  # type: ignore[attr-defined]

    def clean_roles(self) -> list[Role]:
        """Roles that may stand together."""
        roles: list[Role] = self.cleaned_data["roles"]
        if why := clash(roles):
            raise forms.ValidationError(why)
        return roles


@admin.register(AccountInvitation)
class AccountInvitationAdmin(ReadOnlyAdmin):
    """Who was asked to have an account. Links run out by themselves."""

    list_display = ["email", "parts", "stands", "invited_by", "created_at"]
    list_filter = ["created_at"]
    list_select_related = ["invited_by", "account"]
    search_fields = ["email"]
    fields = ["email", "parts", "stands", ("invited_by", "created_at"), ("expires_at", "account")]
    readonly_fields = ["parts", "stands"]
    actions_list = ["invite"]
    actions_detail = ["withdraw"]

    has_invite_permission = may("portal.invite_people")

    def has_withdraw_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may invite, of an invitation that is open."""
        if not self.has_invite_permission(request):
            return False
        rows = AccountInvitation.objects.open(timezone.now())
        return object_id is None or (object_id.isdecimal() and rows.filter(pk=object_id).exists())

    @display(description="Roles")
    def parts(self, invitation: AccountInvitation) -> str:
        return ", ".join(str(role.label) for role in invitation.wanted)

    @display(description="Stands", label={"Open": "info", "Accepted": "success", "Withdrawn": "", "Expired": "warning"})
    def stands(self, invitation: AccountInvitation) -> str:
        if invitation.used_at:
            return "Accepted"
        if invitation.withdrawn_at:
            return "Withdrawn"
        return "Open" if invitation.expires_at > timezone.now() else "Expired"

    @action(description="Invite somebody", url_path="invite", permissions=["invite"])
    def invite(self, request: HttpRequest) -> HttpResponse:
        """The form; it mails the link."""
        by = actor_of(request)
        assert by is not None  # the permission is an account's
        form = InviteForm(request.POST if request.method == "POST" else None, by=by)
        if form.is_bound and form.is_valid():
            try:
                made = invitations.invite(by=by, **form.cleaned_data)
            except granting.NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, f"The link is on its way to {made.email}.", messages.SUCCESS)
                return redirect("admin:portal_accountinvitation_changelist")
        return asked_once(
            request,
            title="Invite somebody",
            says="They get a link by mail, choose a password and a second factor, and have this part from then on. "
            f"The link works once, for {LASTS.days} days; you are told when they accept.",
            button="Send the link",
            form=form,
            opts=self.opts,
            back=reverse("admin:portal_accountinvitation_changelist"),
        )

    @action(description="Withdraw…", url_path="withdraw", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks once, then ends the link."""
        invitation = get_object_or_404(AccountInvitation, pk=object_id)
        by = actor_of(request)
        back = reverse("admin:portal_accountinvitation_change", args=[invitation.pk])
        if request.method == "POST" and by:
            try:
                ended = invitations.withdraw(invitation_id=invitation.pk, by=by)
            except granting.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                told = "The link does nothing any more." if ended else "It had ended before."
                self.message_user(request, told, messages.SUCCESS)
            return redirect(back)
        return asked_once(
            request,
            title=f"Withdraw the invitation of {invitation.email}",
            says="The link that we mailed does nothing any more. Nobody is told.",
            button="Withdraw it",
            opts=self.opts,
            back=back,
        )
