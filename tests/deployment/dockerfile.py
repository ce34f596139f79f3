"""Reads what the project's Dockerfile uses of the format, and which files its ``.dockerignore`` lets in."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_STEP = re.compile(r"(\w+)\s+(.*)", re.DOTALL)
_FLAG = re.compile(r"--([\w-]+)(?:=(\S+))?\s+")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


@dataclass(frozen=True)
class Step:
    """One instruction: its keyword, its flags with their values, and the rest."""

    line: int
    keyword: str
    flags: tuple[tuple[str, str], ...]
    text: str

    def words(self) -> list[str]:
        """The rest as words; of the JSON form its strings."""
        if self.text.startswith("["):
            words: list[str] = json.loads(self.text)
            return words
        return shlex.split(self.text)

    def flag(self, name: str) -> str | None:
        """Value of the first flag of that name."""
        return next((value for key, value in self.flags if key == name), None)


@dataclass
class Stage:
    """What follows one FROM. ``name`` is empty for the last one, which is the image."""

    name: str
    base: str
    steps: list[Step] = field(default_factory=list)

    def all(self, keyword: str) -> list[Step]:
        return [step for step in self.steps if step.keyword == keyword]


def read_dockerfile(path: Path, arguments: Mapping[str, str] | None = None) -> list[Stage]:
    """Its stages, in order. ``arguments`` are build arguments for what stands before the first FROM."""
    stages: list[Stage] = []
    before: dict[str, str] = {}
    for step in _steps(path.read_text(encoding="utf-8")):
        if step.keyword == "FROM":
            base, *rest = expand(step.text, before).split()
            stages.append(Stage(rest[1] if rest else "", base))
        elif stages:
            stages[-1].steps.append(step)
        else:
            name, _, default = step.text.partition("=")
            before[name] = (arguments or {}).get(name, default)
    return stages


def expand(text: str, variables: Mapping[str, str]) -> str:
    """``$NAME`` and ``${NAME}`` replaced; a name that is not known by nothing."""
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], ""), text)


def _steps(text: str) -> list[Step]:
    steps = []
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        while line.endswith("\\"):
            following = next(lines)[1]
            line = line[:-1] + ("\\" if following.lstrip().startswith("#") else following)
        if "<<" in line:
            raise ValueError(f"line {number}: here-documents are not understood")
        match = _STEP.fullmatch(line.strip())
        assert match is not None, f"line {number}: {line}"
        keyword, rest, flags = match[1].upper(), match[2], []
        while found := _FLAG.match(rest):
            flags.append((found[1], found[2] or ""))
            rest = rest[found.end() :]
        steps.append(Step(number, keyword, tuple(flags), rest))
    return steps


def admitted(dockerignore: str, path: str) -> bool:
    """Whether a file, by its path in the repository, is sent to the builder. The last pattern that fits decides."""
    answer = True
    for line in dockerignore.splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and _pattern(pattern.lstrip("!")).match(path):
            answer = pattern.startswith("!")
    return answer


def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern fits a path and everything under it; ``*`` stays in one folder, ``**/`` is any folders."""
    parts = re.split(r"(\*\*/|\*)", pattern.strip("/"))
    translated = "".join({"**/": "(?:.*/)?", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.compile(rf"{translated}(?:/|\Z)")
