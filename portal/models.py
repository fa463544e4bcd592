"""Door: the models of every room of the ground."""

from portal.areas.models import Area
from portal.audit.models import Entry, Seal
from portal.files.models import StoredFile
from portal.imports.models import ImportPage, TakenImport
from portal.jobs.models import Job
from portal.keeping.models import PersonLink
from portal.mail.models import Enclosure, Mail
from portal.people.models import RoleGrant, User
from portal.seasons.models import FocusArea, Season

__all__ = [
    "Area",
    "Enclosure",
    "Entry",
    "FocusArea",
    "ImportPage",
    "Job",
    "Mail",
    "PersonLink",
    "RoleGrant",
    "Seal",
    "Season",
    "StoredFile",
    "TakenImport",
    "User",
]
