"""Routes of pages: their errors are pages too, and no other site's page may make them change anything."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi import AinoiError
from ainoi_service.pages.desk import DeskOf
from ainoi_service.pages.origin import from_elsewhere
from ainoi_service.pages.rendering import Renderer
from ainoi_service.problems import STATUS_OF_CODE, retry_headers
from ainoi_service.telemetry.request import note_code

_log = logging.getLogger(__name__)

_TOLD = frozenset({403, 404, 405, 413, 422, 429, 500, 503, 507})
"""Statuses that have words of their own (texts ``error.*``)."""
_HINTS = frozenset({403, 404, 429, 500, 503, 507})

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def page_route(renderer: Renderer) -> type[APIRoute]:
    """The class of route that answers with pages made by ``renderer``, whatever happens."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handler = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                if request.method not in ("GET", "HEAD") and from_elsewhere(request):
                    return error_page(renderer, request, 403)
                if (status := _unaskable(request)) is not None:
                    return error_page(renderer, request, status)
                try:
                    return await handler(request)
                except HTTPException as error:
                    return error_page(renderer, request, error.status_code, error.headers)
                except RequestValidationError:
                    return error_page(renderer, request, 422)
                except AinoiError as error:
                    status = STATUS_OF_CODE.get(error.code, 500)
                    if status == 500:
                        _log.error("a page failed", exc_info=error)
                    else:
                        note_code(error.code)
                    return error_page(renderer, request, status, retry_headers(error))
                except Exception as error:
                    _log.error("a page failed", exc_info=error)
                    return error_page(renderer, request, 500)

            return guarded

    return PageRoute


def _unaskable(request: Request) -> int | None:
    """The status of a request with a null character in it: nothing is called so, and PostgreSQL must not be asked."""
    if "\x00" in request.scope["path"]:
        return 404
    return 422 if any("\x00" in value for value in request.query_params.values()) else None


def error_page(renderer: Renderer, request: Request, status: int, headers: Any = None) -> Response:
    """The page that tells of an error, and nothing of what was sent."""
    told = status if status in _TOLD else 422 if status < 500 else 500
    key, hint = f"error.{told}", f"error.{told}_hint" if told in _HINTS else None
    response = renderer.page(request, "error.html", status, status=status, key=key, hint=hint)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


@dataclass(frozen=True, slots=True)
class Site:
    """What the routes of all pages share."""

    renderer: Renderer
    desk_of: DeskOf

    def router(self) -> APIRouter:
        """An empty router for pages."""
        return APIRouter(route_class=page_route(self.renderer), include_in_schema=False)
