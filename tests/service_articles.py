"""Articles to send to a service around the fake annotator, in which every “…” is a quote of Peskov."""

from __future__ import annotations

from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

TALKS = {
    "text": "Ông Peskov nói: “Nga sẵn sàng thương lượng với Ukraine”. Ông nói thêm: “Cuộc gặp chưa được ấn định”.",
    "title": "Điện Kremlin nói về đàm phán",
    "date": "2025-12-04",
    "url": "https://bao.example/talks",
    "outlet": "Báo Ví Dụ",
}
SAME_TALKS = {
    "text": "Theo người phát ngôn, “Nga đã sẵn sàng thương lượng với phía Ukraine”.",
    "date": "2025-12-05",
    "url": "https://tin.example/talks",
    "outlet": "Tin Mẫu",
}
WINTER = {
    "text": "Ông nói: “Mùa đông năm nay lạnh hơn mọi năm trước”.",
    "date": "2024-01-20",
    "url": "https://bao.example/winter",
    "outlet": "Báo Ví Dụ",
}
JSON_LINES = {"content-type": "application/jsonl"}


def put(client: TestClient, article: dict[str, Any]) -> dict[str, Any]:
    """The article as the service has stored it."""
    response = client.post("/v1/articles", json=article)
    assert response.status_code in (200, 201), response.text
    stored: dict[str, Any] = response.json()
    return stored


def texts(response: Response) -> list[str]:
    """The texts of the quotes on a page of a look-up."""
    assert response.status_code == 200, response.text
    return [quote["text"] for quote in response.json()["quotes"]]
