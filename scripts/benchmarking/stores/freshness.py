"""How soon a new article is found, and how long taking one down takes: measured on a copy of the store."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ainoi.schema import ModelVersion
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.similar.matrix import Embed
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.store import articles
from ainoi_service.store.engine import open_store, sqlite_url
from ainoi_service.store.ingest import Annotation, put
from ainoi_service.store.names import Names
from benchmarking.table import Row


@dataclass(frozen=True)
class Freshness:
    """Medians and longest, in seconds, over ``articles`` articles: putting one, the look-up right after it, which must
    find it, and having its vectors too. ``take_down``: until nothing of an article is left, in the file either."""

    articles: int
    put: float
    put_longest: float
    found: float
    found_longest: float
    vectors: float
    take_down: float

    def rows(self) -> Iterator[Row]:
        """A line for each."""
        yield Row(
            "put",
            f"{1000 * self.put:.1f} ms",
            f"one article; longest of {self.articles} {1000 * self.put_longest:.1f} ms",
        )
        note = f"from the end of put to an answer with it; longest {1000 * self.found_longest:.1f} ms"
        yield Row("found", f"{1000 * self.found:.1f} ms", note)
        yield Row("vectors follow", f"{1000 * self.vectors:.1f} ms", "the first check or variants after it")
        yield Row("take-down", f"{self.take_down:.1f} s", "until the file has been written anew")


def measure(folder: Path, names: Names, embed: Embed, model: ModelVersion, new: Sequence[Annotation]) -> Freshness:
    """Put ``new`` into a copy of the store in ``folder``, one by one. Raises RuntimeError if one is not found then."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as copied:
        copy(folder, Path(copied))
        store = open_store(sqlite_url(Path(copied)), names=names)
        lookup = Lookup(store)
        neighbours = Neighbours(store, lookup, embed, model)
        neighbours.sync()
        putting: list[float] = []
        finding: list[float] = []
        following: list[float] = []
        for annotation in new:
            start = time.perf_counter()
            done = put(store, annotation.article, annotation.annotated, annotation.embeddings)
            stored = time.perf_counter()
            text = max((quote.text for quote in annotation.annotated.quotes), key=len)
            page = lookup.search(QuoteQuery(q=f'"{text}"'[:2000], sort="newest"))
            found = time.perf_counter()
            neighbours.sync()
            followed = time.perf_counter()
            if done.id not in {hit.quote.article.id for hit in page.hits}:
                raise RuntimeError(f"article {done.id} is not found")
            putting.append(stored - start)
            finding.append(found - stored)
            following.append(followed - found)
        start = time.perf_counter()
        articles.delete(store, done.id)
        take_down = time.perf_counter() - start
        store.close()
    return Freshness(
        articles=len(new),
        put=median(putting),
        put_longest=max(putting),
        found=median(finding),
        found_longest=max(finding),
        vectors=median(following),
        take_down=take_down,
    )


def copy(source: Path, target: Path) -> None:
    """Copy a store that nobody writes."""
    with sqlite3.connect(source / "ainoi.sqlite3") as old, sqlite3.connect(target / "ainoi.sqlite3") as new:
        old.backup(new)
    old.close()
    new.close()
