"""Fits the confidence of quotes and of their speakers on articles that the network has not learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ainoi.clean import Cleaned, clean
from ainoi.confidence import calibration_error, fit, probability
from ainoi.decode.quotes import Decoded
from ainoi.evaluation.score import Match, match_article, same_speaker
from ainoi.lang import load_pack
from ainoi.model_folder import load_model
from ainoi.pipeline import Annotator
from ainoi.schema import Article
from ainoi.tag import Tagger, Tags
from ainoi.tokens import tokenize

WANTED = 0.97
"""Share of the named speakers that should be right."""


@dataclass
class _Cases:
    """Evidence, whether it was right, and in which half of the articles it stood."""

    evidence: list[tuple[float, ...]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    half: list[int] = field(default_factory=list)

    def add(self, evidence: tuple[float, ...], right: bool, number: int) -> None:
        self.evidence.append(evidence)
        self.right.append(float(right))
        self.half.append(number % 2)

    def fitted(self) -> tuple[list[float], np.ndarray, float]:
        """Weights from all cases; the confidence of each by the weights of the other half; that one's error."""
        x, y, half = np.asarray(self.evidence), np.asarray(self.right), np.asarray(self.half)
        confidence = np.zeros(len(y))
        for test in (0, 1):
            weights = fit(x[half != test], y[half != test])
            confidence[half == test] = [probability(weights, row) for row in x[half == test].tolist()]
        errors = [calibration_error(confidence[half == test], y[half == test]) for test in (0, 1)]
        return fit(x, y), confidence, float(np.mean(errors))


def calibrate(folder: Path, articles: Sequence[Mapping[str, Any]]) -> tuple[dict[str, list[float]], list[str]]:
    """Weights for the configuration's ``calibration``, and lines that report the calibration errors.

    The errors are measured on one half of ``articles`` with weights fitted on the other; the weights returned use all.
    """
    model = load_model(folder, precision="float32")
    pack = load_pack(model.config.language)
    annotator = Annotator(model, pack)
    tagger = Tagger(model.network, model.encoder)
    read: list[tuple[Cleaned, list[tuple[int, int]], Tags]] = []
    quotes = _Cases()
    for number, article in enumerate(articles):
        cleaned = clean(article["text"], pack.furniture)
        tokens = tokenize(cleaned.text)
        [tags] = tagger.tag([cleaned.text], [tokens])
        read.append((cleaned, tokens, tags))
        everything = annotator.decode(cleaned, tokens, tags, least_confidence=0.0).quotes
        decoded = [quote for quote in everything if quote.host is None]
        match = match_article(article, [{"spans": _spans(cleaned, quote)} for quote in decoded])
        paired = {match.predicted[j].spans for _, j, _ in match.pairs}
        counted = {record.spans for record in match.predicted}
        for quote in decoded:
            spans = tuple(_spans(cleaned, quote))
            if spans in counted:
                quotes.add(quote.evidence, spans in paired, number)
    weights, _, error = quotes.fitted()
    model.config.calibration = {"quote": weights}
    lines = [
        f"confidence of quotes: expected calibration error {error:.3f} on {len(quotes.right)} held-out predictions"
    ]

    speakers = _Cases()
    for number, (article, (cleaned, tokens, tags)) in enumerate(zip(articles, read, strict=True)):
        decoding = annotator.decode(cleaned, tokens, tags)
        given = Article.model_validate({key: article.get(key) for key in ("id", "text", "title", "date")})
        found = annotator.resolved(given, cleaned, decoding)
        predictions = [
            {"spans": _spans(cleaned, quote), "speaker": speaker.name, "nested": quote.host is not None}
            for quote, speaker in zip(decoding.quotes, found, strict=True)
        ]
        right = _right_speakers(match_article(article, predictions))
        for quote, speaker in zip(decoding.quotes, found, strict=True):
            spans = tuple(_spans(cleaned, quote))
            if speaker.name is not None and spans in right:
                speakers.add(annotator.evidence(speaker, quote), right[spans], number)
    speaker_weights, confidence, error = speakers.fitted()
    lines.append(f"confidence of speakers: expected calibration error {error:.3f} on {len(speakers.right)} named ones")
    lines.extend(_threshold_lines(confidence, np.asarray(speakers.right)))
    return {"quote": weights, "speaker": speaker_weights}, lines


def _spans(cleaned: Cleaned, quote: Decoded) -> list[tuple[int, int]]:
    return [cleaned.shadow.to_source(*span) for span in quote.spans]


def _right_speakers(match: Match) -> dict[tuple[tuple[int, int], ...], bool]:
    """By the spans of each prediction that found a quote, whether its speaker is right."""
    return {match.predicted[j].spans: same_speaker(match.gold[i], match.predicted[j]) for i, j, _ in match.pairs}


def _threshold_lines(confidence: np.ndarray, right: np.ndarray) -> list[str]:
    """What thresholds cost: the share of speakers that keep their name, and how many of those are right."""
    lines = []
    for threshold in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = confidence >= threshold
        if kept.any():
            lines.append(
                f"  threshold {threshold:.1f}: {kept.mean():.3f} named, {right[kept].mean():.3f} of them right"
            )
    order = np.argsort(-confidence)
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= WANTED)
    if len(enough):
        last = int(enough[-1])
        bound = float(confidence[order[last]])
        lines.append(f"  {WANTED} of the named right: threshold {bound:.3f}, {(last + 1) / len(order):.3f} named")
    return lines
