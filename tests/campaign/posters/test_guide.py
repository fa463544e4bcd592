"""The design in the guide is a design."""

import re
from pathlib import Path

from campaign.posters.header import Header
from campaign.posters.pages import to_data
from campaign.posters.shipped import project
from campaign.posters.sources import checked
from portal.typesetting import compile_pdf, decode_pdf
from tests.campaign.posters.test_designs import NOW, SHEETS, URL, _page

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "designs.md"


def test_the_design_of_the_guide_is_taken_and_reads_back() -> None:
    found = re.search(r"```typ\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    source = found[1]
    header = checked(source)
    assert header == Header.of(source)
    layout = header.layout_for(SHEETS["letter"])
    assert layout
    data = to_data([_page("en"), _page("ar")], header=header, layout=layout, paper=SHEETS["letter"])
    assert decode_pdf(compile_pdf(project(source), data, timestamp=NOW)) == [[URL], [URL]]
