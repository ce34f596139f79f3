"""Every setting of the service, from its environment, checked. ``docs/deployment.md`` lists them; a test compares."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

import platformdirs
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ainoi import AinoiError

PREFIX = "AINOI_"
"""What the name of each variable begins with."""

STORE_FILE = "ainoi.sqlite3"
"""The store's file in the data folder, where no database is set."""

_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg", "postgres")
_RANGES = {"port": (0, 65535), "threads": (1, 1024), "workers": (1, 64), "drain_seconds": (0, 3600)}
_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


class SettingsError(AinoiError):
    """Settings that make no sense. ``faults``: name of the setting and what is wrong with it, one for each."""

    code = "bad_settings"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{variable(name)}: {fault}" for name, fault in faults.items()))
        self.faults = faults


class Settings(BaseSettings):
    """Where the service keeps its store, where it listens, what its model runs on. Immutable.

    A keyword goes before the environment, an empty variable counts as none. ``read_settings`` raises clearer errors.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,  # a database URL may hold a password
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("ainoi", appauthor=False),
        description="folder of the store; made when missing",
        json_schema_extra={"default": "the user's data folder (`~/.local/share/ainoi` on Linux)"},
    )
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{quote(str(data['data_dir'] / STORE_FILE))}",
        repr=False,
        description="`sqlite:///FILE` or `postgresql://USER@HOST/NAME`; a password better goes into `PGPASSWORD`",
        json_schema_extra={"default": f"SQLite, `{STORE_FILE}` in the data folder"},
    )
    host: str = Field("127.0.0.1", description="address to listen on; `0.0.0.0` for every one")
    port: int = Field(8000, description="port to listen on; 0 for any that is free")
    device: str = Field("cpu", description="what the model runs on: `cpu`, `cuda`, `cuda:1`, `mps`")
    threads: int | None = Field(
        None,
        description="how many threads the model computes with, in all its processes; in a container with a limit, that "
        "limit",
        json_schema_extra={"default": "as many as the machine has cores"},
    )
    workers: int | None = Field(
        None,
        description="how many processes hold a model each; the threads are shared out among them",
        json_schema_extra={"default": "one for each thread, at most 4; 1 where `AINOI_DEVICE` is no CPU"},
    )
    registry: Annotated[tuple[Path, ...], NoDecode] = Field(
        (),
        description=f"registry files of your own, with `{os.pathsep}` between them",
        json_schema_extra={"default": "none"},
    )
    drain_seconds: int = Field(
        5, description="how long it still takes requests after SIGTERM, while `/readyz` already says that it goes"
    )
    allow_open: bool = Field(
        False,
        json_schema_extra={"default": "`false`"},
        description="`true`: start without a key even where others reach it, since something else guards it",
    )

    @field_validator("data_dir", mode="before")
    @classmethod
    def _absolute_folder(cls, value: object) -> Path:
        if not isinstance(value, str | Path) or not str(value).strip():
            raise ValueError("must name a folder")
        folder = _expanded(Path(value))
        if folder.exists() and not folder.is_dir():
            raise ValueError(f"{folder} is no folder")
        return folder

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise ValueError("is no URL") from error
        if parts.scheme not in _DATABASES:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if parts.scheme == "sqlite":
            if parts.netloc or parts.path in ("", "/", "/:memory:"):
                raise ValueError("must name a file: sqlite:///FILE, with four slashes for an absolute path")
        elif not parts.path.strip("/") and "dbname=" not in parts.query:
            raise ValueError("must name the database: postgresql://USER@HOST/NAME")
        return value

    @field_validator("host")
    @classmethod
    def _some_host(cls, value: str) -> str:
        if not value or re.search(r"[\s/]", value):
            raise ValueError("must be an address or a host's name")
        return value

    @field_validator(*_RANGES)
    @classmethod
    def _in_range(cls, value: int | None, info: ValidationInfo) -> int | None:
        assert info.field_name is not None
        least, most = _RANGES[info.field_name]
        if value is not None and not least <= value <= most:
            raise ValueError(f"must be from {least} to {most}, is {value}")
        return value

    @field_validator("device")
    @classmethod
    def _known_device(cls, value: str) -> str:
        if not _DEVICE.fullmatch(value):
            raise ValueError(f"must be cpu, cuda, cuda:N or mps, is {value!r}")
        return value

    @field_validator("registry", mode="before")
    @classmethod
    def _existing_files(cls, value: object) -> tuple[Path, ...]:
        parts = value.split(os.pathsep) if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise ValueError("must be names of files")
        files = tuple(_expanded(Path(part)) for part in parts if str(part).strip())
        for file in files:
            if not file.is_file():
                raise ValueError(f"{file} is no file")
        return files

    @property
    def database(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two databases the store is in."""
        return "sqlite" if self.database_url.startswith("sqlite:") else "postgresql"

    def make_data_dir(self) -> Path:
        """The data folder, made if it was missing, for nobody else to read. Raises SettingsError."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError({"data_dir": f"{self.data_dir} cannot be made: {error.strerror}"}) from error
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise SettingsError({"data_dir": f"{self.data_dir} cannot be written to"})
        return self.data_dir


def read_settings(**given: Any) -> Settings:
    """Those ``given``, then the environment's, then the defaults. Raises one SettingsError for all that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = {}
        for fault in error.errors(include_input=False, include_url=False):
            if fault["type"] != "default_factory_not_called":  # the store's file, when the data folder is wrong
                message = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"]
                faults[str(fault["loc"][0])] = message
        raise SettingsError(faults) from None  # the cause would show the password


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and are none: a misspelt one would go unnoticed."""
    known = {variable(name) for name in Settings.model_fields}
    return sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(f"{path}: there is no home folder") from error
