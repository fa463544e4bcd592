"""The portal's settings, with delays put between any two statements: for ``test_oversell`` alone."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tests.faults.rush_delays.Delays"]
# Every guest of the rush comes from an address of their own, as behind a proxy.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
