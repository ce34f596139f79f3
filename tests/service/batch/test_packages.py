"""What is not installed is told before a run begins."""

from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from ainoi_service.batch import packages
from ainoi_service.batch.finding import ENDINGS, Found
from ainoi_service.batch.packages import PackagesMissingError, require_packages


def found(ending: str) -> Found:
    return Found(f"news/a{ending}", ending, named=False, relative=f"a{ending}")


def without(monkeypatch: pytest.MonkeyPatch, *absent: str) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name in absent else ModuleSpec(name, None))


@pytest.mark.parametrize(
    ("absent", "needed_by"),
    [
        ("warcio", {".warc", ".warc.gz"}),
        ("pyarrow", {".parquet"}),
        ("trafilatura", {".html", ".htm", ".warc", ".warc.gz"}),
        ("something", set()),
    ],
)
def test_an_input_is_refused_if_what_reads_it_is_not_installed(
    absent: str, needed_by: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, absent)
    refused = set()
    for ending in ENDINGS:
        try:
            require_packages([found(".txt"), found(ending)], ["jsonl"])
        except PackagesMissingError as error:
            assert str(error) == f"news/a{ending} needs {absent}, which is not installed: pip install 'ainoi[batch]'"
            refused.add(ending)
    assert refused == needed_by


@pytest.mark.parametrize(("format", "absent"), [("parquet", "pyarrow"), ("table", "rich")])
def test_an_output_is_refused_if_what_writes_it_is_not_installed(
    format: str, absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, absent)
    with pytest.raises(PackagesMissingError, match=f"{format} needs {absent}"):
        require_packages([], ["jsonl", format])


def test_no_folder_is_walked_if_everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)

    def walked():  # type: ignore[no-untyped-def]
        raise AssertionError
        yield

    require_packages(walked(), ["parquet"])
