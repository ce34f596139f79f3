"""The load test itself: what it asks, how it judges, and that it runs against a service of its own."""

from __future__ import annotations

import asyncio
import math
import re
import socket
from dataclasses import replace
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest

import loadtest
from ainoi import AnnotatedArticle, Article
from ainoi_service.workers.subwords import subwords_in
from fake_annotator import FakeAnnotator
from loadtesting.articles import made_articles
from loadtesting.driving import Call, _Callers
from loadtesting.fake import SleepingAnnotator
from loadtesting.judging import Row, Run, growth, percentile, report, subwords_a_second, table
from loadtesting.watching import Watch


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
        answer(right) | {"quotes": []},
        None,
    ]
    assert [one.answered_by(each) for each in wrong] == [False] * 7


def test_the_sleeping_model_answers_for_each_article() -> None:
    articles = list(islice(made_articles(1), 3))
    results = SleepingAnnotator(1e9).annotate_batch([Article(id=each.id, text=each.text) for each in articles])
    assert [
        article.answered_by(answer(result))
        for article, result in zip(articles, results, strict=True)
        if isinstance(result, AnnotatedArticle)
    ] == [True] * 3


def calls(
    *seconds: float, status: int = 200, right: bool = True, article: str | None = None, subwords: int = 700
) -> list[Call]:
    """``article``: of all of them; else each has one of its own, the same in every list."""
    return [
        Call(article or str(number), subwords, at=float(number), seconds=each, status=status, right=right)
        for number, each in enumerate(seconds)
    ]


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([3.0, 1.0, 2.0], 0.5, 2.0), ([1.0, 2.0], 0.99, 2.0), ([5.0], 0.01, 5.0)]
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_without_values_there_is_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))


RUN = Run(calls_alone=100, requests=400, times=4.0, alone=calls(*[0.1] * 100), busy=calls(0.1, 0.1))


def test_the_rate_counts_what_was_annotated_only() -> None:
    assert subwords_a_second([*calls(1.0, 1.0, 2.0), *calls(0.1, 0.1, status=429)]) == 3 * 700 / 4


def test_short_articles_that_get_in_more_often_do_not_make_the_rate_higher() -> None:
    short = replace(RUN, busy=calls(1.0, 1.0, subwords=70) + calls(0.1, status=429, subwords=7_000))
    assert short.rate == pytest.approx(0.1)
    assert short.asked == pytest.approx(0.4)
    assert replace(RUN, busy=[]).rate == replace(RUN, alone=[]).rate == 0.0


def test_short_articles_that_get_in_more_often_are_compared_with_short_ones() -> None:
    alone = calls(*[0.05] * 50, article="short", subwords=300) + calls(*[0.5] * 50, article="long", subwords=1_700)
    loaded = calls(*[0.15] * 10, article="short", subwords=300) + calls(*[0.01] * 10, status=429, subwords=1_700)
    told = {row.what: row for row in report(replace(RUN, alone=alone), loaded, watched())}
    assert told["p99 by that of the same alone"] == Row("p99 by that of the same alone", "3.00", "at most 2", False)
    assert told["p99 by that of all alone"].measured == "0.30"
    assert told["mean subwords: asked, accepted"].measured == "1,000, 300"


def test_growth_is_told_from_after_the_warm_up() -> None:
    assert growth([1, 5, *[100] * 10, *[110] * 10]) == pytest.approx(0.1)
    assert math.isnan(growth([1, 2, 3]))


WATCH = {"memory": [100] * 50, "probes": [(0.01, 200)] * 50, "ready": [200] * 50, "deepest": 3}


def watched(**other: object) -> Any:
    return SimpleNamespace(**WATCH | other)


def judged(loaded: list[Call], run: Run = RUN, **other: object) -> dict[str, bool]:
    rows = report(run, loaded, watched(**other))
    assert "MISSED" in table(rows) or all(row.kept is not False for row in rows)
    return {row.what: row.kept for row in rows if row.kept is not None}


PROMISES = (
    "alone: annotated",
    "requests sent",
    "p99 by that of the same alone",
    "lost, or any other status",
    "answered wrong",
    "/livez: p99",
    "/livez, /readyz: other than 200",
    "its growth after the warm-up",
)
GOOD = calls(*[0.15] * 100) + calls(*[0.01] * 300, status=429)


