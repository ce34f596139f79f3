"""Every example in the README and in docs/ is run.

The convention, by the language a fenced block names:

- ``python``: executed; the blocks of a page share their names, as one session.
- ``console``: a line that begins with ``$ `` is a command; a line under it that begins with two blanks, or follows a
  backslash, goes on with it. It must exit with status 0 and print what stands under it. ``curl`` is answered by the
  application itself.
- ``json``, ``toml``: must be well formed.
- anything else (``sh``, ``text``, none) is not looked at: for what installs, or goes on for ever.

In what a command prints, ``…`` is any text in a line and a line ``...`` any lines. A JSON answer of ``curl``
must have the keys shown, with their values; the string ``…`` stands for any value. The application that answers has the
seeds in its store, and the article of ``POST /v1/articles`` in docs/api.md. Commands run in an empty folder with
links to what the repository holds.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from ainoi_service.pages.seeds import seeds
from service_app import serving

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(path for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")] if path.exists())
_BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost):8000")


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])
        for match in _BLOCK.finditer(text)
        if match[1] in languages
    ]


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a console block with the output shown under it."""
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command = re.match(r"[^\n]*(?:(?<=\\)\n[^\n]*|\n  [^\n]*)*", part)
        assert command is not None
        found.append((command[0], part[command.end() :].strip()))
    return found


def prints(shown: str, output: str) -> bool:
    """Whether ``output`` is what a page shows: all of it, but for what ``…`` and ``...`` leave out."""
    pattern = "".join(
        r"(?:[^\n]*\n)*" if line == "..." else ".*".join(map(re.escape, line.split("…"))) + r"[ \t]*\n"
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, output.strip() + "\n") is not None


def shows(shown: Any, value: Any) -> bool:
    """Whether a JSON value has everything that a page shows of it."""
    if shown == "…":
        return True
    if isinstance(shown, dict) and isinstance(value, dict):
        return all(key in value and shows(shown[key], value[key]) for key in shown)
    if isinstance(shown, list) and isinstance(value, list):
        return len(shown) == len(value) and all(map(shows, shown, value))
    return bool(shown == value)


ARTICLE = {
    "url": "https://bao.example/dien-kremlin-1.html",
    "date": "2025-12-04",
    "outlet": "Báo Ví Dụ",
    "text": "Ông Dmitry Peskov, người phát ngôn Điện Kremlin, nói: “Chúng tôi sẵn sàng đối thoại”.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(None, tmp_path_factory.mktemp("store"), raising=True) as client:
        for request in seeds():
            client.post("/v1/articles", json=request.model_dump(exclude_unset=True))
        client.post("/v1/articles", json=ARTICLE)
        yield client


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with links to the repository's, in which ``python`` is this one."""
    for name in ("docs", "models", "scripts", "seeds", "service"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def curl(client: TestClient, command: str) -> Response:
    """What the application answers to ``curl``: ``-X``, ``-H``, ``-d``, ``-G``, ``--data-binary`` and ``--json``."""
    url, method, data, headers = "", "", [], {}
    as_query = False
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    for word in words:
        if word in ("-X", "--request"):
            method = next(words)
        elif word in ("-H", "--header"):
            name, _, value = next(words).partition(":")
            headers[name] = value.strip()
        elif word in ("-d", "--data", "--data-binary", "--json"):
            data.append(next(words))
            headers |= {"content-type": "application/json"} if word == "--json" else {}
        elif word in ("-G", "--get"):
            as_query = True
        elif not word.startswith("-"):
            url = word
    assert _LOCAL.match(url), f"{url}: the examples' service is http://127.0.0.1:8000"
    path = _LOCAL.sub("", url)
    if as_query:
        return client.get(path, params=[tuple(each.split("=", 1)) for each in data], headers=headers)
    content = "&".join(data) or None
    return client.request(method or ("POST" if data else "GET"), path, content=content, headers=headers)


def answers(shown: str, answer: Response) -> bool:
    """Whether an answer is what a page shows of it: as JSON, or as text where it is something else."""
    if answer.headers["content-type"] in ("application/json", "application/problem+json"):
        return shows(json.loads(shown), answer.json())
    return prints(shown, answer.text.lstrip("\ufeff").replace("\r\n", "\n"))


CONSOLES = [block for page in PAGES for block in blocks(page, "console")]


@pytest.mark.parametrize("block", CONSOLES, ids=str)
def test_a_console_example_prints_what_it_shows(block: Block, folder: Path, client: TestClient) -> None:
    assert commands(block.text), f"{block}: no line begins with '$ '"
    for command, shown in commands(block.text):
        if command.startswith("curl "):
            answer = curl(client, command)
            assert not shown or answers(shown, answer), f"{block}: {command}\n{answer.text}"
            continue
        done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder)
        output = done.stdout.decode("utf-8")
        assert done.returncode == 0, f"{block}: {command}\n{output}"
        assert not shown or prints(shown, output), f"{block}: {command}\n{output}"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name)
def test_the_python_examples_of_a_page_run(page: Path, folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page, "python"):
        code = "\n" * block.line + block.text  # so that a traceback names the page's own line
        exec(compile(code, str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_data_examples_are_well_formed(page: Path) -> None:
    for block in blocks(page, "json"):
        json.loads(block.text)
    for block in blocks(page, "toml"):
        tomllib.loads(block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        ("a", "a\n", True),
        ("a", "a\nb\n", False),
        ("a\n...", "a\nb\nc\n", True),
        ("...\nc", "a\nb\nc\n", True),
        ("a…z", "abcz", True),
        ("a…z", "ab\nz", False),
        ("a.c", "abc", False),
    ],
)
def test_the_dots_of_a_shown_output(shown: str, output: str, same: bool) -> None:
    assert prints(shown, output) == same


@pytest.mark.parametrize(
    ("shown", "value", "same"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": "…"}, {"a": [1]}, True),
        ([{"a": 1}], [{"a": 1, "b": 2}], True),
        ([], [1], False),
    ],
)
def test_what_is_shown_of_a_json_answer(shown: Any, value: Any, same: bool) -> None:
    assert shows(shown, value) == same
