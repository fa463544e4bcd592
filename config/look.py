"""How the admin looks, in the words of its theme: names, colours, what stands beside its pages."""

from typing import Any, Final

from django.urls import reverse_lazy

ADMIN: Final[dict[str, Any]] = {
    "SITE_TITLE": "Waypost",
    "SITE_HEADER": "Waypost",
    "SITE_SUBHEADER": "The January campaign",
    "SITE_URL": "/",
    "SITE_ICON": "/static/img/mark.svg",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/img/mark.svg"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "campaign.dashboard.today.context",
    "STYLES": ["/static/css/admin.css"],
    "ENVIRONMENT": "campaign.demo.mark.environment",
    "ACCOUNT": {
        "navigation": [
            {"title": "How you sign in", "link": reverse_lazy("mfa_index")},
            {"title": "Where you are signed in", "link": reverse_lazy("account-sessions")},
        ]
    },
    "COLORS": {
        # "sea" of the visual identity, light to dark.
        "primary": {
            "50": "#eef6f6",
            "100": "#d5e9ea",
            "200": "#aed3d6",
            "300": "#7fb8bc",
            "400": "#4b979d",
            "500": "#2f8189",
            "600": "#1f6f78",
            "700": "#195a62",
            "800": "#164950",
            "900": "#12343b",
            "950": "#0b2227",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "campaign.dashboard.navigation.sections",
    },
}
