"""Accounts and the roles they hold."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import BaseModelForm
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of
from portal.people.models import RoleGrant, User
from portal.people.roles import Role

# Permissions follow from roles alone: groups would promise what nothing keeps.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


class RoleGrantInline(TabularInline):
    """What the account may do."""

    model = RoleGrant
    extra = 0
    verbose_name = "role"
    verbose_name_plural = "roles"


@admin.register(User)
class UserAdmin(DjangoUserAdmin, AuditedModelAdmin):  # type: ignore[type-arg, misc]
    """Superusers make accounts and grant roles; an account that is over is made inactive, never deleted."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = [RoleGrantInline]
    list_display = ["username", "full_name", "roles", "email", "is_active", "last_login"]
    list_filter = ["role_grants__role", "is_active", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": [("first_name", "last_name"), "email"]}),
        (
            "Access",
            {
                "fields": ["is_active", "is_superuser", ("last_login", "date_joined")],
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
        return ", ".join(Role(grant.role).label for grant in user.role_grants.all()) or "None yet"

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> LogEntry:
        """Django's own note; a password that somebody set for an account goes to the trail too, without the password."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            trail.record(actor=actor_of(request), verb="password set", target=obj)
        return super().log_change(request, obj, message)

    def save_related(self, request: HttpRequest, form: BaseModelForm[User], formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.follow_roles()

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
