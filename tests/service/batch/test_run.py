"""The run keeps the order, and a bad input costs only itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ainoi.schema import AnnotatedArticle, Article
from ainoi_service.batch import annotating
from ainoi_service.batch.annotating import OwnProcess, SickProcessError
from ainoi_service.batch.items import ErrorRow, Item, NoReaderError, Read, Unread
from ainoi_service.batch.run import Counts, run, tagged
from ainoi_service.html import HtmlNoTextError, Page
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


def extract(html: str) -> Page:
    if "nothing" in html:
        raise HtmlNoTextError("no article text was found in the page")
    return Page(text="Lời “của trang”.", title=None, date=None, url=None, outlet=None)


def alone(annotator: FakeAnnotator | None = None, *, with_text: bool = False) -> OwnProcess:
    return OwnProcess(annotator or FakeAnnotator(), extract, with_text=with_text)


def outcome(items: list[Item], *, batch_size: int = 3, annotator: FakeAnnotator | None = None) -> tuple[Log, Counts]:
    log = Log()
    return log, run(items, alone(annotator), [log], log, batch_size=batch_size)


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
    monkeypatch.setattr(annotating, "LARGEST_BATCH_CHARS", 100)
    annotator = FakeAnnotator()
    outcome([item("a", "x" * 60), item("b", "x" * 60), item("c", "x" * 200), item("d")], annotator=annotator)
    assert annotator.batches == [2, 1, 1]


def test_error_rows_do_not_pile_up_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotating, "MOST_WAITING", 5)
    log, ahead = Log(), []

    def items() -> Iterator[Item]:
        for number in range(20):
            ahead.append(number - len(log.seen))
            yield bad(str(number))

    run(items(), alone(), [], log)
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
    run([item("a", extracted=extracted)], alone(with_text=with_text), [log], log)
    (article,) = log.seen
    assert isinstance(article, AnnotatedArticle)
    assert article.text == ("Ông nói “vâng”." if kept else None)


def test_every_writer_gets_every_article() -> None:
    one, two = Log(), Log()
    run([item("a"), item("b")], alone(), [one, two], Log())
    assert one.seen == two.seen
    assert [article.id for article in one.seen] == ["a", "b"]


def test_progress_is_told_after_each_batch() -> None:
    told: list[tuple[int, int, int]] = []
    run(
        [item("a"), bad("b"), item("c"), item("d")],
        alone(),
        [],
        Log(),
        batch_size=2,
        on_progress=lambda counts: told.append((counts.articles, counts.quotes, counts.errors)),
    )
    assert told == [(2, 2, 1), (3, 3, 1)]


def test_a_batch_size_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, is 0"):
        run([], alone(), [], Log(), batch_size=0)


def test_pages_are_extracted_on_the_way_and_carry_their_text() -> None:
    log = Log()
    pages = [Unread("<p>", "a", "a.html", 3, {"title": "Tựa"}, "2024-11-12"), Unread("nothing", "b", "b.html")]
    run(pages, alone(), [log], log, batch_size=2)
    article, error = log.seen
    assert isinstance(article, AnnotatedArticle)
    assert (article.text, article.title, article.date) == ("Lời “của trang”.", "Tựa", "2024-11-12")
    assert isinstance(error, ErrorRow)
    assert (error.id, error.path, error.code) == ("b", "b.html", "html_no_text")


def test_results_come_back_with_what_stood_beside_their_batch() -> None:
    work = [(number, [item(f"{number}-{place}") for place in range(number)]) for number in range(4)]
    assert [(tag, [result.id for result in results]) for tag, results in tagged(alone(), work)] == [
        (0, []),
        (1, ["1-0"]),
        (2, ["2-0", "2-1"]),
        (3, ["3-0", "3-1", "3-2"]),
    ]


def test_a_run_of_1000_articles_of_which_13_are_poison_gives_987_results_and_13_error_rows(
    record_property: pytest.RecordProperty,
) -> None:
    poison = {number * 77: kind for number, kind in enumerate([POISON, " ", "x" * 2_000_001, POISON] * 3 + [POISON])}
    log = Log()
    items = [item(str(number), poison.get(number, "Ông nói “vâng”.")) for number in range(1000)]
    counts = run(items, alone(), [log], log, batch_size=8)
    assert counts == Counts(articles=987, quotes=987, errors=13)
    assert [thing.id for thing in log.seen] == [str(number) for number in range(1000)]
    codes = {POISON: "internal", " ": "empty", "x" * 2_000_001: "too_long"}
    assert {int(row.id or ""): row.code for row in log.seen if isinstance(row, ErrorRow)} == {
        number: codes[kind] for number, kind in poison.items()
    }
    record_property("count", len(poison))


@pytest.mark.parametrize(
    "fault",
    [
        MemoryError(),
        RuntimeError("CUDA error: device-side assert"),
        RuntimeError("DefaultCPUAllocator: can't allocate"),
    ],
    ids=repr,
)
def test_a_fault_of_memory_or_gpu_is_no_articles_and_ends_the_run(fault: Exception) -> None:
    class Sick(FakeAnnotator):
        def annotate_batch(self, articles: list[Article], *, with_text: bool = False) -> list[object]:  # type: ignore[override]
            raise fault

    with pytest.raises(SickProcessError, match=r"annotating 1\.txt failed"):
        outcome([item("1"), item("2")], annotator=Sick())


def test_a_reader_of_pages_that_does_not_start_ends_the_run() -> None:
    def no_reader(html: str) -> Page:
        raise RuntimeError("the HTML reader did not start")

    engine = OwnProcess(FakeAnnotator(), no_reader)
    with pytest.raises(NoReaderError, match="did not start"):
        list(engine.results([[Unread("<p>", "a", "a.html")]]))
