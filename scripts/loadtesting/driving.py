"""Callers of the service, in a process of their own: one after the other, or as they come whatever it can do.

A connection is no more than two streams, so that callers cost little beside what they measure.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from loadtesting.articles import MadeArticle, made_articles

LOST = 0
"""Status of a request that was not answered."""

PATIENCE = 150.0
"""Seconds until a caller gives a request up as lost."""

_PAUSE = 0.02
_FAULTS = (OSError, EOFError, ValueError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``at``: seconds from the start of its run to when it was due; ``seconds``: from then to its answer.

    ``article``: its id; ``subwords``: its length. ``right``: an annotation of this very article, or a refusal that says
    when to come again.
    """

    article: str
    subwords: int
    at: float
    seconds: float
    status: int
    right: bool


def one_by_one(port: int, clients: int, seconds: float, seed: int, most: int | None = None) -> list[Call]:
    """Each of ``clients`` sends its next article when the last one is answered, until the time is over or ``most``
    articles were sent."""
    return asyncio.run(_one_by_one(port, clients, seconds, seed, most))


def as_they_come(
    port: int, rate: float, calls: int, most_seconds: float, seed: int, different: int = 1_000
) -> list[Call]:
    """Requests at random times, ``rate`` a second, whether or not those before are answered; no more, and no longer.

    They are of the ``different`` first articles of this seed, again and again.
    """
    return asyncio.run(_as_they_come(port, rate, calls, most_seconds, seed, different))


async def _one_by_one(port: int, clients: int, seconds: float, seed: int, most: int | None) -> list[Call]:
    begun = time.perf_counter()
    callers = _Callers(port, begun)
    articles = islice(made_articles(seed), most)

    async def client() -> None:
        for article in articles:
            call = await callers.call(article, time.perf_counter())
            if call.status == 429:
                await asyncio.sleep(_PAUSE)
            if time.perf_counter() - begun >= seconds:
                return

    await asyncio.gather(*(client() for _ in range(clients)))
    callers.close()
    return callers.calls


async def _as_they_come(
    port: int, rate: float, calls: int, most_seconds: float, seed: int, different: int
) -> list[Call]:
    chance = random.Random(seed)
    articles = list(islice(made_articles(seed), different))  # made before, for that takes time too
    begun = due = time.perf_counter()
    callers = _Callers(port, begun)
    running: set[asyncio.Task[Call]] = set()
    for number in range(calls):
        due += chance.expovariate(rate)
        if due - begun > most_seconds:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(callers.call(articles[number % len(articles)], due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    callers.close()
    return callers.calls


class _Callers:
    """Keeps connections, and what became of each call."""

    def __init__(self, port: int, begun: float) -> None:
        self._port = port
        self._begun = begun
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.calls: list[Call] = []

    async def call(self, article: MadeArticle, due: float) -> Call:
        """Send one article that was due at this time of the performance counter."""
        status, right = LOST, False
        with suppress(*_FAULTS):
            async with asyncio.timeout(PATIENCE):
                status, retry, body = await self._post({"id": article.id, "text": article.text})
            right = article.answered_by(json.loads(body)) if status == 200 else status == 429 and retry >= 1
        call = Call(article.id, article.subwords, due - self._begun, time.perf_counter() - due, status, right)
        self.calls.append(call)
        return call

    async def _post(self, value: object) -> tuple[int, int, bytes]:
        """Status, what ``Retry-After`` says (0 if nothing), and body."""
        reader, writer = self._rested() or await asyncio.open_connection("127.0.0.1", self._port)
        try:
            body = json.dumps(value).encode()
            writer.write(b"POST /v1/annotate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
            status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines if line)
            answer = await reader.readexactly(int(headers["content-length"]))
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer))
        return int(status.split()[1]), int(headers.get("retry-after", 0)), answer

    def _rested(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """An idle connection that the service has not closed."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return None

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


def seconds_of(calls: Sequence[Call], status: int) -> list[float]:
    """The latencies of those that were answered so."""
    return [call.seconds for call in calls if call.status == status]
