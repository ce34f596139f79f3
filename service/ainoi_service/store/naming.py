"""Rows of speakers and their aliases: made when somebody is quoted, gone when nothing uses them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from ainoi import Speaker
from ainoi.schema import Method
from ainoi_service.search.folding import fold
from ainoi_service.store import numbers, schema
from ainoi_service.store.names import Names

LONGEST_ALIAS = 200
"""Code points; what is longer is no name that anybody looks for."""
LONGEST_ID = 300
BY_NAME = frozenset({Method.NAME, Method.PART_OF_NAME, Method.ALIAS})
"""Methods by which the mention has a name in it."""

OF_THE_ARTICLE = "article:"


class Use(NamedTuple):
    """A speaker (by number) and the alias by which a quote has him, if it has one."""

    speaker: int
    alias: str | None


class _Known(NamedTuple):
    number: int
    name: str
    wikidata: str | None
    aliases: set[str]


AT_ONCE = 500
"""Speakers named in one statement."""
_BY_ID = select(*(schema.speaker.c[name] for name in ("id", "number", "name", "wikidata"))).where(
    schema.speaker.c.id.in_(bindparam("wanted", expanding=True))
)
_ALIASES = select(schema.alias.c.speaker, schema.alias.c.text).where(
    schema.alias.c.speaker.in_(bindparam("wanted", expanding=True))
)


def speaker_id(speaker: Speaker, article_id: str) -> str:
    """The store's id of a named speaker: the given one, made unique to the article where it is of the article only."""
    assert speaker.name is not None
    id = speaker.id or f"{OF_THE_ARTICLE}{fold(speaker.name)}"
    return _short(of_article(id, article_id))


def of_article(id: str, article_id: str) -> str:
    """``id``, with the article's id in it if it is an id of this article only."""
    own = f"{OF_THE_ARTICLE}{article_id}:"
    return own + id.removeprefix(OF_THE_ARTICLE) if id.startswith(OF_THE_ARTICLE) and not id.startswith(own) else id


def _short(id: str) -> str:
    if len(id) <= LONGEST_ID:
        return id
    return f"{id[: LONGEST_ID - 33]}:{hashlib.sha256(id.encode()).hexdigest()[:32]}"


class Speakers:
    """Finds or makes the rows of speakers, for the length of one transaction.

    ``collecting``: new rows are written by ``flush``; else at once.
    """

    def __init__(self, connection: Connection, names: Names, *, collecting: bool = False) -> None:
        self._connection = connection
        self._names = names
        self._collecting = collecting
        self._known: dict[str, _Known] = {}
        self._new: set[str] = set()
        self._numbers: list[int] = []
        self._rows: list[dict[str, Any]] = []
        self._aliases: list[dict[str, Any]] = []

    def expect(self, speakers: Iterable[tuple[Speaker, str]]) -> None:
        """Look up all who will be asked for, each with the id of the article, in one go."""
        ids = {speaker_id(speaker, article_id) for speaker, article_id in speakers if speaker.name is not None}
        self._look_up(sorted(ids.difference(self._known, self._new)))

    def flush(self) -> None:
        """Write the rows that are new."""
        if self._rows:
            self._connection.execute(insert(schema.speaker), self._rows)
        if self._aliases:
            self._connection.execute(insert(schema.alias), self._aliases)
        self._rows, self._aliases = [], []

    def row(self, speaker: Speaker, article_id: str) -> tuple[int, str]:
        """Number and name of the named ``speaker``'s row."""
        known = self._find(speaker, article_id)
        return known.number, known.name

    def named(self, speaker: Speaker, mention: str | None, article_id: str) -> str | None:
        """The alias in ``mention``, now one of the named speaker's; None if the mention has no name in it."""
        if mention is None or speaker.method not in BY_NAME or speaker.members:
            return None
        alias = " ".join(self._names.bare(mention).split())
        if not alias or len(alias) > LONGEST_ALIAS:
            return None
        self._add_aliases(self._find(speaker, article_id), [alias], registry=False)
        return alias

    def _find(self, speaker: Speaker, article_id: str) -> _Known:
        id = speaker_id(speaker, article_id)
        known = self._known.get(id)
        if known is None:
            if id not in self._new:
                self._look_up([id])
            known = self._known.get(id)
            if known is None:
                self._new.remove(id)
                known = self._known[id] = self._made(id, speaker)
        if speaker.wikidata not in (None, known.wikidata):
            self.flush()
            of_it = schema.speaker.c.number == known.number
            self._connection.execute(update(schema.speaker).where(of_it).values(wikidata=speaker.wikidata))
            self._known[id] = known._replace(wikidata=speaker.wikidata)
        return known

    def _look_up(self, ids: Sequence[str]) -> None:
        """Take in what the store has of these; the others are new, and there is a number for each."""
        found: dict[int, _Known] = {}
        for first in range(0, len(ids), AT_ONCE):
            for row in self._connection.execute(_BY_ID, {"wanted": ids[first : first + AT_ONCE]}):
                found[row.number] = self._known[row.id] = _Known(row.number, row.name, row.wikidata, set())
        wanted = list(found)
        for first in range(0, len(wanted), AT_ONCE):
            for row in self._connection.execute(_ALIASES, {"wanted": wanted[first : first + AT_ONCE]}):
                found[row.speaker].aliases.add(row.text)
        new = [id for id in ids if id not in self._known]
        self._new.update(new)
        self._numbers += numbers.take(self._connection, schema.speaker, len(new))

    def _made(self, id: str, speaker: Speaker) -> _Known:
        name = self._names.name(id) or speaker.name
        assert name is not None
        known = _Known(self._numbers.pop(0), name, speaker.wikidata, set())
        self._rows.append(
            {
                "number": known.number,
                "id": id,
                "name": name,
                "folded": fold(name)[:LONGEST_ID],
                "kind": speaker.kind.value,
                "wikidata": speaker.wikidata,
            }
        )
        self._add_aliases(known, [name, *self._names.aliases(id)], registry=True)
        return known

    def _add_aliases(self, known: _Known, aliases: Iterable[str], *, registry: bool) -> None:
        new = [alias for alias in dict.fromkeys(aliases) if alias not in known.aliases and len(alias) <= LONGEST_ALIAS]
        known.aliases.update(new)
        self._aliases += [
            {"speaker": known.number, "text": alias, "folded": fold(alias)[:LONGEST_ID], "registry": registry}
            for alias in new
        ]
        if not self._collecting:
            self.flush()


