"""What a language pack knows about names, titles, pronouns and organizations, read once from its TOML files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ainoi.errors import RegistryError
from ainoi.resolve.words import PhraseTable, Spelling, Words

Gender = Literal["male", "female", "any"]
TitleKind = Literal["honorific", "modifier", "former", "office", "role", "kin"]
OrganizationKind = Literal["body", "outlet", "document"]
AnaphorKind = Literal["country", "body", "outlet"]
QualifierKind = Literal["plain", "contested"]
PronounKind = Literal["person", "plural", "first", "first_plural"]


@dataclass(frozen=True, slots=True)
class TitleWord:
    """A word or phrase before a name, and the gender it tells."""

    kind: TitleKind
    gender: Gender


@dataclass(frozen=True, slots=True)
class PronounWord:
    """A pronoun, and the gender it tells."""

    kind: PronounKind
    gender: Gender


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrase tables of one language pack; every table is looked up by lower-case keys of ``Words``."""

    spelling: Spelling
    titles: PhraseTable[TitleWord]
    same: Mapping[str, str]
    """Each title phrase that has one to the phrase that stands for all its synonyms."""
    covers: Mapping[str, frozenset[str]]
    """A general title and those it can stand for."""
    links: frozenset[str]
    qualifiers: PhraseTable[QualifierKind]
    pronouns: PhraseTable[PronounWord]
    not_before: frozenset[str]
    not_after: frozenset[str]
    demonstratives: PhraseTable[bool]
    unnamed: PhraseTable[bool]
    determiners: PhraseTable[bool]
    singular: PhraseTable[bool]
    anonymous: PhraseTable[bool]
    spokespersons: PhraseTable[bool]
    heads: PhraseTable[OrganizationKind]
    standalone: PhraseTable[bool]
    anaphors: PhraseTable[AnaphorKind]
    transparent: PhraseTable[bool]
    kept_before_native: PhraseTable[bool]
    """Those of ``transparent`` that belong to a name in the pack's own language: *Tổ chức Du lịch Thế giới*."""
    after_comma: frozenset[str]
    """What goes on with a body's name behind a comma in it."""
    issuing: frozenset[str]
    issued_by: frozenset[str]
    """Words between a paper and the body that issues it."""
    people: frozenset[str]
    """Words that begin a noun for people: behind a conjunction another source."""
    schools: PhraseTable[bool]
    """Kinds of schools, behind which a school's name stands."""
    equals: frozenset[str]
    """*Is*, between a description and the name it leads to."""
    companies: PhraseTable[bool]
    """Heads behind which words may describe a company before its foreign name."""
    reporters: PhraseTable[bool]
    """People who speak for the outlet that is named behind them."""
    fields: PhraseTable[bool]
    places: PhraseTable[bool]
    """Countries, cities and regions: whatever with a capital letter says where."""
    countries: PhraseTable[str]
    """Names and capitals of countries, each with the country's id."""
    regions: PhraseTable[bool]
    place_words: PhraseTable[bool]
    actor_before: frozenset[str]
    given_places: frozenset[str]
    """Places that are first names as well."""
    named_things: PhraseTable[bool]
    """Ships, contests, works and the like: the name behind one of these is its own, not a person's."""
    then: PhraseTable[bool]
    """*At that time*: behind a title, whoever held the office when the story happened."""
    services: PhraseTable[bool]
    """Words that lead from a title to the person whom somebody acts for."""
    channels: PhraseTable[bool]
    """Outlets that a body speaks through and is known by: *(the website) of the embassy*."""
    platforms: PhraseTable[bool]
    surnames: frozenset[str]
    particles: frozenset[str]
    suffixes: frozenset[str]
    sentence_starts: frozenset[str]
    conjunctions: frozenset[str]
    ignored_owners: frozenset[str]
    loose_documents: PhraseTable[bool]
    self_named: PhraseTable[bool]
    two: frozenset[str]
    ages: frozenset[str]
    local_offices: PhraseTable[bool]
    specific: PhraseTable[bool]
    epithets: frozenset[str]
    clause_words: PhraseTable[bool]
    organization_words: frozenset[str]
    after_names: frozenset[str]
    not_organizations: frozenset[str]
    accuracy: Mapping[str, float]
    """How often a speaker found in a certain way is right, by the name of the way."""
    naming: frozenset[str]
    listing: frozenset[str]
    joint: str
    """What stands between the last two names of speakers who speak as one."""
    syllable: re.Pattern[str]

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read the pack in ``folder`` (the one that holds ``titles.toml``).

        Raises:
            RegistryError: a file or a table is missing or is not what it should be; the message names it.
        """
        pack = _Pack(folder)
        spelling = Spelling(pack.mapping("spelling", "endings"), pack.mapping("spelling", "syllables"))

        def flags(file: str, table: str) -> PhraseTable[bool]:
            return PhraseTable(((word, True) for word in pack.words(file, table)), spelling)

        def keys(file: str, table: str) -> frozenset[str]:
            return frozenset(spelling.key(word) for word in pack.words(file, table))

        return cls(
            spelling=spelling,
            titles=PhraseTable(_titles(pack), spelling),
            same=_same(pack, spelling),
            covers=_covers(pack, spelling),
            links=keys("titles", "links"),
            ignored_owners=keys("titles", "ignored"),
            self_named=flags("organization_heads", "self_named"),
            two=keys("unnamed", "two"),
            local_offices=flags("titles", "local"),
            specific=flags("titles", "specific"),
            epithets=keys("titles", "epithets"),
            ages=keys("unnamed", "ages"),
            loose_documents=flags("organization_heads", "loose"),
            clause_words=flags("organization_heads", "clause_words"),
            organization_words=keys("organization_heads", "last_words"),
            qualifiers=PhraseTable(_qualifiers(pack), spelling),
            pronouns=PhraseTable(_pronouns(pack), spelling),
            not_before=keys("pronouns", "not_before"),
            not_after=keys("pronouns", "not_after"),
            demonstratives=flags("pronouns", "demonstratives"),
            unnamed=flags("unnamed", "nouns"),
            determiners=flags("unnamed", "determiners"),
            anonymous=flags("unnamed", "anonymous"),
            singular=flags("unnamed", "singular"),
            spokespersons=flags("unnamed", "spokespersons"),
            heads=PhraseTable(_heads(pack), spelling),
            standalone=flags("organization_heads", "standalone"),
            anaphors=PhraseTable(_anaphors(pack), spelling),
            transparent=flags("organization_heads", "transparent"),
            kept_before_native=flags("organization_heads", "kept_before_native"),
            after_comma=keys("organization_heads", "after_comma"),
            issuing=keys("organization_heads", "issuing"),
            issued_by=keys("organization_heads", "issued_by"),
            people=keys("organization_heads", "people"),
            schools=flags("organization_heads", "schools"),
            equals=keys("organization_heads", "equals"),
            companies=flags("organization_heads", "companies"),
            reporters=flags("organization_heads", "reporters"),
            fields=flags("words_in_names", "fields"),
            places=PhraseTable(_places(pack), spelling),
            countries=PhraseTable(pack.countries(), spelling),
            regions=flags("words_in_names", "regions"),
            place_words=flags("words_in_names", "place_words"),
            actor_before=keys("words_in_names", "actor_before"),
            given_places=keys("proper_names", "given_places"),
            named_things=flags("words_in_names", "named_things"),
            then=flags("titles", "then"),
            services=flags("titles", "services"),
            channels=flags("organization_heads", "channels"),
            platforms=flags("organization_heads", "platforms"),
            surnames=keys("proper_names", "surnames"),
            particles=keys("proper_names", "particles"),
            suffixes=keys("proper_names", "suffixes"),
            sentence_starts=keys("proper_names", "sentence_starts"),
            conjunctions=keys("words_in_names", "conjunctions"),
            after_names=keys("words_in_names", "after_names"),
            not_organizations=keys("words_in_names", "not_organizations"),
            listing=keys("proper_names", "listing"),
            accuracy=pack.numbers("speaker_accuracy", "accuracy"),
            naming=keys("proper_names", "naming"),
            joint=pack.text("proper_names", "joint", "text"),
            syllable=re.compile(pack.text("proper_names", "syllable", "pattern"), re.IGNORECASE),
        )

    def ordinary(self, keys: list[str], at: int) -> bool:
        """Whether the lower-case word at ``at`` is one of the pack's own: a title, a body's head, a function word."""
        nouns = (self.titles, self.heads, self.pronouns, self.place_words, self.determiners, self.unnamed)
        tables = (*nouns, self.clause_words)
        words = (self.links, self.after_names, self.sentence_starts, self.actor_before)
        return any(table.end(keys, at) > at for table in tables) or any(keys[at] in known for known in words)

    def native(self, key: str) -> bool:
        """Whether a lower-case word has the shape of a syllable of the pack's language."""
        return self.syllable.fullmatch(key) is not None


