"""Pages of an event in the admin: move it, copy it, its mails."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from outreach.registration import calendars, cloning, mails, moving, resending
from outreach.registration.models import BookingNotice, Registration
from outreach.registration.staff_forms import CloneForm, MoveForm, PreviewForm, digest
from outreach.seminars import event_pages
from outreach.seminars.event_pages import EventPage
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from outreach.seminars.step_admin import signed_in
from portal.mail import outbox
from portal.mail.models import Mail
from portal.pages.asking import asked_once

__all__ = ["resending"]

MOST_SHOWN: Final = 200


def move(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """Asks for the new time, place or link; shows who will hear and what they read; then moves it."""
    form = MoveForm(request.POST or None, instance=Seminar.objects.get(pk=seminar.pk))
    context: dict[str, Any] = {"form": form, "hears": moving.hearers(seminar), "title": f"Move it: {seminar}"}
    if request.method == "POST" and form.is_valid():
        fields, reason = form.fields_moved, form.cleaned_data["reason"]
        seen = digest(fields, reason)
        if request.POST.get("step") == "move" and request.POST.get("seen") == seen:
            try:
                moving.move(seminar_id=seminar.pk, fields=fields, reason=reason, by=signed_in(request))
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                page.message_user(request, f"Moved. {context['hears']}", messages.SUCCESS)
                return HttpResponseRedirect(_change_page(seminar))
        elif changes := moving.differences(seminar, fields):
            then = moving.moved(seminar, {**fields, "reason": reason})
            samples = [mails.preview(_somebody(then, language), template=mails.MOVED) for language in ("en", "es")]
            context |= {"changes": changes, "samples": samples, "seen": seen}
        else:
            form.add_error(None, "Nothing is different: change the time, the place or the link, or go back.")
    return _answer(page, request, seminar, "move", context)


def clone(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """Asks for the days, and makes a draft for each."""
    in_a_week = (seminar.starts_at + dt.timedelta(days=7)).date()
    form = CloneForm(request.POST or None, initial={"day": in_a_week})
    if request.method == "POST" and form.is_valid():
        try:
            made = cloning.clone(seminar_id=seminar.pk, days=form.days, by=signed_in(request))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            told = "; ".join(f"{each.day}, {each.start_time}" for each in made)
            page.message_user(request, f"{len(made)} made, each a draft: {told}.", messages.SUCCESS)
            return HttpResponseRedirect(_change_page(made[0]))
    says = (
        f"{seminar.start_time} {seminar.clock} on each day, whatever the clock does in between. What visitors read, "
        "the place and the seats come along; bookings, the video link and the presenter do not."
    )
    return asked_once(
        request,
        title=f"Copy it: {seminar}",
        says=says,
        button="Copy it",
        form=form,
        opts=page.opts,
        back=_change_page(seminar),
    )


def its_mails(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """What guests were told and will be, what came back, and any mail as a guest would get it now."""
    chosen = Registration.objects.filter(seminar=seminar, pk=_number(request.GET.get("booking"))).first()
    initial = {"template": mails.CONFIRMED, "language": "en", "booking": chosen.pk if chosen else None}
    form = PreviewForm(request.GET if "template" in request.GET else None, initial=initial)
    shown = form.cleaned_data if form.is_bound and form.is_valid() else initial
    guest = chosen or _somebody(seminar, str(shown["language"]))
    guest.seminar = seminar
    preview = mails.preview(guest, template=str(shown["template"]), language=str(shown["language"]))
    told = _mails_of(seminar, chosen)
    bookings = Registration.objects.filter(seminar=seminar, forgotten_at=None)
    dead = outbox.bounced(set(bookings.values_list("email", flat=True)))
    waits = BookingNotice.objects.filter(registration__seminar=seminar, queued_at=None)
    context = {
        "title": f"Mails: {seminar}",
        "form": form,
        "chosen": chosen,
        "preview": preview,
        "entry": calendars.in_words(preview.entry) if preview.entry else None,
        "mails": told.select_related("email")[:MOST_SHOWN],
        "count": told.count(),
        "waits": waits.filter(due_at__lte=timezone.now()).count(),
        "unreachable": [each for each in bookings if each.email.lower() in dead] if dead else [],
    }
    return _answer(page, request, seminar, "mails", context)


def _mails_of(seminar: Seminar, chosen: Registration | None) -> QuerySet[Mail]:
    if chosen is not None:
        return Mail.objects.filter(about=mails.about(chosen))
    label = Concat(Value(f"{Registration._meta.label_lower}:"), Cast("pk", CharField()), output_field=CharField())
    names = Registration.objects.filter(seminar=seminar).order_by().annotate(label=label).values("label")
    return Mail.objects.filter(about__in=names)


def _somebody(seminar: Seminar, language: str) -> Registration:
    """A booking that nobody made, to show a mail by."""
    offer_ends = seminar.starts_at - dt.timedelta(days=1)
    return Registration(
        seminar=seminar, name="Ana", email="ana@example.org", language=language, seats=2, offer_ends_at=offer_ends
    )


def _answer(
    page: ModelAdmin, request: HttpRequest, seminar: Seminar, name: str, context: dict[str, Any]
) -> TemplateResponse:
    whole = {**page.admin_site.each_context(request), "opts": page.opts, "event": seminar, **context}
    return TemplateResponse(request, f"admin/outreach/seminar/{name}.html", {"back": _change_page(seminar), **whole})


def _change_page(seminar: Seminar) -> str:
    return reverse("admin:outreach_seminar_change", args=[seminar.pk])


def _number(text: str | None) -> int:
    """A key that was asked for; 0, which no row has, for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _is_live(seminar: Seminar) -> bool:
    return seminar.state in {Seminar.State.DRAFT, Seminar.State.OPEN} and seminar.ends_at > timezone.now()


def _is_for_adults(seminar: Seminar) -> bool:
    return not seminar.is_unlisted


event_pages.PAGES.extend(
    [
        EventPage(
            "move", "move", "Move it", "outreach.run_event", move, lambda each: _is_for_adults(each) and _is_live(each)
        ),
        EventPage("clone", "copy", "Copy it to other days", "outreach.run_event", clone, _is_for_adults),
        EventPage("mails", "mails", "Mails", "portal.view_mail", its_mails, _is_for_adults),
    ]
)
event_pages.HEARERS.append(moving.hearers)
