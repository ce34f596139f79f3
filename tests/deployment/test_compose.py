"""docker-compose.yml has the shape of the Compose Specification and keeps to our own rules."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ainoi_service.guard.server import BEYOND_SECONDS
from ainoi_service.limits import Limits
from ainoi_service.settings import Settings, read_settings, variable
from page_tables import rows

SECRET = {"POSTGRES_PASSWORD": "s3cret/@:#"}
_VARIABLE = re.compile(r"\$\{(\w+)(:-|:\?)([^}]*)\}")


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """A value with its variables replaced as Compose does it. Raises ``LookupError`` for a needed one that is empty."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if not variables.get(name) and kind == ":?":
            raise LookupError(f"{name} {rest}")
        return variables.get(name) or rest

    return _VARIABLE.sub(value, text)


def loaded(text: str, variables: Mapping[str, str]) -> dict[str, Any]:
    def inside(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: inside(value) for key, value in node.items()}
        if isinstance(node, list):
            return [inside(value) for value in node]
        return interpolated(node, variables) if isinstance(node, str) else node

    result: dict[str, Any] = inside(yaml.safe_load(text))
    return result


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "docker-compose.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema(root: Path) -> dict[str, Any]:
    file = root / "tests" / "deployment" / "compose-spec" / "compose-spec.json"
    value: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return value


@pytest.fixture(scope="module")
def services(text: str) -> dict[str, Any]:
    value: dict[str, Any] = loaded(text, SECRET)["services"]
    return value


OURS = ["service", "service-gpu"]
EVERY = [*OURS, "keys", "postgres"]


def test_it_is_a_compose_file(text: str, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(loaded(text, SECRET))


@pytest.mark.parametrize(
    ("path", "value"), [(("restrat",), "always"), (("ports",), "8000"), (("deploy", "limits"), {})]
)
def test_the_schema_finds_a_mistake(text: str, schema: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    wrong = loaded(text, SECRET)
    node = wrong["services"]["postgres"]
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(wrong)


@pytest.mark.parametrize("password", [{}, {"POSTGRES_PASSWORD": ""}])
def test_without_a_password_nothing_starts(text: str, password: dict[str, str]) -> None:
    with pytest.raises(LookupError, match=r"^POSTGRES_PASSWORD is missing in \.env"):
        loaded(text, password)


def test_the_page_lists_every_variable_with_its_default(text: str, root: Path) -> None:
    used = {name: default if kind == ":-" else "" for name, kind, default in _VARIABLE.findall(text)}
    listed = rows(root / "docs" / "deployment.md", "Compose")
    assert {name.strip("`"): default.strip("`") for name, default, _ in listed} == {
        name: default or "none: needed" for name, default in used.items()
    }
    assert "$" not in _VARIABLE.sub("", text)


def test_only_the_services_own_port_is_published_and_on_this_machine_only(services: dict[str, Any]) -> None:
    assert {name: service.get("ports") for name, service in services.items()} == {
        "service": ["127.0.0.1:8000:8000"],
        "service-gpu": ["127.0.0.1:8001:8000"],
        "keys": [],
        "postgres": None,
    }


def test_only_the_services_reach_the_database_and_it_reaches_nothing(text: str, services: dict[str, Any]) -> None:
    assert loaded(text, SECRET)["networks"] == {"outside": None, "inside": {"internal": True}}
    assert services["postgres"]["networks"] == services["keys"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", EVERY)
def test_every_container_is_confined(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name == "keys" else "unless-stopped")
    assert {"cpus", "memory", "pids"} == service["deploy"]["resources"]["limits"].keys()
    assert not service.get("privileged")


def test_the_database_does_not_run_as_root_and_is_waited_for(services: dict[str, Any]) -> None:
    assert services["postgres"]["user"] == "postgres"
    assert services["postgres"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    for name in OURS:
        assert services[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_what_must_last_is_in_named_volumes(text: str, services: dict[str, Any]) -> None:
    assert loaded(text, SECRET)["volumes"].keys() == {"data", "postgres"}
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert [services[name]["volumes"] for name in OURS] == [["data:/data"]] * 2


@pytest.mark.parametrize("name", OURS)
def test_a_service_gets_settings_that_it_takes(
    services: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {key: value for key, value in services[name]["environment"].items() if key.startswith("AINOI_")}
    assert set(given) <= {variable(setting) for setting in Settings.model_fields}
    for key, value in given.items():
        monkeypatch.setenv(key, value)
    settings = read_settings()
    assert settings.database == "postgresql"
    assert settings.device == ("cuda" if name == "service-gpu" else "cpu")
    assert str(settings.threads) == services[name]["deploy"]["resources"]["limits"]["cpus"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_wants_a_key_unless_told_otherwise(services: dict[str, Any], name: str) -> None:
    assert services[name]["environment"]["AINOI_ALLOW_OPEN"] == "false"


def test_keys_are_made_in_the_services_own_store(services: dict[str, Any]) -> None:
    keys = services["keys"]
    assert (keys["entrypoint"], keys["command"]) == (["python", "/app/keys.py"], ["list"])
    for what in ("image", "environment", "volumes"):
        assert keys[what] == services["service"][what]


@pytest.mark.parametrize("name", OURS)
def test_a_service_has_time_to_answer_what_it_has_begun(services: dict[str, Any], name: str) -> None:
    needed = Settings.model_fields["drain_seconds"].default + Limits().request_seconds + BEYOND_SECONDS
    assert int(services[name]["stop_grace_period"].removesuffix("s")) > needed


def test_the_password_is_no_part_of_a_url(services: dict[str, Any]) -> None:
    for name in OURS:
        assert services[name]["environment"]["PGPASSWORD"] == SECRET["POSTGRES_PASSWORD"]
        assert services[name]["environment"]["AINOI_DATABASE_URL"] == "postgresql://ainoi@postgres/ainoi"


def test_the_gpu_is_asked_for_by_its_profile_only(services: dict[str, Any]) -> None:
    assert {name: service.get("profiles") for name, service in services.items()} == {
        "service": None,
        "service-gpu": ["gpu"],
        "keys": ["keys"],
        "postgres": None,
    }
    gpu = services["service-gpu"]
    assert gpu["deploy"]["resources"]["reservations"]["devices"] == [
        {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}
    ]
    assert gpu["image"] != services["service"]["image"]
    assert gpu["build"]["args"].keys() == {"TORCH_INDEX"}
