"""Where every part is at hand (CI), a skipped test is a failed one.

A test that doesn't apply, because it is about another database for example, begins its
reason with "not on": only that stays a skip.
"""

from collections.abc import Generator

import pytest

DOES_NOT_APPLY = "not on "


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test or a module was skipped."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)


def refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and not reason_of(report).startswith(DOES_NOT_APPLY):
        report.longrepr = f"Skipped, and nothing may be skipped here: {reason_of(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse(report)
    return report
