"""A tokenizer read from its file gives what Transformers gives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from ainoi.encode import Encoder
from ainoi.model_folder import SHIPPED
from ainoi.tokenizer import SETTINGS, FileTokenizer, is_whole
from ainoi.tokens import tokenize


@pytest.fixture(scope="module")
def theirs() -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(SHIPPED, local_files_only=True)


@pytest.fixture(scope="module")
def ours() -> FileTokenizer:
    return FileTokenizer(SHIPPED)


def test_special_subwords_and_size_are_the_same(ours: FileTokenizer, theirs: PreTrainedTokenizerBase) -> None:
    for name in ("cls", "bos", "sep", "eos", "mask", "unk", "pad"):
        assert getattr(ours, f"{name}_token_id") == getattr(theirs, f"{name}_token_id"), name
    assert len(ours) == len(theirs)


@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from(["Ông ", "[CLS]", "nói", "\n", "“", " đi."])).map("".join))
)
def test_every_text_is_encoded_alike(ours: FileTokenizer, theirs: PreTrainedTokenizerBase, text: str) -> None:
    one, other = (Encoder(tokenizer).encode([text], [tokenize(text)])[0] for tokenizer in (ours, theirs))
    assert one.subwords.tolist() == other.subwords.tolist()
    assert one.first_subword.tolist() == other.first_subword.tolist()
    pieces = ours.tokenize(text)
    assert ours.convert_tokens_to_ids(pieces) == one.subwords.tolist() or not tokenize(text)


def test_unknown_subwords_have_the_unknown_ones_id(ours: FileTokenizer) -> None:
    assert ours.convert_tokens_to_ids(["no such subword"]) == [ours.unk_token_id]


@pytest.mark.parametrize(
    ("settings", "whole"),
    [
        ({"tokenizer_class": "TokenizersBackend"}, True),
        ({"tokenizer_class": "PreTrainedTokenizerFast"}, True),
        ({"tokenizer_class": "PhobertTokenizer"}, False),
        ({"tokenizer_class": ["PreTrainedTokenizerFast"]}, False),
        ({"tokenizer_class": "TokenizersBackend", "extra_special_tokens": ["<x>"]}, False),
        ([], False),
        (None, False),
    ],
)
def test_only_classes_that_add_nothing_are_read_from_the_file(tmp_path: Path, settings: object, whole: bool) -> None:
    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    (tmp_path / SETTINGS).write_text("{" if settings is None else json.dumps(settings), encoding="utf-8")
    assert is_whole(tmp_path) == whole


def test_a_special_subword_that_the_file_lacks_is_an_error(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    (tmp_path / SETTINGS).write_text(json.dumps({"cls_token": "<nowhere>"}), encoding="utf-8")
    with pytest.raises(ValueError, match="lacks '<nowhere>'"):
        FileTokenizer(tmp_path)
