"""Door: the models of every room that works with partners."""

from outreach.agencies.agreement_models import Agreement, NoticeSent
from outreach.agencies.desk_models import Distinct, MergeRecord, Note, Participation, Task
from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency, Contact, FormerName
from outreach.attendance.models import Certificate, CheckIn, DoorLink, FeedbackTally
from outreach.channels.check_models import ChannelCheck, CheckInvitation, ReminderSent
from outreach.channels.models import Channel
from outreach.partners.models import AgreementAnswer, Membership, Proposal
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
    "Agreement",
    "AgreementAnswer",
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
    "Distinct",
    "DoorLink",
    "FeedbackTally",
    "FormerName",
    "Logo",
    "LogoPermission",
    "Membership",
    "MergeRecord",
    "Note",
    "NoticeSent",
    "Participation",
    "PlanAssignment",
    "PlanVersion",
    "PreferredDate",
    "Presenter",
    "PresenterInvitation",
    "Proposal",
    "Registration",
    "ReminderSent",
    "Request",
    "RequestDraft",
    "School",
    "SchoolBlackout",
    "SchoolPack",
    "Seminar",
    "SeminarNotice",
    "Task",
    "WeeklyHours",
]
