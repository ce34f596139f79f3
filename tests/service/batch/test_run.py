"""The run keeps the order, and a bad input costs only itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ainoi.schema import AnnotatedArticle, Article
from ainoi_service.batch import run as run_module
from ainoi_service.batch.items import ErrorRow, Item, Read
from ainoi_service.batch.run import Counts, run
from fake_annotator import POISON, FakeAnnotator


class Log:
    """A writer and an error sink that keep what they are given, in one list."""

    def __init__(self) -> None:
        self.seen: list[AnnotatedArticle | ErrorRow] = []

    def write(self, thing: AnnotatedArticle | ErrorRow) -> None:
        self.seen.append(thing)


def item(name: str, text: str = "Ông nói “vâng”.", *, extracted: bool = False) -> Read:
    return Read(Article(id=name, text=text), f"{name}.txt", extracted=extracted)


def bad(name: str) -> ErrorRow:
    return ErrorRow(id=name, path=f"{name}.txt", code="not_utf8", message="no")


def outcome(items: list[Item], *, batch_size: int = 3, annotator: FakeAnnotator | None = None) -> tuple[Log, Counts]:
    log = Log()
    return log, run(items, annotator or FakeAnnotator(), [log], log, batch_size=batch_size)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 100])
def test_results_and_errors_come_in_the_order_of_the_inputs(batch_size: int) -> None:
    log, counts = outcome(
        [bad("0"), item("1"), bad("2"), item("3"), item("4", " "), item("5"), item("6", POISON), item("7"), bad("8")],
        batch_size=batch_size,
    )
    assert [(thing.id, getattr(thing, "code", None)) for thing in log.seen] == [
        ("0", "not_utf8"),
        ("1", None),
        ("2", "not_utf8"),
        ("3", None),
        ("4", "empty"),
        ("5", None),
        ("6", "internal"),
        ("7", None),
        ("8", "not_utf8"),
    ]
    assert counts == Counts(articles=4, quotes=4, errors=5)


def test_articles_are_annotated_in_batches_of_the_size_asked_for() -> None:
    annotator = FakeAnnotator()
    outcome([item(str(number)) for number in range(8)], batch_size=3, annotator=annotator)
    assert annotator.batches == [3, 3, 2]


def test_large_articles_make_smaller_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "LARGEST_BATCH_CHARS", 100)
    annotator = FakeAnnotator()
    outcome([item("a", "x" * 60), item("b", "x" * 60), item("c", "x" * 200), item("d")], annotator=annotator)
    assert annotator.batches == [2, 1, 1]


def test_error_rows_do_not_pile_up_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "MOST_WAITING", 5)
    log, ahead = Log(), []

    def items() -> Iterator[Item]:
        for number in range(20):
            ahead.append(number - len(log.seen))
            yield bad(str(number))

    run(items(), FakeAnnotator(), [], log)
    assert max(ahead) == 4
    assert len(log.seen) == 20


def test_no_input_is_no_work() -> None:
    annotator = FakeAnnotator()
    log, counts = outcome([], annotator=annotator)
    assert (log.seen, counts, annotator.batches) == ([], Counts(), [])


@pytest.mark.parametrize(
    ("with_text", "extracted", "kept"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_the_text_goes_with_the_result_when_asked_for_or_extracted(
    with_text: bool, extracted: bool, kept: bool
) -> None:
    log = Log()
    run([item("a", extracted=extracted)], FakeAnnotator(), [log], log, with_text=with_text)
    (article,) = log.seen
    assert isinstance(article, AnnotatedArticle)
    assert article.text == ("Ông nói “vâng”." if kept else None)


def test_every_writer_gets_every_article() -> None:
    one, two = Log(), Log()
    run([item("a"), item("b")], FakeAnnotator(), [one, two], Log())
    assert one.seen == two.seen
    assert [article.id for article in one.seen] == ["a", "b"]


def test_progress_is_told_after_each_batch() -> None:
    told: list[tuple[int, int, int]] = []
    run(
        [item("a"), bad("b"), item("c"), item("d")],
        FakeAnnotator(),
        [],
        Log(),
        batch_size=2,
        on_progress=lambda counts: told.append((counts.articles, counts.quotes, counts.errors)),
    )
    assert told == [(2, 2, 1), (3, 3, 1)]


def test_a_batch_size_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, is 0"):
        run([], FakeAnnotator(), [], Log(), batch_size=0)
