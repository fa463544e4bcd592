"""Reads any GTFS feed (gtfs.org/documentation/schedule/reference) into operators, stations, trains.

Pure: a zip in, frozen dataclasses out, no database. What posters need and no more:

- A **station** is a place where riders come: a stop without a parent, or the parent (location type
  1) of platforms and boarding areas. Calls at a platform count for its parent.
- A **train** is a named service of one operator: routes of one operator that share a name are one
  train. Its numbers are the short names of its trips.
- An **operator** is an agency, known by its id and the host of its web address, so that two feeds
  that both call their agency "1" stay apart.

Timetables, fares, shapes, frequencies and calendars are not read: they say when a train runs, not
where. So a feed with only calendar_dates.txt, or with frequencies.txt, reads like any other.

Stop times are streamed and kept as two integers each: five million rows take some 60 MB.
"""

from campaign.places.gtfs.feed import Feed, Operator, Station, Train
from campaign.places.gtfs.names import basic_type, host_of, natural, train_name
from campaign.places.gtfs.reader import read_feed

__all__ = [
    "Feed",
    "Operator",
    "Station",
    "Train",
    "basic_type",
    "host_of",
    "natural",
    "read_feed",
    "train_name",
]
