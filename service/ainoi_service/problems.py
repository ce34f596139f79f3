"""Every error the service answers with, in one shape: a problem document (RFC 9457) with a stable ``code``."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ainoi import AinoiError
from ainoi_service.exchange.checked import ImportFileError
from ainoi_service.search.query import InvalidQuery
from ainoi_service.telemetry.request import current_id, note_code

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
LONGEST_MESSAGE = 200
"""Code points of a message in a problem."""
MOST_ERRORS = 10
"""Wrong fields that one problem names."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
"""What a route may take."""

STATUS_OF_CODE = {
    "too_long": 413,
    "html_too_large": 413,
    "empty": 422,
    "html_no_text": 422,
    "html_timeout": 422,
    "html_failed": 422,
    "bad_characters": 422,
    "bad_query": 422,
    "bad_page_token": 422,
    "bad_import": 422,
    "unknown_speaker": 422,
    "unauthorized": 401,
    "rate_limited": 429,
    "not_ready": 503,
    "busy": 429,
    "draining": 503,
    "worker_died": 503,
    "deadline": 504,
    "store_busy": 503,
    "store_damaged": 500,
    "store_unreachable": 503,
    "store_read_only": 503,
    "store_timeout": 503,
    "store_full": 507,
}
"""HTTP status of the errors that a request or the state of the store can cause; every other is a fault of the service,
500."""

CODE_OF_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "busy",
    499: "caller_gone",
    500: "internal",
    503: "unavailable",
}
"""Code of a problem that has none of its own."""

RETRY_SECONDS = {"not_ready": 5, "store_busy": 1, "store_unreachable": 10, "store_read_only": 10, "store_timeout": 10}
"""What ``Retry-After`` says."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class UnknownSpeakerError(AinoiError):
    """A speaker's id that nobody has."""

    code = "unknown_speaker"


class FieldError(BaseModel):
    """One thing wrong with a request's field."""

    loc: list[str | int] = Field(description="Where: `body` or `query`, then field names and positions.")
    type: str = Field(description="Kind of error, stable.")
    msg: str = Field(description="For people.")


class Problem(BaseModel):
    """Body of every answer with status 400 and above."""

    type: str = Field(default="about:blank", description="Always `about:blank`: the status and `code` say it all.")
    title: str = Field(description="Name of the status.")
    status: int = Field(description="HTTP status.")
    code: str = Field(description="What went wrong, stable, for programs.")
    detail: str = Field(description="What went wrong, for people.")
    errors: list[FieldError] | None = Field(default=None, description="The wrong fields (status 422).")
    request_id: str | None = Field(default=None, description="The request's id, as in `X-Request-ID`.")


def problem(status: int, detail: str, *, code: str | None = None, errors: list[FieldError] | None = None) -> Problem:
    """The problem with this status. ``code`` defaults to the status's own."""
    return Problem(
        title=HTTPStatus(status).phrase if status != 499 else "Client Closed Request",
        status=status,
        code=code or CODE_OF_STATUS.get(status, "error"),
        detail=detail[:LONGEST_MESSAGE],
        errors=errors,
    )


