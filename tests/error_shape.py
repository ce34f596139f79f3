"""The one check that every error answer has the documented shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from httpx2 import Response


def assert_problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The answer is the problem ``code`` with ``status``: the shape of docs/api.md, small, and with nothing else."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) <= 2048
    problem: dict[str, Any] = response.json()
    assert (
        {"type", "title", "status", "code", "detail"}
        <= set(problem)
        <= {*("type", "title", "status", "code", "detail", "errors", "request_id")}
    )
    assert problem["type"] == "about:blank"
    assert problem["title"] == HTTPStatus(status).phrase
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"] == response.headers["x-request-id"]
    assert 0 < len(problem["detail"]) <= 200
    for error in problem.get("errors", []):
        assert set(error) == {"loc", "type", "msg"}
        assert len(error["msg"]) <= 200
    return problem
