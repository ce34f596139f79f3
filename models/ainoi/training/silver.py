"""Labels that trained networks give to articles nobody annotated, for a network to learn from (self-training)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ainoi.clean import Cleaned, clean
from ainoi.decode.quotes import Decoded
from ainoi.lang import load_pack
from ainoi.model_config import CONTENT, CUE, SOURCE
from ainoi.model_folder import load_model
from ainoi.pipeline import Annotator
from ainoi.schema import Article, Speaker, SpeakerKind
from ainoi.tag import Tagger, Tags
from ainoi.tokens import tokenize
from ainoi.training.teachers import Teachers

READ_TOGETHER = 16
FEWEST_QUOTES = 2
"""An article with fewer teaches little."""
LONGEST = 20_000
"""Characters of the longest article that is labelled; longer ones are mostly lists."""


class Labeller:
    """Reads articles by the model folders ``folders`` together; decoding and resolution are those of the first."""

    def __init__(self, folders: Sequence[Path]) -> None:
        models = [load_model(folder, precision="float32") for folder in folders]
        self._config = models[0].config
        self._pack = load_pack(self._config.language)
        self._tagger = Teachers([Tagger(model.network, model.encoder) for model in models])
        self._annotator = Annotator(models[0], self._pack, self._tagger)

    def label(self, articles: Iterable[Mapping[str, Any]]) -> Iterator[tuple[dict[str, Any], float]]:
        """Those of ``articles`` that are readable and quote somebody, with ``quotes`` as gold files have them, and for
        each how many of its tokens are probably labelled wrong, per token of its quotes."""
        waiting: list[tuple[Mapping[str, Any], Cleaned]] = []
        for article in articles:
            if len(article["text"]) > LONGEST:
                continue
            cleaned = clean(article["text"], self._pack.furniture)
            if self._pack.test.accepts(cleaned.text):
                waiting.append((article, cleaned))
            if len(waiting) == READ_TOGETHER:
                yield from self._labelled(waiting)
                waiting = []
        yield from self._labelled(waiting)

    def _labelled(self, waiting: Sequence[tuple[Mapping[str, Any], Cleaned]]) -> Iterator[tuple[dict[str, Any], float]]:
        tokens = [tokenize(cleaned.text) for _, cleaned in waiting]
        tags = self._tagger.tag([cleaned.text for _, cleaned in waiting], tokens)
        for (article, cleaned), own_tokens, own_tags in zip(waiting, tokens, tags, strict=True):
            decoding = self._annotator.decode(cleaned, own_tokens, own_tags)
            if len(decoding.quotes) < FEWEST_QUOTES:
                continue
            given = Article.model_validate({key: article.get(key) for key in ("id", "text", "title", "date")})
            speakers = self._annotator.speakers(given, cleaned, decoding)
            quotes = [
                self._record(cleaned, quote, speaker)
                for quote, speaker in zip(decoding.quotes, speakers, strict=True)
                if quote.source is not None or quote.cue is not None
            ]
            length = sum(end - start for quote in quotes for start, end in quote["spans"])
            if length:
                yield {**article, "quotes": quotes}, doubt(own_tags) / length

    def _record(self, cleaned: Cleaned, quote: Decoded, speaker: Speaker) -> dict[str, Any]:
        """One quote as gold files have it."""
        kind = "unnamed"
        if quote.source is not None:
            kind = self._config.kinds[int(np.argmax(quote.source.kinds))]
        if speaker.kind is not SpeakerKind.UNKNOWN:
            kind = speaker.kind.value
        return {
            "spans": [list(cleaned.shadow.to_source(*span)) for span in quote.spans],
            "cue": quote.cue and list(cleaned.shadow.to_source(*quote.cue)),
            "mention": quote.source and list(cleaned.shadow.to_source(*quote.source.span)),
            "speaker": speaker.name,
            "aliases": [speaker.name.split()[-1]] if speaker.name and speaker.kind is SpeakerKind.PERSON else [],
            "kind": kind,
            "via": None,
            "nested": quote.host is not None,
            "denied": False,
        }


def doubt(tags: Tags) -> float:
    """How many tokens of an article are probably labelled wrong: as content, as cue or as source."""
    return float(sum((1.0 - np.exp(tags.tracks[name].max(axis=1))).sum() for name in (CONTENT, CUE, SOURCE)))


def surest(labelled: Sequence[tuple[dict[str, Any], float]], share: float) -> list[dict[str, Any]]:
    """The ``share`` of the articles with the least doubt, in the order of their ids."""
    kept = sorted(labelled, key=lambda pair: pair[1])[: round(share * len(labelled))]
    return sorted((article for article, _ in kept), key=lambda article: str(article["id"]))
