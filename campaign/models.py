"""Door: the models of every room that the public sees."""

from campaign.links.models import Link
from campaign.places.models import Operator, Placement, PlacementLink, Spot, Station, Train, TrainStop
from campaign.posters.models import Design, TextSet
from campaign.posting.models import Confirmation
from campaign.printing.models import Batch, Packet, Print
from campaign.scans.models import DailyCount, Segment

__all__ = [
    "Batch",
    "Confirmation",
    "DailyCount",
    "Design",
    "Link",
    "Operator",
    "Packet",
    "Placement",
    "PlacementLink",
    "Print",
    "Segment",
    "Spot",
    "Station",
    "TextSet",
    "Train",
    "TrainStop",
]
