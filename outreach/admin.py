"""Door: loads every room's admin, in the order in which rooms stand on each other."""

from outreach.agencies import admin as agencies

__all__ = ["agencies"]
