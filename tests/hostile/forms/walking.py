"""Every form there is, found by walking the classes and the admin's registry; and how those are made that need more."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.forms import BaseForm
from django.http import HttpRequest
from django.test import RequestFactory

from portal.people.models import User

APPS = ("portal", "outreach", "campaign")


def classes() -> list[type[BaseForm]]:
    """Every form class written in our apps."""
    for app in APPS:
        for module in walk_packages(import_module(app).__path__, f"{app}."):
            if ".migrations" not in module.name and ".management" not in module.name:
                import_module(module.name)
    found = {each for each in _beneath(BaseForm) if each.__module__.split(".")[0] in APPS and _is_written(each)}
    return sorted(found, key=lambda each: f"{each.__module__}.{each.__qualname__}")


def _beneath(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _beneath(each)


def _is_written(form: type[Any]) -> bool:
    """Not one that a factory made for a page, which the walk of the registry meets again."""
    return getattr(import_module(form.__module__), form.__qualname__.split(".")[0], None) is not None


def name_of(form: type[Any]) -> str:
    """Its module and name."""
    return f"{form.__module__}.{form.__qualname__}"


def of_the_admin(by: User | AnonymousUser) -> Iterator[tuple[str, type[Any], Any]]:
    """The forms that the admin makes of models, and those of the rows beneath; each with a row to change."""
    request: HttpRequest = RequestFactory().get("/")
    request.user = by
    for model, page in admin.site._registry.items():
        row = model._default_manager.order_by("pk").first()
        if not (page.has_change_permission(request) or page.has_add_permission(request)):
            continue
        yield f"admin of {model._meta.label}", page.get_form(request, row, change=row is not None), row
        for inline in page.get_inline_instances(request, row):
            yield f"{model._meta.label} › {inline.model._meta.label}", inline.get_formset(request, row), row
