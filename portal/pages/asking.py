"""Pages of the admin that ask once before a step is taken. Only their button does anything, by POST."""

from http import HTTPStatus

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.db.models.options import Options
from django.http import HttpRequest
from django.template.response import TemplateResponse


def asked_once(
    request: HttpRequest,
    *,
    title: str,
    says: str,
    button: str,
    back: str,
    opts: "Options[Model] | None" = None,
    form: forms.Form | None = None,
    status: int = HTTPStatus.OK,
) -> TemplateResponse:
    """The page: what the step does (``says``), what it needs (``form``), its ``button``, and the way ``back``.

    ``opts`` says to which model's pages it belongs.
    """
    context = {
        **admin.site.each_context(request),
        "title": title,
        "says": says,
        "button": button,
        "back": back,
        "opts": opts,
        "form": form or forms.Form(),
    }
    return TemplateResponse(request, "admin/portal/verb.html", context, status=status)
