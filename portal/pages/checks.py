"""System check: no host name tells what the campaign is about, since a phone's history and a phone bill keep it."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

#: What no address, title or preview of a public page holds.
TELLING = re.compile(r"help|traffick|hotline|rescue|victim|slave|ayuda|rescate|trata|v[ií]ctima", re.IGNORECASE)


@register()
def host_names_are_neutral(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """``portal.W001`` for each host name of the settings that tells."""
    named: dict[str, list[str | None]] = {
        "WAYPOST_PRINTED_ADDRESS": [urlsplit(settings.PRINTED_ADDRESS).hostname],
        "WAYPOST_PUBLIC_ADDRESS": [urlsplit(settings.PUBLIC_ADDRESS).hostname],
        "WAYPOST_HOSTS": [*settings.ALLOWED_HOSTS],
    }
    return [
        Warning(
            f"{variable} names the host {host!r}, which holds {found[0]!r}: it stays in the history of the phone of "
            "everyone who scans a poster, and may show in a list of visited hosts.",
            hint="Choose a host name that says nothing of the campaign, such as go.example.gov.",
            id="portal.W001",
        )
        for variable, hosts in named.items()
        for host in hosts
        if host and (found := TELLING.search(host))
    ]
