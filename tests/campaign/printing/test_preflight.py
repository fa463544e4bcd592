"""The report: shown before a batch is made, kept with it, told by the command, asked for in few queries."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaign.links.models import Link
from campaign.places.models import Placement
from campaign.printing import batches, scope
from campaign.printing.checks import CHECKS
from campaign.printing.checks.context import gather
from campaign.printing.checks.findings import Check, Finding, Outcome, fail, warn
from campaign.printing.models import Batch
from campaign.printing.preflight import Report, preflight
from campaign.printing.scope import Refused
from campaign.printing.styles import PLAIN
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.people.roles import Role
from tests.campaign.printing.altered import over_the_code
from tests.campaign.printing.network import Network, place
from tests.campaign.printing.test_admin import NEW, MakeUser, page

pytestmark = pytest.mark.django_db

BOTH = ("en", "es")
HIDE = "place(top + left, dx: x0, dy: y0, rect(width: side, height: side, fill: white))"


@pytest.fixture
def manager(client: Client, user_with: MakeUser) -> Client:
    """A browser in which a print manager is signed in."""
    client.force_login(user_with(Role.PRINT_MANAGER))
    return client


def told(*words: str) -> tuple[str, int]:
    """What the command answers, and how it ends."""
    out = io.StringIO()
    try:
        call_command("print_posters", "--season", "2027", *words, "--preflight", stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


class TestBatches:
    def test_a_batch_keeps_the_report_that_was_shown(self, network: Network) -> None:
        order = scope.of_state(network.season, "MS")
        shown = preflight(order, languages=BOTH)
        batch = batches.create(order, languages=BOTH, announce=False)
        batch.refresh_from_db()
        assert Report.read(batch.report) == shown.report
        assert batch.warnings == [finding["sentence"] for finding in batch.report if finding["outcome"] == "warn"]
        assert {finding["code"] for finding in batch.report} == {check.code for check in CHECKS}

    def test_a_check_that_fails_refuses_the_batch_with_the_way_to_mend_it(self, network: Network) -> None:
        over_the_code(HIDE)
        with pytest.raises(Refused) as refused:
            batches.create(scope.of_state(network.season, "MS"), languages=BOTH)
        (problem,) = refused.value.problems
        assert problem.startswith("No code can be read where the design says that it lies. Mend the design:")
        assert not Batch.objects.exists()
        assert not Job.objects.exists()

    def test_judging_leaves_nothing_behind(self, network: Network) -> None:
        preflight(scope.everything(network.season), languages=BOTH)
        assert not Link.objects.filter(kind=Link.Kind.PLACEMENT).exists()
        assert not StoredFile.objects.exists()
        assert not Batch.objects.exists()

    def test_a_language_named_twice_counts_once(self, network: Network) -> None:
        assert preflight(scope.of_state(network.season, "MS"), languages=["en", "en"]).posters == 4


class TestReports:
    @staticmethod
    def check(code: str, *outcomes: Outcome) -> list[Finding]:
        return [Finding(code, outcome, f"{code} {number}") for number, outcome in enumerate(outcomes)]

    def test_the_worst_comes_first_and_counts(self) -> None:
        findings = [
            *self.check("GOOD", Outcome.PASS),
            *self.check("ODD", Outcome.WARN, Outcome.WARN),
            *self.check("BAD", Outcome.WARN, Outcome.FAIL),
        ]
        report = Report(tuple(findings))
        assert [check.code for check in report.checks] == ["BAD", "ODD", "GOOD"]
        assert report.summary == "3 checks: 1 pass, 1 to know, 1 in the way"
        assert [check.code for check in report.told] == ["BAD", "ODD"]

    def test_the_same_sentence_about_many_places_is_one_finding(self, network: Network) -> None:
        names = [f"Place {number}" for number in range(7)]
        check = Check(
            code="X",
            title="X",
            passes="Fine.",
            run=lambda _: [*(warn("Look.", name) for name in names), fail("Mend it."), warn("Look.", names[0])],
        )
        context = gather(scope.of_state(network.season, "MS"), languages=BOTH, style=PLAIN)
        first, second = check.findings(context)
        assert (first.outcome, first.sentence) == (Outcome.FAIL, "Mend it.")
        assert second.where == "Place 0; Place 1; Place 2; Place 3; Place 4 and 2 more"

    def test_a_code_that_is_no_check_any_more_is_shown_as_it_is(self) -> None:
        kept = [{"code": "TOLD", "outcome": "warn", "sentence": "Known before.", "where": ""}]
        (check,) = Report.read(kept).checks
        assert (check.title, check.outcome) == ("TOLD", Outcome.WARN)


class TestPages:
    def test_the_page_shows_what_is_in_the_way_first_and_no_button(self, network: Network, manager: Client) -> None:
        over_the_code(HIDE)
        text = page(manager, NEW, what="state:MS")
        assert "1 in the way" in text
        assert text.index("In the way: Reading the code") < text.index("To know: Check of the numbers")
        assert "nothing may lie over the code" in text
        assert 'name="print"' not in text

    def test_what_passed_is_folded_away(self, network: Network, manager: Client) -> None:
        text = page(manager, NEW, what="state:MS")
        assert f"{len(CHECKS)} checks: " in text
        assert "0 in the way" in text
        folded = text.index("<details")
        assert folded < text.index("The code partly covered") < text.index("</details>", folded)

    def test_agreeing_to_what_fails_meanwhile_makes_nothing(self, network: Network, manager: Client) -> None:
        over_the_code(HIDE)
        order = {
            "what": "state:MS",
            "season": 2027,
            "languages": ["en"],
            "counted": "en,first-light,letter,,,,",
            "print": 1,
        }
        assert "In the way" in manager.post(reverse(NEW), order).content.decode()
        assert not Batch.objects.exists()

    def test_a_batch_shows_the_report_that_it_keeps(self, network: Network, manager: Client) -> None:
        batch = batches.create(scope.of_state(network.season, "MS"), languages=BOTH, announce=False)
        batch.report[0]["sentence"] = "As it was then."
        batch.save(update_fields=["report"])
        text = page(manager, "admin:campaign_batch_change", batch.pk)
        assert Report.read(batch.report).summary in text
        assert "As it was then." in text


class TestTheCommand:
    def test_it_tells_every_check_and_ends_well(self, network: Network) -> None:
        text, ended = told("--state", "MS")
        assert ended == 0
        assert all(f" {check.code}: " in text for check in CHECKS)
        assert text.splitlines()[-1].endswith("0 in the way.")
        assert not Batch.objects.exists()

    def test_it_ends_with_one_where_something_is_in_the_way(self, network: Network) -> None:
        over_the_code(HIDE)
        text, ended = told("--state", "MS", "--json")
        assert ended == 1
        failed = [each for each in json.loads(text)["checks"] if each["outcome"] == "fail"]
        assert [each["code"] for each in failed] == ["CODE_READS"]

    def test_it_tells_what_a_batch_keeps(self, network: Network) -> None:
        batch = batches.create(scope.of_state(network.season, "MS"), languages=BOTH, announce=False)
        over_the_code(HIDE)
        text, ended = told("--batch", str(batch.uid), "--json")
        assert (json.loads(text)["checks"], ended) == (batch.report, 0)

    def test_a_printed_batch_answers_with_its_checks(self, network: Network, tmp_path: object) -> None:
        out = io.StringIO()
        words = ("--season", "2027", "--station", "JAN", "--language", "en", "--out", str(tmp_path), "--json")
        call_command("print_posters", *words, stdout=out, stderr=io.StringIO())
        answer = json.loads(out.getvalue())
        assert answer["checks"] == Batch.objects.get().report
        assert answer["warnings"] == Batch.objects.get().warnings


class TestQueries:
    def test_judging_asks_as_often_for_many_placements_as_for_one(self, network: Network) -> None:
        Placement.objects.exclude(spot__station=network.marks).delete()
        order = scope.of_state(network.season, "MS")
        batches.create(order, languages=BOTH, announce=False)
        counts = []
        for labels in ((), ("a", "b"), ("c", "d", "e", "f")):
            place(network.marks, *labels, season=network.season)
            with CaptureQueriesContext(connection) as queries:
                preflight(order, languages=BOTH)
            counts.append(len(queries))
        assert counts[0] == counts[1] == counts[2]

    def test_the_pages_ask_as_often_for_many_findings_as_for_few(self, network: Network, manager: Client) -> None:
        batch = batches.create(scope.of_state(network.season, "MS"), languages=BOTH, announce=False)
        counts = []
        for times in (1, 1, 3):
            Batch.objects.update(report=batch.report * times)
            with CaptureQueriesContext(connection) as queries:
                page(manager, "admin:campaign_batch_change", batch.pk)
            counts.append(len(queries))
        assert counts[1] == counts[2]
