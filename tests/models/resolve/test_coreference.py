"""The table of linguistic cases: one entry of ``coreference_table.toml`` is one test."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.names import NameFinder
from ainoi.resolve.registry import Registry
from ainoi.resolve.speakers import Resolver, SourceMention

PACK = Path(__file__).resolve().parents[3] / "models" / "ainoi" / "lang" / "vi"
CASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("coreference_table.toml").read_text(encoding="utf-8")
)["case"]


@cache
def tools() -> tuple[NameFinder, Resolver]:
    lexicon, registry = Lexicon.load(PACK), Registry.load(PACK / "registry")
    return NameFinder(lexicon, registry.names()), Resolver(registry, lexicon)


def read(marked: str) -> tuple[str, list[SourceMention]]:
    """The text without its marks, and the sources they show, each with the contents that follow it."""
    text: list[str] = []
    spans: list[list[int]] = []
    contents: list[list[tuple[int, int]]] = []
    open_sources: list[int] = []
    open_contents: list[tuple[int, int]] = []
    for char in marked:
        if char == "⟦":
            open_sources.append(len(spans))
            spans.append([len(text), len(text)])
            contents.append([])
        elif char == "⟧":
            spans[open_sources.pop()][1] = len(text)
        elif char == "‹":
            open_contents.append((len(spans) - 1, len(text)))
        elif char == "›":
            owner, start = open_contents.pop()
            contents[owner].append((start, len(text)))
        else:
            text.append(char)
    sources = [
        SourceMention(start, end, contents=tuple(said)) for (start, end), said in zip(spans, contents, strict=True)
    ]
    return "".join(text), sources


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:60] for case in CASES])
def test_the_marked_source_is_resolved_to_its_speaker(case: dict[str, Any]) -> None:
    text, sources = read(case["text"])
    finder, resolver = tools()
    speaker = resolver.resolve(text, sources, finder.find(text), date=case.get("date"), title=case.get("title"))[-1]
    assert (speaker.name or "", speaker.kind) == (case["speaker"], case.get("kind", "person"))
    assert speaker.method == case.get("method", speaker.method)


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(CASES) >= 50
    assert {case.get("kind", "person") for case in CASES} == {"person", "organization", "unnamed", "unknown"}
