"""The table of sentences for ``via``, what passes from quote to quote, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.attribution.channels import ViaLexicon, fold_name
from ainoi.attribution.passage import QuoteParts
from ainoi.attribution.via import find_via, find_vias
from sentence_markup import parse, rows

LEXICON = ViaLexicon.load(Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi")
TABLE = rows(Path(__file__).with_name("via_table.tsv"))
PHRASES = [",", ".", "“", "”", "\n", "Theo", "Reuters", "TASS", "dẫn lời", "với", "trên", "tờ", "và", "hãng tin", "Ông"]
WORDS = st.sampled_from(PHRASES)


def vias(*passages: str) -> list[str | None]:
    """The channels of the quotes of one text, given one quote a passage."""
    quotes, text = [], ""
    for passage in passages:
        marked, shift = parse(passage), len(text)
        cue, mention = (span and (span[0] + shift, span[1] + shift) for span in (marked.cue, marked.mention))
        quotes.append(QuoteParts(cue, mention, [(start + shift, end + shift) for start, end in marked.contents]))
        text += marked.text
    return find_vias(text, quotes, LEXICON, frozenset())


@pytest.mark.parametrize(("sentence", "expected", "note"), TABLE)
def test_via_as_the_table_says(sentence: str, expected: str, note: str) -> None:
    marked = parse(sentence)
    via = find_via(marked.text, marked.cue, marked.mention, marked.contents, LEXICON, frozenset())
    assert via == (None if expected == "none" else expected), note


def test_table_covers_at_least_forty_sentences_and_repeats_none() -> None:
    assert len({sentence for sentence, _, _ in TABLE}) == len(TABLE) >= 40


PESKOV = "Theo TASS, {m:ông Peskov} {c:nói} [lịch chưa chốt]. "


def test_same_source_going_on_in_the_paragraph_keeps_the_channel() -> None:
    assert vias(PESKOV, "{m:Ông} {c:nói thêm} [sẽ báo sau]. ", '"[Xin hãy chờ]".') == ["TASS", "TASS", "TASS"]


def test_another_source_or_paragraph_drops_the_channel() -> None:
    assert vias(PESKOV, "{m:Bà Leyen} {c:nói} [EU sẽ chờ].") == ["TASS", None]
    assert vias(PESKOV, "¶{m:Ông} {c:nói} [sẽ báo sau].") == ["TASS", None]


def test_quote_inside_another_has_no_channel() -> None:
    text = "Theo AP, ông Lâm kể ông Sáu nói sẽ bỏ nghề."
    outer = QuoteParts((17, 19), (9, 16), [(20, 42)])
    inner = QuoteParts((27, 30), (20, 26), [(31, 42)])
    assert find_vias(text, [outer, inner], LEXICON, frozenset()) == ["AP", None]


def test_names_of_the_caller_are_known() -> None:
    marked = parse("Theo Sóng Lạ, {m:ông Bốn} {c:nói} [biển động].")
    arguments = (marked.text, marked.cue, marked.mention, marked.contents, LEXICON)
    assert find_via(*arguments, frozenset()) is None
    assert find_via(*arguments, {fold_name("Sóng Lạ")}) == "Sóng Lạ"


@given(text=st.one_of(st.text(), st.lists(WORDS, max_size=40).map(" ".join)), data=st.data())
def test_any_text_and_spans_give_names_of_the_text(text: str, data: st.DataObject) -> None:
    offset = st.integers(0, len(text))
    span = st.tuples(offset, offset).map(lambda pair: (min(pair), max(pair)))
    quote = st.builds(QuoteParts, st.none() | span, st.none() | span, st.lists(span, max_size=2))
    quotes = data.draw(st.lists(quote, max_size=3))
    found = find_vias(text, quotes, LEXICON, frozenset())
    assert len(found) == len(quotes)
    assert all(name is None or all(part in text for part in name.split(" và ")) for name in found)
