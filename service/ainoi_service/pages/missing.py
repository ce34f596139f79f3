"""Addresses at which there is nothing: a browser gets a page that says so, a program the problem document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi_service.pages.rendering import Renderer
from ainoi_service.pages.serving import error_page
from ainoi_service.problems import headers_of

_INTERFACE = "/v1"


def install(app: FastAPI, renderer: Renderer) -> None:
    """Answer with pages what browsers ask for outside of the interface, where ``app`` has no route for it.

    Everything else is told as ``app`` has told it before.
    """
    told = cast(Callable[[Request, Exception], Awaitable[Response]], app.exception_handlers[HTTPException])

    async def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not wants_page(request):
            return await told(request, error)
        return error_page(renderer, request, error.status_code, headers_of(request, error))

    app.add_exception_handler(HTTPException, on_http_error)


def wants_page(request: Request) -> bool:
    """Whether an error is better told by a page than by a problem document."""
    return not _is_of_the_interface(request.url.path) and _takes_pages(request)


def _is_of_the_interface(path: str) -> bool:
    return path == _INTERFACE or path.startswith(f"{_INTERFACE}/")


def _takes_pages(request: Request) -> bool:
    """Whether ``request`` names HTML among what it takes, as browsers do when somebody goes to an address."""
    wishes = request.headers.get("accept", "").split(",")
    return any(wish.partition(";")[0].strip().lower() == "text/html" for wish in wishes)
