"""Door: loads every room's Celery tasks."""

from campaign.posters import tasks as posters_tasks
from campaign.printing import recall_tasks
from campaign.printing import tasks as printing_tasks
from campaign.scans import tasks as scans_tasks

__all__ = ["posters_tasks", "printing_tasks", "recall_tasks", "scans_tasks"]
