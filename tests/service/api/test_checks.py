"""POST /v1/checks."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

READY = "Nga sẵn sàng thương lượng với Ukraine"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"claim": READY}, "verbatim"),
        ({"claim": "nga san sang thuong luong voi ukraine", "speaker": "ông Peskov"}, "verbatim"),
        ({"claim": f"Peskov nói rằng “{READY}”...", "speaker": "Pê-xcốp"}, "verbatim"),
        ({"claim": "Nga đã sẵn sàng để thương lượng với phía Ukraine", "speaker": "peskov"}, "close"),
        ({"claim": "Nga không sẵn sàng thương lượng với Ukraine", "speaker": "peskov"}, "not_found"),
        ({"claim": READY, "speaker": "Tổng thống Zelensky"}, "said_by_other"),
        ({"claim": READY, "from": "2026"}, "not_found"),
        ({"claim": READY, "to": "2025-12-04"}, "verbatim"),
        ({"claim": "Giá vàng hôm nay tăng mạnh"}, "not_found"),
    ],
)
def test_whether_they_said_it(library: TestClient, asked: dict[str, str], answer: str) -> None:
    response = library.post("/v1/checks", json=asked)
    assert response.status_code == 200
    found = response.json()
    assert found["answer"] == answer
    assert [each["answer"] for each in found["evidence"][:1]] == ([] if answer == "not_found" else [answer])


def test_evidence_is_a_quote_with_article_date_and_context(library: TestClient) -> None:
    found: dict[str, Any] = library.post("/v1/checks", json={"claim": READY, "speaker": "ông Peskov"}).json()
    assert found["content"] == READY
    assert [each["id"] for each in found["speakers"]] == ["peskov"]
    first = found["evidence"][0]
    hit = library.get(f"/v1/quotes/{first['quote']['id']}").json()
    hit.pop("variants")
    assert first == {"answer": "verbatim", "similarity": 1.0, "quote": hit}
    assert (hit["article"]["date"], hit["context"]["before"]) == ("2025-12-04", "Ông Peskov nói: “")


def test_it_says_whom_the_speaker_was_taken_for(library: TestClient) -> None:
    assert library.post("/v1/checks", json={"claim": READY, "speaker": "Nobody"}).json()["speakers"] == []
    assert library.post("/v1/checks", json={"claim": READY}).json()["speakers"] is None
