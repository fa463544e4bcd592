"""Door: loads every room's Celery tasks."""
