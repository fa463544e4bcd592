"""Door: loads every room's admin, in the order in which rooms stand on each other."""

from portal.areas import admin as areas
from portal.audit import admin as audit
from portal.imports import taken_admin as imports
from portal.jobs import admin as jobs
from portal.keeping import admin as keeping
from portal.mail import admin as mail
from portal.people import admin as people
from portal.seasons import admin as seasons

__all__ = ["areas", "audit", "imports", "jobs", "keeping", "mail", "people", "seasons"]
