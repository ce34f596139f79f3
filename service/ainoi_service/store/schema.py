"""The tables of the store: the same for SQLite and PostgreSQL. ``docs/store.md`` describes them for users.

Numbers (``number`` columns) are the store's own, never leave it, and are never given twice; ids are what the API shows.
Days are integers like 20251204, a period of publication or speech is its first and its last day. Columns of a fixed
length are those with an index: PostgreSQL refuses long keys, and every such value is checked before it is written.

Whoever changes a table here writes a migration for it: ``store/migrations/versions``. A test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import JSON

Json = JSON(none_as_null=True)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

model = Table(
    "model",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
)
"""Which weights made annotations."""

article = Table(
    "article",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),  # of the source and the text: see ingest.article_id
    # A hash of the URL, of the caller's id, or of the text: see ingest.source_of.
    Column("source", String(80), nullable=False),
    Column("version", Integer, nullable=False),  # 1, 2, … of the same source
    Column("current", Boolean, nullable=False),  # the newest version of its source
    Column("text_sha256", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("given_id", Text, nullable=False),  # the caller's own id, "" without one
    Column("title", Text),
    Column("date", Text),  # as given
    Column("published_first", Integer),
    Column("published_last", Integer),
    Column("url", Text),
    Column("outlet", Text),
    Column("warnings", Json, nullable=False),
    Column("model", ForeignKey("model.number"), nullable=False),
    Column("added_at", String(32), nullable=False),  # ISO 8601, UTC
    UniqueConstraint("source", "text_sha256"),
    UniqueConstraint("source", "version"),
    sqlite_autoincrement=True,
)
"""One version of an article's text, as it came from one place."""

speaker = Table(
    "speaker",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(300), nullable=False, unique=True),  # registry id, "name:…", or "article:<article id>:…"
    Column("name", Text, nullable=False),
    Column("folded", String(300), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("wikidata", Text),
    sqlite_autoincrement=True,
)
"""Everybody who is quoted by name."""

alias = Table(
    "alias",
    metadata,
    Column("speaker", ForeignKey("speaker.number", ondelete="CASCADE"), primary_key=True),
    Column("text", String(300), primary_key=True),
    Column("folded", String(300), nullable=False, index=True),
    Column("registry", Boolean, nullable=False),  # else it is there for as long as a quote is ``named_as`` it
)
"""How the articles and the registry name a speaker; the name itself is among them."""

quote = Table(
    "quote",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("article", ForeignKey("article.number", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),  # order in the article
    Column("text", Text, nullable=False),
    Column("exact", Text, nullable=False),  # what is searched, with its diacritics: search.folding.exact
    Column("folded", Text, nullable=False),  # and without: search.folding.fold
    Column("spans", Json, nullable=False),  # [[start, end], …]
    Column("begins", Integer, nullable=False),  # start of the first span
    Column("ends", Integer, nullable=False),  # end of the last one
    Column("type", String(20), nullable=False),
    Column("act", String(20)),
    Column("cue", Json),  # [start, end, text]
    Column("mention", Json),  # [start, end, text]
    Column("speaker", ForeignKey("speaker.number")),  # null: unnamed or unknown
    Column("speaker_kind", String(20), nullable=False),
    Column("speaker_name", Text),  # as this article has it; null: as the speaker is called
    Column("named_as", String(300)),  # the alias of the speaker that stands in the mention
    Column("attribution", Json, nullable=False),  # role, method, confidence, alternatives, members
    Column("via", Text),
    Column("said_on", Text),
    Column("said_first", Integer),
    Column("said_last", Integer),
    Column("denied", Boolean, nullable=False),
    Column("nested_in", String(64)),
    Column("repeat_of", String(64)),
    Column("confidence", Float, nullable=False),
    Column("model", ForeignKey("model.number")),  # null: a person wrote this quote
    Column("checked", String(20)),  # null: nobody has; "right", "wrong", or "corrected"
    Column("checked_at", String(32)),
    Index(None, "article", "position"),
    Index(None, "speaker", "article", "repeat_of", "checked"),  # all that counting by speaker asks for
    sqlite_autoincrement=True,
)
"""One quote of one article. What a person has checked, a model never touches."""

embedding = Table(
    "embedding",
    metadata,
    Column("quote", ForeignKey("quote.number", ondelete="CASCADE"), primary_key=True),
    Column("model", ForeignKey("model.number"), nullable=False),
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian, of unit length
)
"""What the variants of a quote are found by."""

change = Table(
    "change",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("article", Integer, nullable=False),  # no foreign key: it may be gone
    sqlite_autoincrement=True,
)
"""Which articles changed, in order: an index held in memory follows it. Written in the transaction of the change."""

api_key = Table(
    "api_key",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),  # names it in lists and logs; no secret
    Column("label", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),  # the key itself is nowhere
    Column("requests_per_minute", Integer),  # null: the service's own limit
    Column("created_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
    Column("last_used", Integer),  # a day
    sqlite_autoincrement=True,
)
"""Who may ask the service. A revoked key stays: a store that ever had one never opens again."""
