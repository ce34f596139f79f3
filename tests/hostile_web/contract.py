"""Runs schemathesis against the committed OpenAPI document and the application, in one process."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from ainoi_service.problems import STATUS_OF_CODE
from service_app import LOCAL
from service_articles import SAME_TALKS, TALKS, WINTER

PHASES = ("examples", "coverage", "fuzzing", "stateful")
SEED = 20_261_122
LENIENT = ("", "0", "1", "f", "t", "n", "y", "no", "yes", "off", "on", "false", "true")

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_line = st.sampled_from([TALKS, SAME_TALKS, WINTER]) | st.fixed_dictionaries(
    {}, optional={name: _json for name in ("text", "html", "id", "title", "date", "article_id", "entities", "label")}
)
_lines = st.lists(_line.map(json.dumps).map(str.encode) | st.binary(max_size=30), min_size=1, max_size=5)
schemathesis.openapi.media_type("application/jsonl", _lines.map(b"\n".join).filter(bool))


@dataclass
class Run:
    """What came of a run: how many requests each phase sent and each operation got, and what was wrong."""

    cases: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def run(app: FastAPI, document: Path, *, examples: int, phases: Collection[str] = PHASES) -> Run:
    """All checks on every operation. ``app`` is running; ``examples``: requests that are made up for each operation."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": LOCAL,
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
            "phases": {name: {"enabled": name in phases} for name in PHASES},
        }
    )
    schema = schemathesis.openapi.from_dict(_read(document), config=config)
    schema.app = app
    schema.hook(filter_failure)
    done = Run()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            done.cases[event.phase.value] += len(event.recorder.cases)
            done.operations.update(each.value.operation.label for each in event.recorder.cases.values())
            done.failures += [
                f"{event.phase.value}, {node.name}: {told.failure.message}\n{told.code_sample}"
                for nodes in event.recorder.checks.values()
                for node in nodes
                if (told := node.failure_info) is not None
            ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            done.failures.append(str(getattr(event, "value", event)))
    return done


def _read(document: Path) -> dict[str, Any]:
    """The document; examples of JSON Lines are bytes, as those that are made up are."""
    read: dict[str, Any] = json.loads(document.read_text(encoding="utf-8"))
    for methods in read["paths"].values():
        for operation in methods.values():
            lines = operation.get("requestBody", {}).get("content", {}).get("application/jsonl")
            if lines is not None:
                lines["example"] = lines["example"].encode()
    return read


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Drops what no schema can say: that a page token was made here, that a text has words, that an article exists.

    A request of the documented shape may be refused with a code of its own, never as ``invalid``: but for parameters
    that exclude each other. A parameter that is empty counts as not given, and flags are read leniently.
    """
    if failure.checks == ("negative_data_rejection",):
        wrong = re.search(r"parameter `(\w+)` in query", failure.message)
        return wrong is None or str(case.query.get(wrong[1])).lower() not in LENIENT
    if failure.checks != ("positive_data_acceptance",):
        return True
    told = json.loads(response.content)
    if told["code"] == "invalid":
        return bool([each["loc"] for each in told["errors"]] != [["query"]])
    return bool(STATUS_OF_CODE.get(told["code"]) != response.status_code)
