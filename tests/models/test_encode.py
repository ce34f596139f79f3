"""Tokens to subwords, windows over long articles, and batches."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PhobertTokenizer, PreTrainedTokenizerFast

from ainoi.encode import LONGEST_STRETCH, LONGEST_WORD, MOST_REMEMBERED, Encoder, Encoding, Window, row_of, windows
from ainoi.segment import Segmenter
from ainoi.tokens import tokenize

TEXTS = st.text(alphabet="aàđệ“”.,😀 \n\u0301") | st.text()


@pytest.fixture(scope="session")
def fast(tiny_tokenizer: PreTrainedTokenizerFast) -> Encoder:
    return Encoder(tiny_tokenizer)


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A PhoBERT tokenizer, which tells no offsets; it knows four words and some letters."""
    folder = tmp_path_factory.mktemp("phobert")
    vocabulary = ["nói", "Ông", "n@@", "ó@@", "i", "đ@@", "i@@", "“", "”", "."]
    merges = ["n ó 9", "nó i</w> 8", "Ô n 7", "Ôn g</w> 6"]
    (folder / "vocab.txt").write_text("".join(f"{word} 1\n" for word in vocabulary), encoding="utf-8")
    (folder / "bpe.codes").write_text("".join(f"{merge}\n" for merge in merges), encoding="utf-8")
    return Encoder(PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes")))


def words(*listed: str) -> Segmenter:
    """A segmenter that finds the listed words, wherever they stand."""

    def find(text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer("|".join(map(re.escape, listed)), text)]

    return find


def read_by_tokens(encoder: Encoder, text: str) -> list[str]:
    """The first subword of every token, as the tokenizer writes it."""
    encoding = encode(encoder, text)
    pieces: list[str] = encoder._tokenizer.convert_ids_to_tokens(encoding.subwords.tolist())
    return [pieces[i] for i in encoding.first_subword]


def encode(encoder: Encoder, text: str) -> Encoding:
    [encoding] = encoder.encode([text], [tokenize(text)])
    return encoding


def encoding_of(sizes: list[int]) -> Encoding:
    """An article whose tokens have so many subwords."""
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return Encoding(np.arange(sum(sizes), dtype=np.int64) + 10, first)


def test_special_subwords_are_the_tokenizers(
    fast: Encoder, slow: Encoder, tiny_tokenizer: PreTrainedTokenizerFast
) -> None:
    ids = [tiny_tokenizer.convert_tokens_to_ids(name) for name in ("[CLS]", "[SEP]", "[PAD]")]
    assert [fast.start_id, fast.end_id, fast.pad_id] == ids
    assert [slow.start_id, slow.end_id, slow.pad_id] == [0, 2, 1]


def test_first_subword_of_every_token_by_offsets(fast: Encoder, tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    text = "Ông nói: “Tôi\nđi.”"
    encoding = encode(fast, text)
    assert encoding.subwords.tolist() == tiny_tokenizer(text, add_special_tokens=False)["input_ids"]
    pieces = tiny_tokenizer.convert_ids_to_tokens(encoding.subwords[encoding.first_subword].tolist())
    tokens = [text[start:end] for start, end in tokenize(text)]
    assert [token.startswith(piece.lstrip("▁")) for token, piece in zip(tokens, pieces, strict=True)] == [True] * 8


def test_decomposed_text_has_the_same_subwords_for_the_same_tokens(fast: Encoder) -> None:
    composed, decomposed = (encode(fast, unicodedata.normalize(form, "Ông đề nghị")) for form in ("NFC", "NFD"))
    assert composed.subwords.tolist() == decomposed.subwords.tolist()
    assert composed.first_subword.tolist() == decomposed.first_subword.tolist()


def test_first_subword_of_every_token_without_offsets(slow: Encoder) -> None:
    encoding = encode(slow, "Ông nói “đi”.")
    ids = slow._tokenizer.convert_tokens_to_ids(["Ông", "nói", "“", "đ@@", "i", "”", "."])
    assert encoding.subwords.tolist() == ids
    assert encoding.first_subword.tolist() == [0, 1, 2, 3, 5, 6]


def test_token_that_the_tokenizer_does_not_know_is_still_a_subword(slow: Encoder) -> None:
    encoding = encode(slow, "Ông 😀")
    assert encoding.subwords.tolist()[1:] == [slow._tokenizer.unk_token_id]
    assert encoding.first_subword.tolist() == [0, 1]


@pytest.fixture(scope="session")
def phobert(tmp_path_factory: pytest.TempPathFactory) -> PhobertTokenizer:
    """It merges ``Tổng_thống`` to one subword, ``đối_thoại`` to ``đối_@@ thoại``, ``hòa_bình`` to ``hòa@@ _bình``."""
    folder = tmp_path_factory.mktemp("phobert-of-words")
    parts = ["Tổng_thống</w>", "đối_", "thoại</w>", "hòa", "_bình</w>", "Tổng</w>", "thống</w>", "nói</w>"]
    merges = []
    for part in parts:
        letters = [*part.removesuffix("</w>")]
        if part.endswith("</w>"):
            letters[-1] += "</w>"
        for i in range(1, len(letters)):
            merges.append(f"{''.join(letters[:i])} {letters[i]} 1")
    known = [part.removesuffix("</w>") if part.endswith("</w>") else part + "@@" for part in parts]
    letters = [letter + mark for letter in sorted(set("".join(known)) - {"@"}) for mark in ("", "@@")]
    (folder / "vocab.txt").write_text("".join(f"{piece} 1\n" for piece in known + letters), encoding="utf-8")
    (folder / "bpe.codes").write_text("".join(f"{merge}\n" for merge in dict.fromkeys(merges)), encoding="utf-8")
    return PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes"))


@pytest.mark.parametrize(
    ("text", "listed", "first"),
    [
        ("Tổng thống nói", ["Tổng thống"], ["Tổng_thống", "Tổng_thống", "nói"]),
        ("đối thoại nói", ["đối thoại"], ["đối_@@", "thoại", "nói"]),
        ("hòa bình", ["hòa bình"], ["hòa@@", "_bình"]),
        ("Tổng\nthống", ["Tổng\nthống"], ["Tổng_thống", "Tổng_thống"]),
        ("Tổng thống", [], ["Tổng", "thống"]),
        # Borders that are nobody's token's, and what is too odd or too long for a word: read token by token.
        ("Tổng thống", ["Tổng th"], ["Tổng", "thống"]),
        ("Tổng thống", ["ổng thống"], ["Tổng", "thống"]),
        ("Tổng  thống", ["Tổng  thống"], ["Tổng", "thống"]),
        ("nói nói" + " nói" * 20, ["nói nói" + " nói" * 20], ["nói"] * 22),
        # What the tokenizer does not know at all.
        ("đối 😀 nói", ["đối 😀"], ["đối_@@", "<unk>", "nói"]),
        ("<s> nói", ["<s>"], ["<unk>", "<unk>", "<unk>", "nói"]),
    ],
    ids=str,
)
def test_token_of_a_word_is_read_where_its_syllable_begins(
    phobert: PhobertTokenizer, text: str, listed: list[str], first: list[str]
) -> None:
    encoder = Encoder(phobert, words(*listed) if listed else None)
    assert read_by_tokens(encoder, text) == first


def test_words_are_joined_for_a_fast_tokenizer_and_its_offsets_still_hold(
    tiny_tokenizer: PreTrainedTokenizerFast,
) -> None:
    text = "Ông nói: “Tôi đi.”"
    plain, joined = Encoder(tiny_tokenizer), Encoder(tiny_tokenizer, words("Ông nói"))
    expected = tiny_tokenizer("Ông_nói: “Tôi đi.”", add_special_tokens=False)["input_ids"]
    assert encode(joined, text).subwords.tolist() == expected
    assert read_by_tokens(joined, text)[2:] == read_by_tokens(plain, text)[2:]


def test_no_word_is_longer_than_its_limit(phobert: PhobertTokenizer) -> None:
    text = " ".join(["nói"] * 16 + ["n"])
    assert len(text) == LONGEST_WORD + 1
    assert read_by_tokens(Encoder(phobert, words(text)), text) == ["nói"] * 16 + ["n"]


def test_tokenizer_does_not_remember_words_without_end(phobert: PhobertTokenizer) -> None:
    phobert.cache.update({f"word {i}": "" for i in range(MOST_REMEMBERED + 1)})
    encode(Encoder(phobert), "nói")
    assert phobert.cache == {}


@given(TEXTS, st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10))))
def test_words_of_any_kind_leave_every_token_a_subword(
    phobert: PhobertTokenizer, text: str, borders: list[tuple[int, int]]
) -> None:
    found = [(start, start + size) for start, size in sorted(borders) if start + size <= len(text)]
    encoding = encode(Encoder(phobert, lambda text: found), text)
    first = encoding.first_subword.tolist()
    assert len(first) == len(tokenize(text))
    assert first == sorted(first)
    assert all(0 <= i < max(1, len(encoding.subwords)) for i in first)


