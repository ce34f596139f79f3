"""The table of sentences for ``said_on``, what passes from quote to quote, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.attribution.date_lexicon import DateLexicon
from ainoi.attribution.occasions import OccasionLexicon
from ainoi.attribution.passage import QuoteParts
from ainoi.attribution.said_on import find_said_on
from ainoi.resolve.dates import period
from sentence_markup import cells, parse

FOLDER = Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi"
DATES, OCCASIONS = DateLexicon.load(FOLDER), OccasionLexicon.load(FOLDER)
TABLE = cells(Path(__file__).with_name("said_on_table.tsv"), 4)
PHRASES = [
    *("hôm 3/12", "tối qua", "cùng ngày", "(5/3)", "tháng 10", "năm 2016", "phát biểu", "họp báo", "dẫn lời"),
    *("trước đó", "về", "sau", "vụ", "ông", "nói", "theo", "Theo", ",", ".", "“", "”", "\n", "(", ")"),
]
WORDS = st.sampled_from(PHRASES)


def said_on(article: str, *passages: tuple[str, str | None]) -> list[str | None]:
    """The dates of the quotes of one text, given one quote a passage and who its source is."""
    quotes, text = [], ""
    for passage, _ in passages:
        marked, shift = parse(passage), len(text)
        cue, mention = (span and (span[0] + shift, span[1] + shift) for span in (marked.cue, marked.mention))
        quotes.append(QuoteParts(cue, mention, [(start + shift, end + shift) for start, end in marked.contents]))
        text += marked.text
    return find_said_on(text, quotes, [source for _, source in passages], period(article), DATES, OCCASIONS)


@pytest.mark.parametrize(("sentence", "article", "expected", "note"), TABLE)
def test_date_as_the_table_says(sentence: str, article: str, expected: str, note: str) -> None:
    assert said_on(article, (sentence, "nam")) == [None if expected == "none" else expected], note


def test_table_covers_at_least_forty_sentences_and_repeats_none() -> None:
    assert len({(sentence, article) for sentence, article, *_ in TABLE}) == len(TABLE) >= 40


NAM = ("Hôm 3/12, {m:ông Nam} {c:nói} [cầu sẽ thông xe]. ", "nam")
MORE = ("{m:Ông} {c:nói thêm} [đường đã xong].", "nam")


def test_same_source_going_on_speaks_on_the_same_day() -> None:
    assert said_on("2022-12-05", NAM, MORE) == ["2022-12-03"] * 2
    assert (
        said_on("2022-12-05", NAM, ("“[Xin hãy chờ]”. ", "nam"), ("¶{m:Giám đốc} {c:hứa} [sẽ xong].", "nam"))
        == ["2022-12-03"] * 3
    )


def test_somebody_else_between_ends_it() -> None:
    lan = ("{m:Bà Lan} {c:nói} [bà sẽ chờ]. ", "lan")
    assert said_on("2022-12-05", NAM, lan, MORE) == ["2022-12-03", None, None]
    assert said_on("2022-12-05", NAM, ("{m:Một người} {c:nói} [phải chờ]. ", None)) == ["2022-12-03", None]


def test_words_of_another_time_are_not_of_that_day() -> None:
    before = ("Trước đó, {m:ông Nam} {c:hứa} [sẽ xong sớm]. ", "nam")
    assert said_on("2022-12-05", NAM, before, MORE) == ["2022-12-03", None, None]
    assert said_on("2022-12-05", NAM, ("{m:Ông} từng {c:nói} [sẽ khó]. ", "nam")) == ["2022-12-03", None]


def test_an_own_date_goes_first() -> None:
    own = ("Hôm qua, {m:ông} {c:nói} [sẽ xong]. ", "nam")
    assert said_on("2022-12-05", NAM, own, MORE) == ["2022-12-03", "2022-12-04", "2022-12-04"]
    assert said_on("2022-12", NAM, own, MORE) == ["2022-12-03", None, None]


def test_a_month_or_year_reaches_the_next_sentence_only() -> None:
    month = ("Hồi tháng 10, {m:ông Nam} {c:nói} [cầu sẽ xong]. ", "nam")
    later = ("Cầu dài hai cây số và cao sáu mươi mét. {m:Ông Nam} {c:nói} [đường đã xong].", "nam")
    assert said_on("2022-12-05", month, MORE) == ["2022-10", "2022-10"]
    assert said_on("2022-12-05", month, later) == ["2022-10", None]
    assert said_on("2022-12-05", NAM, later) == ["2022-12-03", "2022-12-03"]


def test_quotes_of_one_sentence_share_its_date_if_they_share_the_source() -> None:
    text = "Hôm 3/12, ông Nam nói cầu xong, hứa đường sẽ xong, còn bà Lan kêu trễ."
    nam, lan = (text.index("ông Nam"), text.index("ông Nam") + 7), (text.index("bà Lan"), text.index("bà Lan") + 6)

    def quote(mention: tuple[int, int], cue: str, content: str) -> QuoteParts:
        start, at = text.index(cue), text.index(content)
        return QuoteParts((start, start + len(cue)), mention, [(at, at + len(content))])

    quotes = [quote(nam, "nói", "cầu xong"), quote(nam, "hứa", "đường sẽ xong"), quote(lan, "kêu", "trễ")]
    found = find_said_on(text, quotes, [None, None, None], period("2022-12-05"), DATES, OCCASIONS)
    assert found == ["2022-12-03", "2022-12-03", None]


def test_quote_inside_another_has_no_date() -> None:
    text = "Hôm 3/12, ông Lâm kể ông Sáu hôm qua nói sẽ bỏ nghề."
    outer = QuoteParts((18, 20), (10, 17), [(21, 51)])
    inner = QuoteParts((37, 40), (21, 28), [(41, 51)])
    found = find_said_on(text, [outer, inner], ["lam", "sau"], period("2022-12-05"), DATES, OCCASIONS)
    assert found == ["2022-12-03", None]


def test_cue_far_from_the_words_and_their_source_does_not_bring_a_date() -> None:
    text = "Ông Nam nói cầu đã nứt. Hôm 3/12, tỉnh tuyên bố đóng cầu."
    quote = QuoteParts((39, 47), (0, 7), [(12, 22)])
    assert find_said_on(text, [quote], ["nam"], period("2022-12-05"), DATES, OCCASIONS) == [None]


def test_same_day_is_the_day_of_the_last_words_when_its_paragraph_names_none() -> None:
    lead = ("Hôm 3/12, {m:ông Nam} {c:nói} [cầu sẽ thông xe].¶Cầu khởi công ngày 1/2.¶", "nam")
    same = ("Cùng ngày, {m:bà Lan} {c:nói} [bà sẽ chờ].", "lan")
    assert said_on("2022-12-05", lead, same) == ["2022-12-03", "2022-12-03"]


@given(text=st.one_of(st.text(), st.lists(WORDS, max_size=40).map(" ".join)), data=st.data())
def test_any_text_and_spans_give_iso_dates_or_none(text: str, data: st.DataObject) -> None:
    offset = st.integers(0, len(text))
    span = st.tuples(offset, offset).map(lambda pair: (min(pair), max(pair)))
    quote = st.builds(QuoteParts, st.none() | span, st.none() | span, st.lists(span, max_size=2))
    quotes = data.draw(st.lists(quote, max_size=4))
    sources = [data.draw(st.sampled_from([None, "a", "b"])) for _ in quotes]
    found = find_said_on(text, quotes, sources, period("2022-12-05"), DATES, OCCASIONS)
    assert len(found) == len(quotes)
    assert all(value is None or period(value) is not None for value in found)


@pytest.mark.parametrize(
    "unit", ["ngày ", "ngày 3/12 ", "(5/3)", "cùng ngày ", "ngày " + "1-" * 8, "năm năm ", "hôm 3/12,"]
)
def test_long_runs_of_dates_are_read_to_the_end(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    quotes = [QuoteParts((at, at + 1), None, [(at + 2, at + 3)]) for at in range(0, len(text) - 3, 50)]
    assert len(find_said_on(text, quotes, ["a"] * len(quotes), period("2022"), DATES, OCCASIONS)) == len(quotes)
