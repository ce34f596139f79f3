"""From a template and what it shows to an answer: language, theme, notice, and the headers that keep a page safe."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ainoi_service.pages import language
from ainoi_service.pages.links import address
from ainoi_service.pages.views import anchor

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
"""No script or style from anywhere but our own files, and none inside a page."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Language, Cookie",
}

THEMES = ("light", "dark", "auto")
NOTICES = frozenset({"right", "wrong", "taken_back", "corrected", "known", "seeds"})
"""What may have just been done; the next page tells it once (texts ``notice.*``)."""

_YEAR = 365 * 24 * 3600
_STATIC = files(__package__) / "static"


class _Static(StaticFiles):
    """Our own files. An address with ``?v=`` names one version of a file, and may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if versioned else "no-cache"
        return response


def static_files() -> StaticFiles:
    """The application that serves styles, scripts and fonts, to be mounted at ``/static``."""
    return _Static(directory=str(_STATIC))


def _versions() -> dict[str, str]:
    """Address of each style and script, with its hash."""
    folder = Path(str(_STATIC))
    return {
        str(path.relative_to(folder)): f"/static/{path.relative_to(folder)}?v={_digest(path)}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".css", ".js", ".svg")
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    """The templates of this package; each is compiled once."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "static": _versions(),
        "languages": language.LANGUAGES,
        "address": address,
        "anchor": anchor,
    }
    return environment


class Renderer:
    """Makes pages from the templates of this package."""

    def __init__(self) -> None:
        self._environment = _environment()

    def page(self, request: Request, template: str, status: int = 200, /, **shown: object) -> HTMLResponse:
        """The page that ``template`` makes of ``shown``, for the reader who sent ``request``."""
        code = language_of(request)
        theme = _theme(request)
        notice = request.cookies.get("notice")
        html = self._environment.get_template(template).render(
            shown,
            t=language.texts(code),
            theme=theme,
            path=request.url.path,
            here=lambda **changes: _here(request, changes),
            notice=notice if notice in NOTICES else None,
        )
        response = HTMLResponse(html, status, dict(HEADERS))
        if request.query_params.get("lang") == code:
            response.set_cookie("lang", code, _YEAR, samesite="lax")
        if request.query_params.get("theme") == theme:
            response.set_cookie("theme", theme, _YEAR, samesite="lax")
        if notice is not None:
            response.delete_cookie("notice")
        return response


def language_of(request: Request) -> str:
    """Code of the language in which the reader gets pages."""
    return language.chosen(
        request.query_params.get("lang"), request.cookies.get("lang"), request.headers.get("accept-language")
    )


def go(path: str, *, notice: str | None = None) -> Response:
    """Send the browser on to a page of ours after a change; ``notice``, one of ``NOTICES``, is what that page tells."""
    response = RedirectResponse(path, 303, {"Cache-Control": "no-store"})
    if notice is not None:
        response.set_cookie("notice", notice, 60, httponly=True, samesite="lax")
    return response


def _theme(request: Request) -> str:
    asked = request.query_params.get("theme") or request.cookies.get("theme")
    return asked if asked in THEMES else "auto"


def _here(request: Request, changes: Mapping[str, object]) -> str:
    """This page's address with other parameters; for a page that answers a form, that of the form's own page."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key not in changes]
    query = urlencode(kept + [(key, str(value)) for key, value in changes.items() if value is not None])
    return address(request.url.path) + (f"?{query}" if query else "")
