"""The load test itself: what it asks, how it judges, and that it runs against a service of its own."""

from __future__ import annotations

import math
import re
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest

import loadtest
from ainoi import AnnotatedArticle, Article
from ainoi_service.workers.subwords import subwords_in
from fake_annotator import FakeAnnotator
from loadtesting.articles import made_articles
from loadtesting.driving import Call
from loadtesting.fake import SleepingAnnotator
from loadtesting.judging import growth, percentile, rate_of, report, table


def test_articles_are_as_long_as_news_and_no_two_alike() -> None:
    articles = list(islice(made_articles(1), 200))
    sizes = [subwords_in(article.text) for article in articles]
    assert 600 < sum(sizes) / len(sizes) < 850
    assert 1_300 < percentile(sizes, 0.99) < 2_200
    assert len({article.text for article in articles}) == len({article.id for article in articles}) == 200
    assert articles == list(islice(made_articles(1), 200))
    assert articles[0] != next(made_articles(2))


def answer(article: AnnotatedArticle) -> dict[str, Any]:
    return article.model_dump(mode="json")


def test_an_answer_counts_only_for_its_own_article() -> None:
    one, other = islice(made_articles(1), 2)
    right, of_other = (
        FakeAnnotator().annotate_batch([Article(id=each.id, text=each.text)])[0] for each in (one, other)
    )
    assert isinstance(right, AnnotatedArticle) and isinstance(of_other, AnnotatedArticle)
    assert len(right.quotes) > 0
    assert one.answered_by(answer(right))
    wrong = [
        answer(of_other),
        answer(right) | {"id": other.id},
        answer(right) | {"text_sha256": "0" * 64},
        answer(right) | {"quotes": answer(of_other)["quotes"]},
        answer(right) | {"quotes": [answer(right)["quotes"][0] | {"text": "khác"}]},
        None,
    ]
    assert [one.answered_by(each) for each in wrong] == [False] * 6


def test_the_sleeping_model_answers_for_each_article() -> None:
    articles = list(islice(made_articles(1), 3))
    results = SleepingAnnotator(1e9).annotate_batch([Article(id=each.id, text=each.text) for each in articles])
    assert [
        article.answered_by(answer(result))
        for article, result in zip(articles, results, strict=True)
        if isinstance(result, AnnotatedArticle)
    ] == [True] * 3


def calls(*seconds: float, status: int = 200, right: bool = True) -> list[Call]:
    return [Call(at=float(number), seconds=each, status=status, right=right) for number, each in enumerate(seconds)]


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([3.0, 1.0, 2.0], 0.5, 2.0), ([1.0, 2.0], 0.99, 2.0), ([5.0], 0.01, 5.0)]
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_without_values_there_is_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))


def test_the_rate_counts_annotated_articles_only() -> None:
    assert rate_of([*calls(1.0, 1.0, 2.0), *calls(0.1, 0.1, status=429)]) == 3 / 4


def test_growth_is_told_from_after_the_warm_up() -> None:
    assert growth([1, 5, *[100] * 10, *[110] * 10]) == pytest.approx(0.1)
    assert math.isnan(growth([1, 2, 3]))


WATCH = {"memory": [100] * 50, "probes": [(0.01, 200)] * 50, "ready": [200] * 50, "deepest": 3}


def judged(loaded: list[Call], **watched: object) -> dict[str, bool]:
    watch: Any = SimpleNamespace(**WATCH | watched)
    rows = report(calls(*[0.1] * 100), 10.0, loaded, 40.0, watch)
    assert "MISSED" in table(rows) or all(row.kept is not False for row in rows)
    return {row.what: row.kept for row in rows if row.kept is not None}


PROMISES = (
    "p99 by that of one caller",
    "lost, or any other status",
    "answered wrong",
    "/livez: p99",
    "/livez, /readyz: other than 200",
    "its growth after the warm-up",
)
GOOD = calls(*[0.15] * 100) + calls(*[0.01] * 300, status=429)


@pytest.mark.parametrize(
    ("loaded", "watched", "missed"),
    [
        (GOOD, {}, []),
        (GOOD + calls(0.25, 0.25), {}, ["p99 by that of one caller"]),
        ([*GOOD, *calls(0.1, status=500)], {}, ["lost, or any other status"]),
        ([*GOOD, *calls(150.0, status=0)], {}, ["lost, or any other status"]),
        ([*GOOD, *calls(0.1, right=False)], {}, ["answered wrong"]),
        ([*GOOD, *calls(0.1, status=429, right=False)], {}, ["answered wrong"]),
        (GOOD, {"probes": [(0.2, 200)] * 50}, ["/livez: p99"]),
        (GOOD, {"ready": [200, 503]}, ["/livez, /readyz: other than 200"]),
        (GOOD, {"memory": [100] * 40 + [106] * 10}, ["its growth after the warm-up"]),
        (GOOD, {"memory": []}, ["its growth after the warm-up"]),
        (calls(*[0.01] * 300, status=429), {}, ["p99 by that of one caller"]),
    ],
)
def test_each_promise_that_is_not_kept_is_told(
    loaded: list[Call], watched: dict[str, object], missed: list[str]
) -> None:
    assert judged(loaded, **watched) == {promise: promise not in missed for promise in PROMISES}


def figures(printed: str) -> dict[str, str]:
    return {line[:33].strip(): line[33:].strip() for line in printed.splitlines()}


@pytest.mark.slow
def test_a_short_run_against_a_sleeping_model_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    status = loadtest.main(["--fake", "50000", "--seconds", "1", "--requests", "120", "--most-seconds", "20"])
    told = figures(capsys.readouterr().out)
    assert told["lost, or any other status"].split() == ["0", "0", "kept"]
    assert told["answered wrong"].split() == ["0", "0", "kept"]
    assert told["/livez, /readyz: other than 200"].split() == ["0", "0", "kept"]
    assert status in (0, 1)  # how long things take is no matter of a test


@pytest.mark.alone
def test_the_model_itself_loses_nothing_under_load(capsys: pytest.CaptureFixture[str]) -> None:
    loadtest.main(["--seconds", "5", "--requests", "600", "--most-seconds", "120"])
    printed = capsys.readouterr().out
    told = figures(printed)
    assert told["lost, or any other status"].split() == ["0", "0", "kept"]
    assert told["answered wrong"].split() == ["0", "0", "kept"]
    assert re.search(r"accepted, refused +[1-9]", printed)


@pytest.mark.parametrize("given", [["--requests", "0"], ["--workers", "-1"], ["--fake"]])
def test_wrong_arguments_end_with_status_2(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        loadtest.parse(given)
    assert ended.value.code == 2
    assert "usage: loadtest.py" in capsys.readouterr().err
