"""From the source mention of each quote to its speaker: the last step, where article and registry come together."""

from __future__ import annotations

from collections.abc import Sequence

from ainoi.resolve.events import SourceMention
from ainoi.resolve.figures import Salience
from ainoi.resolve.knowledge import Knowledge
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.mentions import MentionReader
from ainoi.resolve.names import Mention
from ainoi.resolve.reading import Reading
from ainoi.resolve.registry import Registry
from ainoi.schema import Speaker

__all__ = ["Resolver", "SourceMention"]


class Resolver:
    """Resolves the sources of an article's quotes. Holds only its data; ``resolve`` may be called from any thread."""

    def __init__(self, registry: Registry, lexicon: Lexicon, *, salience: Salience | None = None) -> None:
        self._knowledge = Knowledge.of(registry, lexicon, salience or Salience())

    @property
    def reader(self) -> MentionReader:
        """Reads single mentions with this resolver's words and names."""
        return self._knowledge.reader

    def resolve(
        self,
        text: str,
        sources: Sequence[SourceMention],
        mentions: Sequence[Mention],
        *,
        date: str | None = None,
        title: str | None = None,
    ) -> list[Speaker]:
        """One speaker for each of ``sources``, in their order.

        ``mentions`` are those found anywhere in ``text``; they may overlap each other and the sources. ``date`` is the
        article's (formats: ``resolve.dates.period``), ``title`` its headline, which may give names in full. Never
        raises, whatever the text and the offsets; offsets outside the text count as no mention.
        """
        return Reading(self._knowledge, text, sources, mentions, date=date, title=title).speakers()