@pytest.mark.parametrize("encoder", ["fast", "slow"])
def test_text_without_tokens_is_an_empty_encoding(encoder: str, request: pytest.FixtureRequest) -> None:
    assert encode(request.getfixturevalue(encoder), " \n").first_subword.tolist() == []


@pytest.mark.parametrize("gap", ["\n", " ", "\u00a0"])
def test_thousands_of_blanks_become_a_few_subwords(fast: Encoder, gap: str) -> None:
    text = f"{gap * 3000}Ông{gap * 3000}nói{gap * 3000}"
    encoding = encode(fast, text)
    parts = [(encoding, window) for window in windows(encoding, 1024, 128)]
    assert len(encoding.subwords) <= 3 * LONGEST_STRETCH
    assert [len(row_of(encoding, window, fast).firsts) for encoding, window in parts] == [2]


@given(TEXTS)
def test_every_token_has_a_first_subword_in_order(fast: Encoder, slow: Encoder, text: str) -> None:
    for encoder in (fast, slow):
        encoding = encode(encoder, text)
        first = encoding.first_subword.tolist()
        assert len(first) == len(tokenize(text))
        assert first == sorted(first)
        assert all(0 <= i < max(1, len(encoding.subwords)) for i in first)


def test_short_article_is_one_window() -> None:
    assert windows(encoding_of([1, 2, 1]), 4, 1) == [Window(0, 3, 0, 3)]


