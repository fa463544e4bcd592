"""Door: loads every room's Celery tasks."""

from outreach.channels import tasks as channels_tasks

__all__ = ["channels_tasks"]
