"""The articles that are read: of a corpus, or the seeds over and over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from ainoi import Article
from ainoi.training.corpus import read_articles

METADATA = ("id", "text", "title", "date", "url", "outlet")

LOOKED_THROUGH = 1000
"""Articles of a corpus among which those of a given length are looked for."""

TOLERANCE = 0.05
"""By what share of the length asked for an article may be longer or shorter."""


def article_of(fields: dict[str, Any]) -> Article:
    """An article from a line of a corpus or of a gold file; fields that an article does not have are left out."""
    return Article.model_validate({key: fields[key] for key in METADATA if fields.get(key) is not None})


def corpus_articles(files: Sequence[Path]) -> list[Article]:
    """The first :data:`LOOKED_THROUGH` articles of JSON Lines, plain or ``.xz``; those without text are passed over."""
    lines = chain.from_iterable(read_articles(file) for file in files)
    return list(islice((article_of(line) for line in lines if line["text"].strip()), LOOKED_THROUGH))


def seed_articles(folder: Path) -> list[Article]:
    """The ``.txt`` files of a folder in the order of their names."""
    return [Article(id=file.stem, text=file.read_bytes().decode("utf-8")) for file in sorted(folder.glob("*.txt"))]


def repeated(articles: Sequence[Article], count: int) -> list[Article]:
    """``count`` articles, from the first on again where there are too few. Raises ValueError if there is none."""
    if not articles:
        raise ValueError("there is no article to read")
    return list(islice(cycle(articles), count))


def words_of(article: Article) -> int:
    """Words of the text, as white space parts them: Vietnamese writes a blank between syllables."""
    return len(article.text.split())


def of_length(articles: Sequence[Article], words: int, most: int) -> list[Article]:
    """Up to ``most`` articles of about ``words`` words, the nearest first; where there is none, one joined from others'
    lines. Raises ValueError if all articles together are shorter."""
    near = sorted(articles, key=lambda article: abs(words_of(article) - words))
    near = [article for article in near if abs(words_of(article) - words) <= TOLERANCE * words]
    return near[:most] or [joined(articles, words)]


def joined(articles: Sequence[Article], words: int) -> Article:
    """An article of ``words`` words from the lines of others; the last line may be cut."""
    text = "".join(_first_words(chain.from_iterable(a.text.splitlines() for a in articles), words))
    article = Article(id=f"joined-{words}", text=text)
    if words_of(article) < words:
        raise ValueError(f"{words} words were asked for, the articles have {words_of(article)}")
    return article


def _first_words(lines: Iterator[str], words: int) -> Iterator[str]:
    for line in lines:
        if words <= 0:
            return
        kept = line.split()[:words]
        words -= len(kept)
        yield " ".join(kept) + "\n"
