"""Known people, organizations, offices and countries, read from TOML files and looked up by name or by office and date.

A folder of files and any number of files of the user's own are read in order; every file may hold any of the tables
``[[person]]``, ``[[organization]]``, ``[[office]]`` and ``[[country]]``. An entry of a later file whose id is already
known adds to it: its aliases, names and offices are appended, its other fields replace the old ones.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ainoi.errors import RegistryError
from ainoi.resolve.dates import Period, period

FIRST_DAY, LAST_DAY = date.min, date.max
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")

OrganizationType = Literal[
    "government", "military", "agency", "international", "outlet", "platform", "company", "party", "research", "other"
]


class _Entry(BaseModel):
    """Base of registry entries: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)


class Tenure(BaseModel):
    """An office somebody held; ``start`` and ``end`` are dates as ``period`` reads them, null where open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    office: str
    start: str | None = None
    end: str | None = None

    @field_validator("start", "end", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        text = value.isoformat() if isinstance(value, date) else value
        if text is not None and (not isinstance(text, str) or period(text) is None):
            raise ValueError(f"not a date: {value!r}")
        return text

    @property
    def days(self) -> Period:
        """First and last day in office, as widely as the dates allow."""
        start, end = period(self.start), period(self.end)
        return (start[0] if start else FIRST_DAY), (end[1] if end else LAST_DAY)


class Person(_Entry):
    """Somebody known by name; ``aliases`` are the other ways the press writes it."""

    name: str = Field(min_length=1)
    gender: Literal["male", "female"] | None = None
    aliases: tuple[str, ...] = ()
    wikidata: str | None = Field(default=None, pattern=r"^Q[1-9]\d*$")
    wikidata_source: str | None = None
    offices: tuple[Tenure, ...] = ()


class Organization(_Entry):
    """A body that speaks: a ministry, an army, an agency, an outlet, a company."""

    name: str = Field(min_length=1)
    type: OrganizationType = "other"
    aliases: tuple[str, ...] = ()
    wikidata: str | None = Field(default=None, pattern=r"^Q[1-9]\d*$")
    wikidata_source: str | None = None


class Office(_Entry):
    """An office with one holder at a time, by the ways the press words it."""

    names: tuple[str, ...] = Field(min_length=1)
    organization: str | None = None


class Country(_Entry):
    """A country; ``capitals`` stand for its government."""

    name: str = Field(min_length=1)
    names: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()


class Holding(BaseModel):
    """Who held an office in a period: one person, or nobody for certain and the people it may be."""

    model_config = ConfigDict(frozen=True)

    person: Person | None
    alternatives: tuple[Person, ...]


def fold(name: str) -> str:
    """Letters and digits without case and diacritics, other characters as single spaces."""
    if not name.isascii():
        plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
        name = "".join(char for char in plain if not unicodedata.combining(char))
    return _spaced(name)


def exact(name: str) -> str:
    """As ``fold``, with diacritics kept; in which of a word's letters a mark stands makes no difference."""
    if name.isascii():
        return _spaced(name)
    return " ".join(_word_with_marks(word) for word in _spaced(unicodedata.normalize("NFC", name)).split())


