"""Whether a mention means a person, a body, or somebody spoken of before: by words, registry and the model's guess."""

from __future__ import annotations

from collections.abc import Iterable

from ainoi.resolve.coreference import Cast
from ainoi.resolve.knowledge import Knowledge
from ainoi.resolve.parsed import ParsedMention, TokenRange
from ainoi.resolve.scene import Scene

SURE_GUESS = 0.8
"""Probability from which the model's guess of a source's kind is followed where words do not tell."""


class Kinds:
    """Answers for the mentions of one article, after ``learn`` was told which mentions there are."""

    def __init__(self, knowledge: Knowledge, scene: Scene, cast: Cast) -> None:
        self._knowledge = knowledge
        self._lexicon = knowledge.lexicon
        self._scene = scene
        self._cast = cast
        self._labels: dict[TokenRange, str | None] = {}
        self._addressed: set[str] = set()
        self._inside: dict[str, bool] = {}

    def guess(self, kind: str | None, probability: float) -> str | None:
        """The model's guess of a source's kind, if it is sure of it."""
        return kind if probability >= SURE_GUESS else None

    def learn(self, mentions: Iterable[tuple[ParsedMention, str | None]]) -> None:
        """Take in all mentions of the article with the labels the model gave them."""
        words = self._scene.words
        for mention, label in mentions:
            self._labels[mention.name] = label
            if mention.form == "pronoun" and not words.capital[mention.first]:
                self._addressed.add(words.keys[mention.first])

    def personal(self, mention: ParsedMention, label: str | None) -> bool:
        """Whether a mention stands for a person and not for a body."""
        if mention.form in ("organization", "document", "anaphor"):
            return False
        if mention.form != "name":
            return True
        if mention.heads:
            return not self._speaks_for_body(mention)
        name = self._cast.text(*mention.name)
        if self._knowledge.registry.find_people(name):
            return True
        if self._knowledge.registry.find_organizations(name):
            return False
        if self._cast.knows(mention):
            return True
        words = self._scene.words
        keys = [key for key in words.keys[slice(*mention.name)] if key[0].isalnum()]
        if not keys:
            return False
        telling = (keys[-1],) if self._lexicon.native(keys[0]) else (keys[0], keys[-1])
        if not self._lexicon.organization_words.isdisjoint(telling):
            return False
        label = label or self._labels.get(mention.name)
        if label in ("person", "organization"):
            return label == "person"
        return len(keys) > 1 or not name.isupper()

    def _speaks_for_body(self, mention: ParsedMention) -> bool:
        """*(representative) Vietjet*: the name after such a title is the body's."""
        head = mention.heads[0]
        start, end = mention.name
        if len(mention.heads) == 1 and self._lexicon.spokespersons.end(self._scene.words.keys, head.start) == start:
            return True
        form = self._scene.words.forms[start]
        return head.word.kind == "office" and end - start == 1 and any(char.isupper() for char in form[1:])

    def country(self, mention: ParsedMention) -> bool:
        """Whether a pronoun that is also a country's name means the country: nobody in the article is addressed so."""
        words = self._scene.words
        if self._knowledge.grammar.country(words, mention.first) != mention.last:
            return False
        key = words.keys[mention.first]
        if key in self._addressed or self._cast.addressed(key):
            return False
        return self._written_as_country(words.forms[mention.first]) or not self._cast.nearest(mention, {})

    def _written_as_country(self, form: str) -> bool:
        """Whether the word stands with its capital inside a sentence somewhere, as only a name does."""
        if form not in self._inside:
            words = self._scene.words
            self._inside[form] = any(
                words.forms[at] == form and words.forms[at - 1].isalnum() and words.same_line(at - 1)
                for at in range(1, len(words))
            )
        return self._inside[form]

    def outlet_noun(self, mention: ParsedMention) -> bool:
        """Whether a mention begins with a noun for an outlet."""
        head = self._lexicon.heads.match(self._scene.words.keys, mention.first)
        return head is not None and head[1] == "outlet"

    def self_named(self, mention: ParsedMention) -> bool:
        """Whether a mention is of a paper that is a source by its own name (*the indictment*)."""
        return self._lexicon.self_named.end(self._scene.words.keys, mention.first) > mention.first

    def relative(self, mention: ParsedMention) -> bool:
        """Whether a mention is of somebody's relative, who is not the one spoken of before: *her mother*."""
        return bool(mention.heads) and mention.heads[0].word.kind == "kin" and not mention.demonstrative

    def points_back(self, mention: ParsedMention) -> bool:
        """Whether the words of a title without a name say that somebody already spoken of is meant."""
        return (
            mention.demonstrative
            or mention.gender != "any"
            or any(head.word.kind == "modifier" for head in mention.heads)
            or self._describes_one(mention)
        )

    def _describes_one(self, mention: ParsedMention) -> bool:
        """A role that stands for the person of the story: alone (*the striker*), or with where somebody comes from."""
        keys = self._scene.words.keys
        roles = [head for head in mention.heads if head.word.kind == "role"]
        if not roles or mention.owner_named:
            return False
        end = roles[-1].end
        if end < mention.last:
            aged = keys[end][0].isdigit() and keys[end + 1 : end + 2] != [] and keys[end + 1] in self._lexicon.ages
            playing = self._lexicon.specific.end(keys, roles[-1].start) == end
            team = playing and self._knowledge.grammar.place(self._scene.words, end) == mention.last
            return aged or team or keys[end] in self._lexicon.epithets
        return self._lexicon.specific.end(keys, roles[-1].start) == end
