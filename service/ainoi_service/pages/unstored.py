"""An article that is not stored, in the shape of a stored one, so that its quotes can be downloaded all the same."""

from __future__ import annotations

from ainoi import AnnotatedArticle, Quote
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.store.records import StoredArticle, StoredQuote


def article_quotes(annotated: AnnotatedArticle) -> ArticleQuotes:
    """The article with its quotes; ``annotated`` has its text. Numbers are 0: the store has none for it."""
    assert annotated.text is not None
    article = StoredArticle(
        number=0,
        id=annotated.id,
        title=annotated.title,
        date=annotated.date,
        published_first=None,
        published_last=None,
        url=annotated.url,
        outlet=annotated.outlet,
        version=1,
        current=True,
        given_id=annotated.id,
        text=annotated.text,
        text_sha256=annotated.text_sha256,
        warnings=annotated.warnings,
        model=annotated.model,
        added_at="",
    )
    quotes = (_quote(article, position, quote) for position, quote in enumerate(annotated.quotes))
    return ArticleQuotes(article, tuple(quotes))


def _quote(article: StoredArticle, position: int, quote: Quote) -> StoredQuote:
    return StoredQuote(
        number=0,
        id=quote.id,
        article=article,
        position=position,
        text=quote.text,
        spans=quote.spans,
        type=quote.type,
        act=quote.act,
        cue=quote.cue,
        mention=quote.mention,
        speaker=quote.speaker,
        speaker_number=None,
        via=quote.via,
        said_on=quote.said_on,
        denied=quote.denied,
        nested_in=quote.nested_in,
        repeat_of=quote.repeat_of,
        confidence=quote.confidence,
        context=quote.context,
        model=article.model,
        checked=None,
        checked_at=None,
    )
