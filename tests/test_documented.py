"""Whatever has a name that users meet stands on the page that tells of it: T44."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from starlette.testclient import TestClient

from ainoi_service.batch.items import ErrorCode
from ainoi_service.limits import Limits
from ainoi_service.problems import CODE_OF_STATUS, STATUS_OF_CODE
from ainoi_service.settings import Settings, variable
from ainoi_service.store.errors import StoreErrorCode
from fake_annotator import FakeAnnotator
from service_app import serving


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("store")) as client:
        yield client


def routes(client: TestClient) -> list[str]:
    paths = client.get("/openapi.json").json()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def parameters(client: TestClient) -> list[str]:
    paths = client.get("/openapi.json").json()["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values()]
    return sorted({each["name"] for one in operations for each in one.get("parameters", []) if each["in"] == "query"})


def fields_of_bodies(client: TestClient) -> list[str]:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    bodies = ("AnnotateRequest", "CheckRequest", "VerdictRequest", "SpeakerRequest")
    return sorted({name for body in bodies for name in schemas[body]["properties"]})


def metrics(client: TestClient) -> list[str]:
    return re.findall(r"^# TYPE (ainoi_\w+)", client.get("/metrics").text, re.MULTILINE)


NAMES: dict[str, tuple[str, int, Callable[[TestClient], list[str]]]] = {
    "routes": ("api.md", 16, routes),
    "parameters": ("api.md", 15, parameters),
    "fields of bodies": ("api.md", 12, fields_of_bodies),
    "codes of problems": ("api.md", 25, lambda _: sorted({*STATUS_OF_CODE, *CODE_OF_STATUS.values()})),
    "limits": ("api.md", 15, lambda _: [limit.name for limit in fields(Limits)]),
    "settings": ("deployment.md", 7, lambda _: [variable(name) for name in Settings.model_fields]),
    "codes of the store": ("store.md", 8, lambda _: list(get_args(StoreErrorCode))),
    "codes of batches": ("batch.md", 8, lambda _: list(get_args(ErrorCode))),
    "metrics": ("operation.md", 10, metrics),
}


@pytest.mark.parametrize("kind", NAMES)
def test_every_name_stands_on_its_page(
    kind: str, client: TestClient, root: Path, record_property: Callable[[str, object], None]
) -> None:
    page, least, names_of = NAMES[kind]
    names = names_of(client)
    record_property("count", len(names))
    assert len(names) >= least
    text = (root / "docs" / page).read_text(encoding="utf-8")
    assert [name for name in names if not re.search(rf"[`\"{{]{re.escape(name)}[`\"={{ ?]|-d '?{name}=", text)] == []