class _Pack:
    """TOML files of one folder, each read once, with errors that name file and table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, dict[str, Any]] = {}

    def _table(self, file: str, table: str) -> dict[str, Any]:
        if file not in self._files:
            path = self._folder / f"{file}.toml"
            try:
                self._files[file] = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise RegistryError(f"{path}: {error}") from error
        found = self._files[file].get(table)
        if not isinstance(found, dict):
            raise RegistryError(f"{self._folder / file}.toml: no table [{table}]")
        return found

    def countries(self) -> Iterator[tuple[str, str]]:
        """Every name of a country with its id, from the registry beside the pack's word lists."""
        path = self._folder / "registry" / "countries.toml"
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))["country"]
            for entry in entries:
                names = [entry["name"], *entry.get("names", ()), *entry.get("capitals", ())]
                yield from ((name, entry["id"]) for name in names)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RegistryError(f"{path}: {error}") from error

    def words(self, file: str, table: str, key: str = "words") -> list[str]:
        value: list[str] = self._table(file, table).get(key, [])
        if not _strings(value):
            raise RegistryError(f"{self._folder / file}.toml: [{table}] {key} must be a list of strings")
        return value

    def lines(self, file: str, table: str, key: str) -> list[list[str]]:
        value = self._table(file, table).get(key)
        if not isinstance(value, list) or not all(_strings(line) and line for line in value):
            raise RegistryError(f"{self._folder / file}.toml: [{table}] {key} must be a list of lists of strings")
        return value

    def word_lists(self, file: str, table: str) -> dict[str, list[str]]:
        value = self._table(file, table)
        if not all(_strings(words) for words in value.values()):
            raise RegistryError(f"{self._folder / file}.toml: [{table}] must map strings to lists of strings")
        return value

    def mapping(self, file: str, table: str) -> dict[str, str]:
        value = self._table(file, table)
        if not all(isinstance(word, str) for word in value.values()):
            raise RegistryError(f"{self._folder / file}.toml: [{table}] must map strings to strings")
        return value

    def numbers(self, file: str, table: str) -> dict[str, float]:
        value = self._table(file, table)
        if not all(isinstance(number, int | float) and 0 <= number <= 1 for number in value.values()):
            raise RegistryError(f"{self._folder / file}.toml: [{table}] must map strings to numbers from 0 to 1")
        return {key: float(number) for key, number in value.items()}

    def text(self, file: str, table: str, key: str) -> str:
        value = self._table(file, table).get(key)
        if not isinstance(value, str):
            raise RegistryError(f"{self._folder / file}.toml: [{table}] {key} must be a string")
        return value


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _genders() -> Iterable[Gender]:
    return ("male", "female", "any")