def forget_unused(connection: Connection, uses: Iterable[Use], names: Names) -> None:
    """Remove of these speakers and aliases those that no quote has any more."""
    uses = set(uses)
    for number in sorted({use.speaker for use in uses}):
        if not _quoted(connection, number):
            connection.execute(delete(schema.alias).where(schema.alias.c.speaker == number))
            connection.execute(delete(schema.speaker).where(schema.speaker.c.number == number))
            continue
        _rename(connection, number, names)
        gone = [use.alias for use in uses if use.speaker == number and use.alias is not None]
        for alias in sorted(gone):
            _forget_alias(connection, number, alias)


def _quoted(connection: Connection, number: int) -> bool:
    return bool(connection.execute(select(exists().where(schema.quote.c.speaker == number))).scalar())


def _forget_alias(connection: Connection, number: int, alias: str) -> None:
    used = exists().where(schema.quote.c.speaker == number, schema.quote.c.named_as == alias)
    name = exists().where(schema.speaker.c.number == number, schema.speaker.c.name == alias)
    connection.execute(
        delete(schema.alias).where(
            schema.alias.c.speaker == number,
            schema.alias.c.text == alias,
            schema.alias.c.registry.is_(False),
            ~used,
            ~name,
        )
    )


def _rename(connection: Connection, number: int, names: Names) -> None:
    """Call a speaker by a name that is still in the store, if the one he is called by came from an article now gone."""
    quote, speaker, alias = schema.quote.c, schema.speaker, schema.alias.c
    called = exists().where(quote.speaker == number, quote.speaker_name.is_(None))
    row = connection.execute(select(speaker.c.id, speaker.c.name, called).where(speaker.c.number == number)).one()
    if row[2] or names.name(row.id) is not None:
        return
    other = select(quote.speaker_name).where(quote.speaker == number).order_by(quote.number.desc()).limit(1)
    name = connection.execute(other).scalar_one()
    connection.execute(
        update(speaker).where(speaker.c.number == number).values(name=name, folded=fold(name)[:LONGEST_ID])
    )
    same = (quote.speaker == number, quote.speaker_name == name)
    connection.execute(update(schema.quote).where(*same).values(speaker_name=None))
    connection.execute(delete(schema.alias).where(alias.speaker == number, alias.text.in_([row.name, name])))
    rows = [{"speaker": number, "text": name, "folded": fold(name)[:LONGEST_ID], "registry": True}]
    used = exists().where(quote.speaker == number, quote.named_as == row.name)
    if connection.execute(select(used)).scalar():
        rows.append({"speaker": number, "text": row.name, "folded": fold(row.name)[:LONGEST_ID], "registry": False})
    connection.execute(insert(schema.alias), rows)
