"""What must be there before a seminar opens: parents told, a counselor, a private room, whom to turn to, the state's line.

Schools say most of it; staff see what is missing. Nothing opens while anything is (see ``publishing``), and the
database holds the same rule of its own.
"""

import datetime as dt

from outreach.channels.models import Channel

LINE_ORDER = {Channel.Kind.VOICE: 0, Channel.Kind.SMS: 1, Channel.Kind.WEB_FORM: 2}


def child_line_for(area: str, on: dt.date) -> Channel | None:
    """The line of a state's child protection that adults report to: in service on that day, sure, not known to fail.

    ``area`` is a USPS code. A number to call goes before a form. None where none is recorded: 911 is no substitute.
    """
    lines = Channel.objects.valid(on).sure().filter(area=area, answered_by=Channel.AnsweredBy.CHILD_PROTECTION)
    fit = lines.filter(audience__in=[Channel.Audience.MANDATED, Channel.Audience.CHILDREN], kind__in=LINE_ORDER)
    return min(fit, key=lambda line: (LINE_ORDER[Channel.Kind(line.kind)], line.position, line.pk), default=None)