@pytest.mark.parametrize(
    ("loaded", "other", "missed"),
    [
        (GOOD, {}, []),
        (GOOD + calls(0.25, 0.25), {}, ["p99 by that of the same alone"]),
        (GOOD[:-1], {}, ["requests sent"]),
        (GOOD, {"run": replace(RUN, alone=RUN.alone[1:])}, ["alone: annotated"]),
        (GOOD, {"run": replace(RUN, busy=calls(150.0, status=0))}, ["lost, or any other status"]),
        (GOOD, {"run": replace(RUN, busy=calls(0.1, right=False))}, ["answered wrong"]),
        ([*GOOD, *calls(0.1, status=500)], {}, ["lost, or any other status"]),
        ([*GOOD, *calls(150.0, status=0)], {}, ["lost, or any other status"]),
        ([*GOOD, *calls(0.1, right=False)], {}, ["answered wrong"]),
        ([*GOOD, *calls(0.1, status=429, right=False)], {}, ["answered wrong"]),
        (GOOD, {"probes": [(0.2, 200)] * 50}, ["/livez: p99"]),
        (GOOD, {"ready": [200, 503]}, ["/livez, /readyz: other than 200"]),
        (GOOD, {"memory": [100] * 40 + [106] * 10}, ["its growth after the warm-up"]),
        (GOOD, {"memory": []}, ["its growth after the warm-up"]),
        (calls(*[0.01] * 400, status=429), {}, ["p99 by that of the same alone"]),
    ],
)
def test_each_promise_that_is_not_kept_is_told(loaded: list[Call], other: dict[str, Any], missed: list[str]) -> None:
    assert judged(loaded, **other) == {promise: promise not in missed for promise in PROMISES}


def watch(port: int, state: Any) -> Watch:
    return Watch(port, state, interval=0.001)


def test_the_watch_goes_on_where_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    with watch(closed, lambda: SimpleNamespace(requests=2)) as watching:
        while len(watching.ready) < 3:
            assert watching._thread is not None
            watching._thread.join(0.01)
            assert watching._thread.is_alive()
    assert {status for _, status in watching.probes} == set(watching.ready) == {0}
    assert len(watching.memory) >= 3


def test_a_watch_that_ended_early_says_so() -> None:
    with pytest.raises(RuntimeError, match="ended before"), watch(1, lambda: None) as watching:
        assert watching._thread is not None
        watching._thread.join()


def test_a_connection_that_the_service_has_closed_is_not_taken_up_again() -> None:
    """The service closes each connection after its answer, without saying so."""

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        await reader.readexactly(int(head.split("Content-Length: ")[1].split()[0]))
        writer.write(b"HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async def call_three_times() -> list[int]:
        async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
            callers = _Callers(server.sockets[0].getsockname()[1], 0.0)
            article = next(made_articles(1))
            for _ in range(3):
                await callers.call(article, 0.0)
                for reader, _ in callers._idle:
                    await reader.read()  # until the service closes it
            callers.close()
        return [call.status for call in callers.calls]

    assert asyncio.run(call_three_times()) == [429] * 3


def figures(printed: str) -> dict[str, str]:
    """What follows the name of each row, by that name."""
    return {what: rest for what, _, rest in (line.partition("  ") for line in printed.splitlines())}


@pytest.mark.slow
def test_a_short_run_against_a_sleeping_model_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--fake", "50000", "--alone", "20", "--seconds", "1", "--requests", "120", "--most-seconds", "20"]
    status = loadtest.main(given)
    told = figures(capsys.readouterr().out)
    assert told["lost, or any other status"].split() == ["0", "0", "kept"]
    assert told["answered wrong"].split() == ["0", "0", "kept"]
    assert told["/livez, /readyz: other than 200"].split() == ["0", "0", "kept"]
    assert told["alone: annotated"].split() == ["20", "20", "kept"]
    assert told["requests sent"].split() == ["120", "120", "kept"]
    assert status in (0, 1)  # how long things take is no matter of a test


@pytest.mark.alone
def test_the_model_itself_loses_nothing_under_load(capsys: pytest.CaptureFixture[str]) -> None:
    loadtest.main(["--alone", "100", "--seconds", "5", "--requests", "600", "--most-seconds", "120"])
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
