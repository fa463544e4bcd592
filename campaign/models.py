"""Door: the models of every room that the public sees."""

from campaign.links.models import Link
from campaign.places.models import Operator, Placement, PlacementLink, Spot, Station, Train, TrainStop
from campaign.posters.models import (
    Comment,
    Design,
    DesignPicture,
    GalleryPoster,
    Invitation,
    Sheet,
    SocialPicture,
    TextSet,
)
from campaign.posting.models import Confirmation
from campaign.posting.station_models import StationContact, StationLink
from campaign.printing.models import Batch, Carried, Packet, Paper, Print, RecallPaper
from campaign.rules.models import County, CountyStation, Notice, Rule
from campaign.scans.models import DailyCount, PublishedWeek, Segment

__all__ = [
    "Batch",
    "Carried",
    "Comment",
    "Confirmation",
    "County",
    "CountyStation",
    "DailyCount",
    "Design",
    "DesignPicture",
    "GalleryPoster",
    "Invitation",
    "Link",
    "Notice",
    "Operator",
    "Packet",
    "Paper",
    "Placement",
    "PlacementLink",
    "Print",
    "PublishedWeek",
    "RecallPaper",
    "Rule",
    "Segment",
    "Sheet",
    "SocialPicture",
    "Spot",
    "Station",
    "StationContact",
    "StationLink",
    "TextSet",
    "Train",
    "TrainStop",
]
