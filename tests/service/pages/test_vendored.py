"""What others made is here unchanged, with its version, its origin and its licence."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import ainoi_service.pages

FOLDER = Path(ainoi_service.pages.__file__).parent / "static" / "vendor"
PACKAGES = tomllib.loads((FOLDER / "SOURCES.toml").read_text("utf-8"))["package"]


def test_every_file_is_the_one_that_was_fetched_and_no_other_is_there() -> None:
    listed = {
        f"{package['folder']}/{name}": digest for package in PACKAGES for name, digest in package["sha256"].items()
    }
    there = {
        str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.rglob("*")
        if path.is_file() and path.name != "SOURCES.toml"
    }
    assert there == listed


def test_every_package_names_its_version_and_origin_and_has_its_licence_beside_it() -> None:
    for package in PACKAGES:
        assert package["version"] in package["from"]
        assert package["licence"] and (FOLDER / package["folder"] / "LICENSE").stat().st_size > 0
