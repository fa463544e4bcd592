"""Door: loads every room's admin, in the order in which rooms stand on each other."""

from campaign.places import admin as places

__all__ = ["places"]
