"""Which outlet or channel a quote came through: *Theo TASS, ông Peskov …*, *… nói với Reuters*, *viết trên Twitter*.

Each quote takes one of the channels that stand in its own sentence, outside every quote's content and outside its own
mention (*Theo Reuters, …* with nobody else speaking is Reuters' own word). A quote with none takes over that of the
quote before it where the same source goes on speaking in the same paragraph. A quote inside another's content has none:
the channel brought the outer one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence

from ainoi.attribution.channels import Channel, Construction, ViaLexicon, find_channels
from ainoi.attribution.passage import Offsets, Passage, QuoteParts

LONGEST_PAUSE = 40
"""Characters between two quotes over which a channel is taken over; chosen on half of the training articles."""

_PREFERENCE = (Construction.AFTER, Construction.BESIDE, Construction.BEFORE)


def find_via(
    text: str,
    cue: Offsets | None,
    mention: Offsets | None,
    contents: Sequence[Offsets],
    lexicon: ViaLexicon,
    outlets: Collection[str],
) -> str | None:
    """The outlet or channel that the sentence of one quote names, as the text writes it and without its head noun.

    ``outlets`` holds further known names, folded by `fold_name`. None when there is none, or when the outlet is itself
    the source (it stands in ``mention``). For a whole article use `find_vias`, which knows the other quotes.
    """
    return find_vias(text, [QuoteParts(cue, mention, contents)], lexicon, outlets)[0]


def find_vias(
    text: str, quotes: Sequence[QuoteParts], lexicon: ViaLexicon, outlets: Collection[str]
) -> list[str | None]:
    """The channel of every quote of an article, one for each of ``quotes``, which stand in the order of the text."""
    named = find_channels(text, lexicon, outlets)
    if not named:
        return [None] * len(quotes)
    passage = Passage(text, quotes)
    channels = _by_rank(passage, named)
    found: list[str | None] = []
    before: tuple[QuoteParts, str | None] | None = None
    for quote in quotes:
        if passage.is_nested(quote):
            found.append(None)
            continue
        name = _of_sentence(passage, quote, channels)
        if name is None and before is not None and _goes_on(text, before[0], quote, lexicon):
            name = before[1]
        before = (quote, name)
        found.append(name)
    return found


def _by_rank(passage: Passage, channels: list[Channel]) -> list[list[Channel]]:
    """The channels outside all contents, the preferred ones first; those of one rank in the order of the text."""
    ranks: dict[tuple[bool, int], list[Channel]] = {}
    for channel in channels:
        if not passage.in_content(channel.start):
            ranks.setdefault((channel.generic, _PREFERENCE.index(channel.construction)), []).append(channel)
    return [ranks[rank] for rank in sorted(ranks)]


def _of_sentence(passage: Passage, quote: QuoteParts, channels: Sequence[Sequence[Channel]]) -> str | None:
    """The first channel of the best rank in the quote's sentence and outside its mention."""
    start, end = passage.sentence(quote)
    mention = quote.mention or (0, 0)
    for rank in channels:
        at = bisect_left(rank, start, key=lambda channel: channel.start)
        if at < len(rank) and rank[at].start < mention[1] and mention[0] < rank[at].end:
            at = bisect_left(rank, mention[1], lo=at, key=lambda channel: channel.start)
        if at < len(rank) and rank[at].start < end:
            return rank[at].name
    return None


def _goes_on(text: str, before: QuoteParts, after: QuoteParts, lexicon: ViaLexicon) -> bool:
    """Whether ``after`` follows ``before`` closely, in the same paragraph and from the same source."""
    pause = text[before.around()[1] : after.around()[0]]
    if len(pause) >= LONGEST_PAUSE or "\n" in pause:
        return False
    if after.mention is None or after.mention == before.mention:
        return True
    words = text[slice(*after.mention)].lower().split()
    if not words or words[-1] in lexicon.pointing or all(word in lexicon.pronouns for word in words):
        return True
    return before.mention is not None and words[-1] in text[slice(*before.mention)].lower().split()
