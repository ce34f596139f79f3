"""What every test may use, and the rule that on the build machine no test is passed over."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent


hypothesis.settings.register_profile("ainoi", deadline=None)  # no test asserts a timing
hypothesis.settings.load_profile("ainoi")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips",
        action="store_true",
        default=os.environ.get("AINOI_NO_SKIPS") == "1",
        help="a skipped test counts as failed (also with AINOI_NO_SKIPS=1)",
    )
    parser.addoption(
        "--long",
        action="store_true",
        default=os.environ.get("AINOI_LONG") == "1",
        help="run the tests that take minutes too (also with AINOI_LONG=1)",
    )
    parser.addoption(
        "--alone",
        action="store_true",
        help="run the tests that compare times or start a cluster, and no others, on a machine with nothing else to do",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without ``--long`` the tests so marked are left out, which the closing line says; with ``--alone`` all others."""

    def wanted(item: pytest.Item) -> bool:
        if config.getoption("--alone") or item.get_closest_marker("alone"):
            return bool(config.getoption("--alone") and item.get_closest_marker("alone"))
        return bool(config.getoption("--long")) or not item.get_closest_marker("long")

    left_out = [item for item in items if not wanted(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if wanted(item)]


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: {reason} (--no-skips: a skip is a failure)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if item.config.getoption("--no-skips"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if collector.config.getoption("--no-skips"):
        _fail_if_skipped(report)
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five articles the project began with, and their gold quotes."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data folder beside the checkout (or where AINOI_SHARED says); a test that needs it is skipped without it."""
    folder = Path(os.environ.get("AINOI_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"needs the data folder {folder}")
    return folder
