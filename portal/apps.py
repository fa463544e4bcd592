"""The app; its system checks are known as soon as it is ready."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What the campaign's two apps stand on."""

    name = "portal"

    def ready(self) -> None:
        """Brings in the checks, and what the ground keeps of people."""
        from portal.keeping import ground  # noqa: F401
        from portal.pages import checks  # noqa: F401
