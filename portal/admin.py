"""Door: loads every room's admin, in the order in which rooms stand on each other."""

from portal.areas import admin as areas
from portal.audit import trail_admin as audit
from portal.imports import focus_admin as focus
from portal.imports import taken_admin as imports
from portal.jobs import admin as jobs
from portal.keeping import admin as keeping
from portal.mail import admin as mail
from portal.people import admin as people
from portal.people import invitation_admin as invitations
from portal.seasons import admin as seasons

__all__ = ["areas", "audit", "focus", "imports", "invitations", "jobs", "keeping", "mail", "people", "seasons"]
