"""Embeddings of short texts with the table of a tiny random network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ainoi import Annotator
from ainoi.embedding import SIZE, Embedding, level

TEXTS = ["Chúng tôi sẵn sàng đối thoại", "sẵn sàng đối thoại", "Bộ Y tế khẳng định vắc xin an toàn", "", "   ", "!?"]


@pytest.fixture(scope="module")
def annotator(tiny_folder: Path) -> Annotator:
    return Annotator.load(tiny_folder, threads=1)


def test_vectors_have_unit_length_and_are_zeros_without_words(annotator: Annotator) -> None:
    vectors = annotator.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0, 0, 1], atol=1e-5)


def test_no_texts_give_no_rows(annotator: Annotator) -> None:
    assert annotator.embed([]).shape == (0, 32)


def test_a_text_has_the_same_vector_whatever_stands_beside_it(annotator: Annotator) -> None:
    alone = np.concatenate([annotator.embed([text]) for text in TEXTS])
    np.testing.assert_array_equal(annotator.embed(TEXTS), alone)


def test_texts_that_share_words_are_nearer_than_texts_that_share_none(annotator: Annotator) -> None:
    near = annotator.embed(TEXTS) @ annotator.embed(TEXTS[:1])[0]
    assert near[0] == pytest.approx(1)
    assert near[1] > near[2]


def test_threads_may_embed_at_once(annotator: Annotator) -> None:
    alone = annotator.embed(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(annotator.embed, [TEXTS] * 8):
            np.testing.assert_array_equal(vectors, alone)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_has_a_vector_of_length_one_or_nought(annotator: Annotator, text: str) -> None:
    length = float(np.linalg.norm(annotator.embed([text])[0]))
    assert length == pytest.approx(1, abs=1e-4) or length == 0


def test_levelled_directions_have_one_spread_and_no_mean() -> None:
    table = np.random.default_rng(0).normal(size=(500, 8)) * np.array([9, 5, 3, 1, 1, 1, 0.5, 0.1]) + 4
    share = 1 / (np.arange(500) + 50.0)
    share /= share.sum()
    levelled = level(table, 4)
    np.testing.assert_allclose(share @ levelled, 0, atol=1e-4)
    np.testing.assert_allclose((levelled * share[:, None]).T @ levelled, np.eye(4), atol=1e-4)


def test_a_direction_without_spread_becomes_zeros() -> None:
    table = np.random.default_rng(0).normal(size=(50, 3))
    table[:, 2] = 7.0
    levelled = level(table, 3)
    assert np.isfinite(levelled).all()
    np.testing.assert_array_equal(levelled[:, 2], 0)


def test_the_size_is_what_was_asked_for_but_not_wider_than_the_table(annotator: Annotator) -> None:
    table = np.eye(300)
    assert Embedding(table, _encoder(annotator), size=5).size == 5
    assert Embedding(table[:, :6], _encoder(annotator), size=SIZE).size == 6
    with pytest.raises(ValueError, match="at least 1, is 0"):
        Embedding(table, _encoder(annotator), size=0)


def _encoder(annotator: Annotator) -> object:
    return annotator._model.encoder
