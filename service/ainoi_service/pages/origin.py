"""Whether a request that changes something comes from our own pages: cross-site request forgery, without tokens.

Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones in ``Origin``, and no page can forge either.
Programs send neither; they act for nobody but themselves.
"""

from __future__ import annotations

from starlette.requests import Request


def from_elsewhere(request: Request) -> bool:
    """Whether another site's page caused ``request``."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")
