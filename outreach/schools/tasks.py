"""A worker knows the registers of schools by loading this."""

from outreach.schools import registers

__all__ = ["registers"]
