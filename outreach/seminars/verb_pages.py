"""Steps of seminars that are asked once: what the button of such a page does, and where it leads."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from outreach.seminars.intake import NotPossible
from portal.pages.asking import asked_once


def verb_page(
    page: ModelAdmin,
    request: HttpRequest,
    record: Model,
    *,
    title: str,
    says: str,
    form: forms.Form,
    act: Callable[..., Model],
    done: str,
) -> HttpResponse:
    """Shows ``form`` under ``says``; its button (``title``) calls ``act`` with the form's fields.

    A step that is not possible is said in the form. Leads to the record that ``act`` returns, saying ``done``.
    """
    if request.method == "POST" and form.is_valid():
        try:
            outcome = act(**form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            page.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(_change_page(outcome))
    return asked_once(
        request,
        title=f"{title}: {record}",
        says=says,
        button=title,
        form=form,
        opts=page.opts,
        back=_change_page(record),
    )


def _change_page(record: Model) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
