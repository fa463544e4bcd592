"""Door: loads every room's admin, in the order in which rooms stand on each other."""

from outreach.agencies import admin as agencies
from outreach.attendance import after_admin, door_admin
from outreach.channels import admin as channels
from outreach.partners import admin as partners
from outreach.registration import admin as registration
from outreach.registration import event_admin
from outreach.schools import admin as schools
from outreach.seminars import admin as seminars

__all__ = [
    "after_admin",
    "agencies",
    "channels",
    "door_admin",
    "event_admin",
    "partners",
    "registration",
    "schools",
    "seminars",
]
