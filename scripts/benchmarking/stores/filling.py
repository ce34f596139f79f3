"""Makes the store, or finds it as it was made before."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from ainoi_service.similar.matrix import Embed, packed
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.ingest import Annotation, put_many
from ainoi_service.store.names import Names
from benchmarking.stores.newsroom import MadeUp, Newsroom
from benchmarking.table import Row

FORM = 1
"""Goes up when the same seed makes something else: older stores are then made anew."""
AT_ONCE = 1_000
"""Articles put in one transaction."""
STAMP = "made-up.json"


@dataclass(frozen=True)
class Filled:
    """What it took: ``making`` the texts, ``embedding`` and ``putting`` are seconds, with processor time for the last.

    ``size`` is the bytes of the file and its log. ``reused``: all this was measured when the store was made.
    """

    articles: int
    quotes: int
    making: float
    embedding: float
    putting: float
    putting_cpu: float
    size: int
    reused: bool = False

    @property
    def quotes_per_second(self) -> float:
        """Of ``put_many`` alone."""
        return self.quotes / self.putting

    def rows(self) -> Iterator[Row]:
        """Size and speed."""
        when = "when the store was made" if self.reused else "now"
        per_second = f"{self.quotes / self.putting_cpu:,.0f} a second of processor time"
        yield Row("store", f"{self.quotes:,} quotes", f"{self.articles:,} articles")
        yield Row("file", f"{self.size / 1e6:,.0f} MB", f"{self.size / self.quotes:,.0f} bytes a quote")
        yield Row(
            "ingest",
            f"{self.quotes_per_second:,.0f} quotes/s",
            f"put_many, {AT_ONCE} articles at once; {per_second}; {when}",
        )
        yield Row("vectors", f"{self.quotes / self.embedding:,.0f} quotes/s", f"Annotator.embed; {when}")


def fill(
    folder: Path, newsroom: Callable[[], Newsroom], embed: Embed, names: Names, quotes: int, *, seed: int
) -> Filled:
    """Have a store of so many quotes in ``folder``, made if it is not there. Raises ValueError if another one is."""
    asked = {"form": FORM, "quotes": quotes, "seed": seed}
    stamp = folder / STAMP
    if stamp.is_file():
        made = json.loads(stamp.read_text(encoding="utf-8"))
        if made["asked"] != asked:
            raise ValueError(f"{folder} holds another store, of {made['asked']}: take another folder, or delete it")
        return Filled(**{**made["filled"], "reused": True})
    if folder.is_dir() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty and no store of this script is in it")
    folder.mkdir(parents=True, exist_ok=True)
    store = open_store(sqlite_url(folder), names=names)
    filled = _filled(store, folder, newsroom(), embed, quotes)
    stamp.write_text(json.dumps({"asked": asked, "filled": asdict(filled)}), encoding="utf-8")
    return filled


def _filled(store: Store, folder: Path, newsroom: Newsroom, embed: Embed, quotes: int) -> Filled:
    articles = 0
    making = embedding = putting = putting_cpu = 0.0
    stream = newsroom.articles(quotes)
    while True:
        start = time.perf_counter()
        some = list(islice(stream, AT_ONCE))
        making += time.perf_counter() - start
        if not some:
            break
        start = time.perf_counter()
        annotations = with_vectors(some, embed)
        embedding += time.perf_counter() - start
        start, cpu = time.perf_counter(), time.process_time()
        put_many(store, annotations)
        putting, putting_cpu = putting + time.perf_counter() - start, putting_cpu + time.process_time() - cpu
        articles += len(some)
    store.close()
    return Filled(articles, quotes, making, embedding, putting, putting_cpu, size_of(folder))


def with_vectors(articles: Sequence[MadeUp], embed: Embed) -> list[Annotation]:
    """The articles as the store takes them."""
    quotes = [quote for one in articles for quote in one.annotated.quotes]
    vectors = {
        quote.id: packed(vector) for quote, vector in zip(quotes, embed([quote.text for quote in quotes]), strict=True)
    }
    return [
        Annotation(one.article, one.annotated, {quote.id: vectors[quote.id] for quote in one.annotated.quotes})
        for one in articles
    ]


def size_of(folder: Path) -> int:
    """Bytes of the database's files."""
    return sum(file.stat().st_size for file in folder.glob("ainoi.sqlite3*"))
