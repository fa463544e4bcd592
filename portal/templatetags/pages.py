"""Tags that the base template of the public pages uses."""

from typing import Any

from django import template
from django.template.context import Context

from portal.pages.languages import PageLanguage, page_languages

register = template.Library()


@register.simple_tag(takes_context=True, name="page_languages")
def page_languages_tag(context: Context) -> list[PageLanguage]:
    """``{% page_languages as languages %}``: this page in each language; empty without a request."""
    request: Any = context.get("request")
    return page_languages(request) if request is not None else []
