"""Every regular expression of the package, and strings on which one could take too long.

The strings come from the pattern itself: for each repeated part, what leads to it, the part again and again, and an end
at which it cannot match.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import regex

import ainoi
import ainoi_service
from ainoi.lang import load_pack

_parser: Any = re._parser  # type: ignore[attr-defined]
_constants: Any = re._constants  # type: ignore[attr-defined]
REPEATS = frozenset({_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT})
MANY = 6
"""A part that may come at least so often is taken for one that may come any number of times."""

FUNCTIONS = frozenset({"compile", "match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split"})


def modules() -> list[ModuleType]:
    """All modules of the two packages that can be imported here; migrations are run by their own program."""
    found = []
    for package in (ainoi, ainoi_service):
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if ".migrations" not in info.name and not info.name.endswith(("ray_engine", "html_reader")):
                found.append(importlib.import_module(info.name))
    return found


def sources() -> Iterator[Path]:
    """The source files of both packages."""
    for package in (ainoi, ainoi_service):
        yield from sorted(Path(package.__path__[0]).rglob("*.py"))


def literals() -> Iterator[tuple[str, Any]]:
    """Every pattern that a source file writes out in a call of ``re`` or ``regex``, compiled, by file and line."""
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            module, pattern = node.func.value, node.args[0]
            if not (isinstance(module, ast.Name) and module.id in ("re", "regex") and node.func.attr in FUNCTIONS):
                continue
            if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                library: Any = re if module.id == "re" else regex
                flags = 0 if module.id == "re" else regex.VERSION1
                yield f"{file.name}:{node.lineno}", library.compile(pattern.value, flags)


def compiled() -> dict[str, Any]:
    """Every compiled pattern by a name: those of the modules, of the language pack and of the service's lexicons."""
    found: dict[str, Any] = {}
    for module in modules():
        for name, value in vars(module).items():
            _collect(found, f"{module.__name__}.{name}", value)
    _collect(found, "pack", load_pack("vi"))
    from ainoi_service.similar import names

    _collect(found, "names.lexicon", names.lexicon())
    unique: dict[str, str] = {}
    found.update(literals())  # those inside functions, and those of modules that are not imported here
    for name, pattern in found.items():
        unique.setdefault(str(pattern.pattern), name)
    return {name: found[name] for name in unique.values()}


