"""Settings: from the environment, overridden by what is given, refused by the variable's name; the page lists them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ainoi_service.settings import Settings, SettingsError, read_settings, unknown_variables, variable
from page_tables import rows


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("AINOI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


def faults(**given: object) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(**given)
    return dict(caught.value.faults)


def test_the_page_lists_every_setting_with_its_default(root: Path) -> None:
    def default(name: str) -> str:
        field = Settings.model_fields[name]
        extra = field.json_schema_extra
        return str(extra["default"]) if isinstance(extra, dict) else f"`{field.default}`"

    listed = rows(root / "docs" / "deployment.md", "Settings")
    assert [[cells[0], *cells[2:]] for cells in listed] == [
        [f"`{variable(name)}`", default(name), field.description] for name, field in Settings.model_fields.items()
    ]


def test_without_any_setting_the_store_is_a_file_of_the_users_own(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.model_dump() == {
        "data_dir": tmp_path / ".local" / "share" / "ainoi",
        "database_url": f"sqlite:///{tmp_path}/.local/share/ainoi/ainoi.sqlite3",
        "host": "127.0.0.1",
        "port": 8000,
        "device": "cpu",
        "threads": None,
        "workers": None,
        "registry": (),
        "drain_seconds": 5,
        "allow_open": False,
    }
    assert settings.database == "sqlite"
    assert not settings.data_dir.exists()


def test_the_environment_sets_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = [tmp_path / "one.toml", tmp_path / "two.toml"]
    for file in files:
        file.touch()
    for name, value in {
        "AINOI_DATA_DIR": str(tmp_path / "d"),
        "AINOI_DATABASE_URL": "postgresql://ainoi@db/ainoi",
        "AINOI_HOST": "0.0.0.0",
        "AINOI_PORT": "80",
        "AINOI_DEVICE": "cuda:1",
        "AINOI_THREADS": "3",
        "AINOI_WORKERS": "2",
        "AINOI_REGISTRY": os.pathsep.join(map(str, files)),
        "AINOI_DRAIN_SECONDS": "0",
        "AINOI_ALLOW_OPEN": "true",
    }.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.model_dump() == {
        "data_dir": tmp_path / "d",
        "database_url": "postgresql://ainoi@db/ainoi",
        "host": "0.0.0.0",
        "port": 80,
        "device": "cuda:1",
        "threads": 3,
        "workers": 2,
        "registry": tuple(files),
        "drain_seconds": 0,
        "allow_open": True,
    }
    assert settings.database == "postgresql"


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AINOI_PORT", "81")
    monkeypatch.setenv("AINOI_DATA_DIR", "/nowhere")
    settings = read_settings(port=82, data_dir=tmp_path)
    assert (settings.port, settings.data_dir) == (82, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/ainoi.sqlite3"


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv(variable(setting), "")
    with_it = read_settings()
    monkeypatch.delenv(variable(setting))
    assert with_it == read_settings()


def test_a_folder_is_absolute_and_a_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings(data_dir="d").data_dir == tmp_path / "d"
    assert read_settings(data_dir="~/d").data_dir == tmp_path / "d"


@pytest.mark.parametrize("name", ["a b", "50%", "%20", "what?", "a#b", "tiếng Việt"])
def test_any_folder_can_be_in_a_database_url(tmp_path: Path, name: str) -> None:
    from sqlalchemy import make_url

    url = make_url(read_settings(data_dir=tmp_path / name).database_url)
    assert url.database == str(tmp_path / name / "ainoi.sqlite3")
    assert not url.query


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"data_dir": ""}, {"data_dir": "must name a folder"}),
        ({"data_dir": __file__}, {"data_dir": f"{__file__} is no folder"}),
        ({"data_dir": "~nobody-of-that-name/d"}, {"data_dir": "~nobody-of-that-name/d: there is no home folder"}),
        ({"port": 65536}, {"port": "must be from 0 to 65535, is 65536"}),
        ({"port": "-1"}, {"port": "must be from 0 to 65535, is -1"}),
        ({"threads": 0}, {"threads": "must be from 1 to 1024, is 0"}),
        ({"workers": 65}, {"workers": "must be from 1 to 64, is 65"}),
        ({"drain_seconds": -1}, {"drain_seconds": "must be from 0 to 3600, is -1"}),
        ({"allow_open": "perhaps"}, {"allow_open": "Input should be a valid boolean, unable to interpret input"}),
        ({"host": "a b"}, {"host": "must be an address or a host's name"}),
        ({"host": ""}, {"host": "must be an address or a host's name"}),
        ({"device": "tpu"}, {"device": "must be cpu, cuda, cuda:N or mps, is 'tpu'"}),
        ({"registry": "/no/such.toml"}, {"registry": "/no/such.toml is no file"}),
        ({"database_url": ""}, {"database_url": "must begin with sqlite:/// or postgresql://"}),
        ({"database_url": "mysql://h/n"}, {"database_url": "must begin with sqlite:/// or postgresql://"}),
        ({"database_url": "postgresql://[::1/n"}, {"database_url": "is no URL"}),
        ({"database_url": "postgresql://h"}, {"database_url": "must name the database: postgresql://USER@HOST/NAME"}),
        (
            {"port": 65536, "device": "x"},
            {"port": "must be from 0 to 65535, is 65536", "device": "must be cpu, cuda, cuda:N or mps, is 'x'"},
        ),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], wrong: dict[str, str]) -> None:
    assert faults(**given) == wrong


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://folder/file"])
def test_a_store_in_memory_or_without_a_file_is_refused(url: str) -> None:
    message = "must name a file: sqlite:///FILE, with four slashes for an absolute path"
    assert faults(database_url=url) == {"database_url": message}


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///file",
        "sqlite:////data/file",
        "postgresql://ainoi@db/ainoi",
        "postgresql+psycopg://ainoi:p%40ss@db:5433/ainoi?sslmode=require",
        "postgres://ainoi@db/ainoi",
        "postgresql:///ainoi?host=/run/postgresql",
        "postgresql://?host=/run/postgresql&dbname=ainoi",
    ],
)
def test_the_databases_that_are_taken(url: str) -> None:
    assert read_settings(database_url=url).database_url == url


def test_the_error_names_the_variable_and_never_shows_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AINOI_DATABASE_URL", "mysql://u:secret@h/n")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == "AINOI_DATABASE_URL: must begin with sqlite:/// or postgresql://"
    assert caught.value.__cause__ is None
    assert "secret" not in repr(read_settings(database_url="postgresql://u:secret@h/n"))


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1


def test_the_data_folder_is_made_for_its_owner_only_and_may_be_there_already(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path / "a" / "b")
    assert settings.make_data_dir() == settings.make_data_dir() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path / "a" / "b")
    (tmp_path / "a").touch()
    with pytest.raises(SettingsError, match=r"^AINOI_DATA_DIR: .*/a/b cannot be made: "):
        settings.make_data_dir()


def test_a_misspelt_variable_is_found() -> None:
    environment = {"AINOI_DATABSE_URL": "x", "AINOI_PORT": "1", "ainoi_host": "h", "PATH": "/bin"}
    assert unknown_variables(environment) == ["AINOI_DATABSE_URL"]
