"""The OpenAPI document: committed, complete, and its examples are what the service takes and gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from openapi import document

ROUTES = {
    "annotate": "POST /v1/annotate",
    "health": "GET /healthz",
    "live": "GET /livez",
    "ready": "GET /readyz",
    "putArticle": "POST /v1/articles",
    "listArticles": "GET /v1/articles",
    "getArticle": "GET /v1/articles/{id}",
    "deleteArticle": "DELETE /v1/articles/{id}",
    "putArticles": "POST /v1/articles:batch",
    "findQuotes": "GET /v1/quotes",
    "getQuote": "GET /v1/quotes/{id}",
    "setVerdict": "PUT /v1/quotes/{id}/verdict",
    "clearVerdict": "DELETE /v1/quotes/{id}/verdict",
    "setSpeaker": "PUT /v1/quotes/{id}/speaker",
    "listSpeakers": "GET /v1/speakers",
    "getSpeaker": "GET /v1/speakers/{id}",
    "checkClaim": "POST /v1/checks",
    "importCorrections": "POST /v1/imports",
}
DOCUMENT = document()
OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    operation["operationId"]: (f"{method.upper()} {path}", operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_committed_document_is_the_applications(root: Path, client: TestClient) -> None:
    committed = json.loads((root / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert committed == DOCUMENT, "run python scripts/openapi.py"
    assert client.get("/openapi.json").json() == DOCUMENT


def test_every_route_is_in_it_and_no_page_is() -> None:
    assert {id: route for id, (route, _) in OPERATIONS.items()} == ROUTES


def test_every_operation_tells_how_a_key_is_sent_and_the_probes_need_none() -> None:
    assert DOCUMENT["components"]["securitySchemes"].keys() == {"bearer", "basic"}
    assert DOCUMENT["security"] == [{"bearer": []}, {"basic": []}, {}]
    for id, (_, operation) in OPERATIONS.items():
        probe = id in ("live", "ready")
        assert operation.get("security") == ([] if probe else None)
        assert ({"401", "429"} <= operation["responses"].keys()) is not probe


def test_the_page_shows_every_route(root: Path) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    assert [route for route in ROUTES.values() if f"`{route}" not in page] == []


@pytest.mark.parametrize("id", ROUTES)
def test_an_operation_has_a_summary_a_description_an_example_and_its_problems(id: str) -> None:
    _, operation = OPERATIONS[id]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            content = response["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        elif id not in ("annotate", "health"):
            assert any("example" in media for media in response["content"].values())
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert "example" in content or "examples" in content or id in ("setVerdict", "setSpeaker")
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or parameter["in"] == "path"


@pytest.mark.parametrize("id", sorted(set(ROUTES) - {"annotate", "health", "putArticles"}))
def test_the_example_of_an_answer_has_the_schema_of_the_answer(id: str) -> None:
    _, operation = OPERATIONS[id]
    for status, response in operation["responses"].items():
        if int(status) < 300:
            media = response["content"]["application/json"]
            _validate(media["example"], media.get("schema", {}))


def test_the_example_of_a_batch_has_the_schema_of_its_lines() -> None:
    media = OPERATIONS["putArticles"][1]["responses"]["200"]["content"]["application/jsonl"]
    for line in media["example"].splitlines():
        _validate(json.loads(line), media["schema"])


@pytest.mark.parametrize("id", ["putArticle", "checkClaim"])
def test_the_example_of_a_request_is_a_good_one(library: TestClient, id: str) -> None:
    route, operation = OPERATIONS[id]
    method, _, path = route.partition(" ")
    for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
        _validate(example["value"], operation["requestBody"]["content"]["application/json"]["schema"])
        if id == "checkClaim":
            assert library.request(method, path, json=example["value"]).status_code == 200


def _validate(value: Any, schema: dict[str, Any]) -> None:
    jsonschema.validate(value, {**schema, "components": DOCUMENT["components"]})
