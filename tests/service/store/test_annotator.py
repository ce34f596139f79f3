"""The store with what the library's own model finds in the first articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from ainoi import AinoiError, Annotator, Article
from ainoi.schema import Quote
from ainoi_service.store import quotes, speakers
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import Annotation, known, prepared, put_many
from ainoi_service.store.naming import of_article


@pytest.mark.slow
def test_the_first_articles_are_read_as_they_were_annotated(store: Store, seeds: Path) -> None:
    annotator = Annotator.load(threads=1)
    articles = [Article(id=path.stem, text=path.read_text(encoding="utf-8")) for path in sorted(seeds.glob("*.txt"))]
    results = annotator.annotate_batch([prepared(article) for article in articles])
    annotations = []
    for article, result in zip(articles, results, strict=True):
        assert not isinstance(result, AinoiError)
        annotations.append(Annotation(article, result))
    done = put_many(store, annotations)
    with store.read() as connection:
        for put, each in zip(done, annotations, strict=True):
            stored = [quote.quote() for quote in quotes.of_article(connection, put.id)]
            assert stored == [_as_stored(quote, put.id) for quote in each.annotated.quotes]
    assert [known(store, article, annotator.version) for article in articles] == [put.id for put in done]
    assert {"dmitry-peskov", "vladimir-putin", "donald-trump", "yury-ushakov"} <= {
        each.speaker.id for each in speakers.listed(store, limit=50)
    }


def _as_stored(quote: Quote, article_id: str) -> Quote:
    """The quote, with the people whom only its article knows told from those of other articles."""
    alternatives = [
        each.model_copy(update={"id": each.id and of_article(each.id, article_id)})
        for each in quote.speaker.alternatives
    ]
    speaker = quote.speaker.model_copy(
        update={
            "id": quote.speaker.id and of_article(quote.speaker.id, article_id),
            "alternatives": tuple(alternatives),
        }
    )
    return quote.model_copy(update={"speaker": speaker})
