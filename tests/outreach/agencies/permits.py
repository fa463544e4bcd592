"""Logo permissions as they count: recorded by one, approved by another."""

from typing import Any

from outreach.agencies import logo_rights
from outreach.agencies.logos import LogoPermission
from portal.people.models import User


def permit(**terms: Any) -> LogoPermission:
    """Records a permission and has a second person approve it; ``terms`` as of ``logo_rights.record_permission``."""
    recorded = logo_rights.record_permission(**terms)
    second, _ = User.objects.get_or_create(username="second-person")
    return logo_rights.approve(permission_id=recorded.pk, by=second)