def test_long_article_is_cut_in_the_middle_of_what_windows_share() -> None:
    assert windows(encoding_of([1] * 10), 6, 2) == [Window(0, 6, 0, 5), Window(4, 10, 5, 10)]


@pytest.mark.parametrize(("most", "overlap"), [(4, 2), (4, 3), (4, -1)])
def test_overlap_that_leaves_no_room_is_refused(most: int, overlap: int) -> None:
    with pytest.raises(ValueError, match=f"{overlap} of {most}"):
        windows(encoding_of([1] * 10), most, overlap)


@given(sizes=st.lists(st.integers(0, 4), max_size=80), most=st.integers(10, 40), overlap=st.integers(0, 4))
def test_windows_keep_every_token_exactly_once_and_fit(sizes: list[int], most: int, overlap: int) -> None:
    encoding = encoding_of(sizes) if sizes else Encoding(np.zeros(0, np.int64), np.zeros(0, np.int64))
    cut = windows(encoding, most, overlap)
    kept = [token for window in cut for token in range(window.kept_first, window.kept_last)]
    assert kept == list(range(len(sizes)))
    for window in cut:
        assert window.first <= window.kept_first <= window.kept_last <= window.last
        assert sum(sizes[window.first : window.last]) <= most


def test_row_is_a_window_between_the_special_subwords(fast: Encoder) -> None:
    row = row_of(encoding_of([1, 2]), Window(0, 2, 0, 2), fast)
    assert (row.subwords.tolist(), row.firsts.tolist()) == ([fast.start_id, 10, 11, 12, fast.end_id], [1, 2])


def test_window_from_the_middle_holds_its_own_subwords(fast: Encoder) -> None:
    row = row_of(encoding_of([2, 3, 1, 2]), Window(1, 3, 1, 3), fast)
    assert row.subwords.tolist() == [fast.start_id, 12, 13, 14, 15, fast.end_id]
    assert row.firsts.tolist() == [1, 4]


def test_window_without_tokens_is_refused(fast: Encoder) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        row_of(encoding_of([1, 1]), Window(1, 1, 1, 1), fast)


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=30), min_size=1, max_size=4))
def test_rows_of_all_windows_read_each_token_from_its_own_subword(fast: Encoder, articles: list[list[int]]) -> None:
    for encoding in map(encoding_of, articles):
        for window in windows(encoding, 16, 4):
            row = row_of(encoding, window, fast)
            assert len(row.firsts) == window.last - window.first
            own = encoding.subwords[encoding.first_subword[window.first : window.last]]
            assert row.subwords[row.firsts].tolist() == own.tolist()


@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=80), most=st.integers(10, 40), overlap=st.integers(0, 4))
def test_states_of_windows_make_the_states_of_the_article(sizes: list[int], most: int, overlap: int) -> None:
    tokens = np.arange(len(sizes))
    own = [window.own(tokens[window.first : window.last]) for window in windows(encoding_of(sizes), most, overlap)]
    assert np.concatenate(own).tolist() == tokens.tolist()
