"""Door: the models of every room that works with partners."""

from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency, Contact
from outreach.channels.check_models import ChannelCheck, CheckInvitation, ReminderSent
from outreach.channels.models import Channel
from outreach.registration.models import Registration
from outreach.schools.models import School
from outreach.seminars.models import Availability, PreferredDate, Presenter, Request, Seminar

__all__ = [
    "Agency",
    "Availability",
    "Channel",
    "ChannelCheck",
    "CheckInvitation",
    "Contact",
    "Logo",
    "LogoPermission",
    "PreferredDate",
    "Presenter",
    "Registration",
    "ReminderSent",
    "Request",
    "School",
    "Seminar",
]
