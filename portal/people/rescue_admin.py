"""What superusers do for somebody who cannot get in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action

from portal.audit.admin import actor_of, may
from portal.people import lockout, second_factor
from portal.people.models import User


class Rescue(ModelAdmin):  # type: ignore[type-arg]  # no subscripts at run time
    """Two verbs of the page of an account. Each asks once, and the trail tells who did it."""

    has_rescue_permission = may("portal.rescue_accounts")

    @action(description="Unlock…", url_path="unlock", permissions=["rescue"])
    def unlock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """After too many wrong tries, by whomever: lets the account try again at once."""
        user = get_object_or_404(User, pk=object_id)
        if request.method == "POST":
            was_locked = lockout.unlock(user=user, by=actor_of(request))
            said = f"{user.username} can try again." if was_locked else f"{user.username} was not locked."
            self.message_user(request, said, messages.SUCCESS)
            return redirect(_page_of(user))
        return self._ask(
            request,
            user,
            title=f"Unlock {user.username}",
            says=(
                "A hundred wrong codes came behind the right password: somebody knows it. See or call the person, have them "
                "choose another password by “I forgot my password”, then unlock."
                if lockout.is_closed(user)
                else "Somebody typed a wrong password or code too often. Be sure that it was them: ask them, not by mail."
            ),
            button="Unlock",
        )

    @action(description="Reset the second factor…", url_path="reset-second-factor", permissions=["rescue"])
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """For somebody who lost phone, key and recovery codes."""
        user = get_object_or_404(User, pk=object_id)
        if user == request.user:
            self.message_user(request, "Your own are on your page “How you sign in”.", messages.ERROR)
            return redirect(_page_of(user))
        if request.method == "POST":
            second_factor.reset(user=user, by=actor_of(request))
            self.message_user(request, f"{user.username} chooses a new one when signing in next.", messages.SUCCESS)
            return redirect(_page_of(user))
        return self._ask(
            request,
            user,
            title=f"Reset the second factor of {user.username}",
            says=(
                "Passkeys, app and recovery codes go, an office’s own sign-in is disconnected, and every session ends. "
                "Until a new factor is chosen the password alone is the way in, so see or call the person first. They "
                "get a mail."
            ),
            button="Reset the second factor",
        )

    def _ask(self, request: HttpRequest, user: User, **words: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **words,
            "form": forms.Form(),
            "opts": self.opts,
            "back": _page_of(user),
        }
        return TemplateResponse(request, "admin/portal/verb.html", context)


def _page_of(user: User) -> str:
    return reverse("admin:portal_user_change", args=[user.pk])
