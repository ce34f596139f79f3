"""The table of sentences for ``denied``, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.attribution.denial import DenialLexicon, is_denied
from sentence_markup import parse, rows

LEXICON = DenialLexicon.load(Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi")
TABLE = rows(Path(__file__).with_name("denial_table.tsv"))
PHRASES = [
    ",",
    ".",
    "“",
    "”",
    "\n",
    "không",
    "phải là",
    "chưa bao giờ",
    "nói",
    "phủ nhận",
    "việc",
    "ông",
    "ai",
    "nếu",
    "X",
]
WORDS = st.sampled_from(PHRASES)


@pytest.mark.parametrize(("sentence", "expected", "note"), TABLE)
def test_denied_as_the_table_says(sentence: str, expected: str, note: str) -> None:
    marked = parse(sentence)
    assert expected in ("true", "false")
    assert is_denied(marked.text, marked.cue, marked.mention, marked.contents, LEXICON) is (expected == "true"), note


def test_table_covers_at_least_eighty_sentences_and_repeats_none() -> None:
    assert len({sentence for sentence, _, _ in TABLE}) == len(TABLE) >= 80


def test_no_cue_means_not_denied() -> None:
    assert not is_denied("Ông không nói gì.", None, (0, 3), [(4, 9)], LEXICON)


@given(text=st.one_of(st.text(), st.lists(WORDS, max_size=40).map(" ".join)), data=st.data())
def test_any_text_and_spans_give_an_answer(text: str, data: st.DataObject) -> None:
    offset = st.integers(0, len(text))
    span = st.tuples(offset, offset).map(lambda pair: (min(pair), max(pair)))
    cue, mention = data.draw(st.none() | span), data.draw(st.none() | span)
    assert is_denied(text, cue, mention, data.draw(st.lists(span, max_size=3)), LEXICON) in (True, False)
