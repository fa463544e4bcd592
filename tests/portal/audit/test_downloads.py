"""Every place in the code that hands out a file is known here, with how the trail hears of it.

``tests/portal/audit/test_walk.py`` opens the pages of accounts and counts entries; this test finds what it cannot open.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

# Taken by people without an account: visitors are not counted (ADR 5), and nobody keeps whether a private page was
# opened (ADR 21).
PUBLIC = {
    "campaign.posters.event_views:poster",
    "campaign.posters.social_views:download",
    "campaign.posters.social_views:download_all",
    "campaign.posters.views:download",
    "campaign.posters.views:make",
    "outreach.attendance.certificate_views:_paper",
    "outreach.attendance.ticket_views:ticket",
    "outreach.events.views:_calendar",
    "outreach.seminars.pack_views:_limited",
}
# The verb that makes the file writes the entry.
BY_ITS_VERB = {
    "outreach.agencies.exchange_views:export_page": "outreach.agencies.exporting:export",
    "portal.keeping.admin:person_page": "portal.keeping.person:export",
    "portal.keeping.views:own": "portal.keeping.person:export",
}
# These make an answer; each place that calls them, as CALLS spell it, stands for itself.
MAKERS = {
    "campaign.posters.proof_answers:document",
    "campaign.posters.social_views:archive_of",
    "campaign.posting.station_views:_envelope",
    "campaign.posting.station_views:_posters",
    "outreach.attendance.ticket_views:pdf",
    "outreach.seminars.pack_views:file",
}
CALLS = {*MAKERS, "proof_answers.document", "archive_of", "social_views.archive_of", "pack_views.file", "pdf"}


class Places(ast.NodeVisitor):
    """The functions of a module, those that make a download, and those that write to the trail."""

    def __init__(self, module: str) -> None:
        self.module, self.inside = module, [""]
        self.downloads: set[str] = set()
        self.told: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.inside.append(node.name)
        self.generic_visit(node)
        self.inside.pop()

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.startswith("attachment;"):
            self.downloads.add(self.here)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if any(each.arg == "as_attachment" for each in node.keywords) or CALLS & {called, f"{self.module}:{called}"}:
            self.downloads.add(self.here)
        if called == "trail.record":
            self.told.add(self.here)
        self.generic_visit(node)

    @property
    def here(self) -> str:
        return f"{self.module}:{self.inside[-1]}"


def modules() -> Iterator[Places]:
    """Our code, but for what attaches files to mails."""
    for app in ("portal", "outreach", "campaign"):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            if "migrations" not in path.parts and not module.startswith("portal.mail"):
                places = Places(module)
                places.visit(ast.parse(path.read_text()))
                yield places


@pytest.fixture(scope="module")
def found() -> list[Places]:
    return list(modules())


def test_every_place_that_hands_out_a_file_tells_the_trail_or_says_why_not(found: list[Places]) -> None:
    downloads = set().union(*(places.downloads for places in found))
    told = set().union(*(places.told for places in found))
    assert len(downloads) >= 15, "the search finds them no more"
    known = PUBLIC | BY_ITS_VERB.keys() | MAKERS
    assert downloads - told - known == set(), "these hand out a file and tell nobody"
    assert known - downloads == set(), "these hand out nothing any more"
    assert set(BY_ITS_VERB.values()) - told == set(), "these were to tell the trail"


def test_entry_is_written_before_the_bytes(found: list[Places]) -> None:
    """An answer that streams has not begun when its view returns; none of ours writes to the trail while it streams."""
    for places in found:
        path = Path(settings.BASE_DIR, *places.module.split(".")).with_suffix(".py")
        if not path.exists() or not places.told & places.downloads:
            continue
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef) or f"{places.module}:{function.name}" not in places.told:
                continue
            yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
            assert not yields, f"{places.module}:{function.name} tells the trail only when somebody reads on"
