"""Which quotes of other articles are variants, and that the vectors follow the store."""

from __future__ import annotations

import numpy as np
import pytest

from ainoi_service.similar.matrix import packed
from ainoi_service.similar.variants import variants_of
from ainoi_service.store import articles, embeddings
from ainoi_service.store.quotes import by_id
from ainoi_service.store.records import StoredQuote
from fake_annotator import VERSION
from quote_bench import SIZE, Bench, Said, embed

TEXT = "Chúng tôi sẽ mở lại cây cầu cổ bắc qua sông Thương trước mùa lễ hội hoa đào"
REWORDED = "trước mùa lễ hội hoa đào, cây cầu cổ bắc qua sông Thương sẽ được chúng tôi mở lại"
OTHER = "Mùa màng năm nay thất bát vì sương muối"


def stored(bench: Bench, id: str) -> StoredQuote:
    with bench.store.read() as connection:
        quote = by_id(connection, id)
    assert quote is not None
    return quote


def found(bench: Bench, id: str) -> list[str]:
    return [variant.quote.id for variant in variants_of(bench.neighbours, stored(bench, id))]


def test_the_same_in_other_words_is_a_variant_both_ways(bench: Bench) -> None:
    [a], [b] = bench.put(Said("Lê Thị Mai", TEXT)), bench.put(Said("Lê Thị Mai", REWORDED))
    bench.put(Said("Lê Thị Mai", OTHER))
    assert (found(bench, a), found(bench, b)) == ([b], [a])


def test_variants_are_the_likeliest_first_and_at_most_as_many_as_asked_for(bench: Bench) -> None:
    [a], [b] = bench.put(Said("Lê Thị Mai", TEXT)), bench.put(Said("Lê Thị Mai", REWORDED))
    [c] = bench.put(Said("Lê Thị Mai", "Cây cầu cổ bắc qua sông Thương sẽ được mở lại trước mùa lễ hội"))
    variants = variants_of(bench.neighbours, stored(bench, a))
    assert [variant.quote.id for variant in variants] == [b, c]
    assert variants[0].probability >= variants[1].probability
    assert variants_of(bench.neighbours, stored(bench, a), most=1) == variants[:1]


@pytest.mark.parametrize(
    ("first", "second", "variant"),
    [
        (Said("Lê Thị Mai", TEXT), Said("Trần Văn Sơn", TEXT), False),
        (Said("Lê Thị Mai", TEXT), Said(None, TEXT), True),
        (Said(None, TEXT), Said(None, TEXT), True),
        (Said(None, TEXT), Said(None, REWORDED + " và mời khách xa đến dự"), False),
        (Said("Mai", TEXT, local=True), Said("Mai", REWORDED, local=True), True),
        (Said("Mai", TEXT, local=True), Said("Sơn", REWORDED + " và mời khách xa đến dự", local=True), False),
        (Said("Lê Thị Mai", TEXT, "2025-01-01"), Said("Lê Thị Mai", REWORDED, "2025-01-15"), True),
        (Said("Lê Thị Mai", TEXT, "2025-01-01"), Said("Lê Thị Mai", TEXT, "2025-06-15"), True),
        (
            Said("Lê Thị Mai", TEXT, "2025-01-01"),
            Said("Lê Thị Mai", "Cây cầu cổ bắc qua sông Thương sẽ được mở lại trước mùa lễ hội", "2025-01-16"),
            False,
        ),
        (Said("Lê Thị Mai", TEXT, None), Said("Lê Thị Mai", REWORDED, "2025-01-16"), True),
        (Said("Lê Thị Mai", TEXT, "2025"), Said("Lê Thị Mai", REWORDED, "2025-07-16"), True),
        (Said("Lê Thị Mai", "Chợ Ba Lan"), Said("Lê Thị Mai", "Ngày mai trời mưa"), False),
    ],
)
def test_speaker_and_time_decide_what_may_be_a_variant(bench: Bench, first: Said, second: Said, variant: bool) -> None:
    [a], [b] = bench.put(first), bench.put(second)
    assert (found(bench, a), found(bench, b)) == (([b], [a]) if variant else ([], []))


def test_a_quote_of_the_same_article_is_no_variant(bench: Bench) -> None:
    [a, _] = bench.put(Said("Lê Thị Mai", TEXT), Said("Lê Thị Mai", REWORDED))
    assert found(bench, a) == []


def test_a_take_down_removes_variants_and_their_vectors(bench: Bench) -> None:
    [a], [b] = bench.put(Said("Lê Thị Mai", TEXT)), bench.put(Said("Lê Thị Mai", REWORDED))
    assert found(bench, a) == [b]
    articles.delete(bench.store, stored(bench, b).article.id)
    assert found(bench, a) == []
    state = bench.neighbours.sync()
    assert sum(len(block.vectors) for block in state.blocks) == 1


def test_every_quote_has_its_own_vector_while_the_index_grows(bench: Bench) -> None:
    text_of: dict[str, str] = {}
    for number in range(7):
        said = Said("Lê Thị Mai", f"Câu thứ {number} nói về con số {number * 31}")
        text_of |= dict.fromkeys(bench.put(said), said.text)
        state = bench.neighbours.sync()
        for block in state.blocks:
            texts = [text_of[id.decode()] for id in block.segment.columns.id]
            np.testing.assert_allclose(block.vectors, embed(texts), atol=1e-6)


def test_vectors_of_the_store_are_used_where_it_has_them(bench: Bench) -> None:
    [a] = bench.put(Said("Lê Thị Mai", TEXT))
    vector = np.eye(SIZE, dtype=np.float32)[3]
    embeddings.put(bench.store, VERSION, {a: packed(vector)})
    [block] = bench.neighbours.sync().blocks
    np.testing.assert_array_equal(block.vectors, vector[None])