def _word_with_marks(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    marks = sorted(char for char in letters if unicodedata.combining(char))
    return "".join(char for char in letters if not unicodedata.combining(char)) + "".join(marks)


def _spaced(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub(" ", name.casefold()).strip()


Item = TypeVar("Item")


class _Index(Generic[Item]):
    """Entries by folded name. Where a name and an alias both carry diacritics they must agree in them."""

    def __init__(self) -> None:
        self._by_fold: dict[str, list[tuple[str, Item]]] = {}

    def add(self, name: str, item: Item) -> None:
        entries = self._by_fold.setdefault(fold(name), [])
        if not any(known == exact(name) and other is item for known, other in entries):
            entries.append((exact(name), item))

    def find(self, name: str) -> tuple[Item, ...]:
        folded = fold(name)
        entries = self._by_fold.get(folded)
        if not entries:
            return ()
        wanted = exact(name)
        same = [item for known, item in entries if known == wanted]
        if not same:
            same = [item for known, item in entries if folded in (known, wanted)]
        return tuple(dict.fromkeys(same))


class Registry:
    """Look-ups over the entries; immutable once made."""

    def __init__(
        self,
        people: Sequence[Person],
        organizations: Sequence[Organization],
        offices: Sequence[Office],
        countries: Sequence[Country],
    ) -> None:
        self.people: Mapping[str, Person] = {entry.id: entry for entry in people}
        self.organizations: Mapping[str, Organization] = {entry.id: entry for entry in organizations}
        self.offices: Mapping[str, Office] = {entry.id: entry for entry in offices}
        self.countries: Mapping[str, Country] = {entry.id: entry for entry in countries}
        self._people: _Index[str] = _Index()
        self._organizations: _Index[str] = _Index()
        self._offices: _Index[str] = _Index()
        self._countries: _Index[str] = _Index()
        self._capitals: _Index[str] = _Index()
        self._holders: dict[str, list[tuple[Tenure, Person]]] = {}
        self._fill()

    def _fill(self) -> None:
        for person in self.people.values():
            for name in (person.name, *person.aliases):
                self._people.add(name, person.id)
            for tenure in person.offices:
                self._holders.setdefault(tenure.office, []).append((tenure, person))
        for body in self.organizations.values():
            for name in (body.name, *body.aliases):
                self._organizations.add(name, body.id)
        for office in self.offices.values():
            for name in office.names:
                self._offices.add(name, office.id)
        for country in self.countries.values():
            for name in (country.name, *country.names):
                self._countries.add(name, country.id)
            for name in country.capitals:
                self._capitals.add(name, country.id)

    @classmethod
    def empty(cls) -> Registry:
        """A registry that knows nobody."""
        return cls((), (), (), ())

    @classmethod
    def load(cls, folder: Path, extra: Sequence[Path] = ()) -> Registry:
        """Read every ``.toml`` file of ``folder`` in order of name, then the files ``extra``.

        Raises:
            RegistryError: a file cannot be read, an entry is malformed, an id comes twice in the folder, or a tenure
                names an office that no file defines. The message names file and entry.
        """
        entries = _Entries()
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
        except OSError as error:
            raise RegistryError(f"{folder}: {error}") from error
        for path in files:
            entries.read(path, own=True)
        for path in extra:
            entries.read(path, own=False)
        return entries.registry()

    def find_people(self, name: str) -> tuple[Person, ...]:
        """Everybody whose name or alias this is; more than one where the alias is ambiguous."""
        return tuple(self.people[found] for found in self._people.find(name))

    def find_organizations(self, name: str) -> tuple[Organization, ...]:
        """Every organization whose name or alias this is."""
        return tuple(self.organizations[found] for found in self._organizations.find(name))

    def find_country(self, name: str) -> Country | None:
        """The country of this name or with this capital."""
        found = self._countries.find(name) or self._capitals.find(name)
        return self.countries[found[0]] if found else None

    def find_offices(self, name: str) -> tuple[Office, ...]:
        """Every office that the press words this way."""
        return tuple(self.offices[found] for found in self._offices.find(name))

    def holder(self, office: str, when: str | None) -> Holding:
        """Who held the office with this id during all of the period that ``when`` states (formats: ``dates.period``).

        With no date, or one in which the holder changed, ``person`` is None and ``alternatives`` lists everybody it
        may be, the latest first.
        """
        held = self._holders.get(office, [])
        days = period(when)
        if days is not None:
            held = [(tenure, person) for tenure, person in held if _overlap(tenure.days, days)]
        held = sorted(held, key=lambda entry: entry[0].days, reverse=True)
        people = tuple({person.id: person for _, person in held}.values())
        if days is None or len(people) != 1:
            return Holding(person=None, alternatives=people)
        if not any(tenure.days[0] <= days[0] and days[1] <= tenure.days[1] for tenure, _ in held):
            return Holding(person=None, alternatives=people)
        return Holding(person=people[0], alternatives=())

    def holds(self, person: Person, office: str) -> bool:
        """Whether the person held the office at any time."""
        return any(tenure.office == office for tenure in person.offices)

    def names(self) -> Iterator[tuple[str, Literal["person", "organization"]]]:
        """Every name and alias with the kind of speaker it stands for; countries are not among them."""
        for person in self.people.values():
            yield from ((name, "person") for name in (person.name, *person.aliases))
        for body in self.organizations.values():
            yield from ((name, "organization") for name in (body.name, *body.aliases))


def _overlap(one: Period, other: Period) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


_TABLES: Mapping[str, type[_Entry]] = {
    "person": Person,
    "organization": Organization,
    "office": Office,
    "country": Country,
}
_GROWING = ("aliases", "names", "capitals", "offices")


class _Entries:
    """Raw entries of all files, merged by id, each with the file it came from."""

    def __init__(self) -> None:
        self._raw: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in _TABLES}
        self._source: dict[tuple[str, str], Path] = {}

    def read(self, path: Path, *, own: bool) -> None:
        """Take in one file; in ``own`` files an id may come only once, others may add to what is known."""
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise RegistryError(f"{path}: {error}") from error
        for table, entries in content.items():
            if table not in _TABLES or not isinstance(entries, list):
                raise RegistryError(f"{path}: unknown table {table!r}; known are [[{']], [['.join(_TABLES)}]]")
            for entry in entries:
                self._take(path, table, entry, own)

    def _take(self, path: Path, table: str, entry: object, own: bool) -> None:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise RegistryError(f"{path}: a [[{table}]] without an id: {entry!r:.120}")
        known = self._raw[table].get(entry["id"])
        if known is not None and own:
            raise RegistryError(f"{path}: {table} {entry['id']!r} is already in {self._source[table, entry['id']]}")
        merged = dict(known or {})
        for key, value in entry.items():
            grows = key in _GROWING and isinstance(value, list) and isinstance(merged.get(key), list)
            merged[key] = [*merged[key], *value] if grows else value
        self._raw[table][entry["id"]] = merged
        self._source[table, entry["id"]] = path

    def registry(self) -> Registry:
        """Everything validated and indexed."""
        people = self._validated("person", Person)
        offices = self._validated("office", Office)
        known = {office.id for office in offices}
        for person in people:
            for tenure in person.offices:
                where = f"{self._source['person', person.id]}: person {person.id!r}"
                if tenure.office not in known:
                    raise RegistryError(f"{where}: no office {tenure.office!r}")
                if tenure.days[0] > tenure.days[1]:
                    raise RegistryError(f"{where}: office {tenure.office!r} ends before it starts")
        return Registry(
            people, self._validated("organization", Organization), offices, self._validated("country", Country)
        )

    def _validated(self, table: str, model: type[EntryType]) -> list[EntryType]:
        entries = []
        for key, raw in self._raw[table].items():
            try:
                entries.append(model.model_validate(raw))
            except ValidationError as error:
                problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
                raise RegistryError(f"{self._source[table, key]}: {table} {key!r}: {problems}") from error
        return entries


EntryType = TypeVar("EntryType", bound=_Entry)