def _titles(pack: _Pack) -> Iterator[tuple[str, TitleWord]]:
    for gender in _genders():
        yield from ((word, TitleWord("honorific", gender)) for word in pack.words("titles", "honorifics", gender))
        yield from ((word, TitleWord("kin", gender)) for word in pack.words("titles", "kin", gender))
        yield from ((word, TitleWord("modifier", gender)) for word in pack.words("titles", "modifiers", gender))
    yield from ((word, TitleWord("former", "any")) for word in pack.words("titles", "modifiers", "former"))
    yield from ((word, TitleWord("office", "any")) for word in pack.words("titles", "offices"))
    yield from ((word, TitleWord("role", "any")) for word in pack.words("titles", "roles"))
    yield from ((word, TitleWord("role", "male")) for word in pack.words("titles", "roles", "male"))
    yield from ((word, TitleWord("role", "female")) for word in pack.words("titles", "roles", "female"))


def _pronouns(pack: _Pack) -> Iterator[tuple[str, PronounWord]]:
    for gender in _genders():
        yield from ((word, PronounWord("person", gender)) for word in pack.words("pronouns", "person", gender))
    yield from ((word, PronounWord("plural", "any")) for word in pack.words("pronouns", "plural"))
    yield from ((word, PronounWord("first", "any")) for word in pack.words("pronouns", "first", "singular"))
    yield from ((word, PronounWord("first_plural", "any")) for word in pack.words("pronouns", "first", "plural"))


def _qualifiers(pack: _Pack) -> Iterator[tuple[str, QualifierKind]]:
    yield from ((word, "contested") for word in pack.words("titles", "qualifiers", "contested"))
    yield from ((word, "plain") for word in pack.words("titles", "qualifiers"))


def _places(pack: _Pack) -> Iterator[tuple[str, bool]]:
    yield from ((name, True) for name, _ in pack.countries())
    for table in ("places", "regions", "teams"):
        yield from ((name, True) for name in pack.words("words_in_names", table))


def _heads(pack: _Pack) -> Iterator[tuple[str, OrganizationKind]]:
    yield from ((word, "document") for word in pack.words("organization_heads", "documents"))
    yield from ((word, "outlet") for word in pack.words("organization_heads", "outlets"))
    yield from ((word, "body") for word in pack.words("organization_heads", "bodies"))


def _anaphors(pack: _Pack) -> Iterator[tuple[str, AnaphorKind]]:
    yield from ((word, "country") for word in pack.words("organization_heads", "anaphors", "country"))
    yield from ((word, "outlet") for word in pack.words("organization_heads", "anaphors", "outlet"))
    yield from ((word, "body") for word in pack.words("organization_heads", "anaphors", "body"))


def _phrase(text: str, spelling: Spelling) -> str:
    return " ".join(Words.of(text, spelling).keys)


def _same(pack: _Pack, spelling: Spelling) -> dict[str, str]:
    lines = pack.lines("titles", "same", "lines")
    return {_phrase(word, spelling): _phrase(line[0], spelling) for line in lines for word in line}


def _covers(pack: _Pack, spelling: Spelling) -> dict[str, frozenset[str]]:
    same = _same(pack, spelling)
    covers: dict[str, frozenset[str]] = {}
    for general, titles in pack.word_lists("titles", "covers").items():
        phrases = {_phrase(title, spelling) for title in titles}
        key = _phrase(general, spelling)
        covers[same.get(key, key)] = frozenset(same.get(phrase, phrase) for phrase in phrases)
    return covers
