"""Door: the models of every room of the ground."""

from portal.areas.models import Area
from portal.audit.models import Entry, Head, Link, Redaction, Seal, Verification
from portal.files.models import StoredFile
from portal.imports.models import ImportPage, TakenImport
from portal.jobs.models import Job
from portal.keeping.models import PersonLink
from portal.mail.models import Enclosure, Mail
from portal.people.lockout_models import Tries
from portal.people.models import AccountInvitation, LiveSession, RoleGrant, User
from portal.seasons.models import FocusArea, Season

__all__ = [
    "AccountInvitation",
    "Area",
    "Enclosure",
    "Entry",
    "FocusArea",
    "Head",
    "ImportPage",
    "Job",
    "Link",
    "LiveSession",
    "Mail",
    "PersonLink",
    "Redaction",
    "RoleGrant",
    "Seal",
    "Season",
    "StoredFile",
    "TakenImport",
    "Tries",
    "User",
    "Verification",
]
