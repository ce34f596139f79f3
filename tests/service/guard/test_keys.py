"""Keys are random, kept as hashes only, and compared in a time that tells nothing about them."""

from __future__ import annotations

import ast
import hmac
import inspect
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ainoi_service.guard
from ainoi_service.guard import keys
from ainoi_service.guard.keys import LiveKey, digest_of, make, matching
from ainoi_service.store import api_keys
from ainoi_service.store.engine import Store, open_store, sqlite_url

Record = Callable[[str, object], None]
ISSUED = 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(sqlite_url(tmp_path))
    yield store
    store.close()


def test_a_key_is_256_random_bits_and_no_two_are_alike(store: Store) -> None:
    made = [make(store, "newsroom") for _ in range(ISSUED)]
    assert {len(secret) for secret, _ in made} == {len("ainoi_") + 43}
    assert len({secret for secret, _ in made} | {stored.id for _, stored in made}) == 2 * ISSUED
    assert all(stored.sha256 == digest_of(secret.encode()).hex() for secret, stored in made)


@pytest.mark.parametrize("label", ["", "  ", "two\nlines", "tab\tbed", "\u202e", "x" * 201])
def test_a_label_that_would_spoil_a_list_is_refused(store: Store, label: str) -> None:
    with pytest.raises(ValueError, match="a label is 1 to 200 printable characters"):
        make(store, label)
    assert api_keys.every(store) == []


@pytest.mark.parametrize("rate", [0, -1])
def test_a_key_that_may_never_ask_is_refused(store: Store, rate: int) -> None:
    with pytest.raises(ValueError, match="at least once a minute"):
        make(store, "newsroom", requests_per_minute=rate)


def live(number: int) -> LiveKey:
    return LiveKey(f"{number:08x}", digest_of(b"key %d" % number), None)


def test_a_key_is_found_among_others_and_no_other_is() -> None:
    ring = [live(number) for number in range(ISSUED)]
    assert [matching(digest_of(b"key %d" % number), ring) for number in range(ISSUED)] == ring
    assert matching(digest_of(b"key 99"), ring) is None
    assert matching(digest_of(b""), ring) is None
    assert matching(digest_of(b"key 1"), []) is None


def test_every_key_is_compared_whole_whichever_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    """T36: whether the first, the last or none of the keys is meant, the same comparisons of whole digests are made."""
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(keys.hmac, "compare_digest", counting)
    ring = [live(number) for number in range(ISSUED)]
    first_digest = ring[0].digest
    nearly = [first_digest[:shared] + bytes(32 - shared) for shared in range(32)]  # alike in the first bytes
    asked = [*(key.digest for key in ring), *nearly, digest_of(b"wrong")]
    for digest in asked:
        compared.clear()
        matching(digest, ring)
        assert compared == [(32, 32)] * ISSUED
    record_property("count", len(asked))


def test_nothing_in_the_guard_compares_a_secret_in_any_other_way(record_property: Record) -> None:
    """T36: by the source. The comparison leaves no loop early, and no other code has ``==`` or ``in`` on a secret."""
    [function] = ast.parse(inspect.getsource(matching)).body
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For)]
    assert len(loops) == 1
    leaving = (ast.Break, ast.Return, ast.Raise, ast.Continue)
    assert not [node for loop in loops for node in ast.walk(loop) if isinstance(node, leaving)]
    assert not [node for node in ast.walk(function) if isinstance(node, ast.Compare)]

    secret_names = {"secret", "digest", "sha256", "password", "encoded"}
    compares = 0
    for file in Path(next(iter(ainoi_service.guard.__path__))).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Compare):
                compares += 1
                identity = all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
                assert identity or not _names(node) & secret_names, f"{file.name}:{node.lineno}"
    assert compares > 10
    record_property("count", compares)


def _names(node: ast.AST) -> set[str]:
    walked = list(ast.walk(node))
    names = {each.id for each in walked if isinstance(each, ast.Name)}
    return names | {each.attr for each in walked if isinstance(each, ast.Attribute)}


def test_the_store_never_has_a_key(tmp_path: Path, store: Store, record_property: Record) -> None:
    """T35, the part of the store: no byte of its files is of an issued key, whole or without its prefix."""
    issued = [make(store, f"key {number}")[0] for number in range(ISSUED)]
    api_keys.revoke(store, api_keys.every(store)[0].id)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"key 19" in content
    for secret, start in itertools.product(issued, (0, len(keys.PREFIX))):
        assert secret[start:].encode() not in content
    record_property("count", len(issued))
