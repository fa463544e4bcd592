"""Door: loads every room's Celery tasks."""

from campaign.scans import tasks as scans_tasks

__all__ = ["scans_tasks"]
