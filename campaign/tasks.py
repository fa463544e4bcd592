"""Door: loads every room's Celery tasks."""

from campaign.dashboard import tasks as dashboard_tasks
from campaign.posters import tasks as posters_tasks
from campaign.printing import recall_tasks
from campaign.printing import tasks as printing_tasks
from campaign.scans import tasks as scans_tasks

__all__ = ["dashboard_tasks", "posters_tasks", "printing_tasks", "recall_tasks", "scans_tasks"]
