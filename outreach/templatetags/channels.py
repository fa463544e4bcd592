"""Numbers for pages, so that no template ever types one."""

from django import template
from django.utils import timezone

from outreach.channels import local_copy
from outreach.channels.directory import HelpLines

register = template.Library()


@register.simple_tag
def national_lines() -> HelpLines:
    """``{% national_lines as lines %}``: the nation's lines today. No query; never raises."""
    return local_copy.national(timezone.localdate())
