"""Door: loads every room's admin, in the order in which rooms stand on each other."""
