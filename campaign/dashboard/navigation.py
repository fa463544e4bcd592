"""The admin's five sections. What is not here lies one link deeper, at the foot of Today."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the sidebar: a model's list. ``icon`` is a name of Material Symbols."""

    title: str
    model: str
    icon: str


SECTIONS: dict[str, tuple[Item, ...]] = {
    "Today": (
        Item("Seasons", "portal.season", "calendar_month"),
        Item("Work in progress", "portal.job", "progress_activity"),
    ),
    "Numbers": (
        Item("Reporting channels", "outreach.channel", "call"),
        Item("Scans", "campaign.publishedweek", "qr_code_scanner"),
        Item("Codes", "campaign.link", "qr_code_2"),
    ),
    "Paper": (
        Item("Placements", "campaign.placement", "push_pin"),
        Item("Print batches", "campaign.batch", "print"),
        Item("Stations", "campaign.station", "location_on"),
        Item("Trains", "campaign.train", "train"),
        Item("Designs", "campaign.design", "palette"),
        Item("Texts", "campaign.textset", "translate"),
        Item("Posting rules", "campaign.rule", "gavel"),
    ),
    "Schools": (
        Item("Requests", "outreach.request", "inbox"),
        Item("Plans", "outreach.planversion", "calendar_view_week"),
        Item("Seminars", "outreach.seminar", "co_present"),
        Item("Registrations", "outreach.registration", "how_to_reg"),
        Item("Mails", "portal.mail", "mail"),
        Item("Schools", "outreach.school", "school"),
        Item("Presenters", "outreach.presenter", "record_voice_over"),
    ),
    "Partners": (
        Item("Agencies", "outreach.agency", "account_balance"),
        Item("Agreements", "outreach.agreement", "handshake"),
        Item("Logos", "outreach.logo", "verified"),
        Item("Accounts", "portal.user", "group"),
        Item("Invitations", "portal.accountinvitation", "person_add"),
        Item("Trail", "portal.entry", "history"),
        Item("People’s own data", "portal.personlink", "shield_person"),
    ),
}
IN_SIDEBAR = frozenset(item.model for items in SECTIONS.values() for item in items)


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Today, Numbers, Paper, Schools, Partners: what the account may see of them."""
    lists = {
        f"{model._meta.app_label}.{model._meta.model_name}": reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model, page in admin.site._registry.items()
        if page.has_view_or_change_permission(request)
    }
    groups: list[dict[str, Any]] = []
    for title, items in SECTIONS.items():
        links = [
            {"title": item.title, "icon": item.icon, "link": lists[item.model]} for item in items if item.model in lists
        ]
        if title == "Today":
            links.insert(0, {"title": "Today", "icon": "wb_twilight", "link": reverse("admin:index")})
        if links:
            groups.append({"title": title, "separator": bool(groups), "items": links})
    return groups


def deeper(app_list: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The lists that the sidebar leaves out, of what the account may see: one link away."""
    return sorted(
        (
            {"title": model["name"], "link": model["admin_url"]}
            for app in app_list
            for model in app["models"]
            if model["admin_url"] and f"{app['app_label']}.{model['object_name'].lower()}" not in IN_SIDEBAR
        ),
        key=lambda entry: entry["title"],
    )
