"""The app; its system checks and listeners are known as soon as it is ready."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What the campaign's two apps stand on."""

    name = "portal"

    def ready(self) -> None:
        """Brings in the checks, what the ground keeps of people, and what listens for people who sign in."""
        from portal.keeping import copies, ground  # noqa: F401
        from portal.pages import checks  # noqa: F401
        from portal.people import session_events, signing  # noqa: F401
