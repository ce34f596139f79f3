"""Page furniture: the table of lines, the five seed articles, and what must hold for any text."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.clean import clean
from ainoi.clean.furniture import EXCLUDED, Block, Furniture
from sentence_markup import rows

FURNITURE = Furniture.load(Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi")
TABLE = rows(Path(__file__).with_name("furniture_table.tsv"))
LINES = [
    "",
    "Châu Âu",
    "Tin liên quan",
    "(Vietnam+)",
    "#a #b",
    " date 2024-11 Nga",
    "Ảnh: AFP",
    "(Theo AFP)",
    "“Được”.",
]

SEEDS = {
    "000_144e70e420731298": [
        ("date_line", " date 2024-11"),
        ("caption", " date 2024-11 Tổng thống Nga Vladimir Putin"),
        ("credit", "(Ảnh: Reuters)"),
    ],
    "001_f4125744e7e531c3": [
        ("date_line", " date 2025-12-04"),
        ("caption", " date 2025-12-04 Trợ lý Điện Kremlin Yury Ushakov (Ảnh: TASS)."),
        ("credit", "(Ảnh: TASS)"),
    ],
    "002_d48169462011e8c7": [
        ("date_line", " date 2025-12-04"),
        ("caption", "Tổng thống Mỹ Donald Trump tại Nhà Trắng ngày 3/12. Ảnh: AFP"),
        ("credit", "Như Tâm (Theo AFP, Reuters)"),
    ],
    "003_9820e428569846bd": [],
    "004_acd6cf9665ff4fb6": [
        ("date_line", " date 2025-08-17"),
        ("menu", "Châu Âu"),
        ("caption", "Tổng thống Nga Vladimir Putin. (Ảnh: ANI/TTXVN)"),
        ("credit", "(Ảnh: ANI/TTXVN)"),
        ("caption", "Tổng thống Nga Vladimir Putin. (Ảnh: ANI/TTXVN)"),
        ("credit", "(Ảnh: ANI/TTXVN)"),
        ("credit", "(Vietnam+)"),
        ("tags", "#Vladimir Putin #thượng đỉnh Nga-Mỹ Nga Ukraine"),
        ("menu", "Theo dõi VietnamPlus"),
        ("related", "Tin liên quan"),
    ],
}
"""What each block of a seed begins with, in order."""


def found(text: str) -> str:
    """The blocks of a text as the table writes them."""
    return " | ".join(f"{block.kind}={text[block.start : block.end]}" for block in FURNITURE.find(text)) or "none"


@pytest.mark.parametrize(("line", "blocks", "note"), TABLE)
def test_blocks_as_the_table_says(line: str, blocks: str, note: str) -> None:
    text = line.replace("¶", "\n")
    assert found(text).replace("\n", "¶") == blocks, note


@pytest.mark.parametrize("name", SEEDS)
def test_furniture_of_the_seeds(seeds: Path, name: str) -> None:
    text = (seeds / f"{name}.txt").read_text(encoding="utf-8")
    blocks = FURNITURE.find(text)
    begins = [text[block.start :][: len(words)] for block, (_, words) in zip(blocks, SEEDS[name], strict=True)]
    assert list(zip([block.kind for block in blocks], begins, strict=True)) == SEEDS[name]


def test_list_of_related_articles_runs_to_the_end(seeds: Path) -> None:
    text = (seeds / "004_acd6cf9665ff4fb6.txt").read_text(encoding="utf-8")
    assert FURNITURE.find(text)[-1] == Block("related", text.index("Tin liên quan"), len(text))


def lost(gold: Path) -> list[str]:
    """What a gold file quotes and the library would pass over."""
    words = []
    for line in gold.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        cleaned = clean(article["text"], FURNITURE)
        for span in (span for quote in article["quotes"] for span in quote["spans"]):
            start, end = cleaned.shadow.from_source(*span)
            if any(first < end and start < last for first, last in cleaned.excluded):
                words.append(article["text"][slice(*span)])
    return words


def test_nothing_that_seed_gold_quotes_is_excluded(seeds: Path) -> None:
    assert lost(seeds / "gold.jsonl") == []


def test_nothing_that_real_gold_quotes_is_excluded(shared: Path) -> None:
    assert lost(shared / "quotes-vi" / "train.jsonl") == []


def test_captions_are_not_excluded() -> None:
    cleaned = clean("Ông Tám nói “được” với báo giới. (Ảnh: AFP)", FURNITURE)
    assert [block.kind for block in cleaned.blocks] == ["caption", "credit"]
    assert [cleaned.text[start:end] for start, end in cleaned.excluded] == ["(Ảnh: AFP)"]


@given(st.text() | st.lists(st.sampled_from(LINES)).map("\n".join))
def test_blocks_are_in_order_not_empty_and_inside_the_text(text: str) -> None:
    blocks = FURNITURE.find(text)
    assert [block.start for block in blocks] == sorted(block.start for block in blocks)
    assert all(0 <= block.start < block.end <= len(text) for block in blocks)


@given(st.lists(st.sampled_from(LINES)).map("\n".join))
def test_excluded_stretches_do_not_overlap(text: str) -> None:
    excluded = [(block.start, block.end) for block in FURNITURE.find(text) if block.kind in EXCLUDED]
    assert all(end <= start for (_, end), (start, _) in pairwise(excluded))
