"""An article to paste into the pages' form, and the page that a form leads to."""

from __future__ import annotations

from httpx2 import Response
from starlette.testclient import TestClient

TEXT = "Ông Peskov nói: “Chúng tôi sẵn sàng đối thoại”.\n\nÔng nói thêm: “Không có thay đổi nào”."


def follow(client: TestClient, response: Response) -> str:
    """The page that the answer to a form leads to."""
    assert response.status_code == 303, response.text
    return client.get(response.headers["location"]).text