def problem_response(told: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells one problem."""
    note_code(told.code)
    told = told.model_copy(update={"request_id": current_id()})
    # Escaped to ASCII, so that no half surrogate from a request can break the answer.
    body = json.dumps(told.model_dump(exclude_none=True)).encode("ascii")
    return Response(body, told.status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: BaseException, where: str = "body") -> Problem:
    """What the caller learns of an error; ``where`` the request says what is wrong in it: ``body`` or ``query``."""
    if isinstance(error, ValidationError | RequestValidationError):
        outer = (where,) if isinstance(error, ValidationError) else ()
        found = error.errors()[:MOST_ERRORS]
        errors = [_field_error({**each, "loc": (*outer, *each["loc"])}) for each in found]
        return problem(422, "the request does not have the documented shape", errors=errors)
    if isinstance(error, HTTPException):
        return problem(error.status_code, str(error.detail))
    if isinstance(error, AinoiError) and error.code in STATUS_OF_CODE:
        if STATUS_OF_CODE[error.code] == 500:
            _log.error("a request failed: %s", error)
        return problem(STATUS_OF_CODE[error.code], str(error), code=error.code, errors=_errors_in(error, where))
    _log.error("a request failed", exc_info=error)
    return problem(500, "the service failed on this request")


def retry_after(code: str) -> dict[str, str]:
    """The headers that say when to come again after the error with this code."""
    return {"Retry-After": str(RETRY_SECONDS[code])} if code in RETRY_SECONDS else {}


def retry_headers(error: AinoiError) -> dict[str, str]:
    """Likewise; what the error itself says of it, in its ``retry_after``, goes first."""
    seconds: int | None = getattr(error, "retry_after", None)
    return retry_after(error.code) if seconds is None else {"Retry-After": str(seconds)}


def _errors_in(error: AinoiError, where: str) -> list[FieldError] | None:
    """The fields that an error of the store's readers names."""
    if isinstance(error, InvalidQuery):
        message = str(error).removeprefix(f"{error.field}: ")
        return [FieldError(loc=[where, error.field], type=error.code, msg=message[:LONGEST_MESSAGE])]
    if isinstance(error, ImportFileError):
        return [
            FieldError(
                loc=["body", each.record, *filter(None, [each.field])],
                type=error.code,
                msg=each.message[:LONGEST_MESSAGE],
            )
            for each in error.problems[:MOST_ERRORS]
        ]
    return None


def _field_error(error: Mapping[str, Any]) -> FieldError:
    """What may be said of a validation error: never the input, and of unknown keys only plain ones."""
    loc = [part if isinstance(part, int) or _PLAIN_KEY.fullmatch(str(part)) else "?" for part in error.get("loc", ())]
    return FieldError(loc=loc, type=str(error["type"]), msg=str(error["msg"])[:LONGEST_MESSAGE])


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problem_response(problem(400, "the body is not JSON"))
    in_body = any(each["loc"][:1] == ("body",) for each in found)
    if in_body and error.body is not None and not _is_json(request):
        return problem_response(problem(415, "send the body as application/json"))
    return problem_response(problem_of(error))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_response(problem_of(error), headers_of(request, error))


def headers_of(request: Request, error: HTTPException) -> dict[str, str]:
    """The headers that go with an error; ``Allow`` lists every method of the address, not those of one route of it."""
    headers = dict(error.headers or {})
    if error.status_code == 405 and "Allow" in headers:
        routes: list[BaseRoute] = [route for route in request.app.routes if not isinstance(route, Mount)]
        asked = [(method, {**request.scope, "method": method}) for method in METHODS]
        has = [method for method, scope in asked if any(route.matches(scope)[0] == Match.FULL for route in routes)]
        headers["Allow"] = ", ".join(has) or headers["Allow"]
    return headers


async def _on_error(request: Request, error: Exception) -> Response:
    """Any error of the library or the store; of a fault the caller learns nothing."""
    assert isinstance(error, AinoiError)
    told = problem_of(error, "query" if request.method == "GET" else "body")
    return problem_response(told, retry_headers(error))


async def _on_fault(_: Request, error: Exception) -> Response:
    """Any other exception; the server logs it."""
    return problem_response(problem(500, "the service failed on this request"))


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error it raises with a problem document."""
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(AinoiError, _on_error)
    app.add_exception_handler(Exception, _on_fault)


class ProblemsOnly:
    """ASGI layer around the whole application: an error answered in plain text below it leaves as a problem document.

    The body limit answers so, from outside of the exception handlers. Error pages go through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] >= 400:
                headers = Headers(raw=message["headers"])
                replaced = not headers.get("content-type", "").startswith((MEDIA_TYPE, "text/html"))
                if replaced:
                    status = message["status"]
                    detail = "the body is too large" if status == 413 else HTTPStatus(status).phrase
                    await problem_response(problem(status, detail))(scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, send_problem)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI documentation of the problems a route can answer with."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
