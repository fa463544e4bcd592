"""Tags that the base template of the public pages uses."""

from typing import Any

from django import template
from django.template.context import Context

from portal.pages import leaving
from portal.pages.languages import PageLanguage, page_languages

register = template.Library()


@register.simple_tag(takes_context=True, name="page_languages")
def page_languages_tag(context: Context) -> list[PageLanguage]:
    """``{% page_languages as languages %}``: this page in each language; empty without a request."""
    request: Any = context.get("request")
    return page_languages(request) if request is not None else []


@register.simple_tag(name="exit")
def exit_tag() -> leaving.Exit:
    """``{% exit as exit %}``: what ``_exit.html`` and ``_veil.html`` need on a page of this language."""
    return leaving.in_this_language()
