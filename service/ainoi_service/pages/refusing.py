"""What somebody gets who is not let in: a page in a browser, the problem document in a program."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi import AinoiError
from ainoi_service.guard.errors import NotLetInError, RateLimitedError
from ainoi_service.guard.layer import Refusal
from ainoi_service.pages.missing import wants_page
from ainoi_service.pages.rendering import Renderer
from ainoi_service.problems import problem_of, problem_response, retry_headers
from ainoi_service.telemetry.request import note_code


def refusal(renderer: Renderer) -> Refusal:
    """Answers with pages made by ``renderer`` where a browser asks for one."""

    def refused(request: Request, error: AinoiError | HTTPException) -> Response:
        told = problem_of(error)
        headers = retry_headers(error) if isinstance(error, AinoiError) else {}
        if not wants_page(request) or not isinstance(error, NotLetInError | RateLimitedError):
            return problem_response(told, headers)
        note_code(told.code)
        page = renderer.page(request, "refused.html", told.status, key=told.code)
        page.headers.update(headers)
        return page

    return refused
