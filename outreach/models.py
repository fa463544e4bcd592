"""Door: the models of every room that works with partners."""

from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency, Contact
from outreach.attendance.models import Certificate, CheckIn, DoorLink, FeedbackTally
from outreach.channels.check_models import ChannelCheck, CheckInvitation, ReminderSent
from outreach.channels.models import Channel
from outreach.registration.models import BookingNotice, Registration
from outreach.schools.models import School
from outreach.seminars.models import (
    Availability,
    BookedInstant,
    Decline,
    PlanAssignment,
    PlanVersion,
    PreferredDate,
    Presenter,
    PresenterInvitation,
    Request,
    RequestDraft,
    SchoolBlackout,
    SchoolPack,
    Seminar,
    SeminarNotice,
    WeeklyHours,
)

__all__ = [
    "Agency",
    "Availability",
    "BookedInstant",
    "BookingNotice",
    "Certificate",
    "Channel",
    "ChannelCheck",
    "CheckIn",
    "CheckInvitation",
    "Contact",
    "Decline",
    "DoorLink",
    "FeedbackTally",
    "Logo",
    "LogoPermission",
    "PlanAssignment",
    "PlanVersion",
    "PreferredDate",
    "Presenter",
    "PresenterInvitation",
    "Registration",
    "ReminderSent",
    "Request",
    "RequestDraft",
    "School",
    "SchoolBlackout",
    "SchoolPack",
    "Seminar",
    "SeminarNotice",
    "WeeklyHours",
]
