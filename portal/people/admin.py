"""Accounts and the roles they hold."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, BaseModelForm, BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localtime
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.pages.asking import asked_once
from portal.people import granting, sessions
from portal.people.adapters import NEWS, tell
from portal.people.models import RoleGrant, User
from portal.people.rescue_admin import Rescue
from portal.people.roles import Role, clash

LIBRARY = frozenset({"account", "mfa", "socialaccount"})
# Permissions follow from roles alone: groups would promise what nothing keeps.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)
# Addresses, second factors and tokens of the library: holders change theirs themselves, and nobody looks at secrets.
for model in [model for model in admin.site._registry if model._meta.app_label in LIBRARY]:
    admin.site.unregister(model)


class RoleGrantFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # no subscripts at run time
    """The roles of one account, judged together as ``granting`` will judge them."""

    by: User | None = None

    def clean(self) -> None:
        """Refuses roles that stand apart, and a role for oneself."""
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if why := clash((Role(form.cleaned_data["role"]) for form in kept), is_superuser=self.instance.is_superuser):
            raise ValidationError(why)
        if self.by == self.instance and any(form.has_changed() for form in kept):
            raise ValidationError("Nobody gives a role to themselves: ask another superuser.")


class RoleGrantInline(TabularInline):
    """What the account may do."""

    model = RoleGrant
    formset = RoleGrantFormSet
    extra = 0
    verbose_name = "role"
    verbose_name_plural = "roles"

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        return type("Roles", (super().get_formset(request, obj, **kwargs),), {"by": actor_of(request)})


class AccountForm(UserChangeForm):
    """An account as superusers change it."""

    def clean(self) -> dict[str, Any] | None:
        """Refuses what would leave nobody who manages accounts."""
        given: dict[str, Any] | None = super().clean()
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        was = "is_superuser" in self.initial and self.initial["is_superuser"] and self.initial.get("is_active")
        stays = self.cleaned_data.get("is_superuser") and self.cleaned_data.get("is_active")
        if was and not stays and not others.exists():
            raise ValidationError("This is the last superuser: make another one first.")
        return given


@admin.register(User)
class UserAdmin(Rescue, DjangoUserAdmin, AuditedModelAdmin):  # type: ignore[type-arg, misc]
    """Superusers make accounts and grant roles; an account that is over is made inactive, never deleted."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = [RoleGrantInline]
    list_display = ["username", "full_name", "roles", "email", "is_active", "last_login"]
    list_filter = ["role_grants__role", "is_active", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["last_login", "date_joined", "signed_in"]
    actions_detail = ["end_sessions", "unlock", "reset_second_factor"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": [("first_name", "last_name"), "email"]}),
        (
            "Access",
            {
                "fields": ["is_active", "is_superuser", ("last_login", "date_joined"), "signed_in"],
                "description": "What the account may do follows from its roles below; a superuser may do all.",
            },
        ),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "usable_password", "password1", "password2"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("role_grants")

    @display(description="Name", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @display(description="Roles")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "Superuser"
        return ", ".join(str(Role(grant.role).label) for grant in user.role_grants.all()) or "None yet"

    has_end_permission = may("portal.end_sessions")

    @display(description="Signed in now")
    def signed_in(self, user: User) -> str:
        rows = sessions.of(user)
        return ", ".join(f"{row.device}, since {localtime(row.started_at):%-d %B, %H:%M}" for row in rows) or "Nowhere"

    @action(description="End all sessions…", url_path="end-sessions", permissions=["end"])
    def end_sessions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks once, then signs the account out everywhere."""
        user = get_object_or_404(User, pk=object_id)
        back = reverse("admin:portal_user_change", args=[user.pk])
        if request.method == "POST":
            ended = sessions.end_all(user=user, by=actor_of(request), why="ended by a superuser")
            self.message_user(request, f"{ended} ended. The account can sign in again.", messages.SUCCESS)
            return redirect(back)
        return asked_once(
            request,
            title=f"Sign {user.username} out everywhere",
            says="What they have not saved is lost. They can sign in again: to keep them out, make the account inactive.",
            button="End all sessions",
            opts=self.opts,
            back=back,
        )

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> LogEntry:
        """Django's own note; a password that somebody set for an account goes to the trail too, without the password."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            trail.record(actor=actor_of(request), verb="password set", target=obj)
            own = request.session if obj == request.user else None
            sessions.end_all(user=obj, by=actor_of(request), why="the password changed", but=own)
            tell(obj, NEWS["portal/password_set"], to=obj.email)
        return super().log_change(request, obj, message)

    def save_formset(
        self, request: HttpRequest, form: BaseModelForm[Any], formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        """Roles are given and taken by their own verb."""
        if formset.model is not RoleGrant:
            super().save_formset(request, form, formset, change)
            return
        with transaction.atomic():
            formset.save(commit=False)
            gone = {row.initial["role"] for row in formset.deleted_forms if row.instance.pk}
            # A row that became another role is one taken and one given.
            gone |= {row.initial["role"] for row in formset.initial_forms if row.instance.role != row.initial["role"]}
            new = {row.role for row in [*formset.new_objects, *(row for row, _ in formset.changed_objects)]}
            for role in sorted(gone - new):
                granting.revoke(user=form.instance, role=Role(role), by=actor_of(request))
            try:
                for role in sorted(new):
                    granting.grant(user=form.instance, role=Role(role), by=actor_of(request))
            except granting.NotPossible as refusal:  # somebody gave another role at the same moment
                self.message_user(request, str(refusal), messages.ERROR)

    def save_related(self, request: HttpRequest, form: BaseModelForm[User], formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        user.follow_roles()
        if change and "email" in form.changed_data:
            # To the one of before: the new one may be of whoever wants the account.
            tell(user, NEWS["portal/address_changed"], to=form.initial["email"])
        if change and ((form.initial.get("is_superuser") and not user.is_superuser) or not user.is_active):
            sessions.end_all(user=user, by=actor_of(request), why="a right was taken")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
