"""How a batch is cut into files."""

import re
from collections import Counter

import pytest

from campaign.places.models import Operator
from campaign.printing import packets, scope
from tests.campaign.printing.network import Network, place, station

pytestmark = pytest.mark.django_db


def test_each_station_and_train_gets_one_file_named_for_people(network: Network) -> None:
    cuts = packets.cut(scope.everything(network.season).placements(), languages=2)
    assert [(cut.name, len(cut.placements)) for cut in cuts] == [
        ("MS-JAN-jackson.pdf", 3),
        ("MS-MKS-marks.pdf", 1),
        ("TN-MEM-memphis.pdf", 3),
        ("US-N-W-1-somewhere.pdf", 3),
        ("train-city-of-new-orleans.pdf", 2),
    ]


def test_a_long_packet_is_cut_between_placements(network: Network) -> None:
    place(network.marks, *map(str, range(6)), season=network.season)
    cuts = packets.cut(scope.of_station(network.season, "MKS").placements(), languages=2, most=7)
    assert [(cut.name, len(cut.placements)) for cut in cuts] == [
        ("MS-MKS-marks-part-1.pdf", 3),
        ("MS-MKS-marks-part-2.pdf", 3),
        ("MS-MKS-marks-part-3.pdf", 1),
    ]
    assert sum((cut.placements for cut in cuts), ()) == tuple(scope.of_station(network.season, "MKS").placements())


def test_names_are_safe_and_differ_by_more_than_case(network: Network) -> None:
    other = Operator.objects.create(key="x@example.org", name="X")
    for code, name in (("JAN", "JACKSON"), ("../../etc", "Pass/wd"), ("мск", "Москва"), ("A" * 40, "b" * 80)):
        place(station(other, code, name, state="MS"), "1", season=network.season)
    cuts = packets.cut(scope.everything(network.season).placements(), languages=1)
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,120}\.pdf", cut.name) for cut in cuts)
    assert max(Counter(cut.name.lower() for cut in cuts).values()) == 1
    assert {"MS-JAN-jackson.pdf", "MS-JAN-jackson-2.pdf"} <= {cut.name for cut in cuts}
