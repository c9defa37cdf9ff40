"""What every test may use, and how tests that could not run are reported."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NOT_RUN = "NOT RUN: no Chromium on PATH (on Debian: apt install chromium)"


@pytest.fixture
def data_file() -> Callable[[str], Path]:
    """Return a function that finds one file of real data beside the checkout, or skips the test."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"the real data file {name} is not in {DATA}")
        return path

    return find


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium; tests marked `browser` are skipped before they get here when there is none."""
    assert CHROMIUM
    return CHROMIUM


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a missing browser, and give each other test one more try, which the summary names."""
    for item in items:
        if item.get_closest_marker("browser") and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason=NOT_RUN))
        else:
            item.add_marker(pytest.mark.flaky(reruns=1))


def tests_not_run(reporter: pytest.TerminalReporter) -> int:
    return sum(NOT_RUN in str(report.longrepr) for report in reporter.stats.get("skipped", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    count = tests_not_run(terminalreporter)
    if count:
        terminalreporter.write_line(f"{count} browser tests {NOT_RUN}", red=True, bold=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("REQUIRE_BROWSER") == "1" and tests_not_run(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
