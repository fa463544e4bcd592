"""Door: loads every room's Celery tasks."""

from outreach.agencies import tasks as agencies_tasks
from outreach.attendance import tasks as attendance_tasks
from outreach.channels import tasks as channels_tasks
from outreach.registration import tasks as registration_tasks
from outreach.schools import tasks as schools_tasks
from outreach.seminars import tasks as seminars_tasks

__all__ = [
    "agencies_tasks",
    "attendance_tasks",
    "channels_tasks",
    "registration_tasks",
    "schools_tasks",
    "seminars_tasks",
]
