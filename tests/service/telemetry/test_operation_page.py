"""docs/operation.md lists every metric and every field of the log as they are, and its rules ask for what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics_core import Metric
from starlette.testclient import TestClient

from ainoi_service.guard.errors import NotLetInError, NotReadyError, RateLimitedError
from ainoi_service.problems import CODE_OF_STATUS, STATUS_OF_CODE
from ainoi_service.telemetry import Telemetry
from ainoi_service.telemetry.logs import FIELDS
from ainoi_service.workers.state import PoolState
from caught_log import Log
from fake_annotator import VERSION
from page_tables import rows

STATE = PoolState(
    ready=True, draining=False, requests=0, waiting=0, waiting_subwords=0, running=0, workers_up=1, workers=1
)
LABELS = {
    "ainoi_http_requests_total": "`route`, `method`, `status`",
    "ainoi_http_request_seconds": "`route`",
    "ainoi_problems_total": "`code`",
    "ainoi_stage_seconds": "`stage`, `lane`",
    "ainoi_batch_articles": "`lane`",
    "ainoi_batch_subwords": "`lane`",
}
"""Of metrics that have no series until something happens; a test below sees that these are their labels."""


@pytest.fixture(scope="module")
def page(request: pytest.FixtureRequest) -> Path:
    root: Path = request.getfixturevalue("root")
    return root / "docs" / "operation.md"


def families() -> list[Metric]:
    telemetry = Telemetry()
    telemetry.watch(VERSION, lambda: STATE)
    telemetry.look()
    return list(telemetry.metrics.registry.collect())


def name_of(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def labels_of(family: Metric) -> str:
    named = {tuple(name for name in sample.labels if name != "le"): None for sample in family.samples}
    [labels] = named or [()]
    return LABELS.get(name_of(family)) or ", ".join(f"`{label}`" for label in labels)


def test_the_page_lists_every_metric_with_its_labels(page: Path) -> None:
    assert rows(page, "Metrics") == [
        [f"`{name_of(family)}`", family.type, labels_of(family), family.documentation] for family in families()
    ]


def test_the_labels_of_metrics_that_wait_for_something(page: Path, client: TestClient) -> None:
    client.post("/v1/annotate", json={"text": "Ông Peskov nói: “Có”."})
    client.get("/nowhere")
    found = {
        (line.split("{")[0].removesuffix("_count"), tuple(re.findall(r'(\w+)="', line)))
        for line in client.get("/metrics").text.splitlines()
        if "{" in line and "_bucket{" not in line and "_sum{" not in line
    }
    for name, labels in LABELS.items():
        assert {wanted for each, wanted in found if each == name} == {tuple(sorted(re.findall(r"\w+", labels)))}


def test_the_page_lists_every_field_of_the_log(page: Path) -> None:
    assert rows(page, "The log") == [[f"`{name}`", meaning] for name, meaning in FIELDS.items()]


def test_the_line_that_is_shown_is_one_of_a_request(page: Path, client: TestClient, log: Log) -> None:
    [shown] = [json.loads(block) for block in blocks(page, "json")]
    client.post("/v1/articles", json={"text": "Ông Peskov nói: “Có”."})

    [line] = log.requests
    assert list(shown) == [name for name in FIELDS if name in shown]
    assert set(shown) == {*line, "key_id"}
    assert {name: type(value) for name, value in shown.items() if name != "key_id"} == {
        name: type(value) for name, value in line.items()
    }


def expressions(page: Path) -> list[str]:
    groups: list[dict[str, Any]] = [yaml.safe_load(block) for block in blocks(page, "yaml")]
    return [rule["expr"] for each in groups for group in each.get("groups", []) for rule in group["rules"]]


def test_the_rules_ask_for_metrics_that_there_are(page: Path) -> None:
    names = {
        name + end
        for family in families()
        for name in [name_of(family)]
        for end in (("_bucket", "_sum", "_count") if family.type == "histogram" else ("",))
    }
    asked = [name for expression in expressions(page) for name in re.findall(r"\b(?:ainoi|process)_\w+", expression)]
    assert len(asked) >= len(expressions(page)) - 1 >= 10
    assert set(asked) <= names


def test_the_rules_ask_for_values_that_there_are(page: Path, client: TestClient) -> None:
    samples = [sample for family in families() for sample in family.samples]
    known = {
        "code": {
            *STATUS_OF_CODE,
            *CODE_OF_STATUS.values(),
            *(e.code for e in (NotLetInError, NotReadyError, RateLimitedError)),
        },
        "reason": {sample.labels["reason"] for sample in samples if "reason" in sample.labels},
        "route": set(client.get("/openapi.json").json()["paths"]),
    }
    asked = [found for each in expressions(page) for found in re.findall(r'(code|reason|route)=(~?)"([^"]*)"', each)]
    assert {label for label, _, _ in asked} == set(known)
    for label, _, value in asked:
        for pattern in value.split("|"):
            assert any(re.fullmatch(pattern, word) for word in known[label]), (label, pattern)


def test_every_rule_says_what_is_wrong(page: Path) -> None:
    for block in blocks(page, "yaml"):
        for group in yaml.safe_load(block).get("groups", []):
            names = [rule["alert"] for rule in group["rules"]]
            assert len(set(names)) == len(names)
            assert all(rule["annotations"]["summary"].endswith(".") for rule in group["rules"])


def test_the_scraper_is_shown_the_addresses_that_there_are(page: Path) -> None:
    [scraping] = [yaml.safe_load(block) for block in blocks(page, "yaml") if "scrape_configs" in block]
    [job] = scraping["scrape_configs"]
    assert job["job_name"] == "ainoi" and "metrics_path" not in job  # /metrics is where Prometheus looks by itself
    assert all(f'job="{job["job_name"]}"' in each for each in expressions(page) if "job=" in each)
