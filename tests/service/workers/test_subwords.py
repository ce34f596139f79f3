"""The estimate of an article's work: near the tokenizer's count for news, never far below it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ainoi_service.workers.subwords import subwords_in

WEIGHTS = Path(__file__).resolve().parents[3] / "models" / "ainoi" / "weights" / "vi"


@pytest.fixture(scope="module")
def counted() -> Callable[[str], int]:
    """What the model's own tokenizer makes of a text."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def test_of_news_it_is_nearly_what_the_tokenizer_counts(seeds: Path, counted: Callable[[str], int]) -> None:
    texts = [json.loads(line)["text"] for line in (seeds / "gold.jsonl").read_text("utf-8").splitlines()]
    ratios = [subwords_in(text) / counted(text) for text in texts]
    assert all(0.85 < ratio < 1.35 for ratio in ratios), ratios


@settings(max_examples=50)
@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=100))
@example("qzxkjwvb" * 40)
@example("12345678" * 20)
def test_of_ascii_it_is_at_least_a_quarter_of_what_the_tokenizer_counts(
    counted: Callable[[str], int], text: str
) -> None:
    assert subwords_in(text) * 4 >= counted(text)


@settings(max_examples=50)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=100))
@example("ẄẌỾỼ" * 20)
@example("Путин" * 20)
@example("😀" * 20)
def test_of_any_text_it_is_at_least_a_twelfth(counted: Callable[[str], int], text: str) -> None:
    assert subwords_in(text) * 12 >= counted(text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_is_never_less_work(text: str, more: str) -> None:
    assert subwords_in(text + " " + more) >= max(subwords_in(text), subwords_in(more)) >= 1


@pytest.mark.parametrize(
    ("text", "subwords"),
    [
        ("", 1),
        ("Ông nói: “Có”.", 7),
        ("nghiêng", 2),
        ("2024", 2),
        ("“" * 30_000, 30_000),
        (" " * 10_000 + "x", 10_000),
        ("Путин", 5),
        ("普京", 2),
    ],
)
def test_marks_and_letters_of_other_scripts_count_one_each(text: str, subwords: int) -> None:
    assert subwords_in(text) == subwords