def _collect(found: dict[str, Any], name: str, value: object) -> None:
    if isinstance(value, re.Pattern | regex.Pattern):
        if isinstance(value.pattern, str):
            found[name] = value
    elif isinstance(value, tuple) and not hasattr(value, "_fields"):
        for i, item in enumerate(value):
            _collect(found, f"{name}[{i}]", item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            _collect(found, f"{name}.{field.name}", getattr(value, field.name))


_CLASSES = {
    "L": "[^\\W\\d_]",
    "Lu": "[A-ZĐÔ]",
    "M": "[\u0300-\u036f]",
    "Mn": "[\u0300-\u036f]",
    "N": "\\d",
    "Cf": "[\u200b-\u200f]",
}
_IN_SETS = {
    "L": "a-zA-ZĐđÔôư",
    "Lu": "A-ZĐÔ",
    "M": "\u0300-\u036f",
    "Mn": "\u0300-\u036f",
    "N": "0-9",
    "Cf": "\u200b-\u200f",
}


def parsed(pattern: Any) -> Any | None:
    """The pattern as the standard library reads it, classes of ``regex`` put in its own words; None if it cannot."""
    source = str(pattern.pattern)
    if isinstance(pattern, regex.Pattern):
        source = _translated(source)
    try:
        with warnings.catch_warnings(category=FutureWarning, action="ignore"):
            return _parser.parse(source)
    except re.error:
        return None


def _translated(source: str) -> str:
    """``source`` with the classes of Unicode as a few letters of theirs, and set operations left out: a larger set."""
    before = ""
    while source != before:
        before = source
        source = re.sub(r"(?:--|&&)(?:\[[^\[\]]*\]|\\p\{\w+\})", "", source)
        source = re.sub(r"\[([^\[\]\\]*)\[([^\[\]]*)\]", r"[\1\2", source)
    out, inside, i = [], False, 0
    while i < len(source):
        if source[i] == "\\" and source[i + 1] in "pP" and source[i + 2] == "{":
            name, i = source[i + 3 : source.index("}", i)], source.index("}", i) + 1
            out.append(_IN_SETS.get(name, "a-z") if inside else (_CLASSES.get(name, "[a-z]")))
            continue
        if source[i] == "\\":
            out.append(source[i : i + 2])
            i += 2
            continue
        inside = source[i] == "[" or (inside and source[i] != "]")
        out.append(source[i])
        i += 1
    return "".join(out)


def attacks(tree: Any, size: int) -> Iterator[str]:
    """Texts of about ``size`` characters that repeat what ``tree`` repeats, and then end otherwise."""
    for lead, body in _repeated(tree, ""):
        for unit in dict.fromkeys((body, body[:1], body[:1] + " ")):
            if unit:
                for end in ("\0", "x", " "):
                    yield lead + unit * (size // len(unit)) + end


def _repeated(tree: Any, lead: str) -> Iterator[tuple[str, str]]:
    """For every part that may come often: an example of what stands before it, and one of itself."""
    for operation, value in tree:
        if operation in REPEATS:
            low, high, body = value
            example = _example(body)
            if high >= MANY:
                yield lead, example
            yield from _repeated(body, lead)
            lead += example * min(max(low, 1), 3)
        elif operation is _constants.SUBPATTERN:
            yield from _repeated(value[3], lead)
            lead += _example(value[3])
        elif operation is _constants.ATOMIC_GROUP:
            yield from _repeated(value, lead)
            lead += _example(value)
        elif operation is _constants.BRANCH:
            for branch in value[1]:
                yield from _repeated(branch, lead)
            lead += _example(value[1][0])
        elif operation in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _repeated(value[1], lead)
        else:
            lead += _example([(operation, value)])


def _example(tree: Any) -> str:
    """A short text that the tree matches, near enough."""
    out = ""
    for operation, value in tree:
        if operation is _constants.LITERAL:
            out += chr(value)
        elif operation is _constants.NOT_LITERAL:
            out += "a" if value != ord("a") else "b"
        elif operation is _constants.ANY:
            out += "a"
        elif operation is _constants.IN:
            out += _member(value)
        elif operation in REPEATS:
            out += _example(value[2]) * max(value[0], 1)
        elif operation is _constants.SUBPATTERN:
            out += _example(value[3])
        elif operation is _constants.ATOMIC_GROUP:
            out += _example(value)
        elif operation is _constants.BRANCH:
            out += _example(value[1][0])
    return out


SAMPLES = "aA1 .,-?!“”\"'’)(\n\t_…:;/=<>#|Đôư\u0301\u200b\0\x85é"


def members(choice: Any) -> frozenset[str]:
    """Those of :data:`SAMPLES`, and the characters named, that a set, a literal or a dot takes."""
    named = {chr(v) for op, v in choice if op is _constants.LITERAL}
    named |= {chr(v[0]) for op, v in choice if op is _constants.RANGE}
    pattern = re.compile("[" + _written(choice) + "]")
    return frozenset(c for c in {*SAMPLES, *named} if pattern.fullmatch(c))


def _written(choice: Any) -> str:
    out = []
    for operation, value in choice:
        if operation is _constants.NEGATE:
            out.insert(0, "^")
        elif operation is _constants.LITERAL:
            out.append(re.escape(chr(value)))
        elif operation is _constants.RANGE:
            out.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif operation is _constants.CATEGORY:
            out.append(_CATEGORY[value])
    return "".join(out)


_CATEGORY = {
    _constants.CATEGORY_DIGIT: r"\d",
    _constants.CATEGORY_NOT_DIGIT: r"\D",
    _constants.CATEGORY_SPACE: r"\s",
    _constants.CATEGORY_NOT_SPACE: r"\S",
    _constants.CATEGORY_WORD: r"\w",
    _constants.CATEGORY_NOT_WORD: r"\W",
}


def _member(choice: Any) -> str:
    found = members(choice)
    return next((c for c in SAMPLES if c in found), next(iter(sorted(found)), ""))


def ambiguous(tree: Any) -> list[str]:
    """The parts of a pattern that could be read in exponentially many ways, in words; empty for a sound one.

    That is a part that comes often and holds one that comes often, where the next turn may begin with what the last one
    may still take (``(a+)*``, ``(a*b?)*``), and a choice inside a part that comes often of which two begin alike.
    What never goes back (``++``, ``(?>…)``) is sound.
    """
    return [*_ambiguous(tree, inside=False)]


def _ambiguous(tree: Any, *, inside: bool) -> Iterator[str]:
    for operation, value in tree:
        if operation in REPEATS:
            body, often = value[2], value[1] >= MANY
            if operation is not _constants.POSSESSIVE_REPEAT and (often or inside) and value[1] > 1:
                again = _first(body) & _last_open(body)
                if again:
                    yield f"a repeat in a repeat, both of which take {sorted(again)[:3]}"
            yield from _ambiguous(body, inside=(inside or often) and operation is not _constants.POSSESSIVE_REPEAT)
        elif operation is _constants.SUBPATTERN:
            yield from _ambiguous(value[3], inside=inside)
        elif operation is _constants.BRANCH:
            for branch in value[1]:
                yield from _ambiguous(branch, inside=inside)
            if inside:
                firsts = [_first(branch) for branch in value[1]]
                for i, one in enumerate(firsts):
                    for other in firsts[i + 1 :]:
                        if one & other and not _words(value[1]):
                            yield f"a choice in a repeat, of which two begin with {sorted(one & other)[:3]}"


def _words(branches: Any) -> bool:
    """Whether the branches are words, none of which can be cut into others: each ends at its own end."""
    return all(all(op is _constants.LITERAL for op, _ in branch) for branch in branches)


def _first(tree: Any) -> frozenset[str]:
    """Characters with which a match of the tree can begin."""
    found: frozenset[str] = frozenset()
    for operation, value in tree:
        taken, optional = _takes(operation, value, _first)
        found |= taken
        if not optional:
            break
    return found


def _last_open(tree: Any) -> frozenset[str]:
    """Characters that a match of the tree could take more of at its end."""
    found: frozenset[str] = frozenset()
    for operation, value in reversed(list(tree)):
        if operation in REPEATS and operation is not _constants.POSSESSIVE_REPEAT:
            if value[1] >= MANY or value[0] != value[1]:
                found |= _first(value[2])
            found |= _last_open(value[2])
            if value[0] == 0:
                continue
        elif operation is _constants.SUBPATTERN:
            found |= _last_open(value[3])
        elif operation is _constants.BRANCH:
            optional = any(not list(branch) for branch in value[1])
            for branch in value[1]:
                found |= _last_open(branch) | (_first(branch) if optional else frozenset())
            if optional:
                continue
        elif operation in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT):
            continue
        break
    return found


def _takes(operation: Any, value: Any, of: Any) -> tuple[frozenset[str], bool]:
    """The characters with which one part can begin, and whether it may be left out."""
    if operation is _constants.LITERAL:
        return frozenset(chr(value)), False
    if operation is _constants.NOT_LITERAL:
        return frozenset(SAMPLES) - {chr(value)}, False
    if operation is _constants.ANY:
        return frozenset(SAMPLES), False
    if operation is _constants.IN:
        return members(value), False
    if operation in REPEATS:
        return of(value[2]), value[0] == 0
    if operation is _constants.SUBPATTERN:
        return of(value[3]), False
    if operation is _constants.ATOMIC_GROUP:
        return of(value), False
    if operation is _constants.BRANCH:
        return frozenset().union(*(of(branch) for branch in value[1])), any(not list(branch) for branch in value[1])
    return frozenset(), True
