"""Where one is signed in: the list, and the buttons that end a session."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people import devices, sessions
from portal.people.account_pages import private
from portal.people.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@private
@login_required
def own_sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions; a button ends one of the others, or all of them."""
    user = request.user
    assert isinstance(user, User)  # login_required
    if request.method == "POST":
        wanted = _key(request.POST.get("session", ""))
        if "session" not in request.POST:
            sessions.end_all(user=user, by=user, why="ended by its holder", but=request.session)
            messages.success(request, _("You are signed in here alone now."))
        elif wanted and sessions.end(user=user, uid=wanted):
            messages.success(request, _("That session has ended."))
        else:
            messages.warning(request, _("That session had ended before."))
        return HttpResponseRedirect(reverse("account-sessions"), status=HTTPStatus.SEE_OTHER)
    rows = sessions.of(user)
    for row in rows:
        row.shown = devices.said(row.device)  # type: ignore[attr-defined]
        row.is_this = sessions.is_this(row, request.session)  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "most": settings.SESSIONS_AT_ONCE,
        "idle": int(settings.SESSION_IDLE.total_seconds() // 60),
        "hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    return render(request, "portal/people/sessions.html", context)


def _key(text: str) -> UUID | None:
    """What a form says as a session's key; ``None`` for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
