"""Fits the confidence of quotes on articles that the network has not learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ainoi.clean import clean
from ainoi.confidence import calibration_error, fit, probability
from ainoi.evaluation.score import match_article
from ainoi.lang import load_pack
from ainoi.model_folder import load_model
from ainoi.pipeline import Annotator
from ainoi.tag import Tagger
from ainoi.tokens import tokenize


def calibrate(folder: Path, articles: Sequence[Mapping[str, Any]]) -> tuple[dict[str, list[float]], list[str]]:
    """Weights for the configuration's ``calibration``, and lines that report the calibration error.

    The error is measured on one half of ``articles`` with weights fitted on the other; the weights returned use all.
    """
    model = load_model(folder)
    pack = load_pack(model.config.language)
    annotator = Annotator(model, pack)
    tagger = Tagger(model.network, model.encoder)
    evidence: list[tuple[float, ...]] = []
    right: list[float] = []
    half: list[int] = []
    for number, article in enumerate(articles):
        cleaned = clean(article["text"], pack.furniture)
        tokens = tokenize(cleaned.text)
        [tags] = tagger.tag([cleaned.text], [tokens])
        everything = annotator.decode(cleaned, tokens, tags, least_confidence=0.0).quotes
        decoded = [quote for quote in everything if quote.host is None]
        predictions = [{"spans": [cleaned.shadow.to_source(*s) for s in q.spans]} for q in decoded]
        match = match_article(article, predictions)
        paired = {match.predicted[j].spans for _, j, _ in match.pairs}
        counted = {record.spans for record in match.predicted}
        for quote, prediction in zip(decoded, predictions, strict=True):
            spans = tuple(prediction["spans"])
            if spans in counted:
                evidence.append(quote.evidence)
                right.append(float(spans in paired))
                half.append(number % 2)
    x, y, side = np.asarray(evidence), np.asarray(right), np.asarray(half)
    errors = []
    for test in (0, 1):
        weights = fit(x[side != test], y[side != test])
        confidence = np.asarray([probability(weights, row) for row in x[side == test].tolist()])
        errors.append(calibration_error(confidence, y[side == test]))
    lines = [f"confidence of quotes: expected calibration error {np.mean(errors):.3f} on {len(y)} held-out predictions"]
    return {"quote": fit(x, y)}, lines
