"""A name beside what it belongs to: *the director, X*, *X, the director*, *the report (published on Monday) of X*."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from ainoi.marks import DOUBLE, SINGLE
from ainoi.resolve.grammar import Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.scene import Scene

MARKS = frozenset(",-–—(")
"""Marks between a name and a title that stands beside it."""
ISSUER_WITHIN = 8
"""Tokens between a paper and the word that leads to who issued it."""


def with_titles(
    mention: ParsedMention,
    roles: Mapping[int, ParsedMention],
    scene: Scene,
    grammar: Grammar,
    *,
    apart: Container[int] = (),
) -> ParsedMention:
    """A name with the titles beside it; ``roles``: titles without a name, by where they end. ``apart``: where titles
    begin that are sources by themselves."""
    words = scene.words
    before, after = mention.first - 1, mention.last
    if before > 0 and words.forms[before] in MARKS and (role := roles.get(before)) is not None:
        mention = replace(mention, titles=(*mention.titles, *role.titles))
    if after + 1 < len(words) and words.forms[after] in MARKS and after + 1 not in apart:
        reading = grammar.person(words, after + 1)
        if reading is not None and reading.titled and not reading.named:
            mention = replace(mention, titles=(*mention.titles, (after + 1, reading.name_start)))
    return mention


class Fronted:
    """Finds the name in front of a title that was read as a source alone: *X, (the spokesman of Y) said*."""

    def __init__(self, scene: Scene, mentions: Iterable[ParsedMention]) -> None:
        self._scene = scene
        self._names = {mention.last: mention for mention in mentions if mention.named and not mention.owner_named}

    def name(self, role: ParsedMention) -> ParsedMention | None:
        """The name beside ``role``, or None. It must begin a clause: in *after meeting X, the president said* it is
        somebody else."""
        words = self._scene.words
        mark = role.first - 1
        if mark < 1 or words.forms[mark] not in MARKS or not words.same_line(mark):
            return None
        name = self._names.get(mark)
        return name if name is not None and self._begins_clause(name.first) else None

    def _begins_clause(self, at: int) -> bool:
        if at == 0 or self._scene.sentence_of(at) != self._scene.sentence_of(at - 1):
            return True
        before = self._scene.words.forms[at - 1]
        return before == "," or before in SINGLE + DOUBLE


def issuer(
    paper: ParsedMention, names: Mapping[int, ParsedMention], scene: Scene, lexicon: Lexicon
) -> ParsedMention | None:
    """The name behind a paper that was read as a source without it, or None: *(a report) of the ministry*.

    It stands before what the paper says. ``names``: by where they begin.
    """
    words = scene.words
    head = lexicon.heads.match(words.keys, paper.first)
    if paper.named or head is None or head[1] != "document":
        return None
    for at in range(paper.last, min(paper.last + ISSUER_WITHIN + 1, len(words) - 1)):
        if scene.quoted[at] or not (words.forms[at].isalnum() or words.forms[at] in "/-") or not words.same_line(at):
            return None
        if words.keys[at] in lexicon.issued_by and (name := names.get(at + 1)) is not None:
            return name
    return None
