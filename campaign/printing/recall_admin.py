"""What a channel's pages in the admin know of paper: the action "This number changed", and where it was printed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.decorators import action

from campaign.printing import recall, recall_views
from outreach.channels import panels
from outreach.channels.models import Channel
from outreach.channels.panels import OnPaper, Panel
from portal.people.models import User


@action(description="This number changed, or failed its check", permissions=["recall_number"])
def number_changed(modeladmin: Any, request: HttpRequest, channels: QuerySet[Channel]) -> HttpResponse | None:
    """Leads to the page of the one number that was chosen; nothing changes before that is confirmed there."""
    chosen = list(channels[:2])
    if len(chosen) != 1:
        modeladmin.message_user(request, "Choose one number: each has a page of its own.", messages.ERROR)
        return None
    return redirect("admin:campaign_batch_recall", chosen[0].pk)


def paper_of_channel(request: HttpRequest, channel: Channel) -> Panel | None:
    """How many pages carry a channel, with the way to its page, for those who may recall."""
    if not request.user.has_perm(recall_views.RECALL):
        return None
    pages = recall.pages_carrying(channel).count()
    is_over = channel.replaced_by_id is not None or channel.retired_at is not None
    return Panel(
        "On paper",
        "admin/campaign/recall/_panel.html",
        {
            "says": f"{pages:,} poster {'page carries' if pages == 1 else 'pages carry'} this line.",
            "href": reverse("admin:campaign_batch_recall", args=[channel.pk]),
            "verb": "What carries it, and what to do" if is_over else "This number changed",
        },
    )


def stands_on_paper(channel: Channel) -> str:
    """Why a line is not retired or written over before all that carries it was shown."""
    pages = recall.pages_carrying(channel).count()
    if not pages:
        return ""
    return (
        f"{channel} stands on {pages:,} poster {'page' if pages == 1 else 'pages'}. Choose “This number changed”: it "
        "shows them all, then ends the line or takes its new value."
    )


def paper_of_channels(user: User, channels: Sequence[Channel]) -> dict[int, OnPaper]:
    """What carries each line, in a few queries for all, with the way to its page for those who may recall."""
    sums = recall.on_paper([channel.pk for channel in channels])
    may_recall = user.has_perm(recall_views.RECALL)
    found = {}
    for channel in channels:
        pages, packets = sums.get(channel.pk, (0, 0))
        href = reverse("admin:campaign_batch_recall", args=[channel.pk]) if may_recall else ""
        says = f"On {pages:,} {'poster' if pages == 1 else 'posters'}, {packets:,} {'packet' if packets == 1 else 'packets'}"
        found[channel.pk] = OnPaper(pages, says if pages else "On no poster", href)
    return found


panels.CHANNEL_GUARDS.append(stands_on_paper)
panels.CHANNEL_ACTIONS.append(number_changed)
panels.CHANNEL_PANELS.append(paper_of_channel)
panels.PAPER.append(paper_of_channels)
