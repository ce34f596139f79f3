"""Articles that are sent to a service, and the check that those it acknowledged are there, once each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2

Article = dict[str, Any]


def article(number: int) -> Article:
    """An article with a URL and a quote of its own."""
    return {
        "url": f"https://bao.example/{number}",
        "date": f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "outlet": f"Báo {number % 7}",
        "text": f"Ông Peskov nói: “Lời thứ {number} là về thương lượng”. Bài này có số {number}.",
    }


def words(number: int) -> str:
    """The quote of ``article(number)``."""
    return f"Lời thứ {number} là về thương lượng"


def stored(client: httpx2.Client) -> dict[str, str]:
    """Id of every article that the service lists, by URL; fails if a URL is listed twice."""
    found: list[tuple[str, str]] = []
    token = None
    while True:
        asked = {"pageSize": "100"} | ({"pageToken": token} if token is not None else {})
        answer = client.get("/v1/articles", params=asked)
        assert answer.status_code == 200, answer.text
        found += [(each["url"], each["id"]) for each in answer.json()["articles"]]
        token = answer.json()["next_page_token"]
        if token is None:
            break
    assert len(dict(found)) == len(found)
    return dict(found)


def quoted(client: httpx2.Client) -> list[str]:
    """The quotes that a search for two of their words finds, sorted."""
    answer = client.get("/v1/quotes", params={"q": "thuong luong", "format": "json"})
    assert answer.status_code == 200, answer.text
    return sorted(each["text"] for each in json.loads(answer.text)["quotes"])


def assert_stored_once(client: httpx2.Client, acknowledged: Mapping[int, str], sent: Sequence[int]) -> int:
    """What was acknowledged (ids by number) is there, nothing is that was not sent, and the search finds just that.

    Returns how many articles there are.
    """
    there = stored(client)
    numbers = [int(url.rpartition("/")[2]) for url in there]
    assert {article(number)["url"]: id for number, id in acknowledged.items()}.items() <= there.items()
    assert set(numbers) <= set(sent)
    assert quoted(client) == sorted(map(words, numbers))
    total = client.get("/v1/quotes", params={"q": "“thương lượng”"}).json()["total"]
    assert total == len(numbers)
    return len(numbers)


def assert_sound(file: Path) -> None:
    """The database is whole: its pages, its indexes, its references."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
