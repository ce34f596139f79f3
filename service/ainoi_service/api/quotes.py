"""``/v1/quotes``: look quotes up, one by one or as files, and say what is wrong with one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from ainoi import Speaker
from ainoi.schema import SpeakerKind
from ainoi_service.api.exporting import download
from ainoi_service.api.records import QuoteFile, QuotePage, QuoteRecord, QuoteWithVariants
from ainoi_service.api.routing import TheDesk, answers, not_found, possible_id
from ainoi_service.desk import Desk
from ainoi_service.exchange.formats import ARTICLE_FORMATS, QUOTE_FORMATS
from ainoi_service.problems import UnknownSpeakerError
from ainoi_service.requests import NoParameters, QuotesParameters, SpeakerRequest, VerdictRequest
from ainoi_service.store import corrections, quotes, speakers
from ainoi_service.store.naming import OF_THE_ARTICLE
from ainoi_service.store.records import StoredQuote


def stored(desk: Desk, id: str) -> StoredQuote:
    """The quote with this id. Raises ``HTTPException`` 404."""
    with desk.store.read() as connection:
        quote = quotes.by_id(connection, possible_id(id))
    if quote is None:
        raise not_found("quote")
    return quote


def meant(desk: Desk, quote: StoredQuote, wanted: SpeakerRequest) -> Speaker:
    """The speaker that a person names for ``quote``. Raises UnknownSpeakerError."""
    if wanted.name is not None:
        kind = SpeakerKind(wanted.kind or SpeakerKind.PERSON)
        return corrections.chosen_speaker(desk.store, wanted.name, kind)
    if wanted.id is None:
        assert wanted.kind is not None
        return Speaker(kind=SpeakerKind(wanted.kind), confidence=1.0)
    known = speakers.get(desk.store, wanted.id)
    of_another = wanted.id.startswith(OF_THE_ARTICLE) and not wanted.id.startswith(
        f"{OF_THE_ARTICLE}{quote.article.id}:"
    )
    if known is not None and not of_another:
        return Speaker(
            id=known.id, name=known.name, kind=SpeakerKind(known.kind), wikidata=known.wikidata, confidence=1.0
        )
    for other in quote.speaker.alternatives:
        if other.id == wanted.id:
            return Speaker(id=other.id, name=other.name, kind=other.kind, confidence=1.0)
    registered = desk.names.speaker(wanted.id)
    if registered is None:
        raise UnknownSpeakerError("neither the store nor the registry has a speaker with this id")
    return registered


def routes() -> APIRouter:
    """The routes of quotes."""
    router = APIRouter(tags=["quotes"])

    @router.get(
        "/v1/quotes",
        operation_id="findQuotes",
        summary="Look quotes up",
        response_model=None,
        responses=_files(answers()),
    )
    def find_quotes(desk: TheDesk, asked: Annotated[QuotesParameters, Query()]) -> Response:
        """Quotes for which everything asked for holds, a page at a time, with how many there are by speaker, outlet and
        month. Left out are those marked as wrong, repeats on one page, and those of superseded versions. With
        `format`, the whole result as a file."""
        if asked.format is not None:
            return download(desk, asked.query(), asked.format)
        page = QuotePage.of(desk.lookup.search(asked.query()), words=bool(asked.q and asked.q.strip()))
        return Response(page.model_dump_json(), media_type="application/json")

    @router.get(
        "/v1/quotes/{id}",
        operation_id="getQuote",
        summary="One quote with its variants",
        responses=answers(404),
    )
    def get_quote(desk: TheDesk, id: str, asked: Annotated[NoParameters, Query()]) -> QuoteWithVariants:
        """The quote, and the same utterance as other articles print it: other translations, word order, lengths."""
        quote = stored(desk, id)
        return QuoteWithVariants.with_variants(quote, desk.variants(quote))

    @router.put(
        "/v1/quotes/{id}/verdict",
        operation_id="setVerdict",
        summary="Mark a quote as right or wrong",
        responses=answers(400, 404, 415, 507),
    )
    def set_verdict(
        desk: TheDesk, id: str, asked: Annotated[NoParameters, Query()], request: VerdictRequest
    ) -> QuoteRecord:
        """A model never touches the quote from then on. Look-ups leave out what is wrong."""
        return _marked(corrections.mark(desk.store, possible_id(id), request.verdict))

    @router.delete(
        "/v1/quotes/{id}/verdict",
        operation_id="clearVerdict",
        summary="Take back what was said of a quote",
        responses=answers(404, 507),
    )
    def clear_verdict(desk: TheDesk, id: str, asked: Annotated[NoParameters, Query()]) -> QuoteRecord:
        """Nobody has checked it after all. A quote that a person wrote or corrected stays `corrected`."""
        return _marked(corrections.mark(desk.store, possible_id(id), None))

    @router.put(
        "/v1/quotes/{id}/speaker",
        operation_id="setSpeaker",
        summary="Correct whose a quote is",
        responses=answers(400, 404, 415, 507),
    )
    def set_speaker(
        desk: TheDesk, id: str, asked: Annotated[NoParameters, Query()], request: SpeakerRequest
    ) -> QuoteRecord:
        """A model never touches the quote from then on."""
        return _marked(corrections.correct_speaker(desk.store, id, meant(desk, stored(desk, id), request)))

    return router


def _marked(quote: StoredQuote | None) -> QuoteRecord:
    if quote is None:
        raise not_found("quote")
    return QuoteRecord.of(quote)


def _files(answers: dict[int | str, Any]) -> dict[int | str, Any]:
    """``answers`` with the pages and files that a look-up may answer with."""
    full = [each.media_type for each in QUOTE_FORMATS.values()] + [each.media_type for each in ARTICLE_FORMATS.values()]
    types = {media_type.partition(";")[0] for media_type in full}
    content = answers[200]["content"]
    for media_type in sorted(types - set(content)):
        content[media_type] = {"schema": {"type": "object" if media_type.endswith("json") else "string"}}
    answers[200]["model"] = QuotePage | QuoteFile | list[dict[str, Any]]
    return answers
