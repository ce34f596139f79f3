"""Finding speakers, and what the store has of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from ainoi import Article
from ainoi.schema import Method
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import corrections, speakers
from ainoi_service.store.engine import Store, open_store
from ainoi_service.store.ingest import Annotation, put_many
from ainoi_service.store.speakers import Quoted
from annotated_articles import FIRST, PESKOV, annotation, person, quote

ZELENSKY = person("Volodymyr Zelensky", "volodymyr-zelensky", wikidata="Q2", method=Method.PART_OF_NAME)
HA = person("Trần Hà", "name:tran ha")
HA_TONE = person("Trần Hạ", "name:tran ha 2")
TITLES = ("Tổng thống ", "tổng thống ", "Ông ", "ông ")


class KnownNames:
    """A registry of one, and three titles."""

    def name(self, speaker_id: str) -> str | None:
        return "Volodymyr Zelensky" if speaker_id == "volodymyr-zelensky" else None

    def aliases(self, speaker_id: str) -> Sequence[str]:
        return ("Dê-len-xki",) if speaker_id == "volodymyr-zelensky" else ()

    def bare(self, mention: str) -> str:
        return next((mention.removeprefix(title) for title in TITLES if mention.startswith(title)), mention)


def said(number: int, speaker: object, mention: str, date: str | None = None, outlet: str | None = None) -> Annotation:
    article = Article(text=f"{mention} nói: “Lời thứ {number} đây”.", id=str(number), date=date, outlet=outlet)
    return annotation(article, [quote(article, f"Lời thứ {number} đây", speaker, mention=mention)])  # type: ignore[arg-type]


@pytest.fixture
def known(url: str) -> Iterator[Store]:
    store = open_store(url, names=KnownNames())
    put_many(
        store,
        [
            said(1, PESKOV, "Ông Peskov", "2025-11-30", "A"),
            said(2, PESKOV, "ông Peskov", "2025-12", "B"),
            said(3, PESKOV, "Peskov", "2025", "B"),
            said(4, ZELENSKY, "Tổng thống Zelensky"),
            said(5, HA, "Trần Hà"),
            said(6, HA_TONE, "Trần Hạ"),
            said(7, person("Hà", "article:ha"), "Hà"),
        ],
    )
    yield store
    store.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("dmitry-peskov", ["dmitry-peskov"]),
        ("Dmitry Peskov", ["dmitry-peskov"]),
        ("  dmitry   PESKOV ", ["dmitry-peskov"]),
        ("ông Peskov", ["dmitry-peskov"]),
        ("Tổng thống Peskov", ["dmitry-peskov"]),
        ("Tổng thống Zelensky", ["volodymyr-zelensky"]),
        ("zelensky", ["volodymyr-zelensky"]),
        ("Dê-len-xki", ["volodymyr-zelensky"]),
        ("de len xki", ["volodymyr-zelensky"]),
        ("Trần Hà", ["name:tran ha"]),
        ("Tra\u0302\u0300n Ha\u0323", ["name:tran ha 2"]),
        ("tran ha", ["name:tran ha", "name:tran ha 2"]),
        ("ha", ["article:", "name:tran ha", "name:tran ha 2"]),
        ("Volodymyr", []),
        ("", []),
        ("?!", []),
        ("%", []),
        ("_eskov", []),
        ("Hà Nội", []),
    ],
)
def test_whom_a_text_may_mean(known: Store, text: str, ids: list[str]) -> None:
    found = [each.id for each in speakers.find(known, text)]
    if text == "ha":
        assert found[0].startswith("article:")
        assert found == found[:1], "somebody called just so goes before those whose name ends so"
    else:
        assert found == ids


def test_a_speaker_s_aliases_are_those_of_the_registry_and_of_the_articles(known: Store) -> None:
    zelensky = speakers.get(known, "volodymyr-zelensky")
    assert zelensky is not None
    assert zelensky.record() == {
        "id": "volodymyr-zelensky",
        "name": "Volodymyr Zelensky",
        "kind": "person",
        "wikidata": "Q2",
        "aliases": ["Dê-len-xki", "Zelensky"],
    }
    assert speakers.get(known, "nobody") is None


def test_the_most_quoted_come_first_page_by_page(known: Store) -> None:
    pages: list[list[Quoted]] = [speakers.listed(known, limit=2)]
    while pages[-1]:
        last = pages[-1][-1]
        pages.append(speakers.listed(known, limit=2, after=(last.quotes, last.speaker.number)))
    listed = [each for page in pages for each in page]
    assert [(each.speaker.number, each.quotes) for each in listed] == [(1, 3), (2, 1), (3, 1), (4, 1), (5, 1)]
    assert [each.speaker.id for each in speakers.listed(known, limit=9, text="tran ha")] == [
        "name:tran ha",
        "name:tran ha 2",
    ]
    assert speakers.listed(known, limit=9, text="không ai") == []


def test_a_profile_counts_by_month_and_outlet(known: Store) -> None:
    found = speakers.profile(known, "dmitry-peskov")
    assert found is not None
    assert (found.quotes, found.months, found.outlets) == (3, (("2025-11", 1), ("2025-12", 1)), (("B", 2), ("A", 1)))
    assert speakers.profile(known, "nobody") is None


def test_the_latest_quotes_come_first_and_undated_ones_last(known: Store) -> None:
    put_many(known, [said(9, PESKOV, "Peskov"), said(10, PESKOV, "Peskov", "2025-12-31")])
    found = speakers.latest(known, "dmitry-peskov", limit=9)
    assert [each.article.date for each in found] == ["2025-12-31", "2025-12", "2025-11-30", "2025", None]
    assert speakers.latest(known, "dmitry-peskov", limit=1) == found[:1]


def test_the_latest_quotes_are_those_that_a_look_up_shows_first(known: Store) -> None:
    dates = [None, "2025-12", "2025-12-01", "2025-11-30", "2025", "2025-12-01", "2025-12-01"]
    put_many(known, [said(20 + place, PESKOV, "Peskov", date) for place, date in enumerate(dates)])
    page = Lookup(known).search(QuoteQuery(speaker="dmitry-peskov", sort="newest"))
    latest = speakers.latest(known, "dmitry-peskov", limit=20)
    assert [each.id for each in latest] == [hit.quote.id for hit in page.hits]


def test_repeats_wrong_ones_and_old_versions_are_not_counted(known: Store) -> None:
    old = Article(text="Peskov nói: “Cũ”.", url="u")
    new = Article(text="Peskov nói: “Mới” và “Mới nữa” và “Sai”.", url="u")
    first, repeat, wrong = (quote(new, words) for words in ("Mới", "Mới nữa", "Sai"))
    put_many(
        known,
        [
            annotation(old, [quote(old, "Cũ")]),
            annotation(new, [first, repeat.model_copy(update={"repeat_of": first.id}), wrong]),
        ],
    )
    corrections.mark(known, wrong.id, "wrong")
    [listed] = speakers.listed(known, limit=1)
    profile = speakers.profile(known, "dmitry-peskov")
    assert profile is not None
    assert (listed.quotes, profile.quotes) == (4, 4)
    assert first.id in {each.id for each in speakers.latest(known, "dmitry-peskov", limit=9)}
    assert len(speakers.latest(known, "dmitry-peskov", limit=9)) == 4


def test_a_wikidata_id_that_the_registry_gained_is_taken_over(known: Store) -> None:
    put_many(known, [said(11, HA.model_copy(update={"wikidata": "Q3"}), "Trần Hà"), said(12, HA, "Trần Hà")])
    ha = speakers.get(known, "name:tran ha")
    assert ha is not None
    assert ha.wikidata == "Q3"
    assert FIRST.version == "1"
