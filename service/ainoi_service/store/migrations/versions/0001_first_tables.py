"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From an empty database."""
    json = sa.JSON(none_as_null=True)
    op.create_table(
        "model",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_model"),
        sa.UniqueConstraint("sha256", name="uq_model_sha256"),
    )
    op.create_table(
        "article",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("given_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("date", sa.Text),
        sa.Column("published_first", sa.Integer),
        sa.Column("published_last", sa.Integer),
        sa.Column("url", sa.Text),
        sa.Column("outlet", sa.Text),
        sa.Column("warnings", json, nullable=False),
        sa.Column("model", sa.Integer, nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_article"),
        sa.ForeignKeyConstraint(["model"], ["model.number"], name="fk_article_model"),
        sa.UniqueConstraint("id", name="uq_article_id"),
        sa.UniqueConstraint("source", "text_sha256", name="uq_article_source_text_sha256"),
        sa.UniqueConstraint("source", "version", name="uq_article_source_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "speaker",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(300), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("wikidata", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_speaker"),
        sa.UniqueConstraint("id", name="uq_speaker_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speaker_folded", "speaker", ["folded"])
    op.create_table(
        "alias",
        sa.Column("speaker", sa.Integer, nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("folded", sa.String(300), nullable=False),
        sa.Column("registry", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("speaker", "text", name="pk_alias"),
        sa.ForeignKeyConstraint(["speaker"], ["speaker.number"], name="fk_alias_speaker", ondelete="CASCADE"),
    )
    op.create_index("ix_alias_folded", "alias", ["folded"])
    op.create_table(
        "quote",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("article", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("exact", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("spans", json, nullable=False),
        sa.Column("begins", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("act", sa.String(20)),
        sa.Column("cue", json),
        sa.Column("mention", json),
        sa.Column("speaker", sa.Integer),
        sa.Column("speaker_kind", sa.String(20), nullable=False),
        sa.Column("speaker_name", sa.Text),
        sa.Column("named_as", sa.String(300)),
        sa.Column("attribution", json, nullable=False),
        sa.Column("via", sa.Text),
        sa.Column("said_on", sa.Text),
        sa.Column("said_first", sa.Integer),
        sa.Column("said_last", sa.Integer),
        sa.Column("denied", sa.Boolean, nullable=False),
        sa.Column("nested_in", sa.String(64)),
        sa.Column("repeat_of", sa.String(64)),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("model", sa.Integer),
        sa.Column("checked", sa.String(20)),
        sa.Column("checked_at", sa.String(32)),
        sa.PrimaryKeyConstraint("number", name="pk_quote"),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name="fk_quote_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker"], ["speaker.number"], name="fk_quote_speaker"),
        sa.ForeignKeyConstraint(["model"], ["model.number"], name="fk_quote_model"),
        sa.UniqueConstraint("id", name="uq_quote_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quote_article_position", "quote", ["article", "position"])
    counting = ["speaker", "article", "repeat_of", "checked"]
    op.create_index("ix_quote_speaker_article_repeat_of_checked", "quote", counting)
    op.create_table(
        "embedding",
        sa.Column("quote", sa.Integer, nullable=False),
        sa.Column("model", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("quote", name="pk_embedding"),
        sa.ForeignKeyConstraint(["quote"], ["quote.number"], name="fk_embedding_quote", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["model"], ["model.number"], name="fk_embedding_model"),
    )
    op.create_table(
        "change",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("article", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_change"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """To an empty database: everything is lost."""
    for table in ("change", "embedding", "quote", "alias", "speaker", "article", "model"):
        op.drop_table(table)
