"""Whether an office's own sign-in (OpenID Connect) opens accounts here, and which."""

from typing import Final

from django.conf import settings

PROVIDER: Final = "office"
"""What our tables call it: there is at most one."""


def name() -> str:
    """What the button says; empty where nothing is configured."""
    return str(settings.OIDC["name"]) if is_configured() else ""


def is_configured() -> bool:
    """Whether somebody named an issuer."""
    return bool(settings.OIDC["issuer"])
