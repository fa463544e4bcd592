"""A ticket on a page: its code as a drawing, and as it is said."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from outreach.registration import tickets

register = template.Library()


@register.simple_tag
def ticket_code(ticket: str) -> SafeString:
    """``{% ticket_code booking.ticket %}``: the QR code as inline SVG, black on white at night too."""
    from portal.typesetting import qr

    return mark_safe(qr(ticket).to_svg())  # noqa: S308  # modules of a code that holds our own letters


@register.filter
def spoken_ticket(ticket: str) -> str:
    """``7KQ2-M9XP-D4HT-C``."""
    return tickets.spoken(ticket)
