"""Tickets as they are said."""

from django import template

from outreach.registration import tickets

register = template.Library()


@register.filter
def spoken_ticket(ticket: str) -> str:
    """``7KQ2-M9XP-D4HT-C``."""
    return tickets.spoken(ticket)
