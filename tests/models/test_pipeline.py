"""The whole way of an article, with the model that ships."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ainoi import AinoiError, AnnotatedArticle, Annotator, Article, EmptyTextError, TextTooLongError
from ainoi.evaluation.score import match_article, record_of, same_speaker, table_of
from ainoi.marks import inside

SEEDS = Path(__file__).parent.parent.parent / "seeds"
GOLD = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
TEXT = (SEEDS / "002_d48169462011e8c7.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator.load()


@pytest.fixture(scope="module")
def annotated(annotator: Annotator) -> dict[str, AnnotatedArticle]:
    articles = [Article(**{key: gold.get(key) for key in ("id", "text", "title", "date")}) for gold in GOLD]
    results = annotator.annotate_batch(articles)
    assert all(isinstance(result, AnnotatedArticle) for result in results)
    return {result.id: result for result in results if isinstance(result, AnnotatedArticle)}


def test_the_annotator_tells_its_stages_and_they_change_nothing(annotator: Annotator) -> None:
    article = Article(text="Ông Dmitry Peskov, người phát ngôn Điện Kremlin, nói: “Chúng tôi sẵn sàng đối thoại”.")
    plain = annotator.annotate(article)
    annotator.stages = {}
    timed = annotator.annotate(article)
    told, annotator.stages = annotator.stages, None

    assert timed == annotator.annotate(article) == plain
    assert list(told) == ["clean", "encode", "tag", "decode", "resolve"]
    assert all(seconds > 0 for seconds in told.values())


def quotes_of(result: AnnotatedArticle) -> list[dict[str, Any]]:
    quotes: list[dict[str, Any]] = json.loads(result.model_dump_json())["quotes"]
    return quotes


def test_most_quotes_of_the_seeds_have_the_right_speaker(annotated: dict[str, AnnotatedArticle]) -> None:
    table = table_of([match_article(gold, quotes_of(annotated[gold["id"]])) for gold in GOLD])
    assert table.rows["all"].attributed.f1 >= 0.80


@pytest.mark.parametrize("name", ["Dmitry Peskov", "Yury Ushakov", "Donald Trump", "Vladimir Putin"])
def test_every_direct_quote_of_the_four_has_its_speaker(annotated: dict[str, AnnotatedArticle], name: str) -> None:
    checked = 0
    for gold in GOLD:
        flags = inside(gold["text"])
        match = match_article(gold, quotes_of(annotated[gold["id"]]))
        found = {match.gold[i].spans: match.predicted[j] for i, j, _ in match.pairs}
        for quote in gold["quotes"]:
            record = record_of(quote, gold["text"], flags)
            if record.type == "direct" and record.speaker == name and not record.nested:
                checked += 1
                assert record.spans in found, gold["text"][slice(*record.spans[0])]
                assert same_speaker(record, found[record.spans])
    assert checked


def test_offsets_fit_the_text_and_ids_are_unique(annotated: dict[str, AnnotatedArticle]) -> None:
    for gold in GOLD:
        text = gold["text"]
        quotes = annotated[gold["id"]].quotes
        assert len({quote.id for quote in quotes}) == len(quotes)
        assert [quote.spans[0].start for quote in quotes] == sorted(quote.spans[0].start for quote in quotes)
        for quote in quotes:
            assert quote.text == " … ".join(text[span.start : span.end] for span in quote.spans)
            for part in (quote.cue, quote.mention):
                assert part is None or text[part.start : part.end] == part.text
            assert quote.context.before == text[max(0, quote.spans[0].start - 80) : quote.spans[0].start]


def test_the_passage_printed_twice_is_annotated_twice_and_says_so(annotated: dict[str, AnnotatedArticle]) -> None:
    result = annotated["003_9820e428569846bd"]
    ids = {quote.id: quote for quote in result.quotes}
    copies = [quote for quote in result.quotes if quote.repeat_of]
    assert len(copies) >= 5
    assert all(ids[quote.repeat_of or ""].text == quote.text for quote in copies)


def test_nothing_is_found_in_page_furniture(annotated: dict[str, AnnotatedArticle]) -> None:
    [gold] = [gold for gold in GOLD if gold["id"].startswith("004")]
    related = gold["text"].index("Tin liên quan")
    assert all(quote.spans[-1].end <= related for quote in annotated[gold["id"]].quotes)


FORMS = {
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "zero width": lambda text: text.replace(" ông", "\u200b ông").replace("ư", "ư\u200d"),
    "byte order mark": lambda text: "\ufeff" + text,
    "no-break spaces": lambda text: text.replace("ông Peskov", "ông\u00a0Peskov").replace("ngày 3", "ngày\u00a03"),
    "emoji before it": lambda text: "😀👩‍👩‍👧\n" + text,
    "eth for đ": lambda text: text.replace("đ", "ð").replace("Đ", "Ð"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_words_are_found_in_every_unicode_form(annotator: Annotator, form: str) -> None:
    plain = annotator.annotate(Article(id="a", text=TEXT, date="2025-12-04")).quotes
    text = FORMS[form](TEXT)
    quotes = annotator.annotate(Article(id="a", text=text, date="2025-12-04")).quotes

    def key(found: str) -> str:
        found = unicodedata.normalize("NFC", found).replace("ð", "đ").replace("Ð", "Đ").replace("\u00a0", " ")
        return "".join(c for c in found if c.isalnum() or c == " ")

    expected = [(key(quote.text), quote.speaker.name) for quote in plain]
    if form == "emoji before it":  # one more line of context may move a score
        assert {words for words, _ in expected} == {key(quote.text) for quote in quotes}
    else:
        assert [(key(quote.text), quote.speaker.name) for quote in quotes] == expected
    assert all(text[span.start : span.end] in quote.text for quote in quotes for span in quote.spans)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "Ông Putin nói: ",
                "“",
                "”",
                '"',
                "Theo Reuters, ",
                "bà ấy ",
                "cho biết ",
                "\n",
                "😀",
                "a\u0301",
                "\u200b",
                "«",
                "'",
            ]
        )
        | st.text(max_size=8),
        max_size=40,
    )
)
def test_annotate_never_fails_and_stays_inside_the_text(annotator: Annotator, parts: list[str]) -> None:
    text = "".join(parts).encode("utf-8", "replace").decode()
    [result] = annotator.annotate_batch([Article(id="a", text=text)])
    if isinstance(result, AinoiError):
        assert isinstance(result, EmptyTextError)
        return
    for quote in result.quotes:
        assert all(0 <= span.start < span.end <= len(text) for span in quote.spans)
        assert quote.text == " … ".join(text[span.start : span.end] for span in quote.spans)


def test_a_batch_gives_what_single_calls_give(annotator: Annotator, annotated: dict[str, AnnotatedArticle]) -> None:
    for gold in GOLD:
        article = Article(**{key: gold.get(key) for key in ("id", "text", "title", "date")})
        alone = annotator.annotate(article)
        together = annotated[gold["id"]]
        assert [(q.spans, q.speaker.name) for q in alone.quotes] == [(q.spans, q.speaker.name) for q in together.quotes]


def test_a_bad_article_costs_only_itself(annotator: Annotator) -> None:
    good = Article(id="good", text=TEXT)
    results = annotator.annotate_batch([Article(text=" \n"), good, Article(text="đ" * 1_000_001)])
    assert isinstance(results[0], EmptyTextError)
    assert isinstance(results[1], AnnotatedArticle)
    assert isinstance(results[2], TextTooLongError)


def test_an_article_longer_than_the_window_is_read_whole(annotator: Annotator) -> None:
    text = "\n".join([TEXT] * 5)
    result = annotator.annotate(Article(text=text, date="2025-12-04"))
    fifth = [quote for quote in result.quotes if quote.spans[0].start >= 4 * (len(TEXT) + 1)]
    assert len(fifth) >= 0.8 * len(annotator.annotate(Article(text=TEXT, date="2025-12-04")).quotes)


def test_another_language_gives_no_quotes_and_says_so(annotator: Annotator) -> None:
    result = annotator.annotate(
        Article(text="The spokesman said: “We are ready to talk about it, as we have always been.”")
    )
    assert (result.quotes, result.warnings) == ((), ("unsupported_language",))


def test_a_wrong_date_is_null_with_a_warning(annotator: Annotator) -> None:
    result = annotator.annotate(Article(text=TEXT, date="yesterday"))
    assert (result.date, result.warnings) == (None, ("bad_date",))


def test_a_role_means_its_holder_on_the_date(annotator: Annotator) -> None:
    text = "Tổng thống Mỹ tuyên bố nước này sẽ tiếp tục hỗ trợ các đồng minh trong năm tới."
    names = {
        date: [quote.speaker.name for quote in annotator.annotate(Article(text=text, date=date)).quotes]
        for date in ("2019-05-01", "2023-05-01", "2025-05-01", None, "2021")
    }
    assert names == {
        "2019-05-01": ["Donald Trump"],
        "2023-05-01": ["Joe Biden"],
        "2025-05-01": ["Donald Trump"],
        None: [None],
        "2021": [None],
    }


def test_nothing_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert Annotator.load().annotate(Article(text=TEXT)).quotes
