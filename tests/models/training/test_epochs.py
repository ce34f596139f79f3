"""What an epoch reads: every article, changed in a way of its own in each epoch, the same for the same seed."""

from __future__ import annotations

from ainoi.lang import LanguagePack
from ainoi.network.config import AinoiConfig
from ainoi.training.augment import AugmentSettings
from ainoi.training.epochs import epochs
from gold_articles import article

CONFIG = AinoiConfig()
ARTICLES = [
    {
        **article(
            f"Sáng nay. {{m:Ông Lê Văn Tám}} {{c:nói}}: “[Việc {number} sẽ xong]”. Hai bên sẽ gặp lại.",
            "{c:Theo} {m:ông Tám}, [dự án sẽ hoàn thành trong năm nay].",
            speaker="Lê Văn Tám",
            by="\n",
        ),
        "id": f"article-{number}",
    }
    for number in range(6)
]


def texts(pack: LanguagePack, seed: int, epoch: int, changes: AugmentSettings | None) -> list[str]:
    return [e.text for e in epochs(ARTICLES, CONFIG, pack, seed=seed, changes=changes)(epoch)]


def test_without_changes_every_epoch_reads_the_articles_as_they_are(pack: LanguagePack) -> None:
    plain = [str(record["text"]) for record in ARTICLES]
    assert texts(pack, 0, 0, None) == texts(pack, 0, 3, None) == plain


def test_changes_differ_by_epoch_and_are_the_same_for_a_seed(pack: LanguagePack) -> None:
    changes = AugmentSettings(restyle_marks=0.8, join_lines=0.8)
    first = texts(pack, 0, 0, changes)
    assert first == texts(pack, 0, 0, changes)
    assert first != texts(pack, 0, 1, changes)
    assert first != texts(pack, 1, 0, changes)
    assert len(first) == len(ARTICLES)


def test_silver_articles_are_read_once_in_the_whole_run(pack: LanguagePack) -> None:
    gold, silver = ARTICLES[:2], ARTICLES[2:]
    examples = epochs(gold, CONFIG, pack, seed=0, changes=None, silver=silver, count=2)
    assert [[e.id for e in examples(epoch)] for epoch in (0, 1)] == [
        ["article-0", "article-1", "article-2", "article-3"],
        ["article-0", "article-1", "article-4", "article-5"],
    ]


def test_every_epoch_is_as_long_when_silver_cannot_be_shared_out_evenly(pack: LanguagePack) -> None:
    examples = epochs(
        ARTICLES[:1], CONFIG, pack, seed=0, changes=AugmentSettings(join_lines=0.8), silver=ARTICLES[1:], count=3
    )
    assert [len(examples(epoch)) for epoch in range(3)] == [2, 2, 2]
