"""Door: loads every room's admin, in the order in which rooms stand on each other."""

from campaign.dashboard import admin as dashboard
from campaign.links import admin as links
from campaign.places import admin as places
from campaign.posters import admin as posters
from campaign.posting import admin as posting
from campaign.posting import station_admin as stations
from campaign.printing import admin as printing
from campaign.printing import recall_admin as recall
from campaign.rules import admin as rules

__all__ = ["dashboard", "links", "places", "posters", "posting", "printing", "recall", "rules", "stations"]
