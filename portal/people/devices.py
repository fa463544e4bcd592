"""The family of a browser and its system: enough to know one's own devices by, and too little to know anybody's."""

from typing import Final

from django.utils.translation import gettext

# The first that is found counts: most browsers name older ones too.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
UNKNOWN: Final = "A browser"
ON: Final = " on "


def family(user_agent: str) -> str:
    """``Firefox on Windows``, of what a browser says of itself; what is not known is “A browser”."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), UNKNOWN)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser}{ON}{system}" if system else browser


def said(device: str) -> str:
    """A family as a page says it in the language of the moment."""
    browser, _, system = device.partition(ON)
    browser = gettext("A browser") if browser == UNKNOWN else browser
    return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
