"""One article's quotes as a file, in every format there is."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.formats import ARTICLE_FORMATS, QUOTE_FORMATS

FORMATS = (*QUOTE_FORMATS, *ARTICLE_FORMATS)
"""Names of the formats, in the order in which they are offered (texts ``export.*``)."""


def download(article: ArticleQuotes, format: str) -> Response:
    """The file. Raises ``HTTPException`` 422 for a format that is none."""
    pieces: Iterator[str]
    if format in QUOTE_FORMATS:
        chosen = QUOTE_FORMATS[format]
        pieces, media_type, extension = chosen.write(article.standing()), chosen.media_type, chosen.extension
    elif format in ARTICLE_FORMATS:
        other = ARTICLE_FORMATS[format]
        pieces, media_type, extension = other.write([article]), other.media_type, other.extension
    else:
        raise HTTPException(422, "no such format")
    headers = {
        "Content-Disposition": f'attachment; filename="ainoi-{_plain(article.article.id)}.{extension}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingResponse((piece.encode("utf-8", "replace") for piece in pieces), 200, headers, media_type)


def _plain(id: str) -> str:
    return "".join(letter for letter in id[:40] if letter.isascii() and letter.isalnum()) or "quotes"
