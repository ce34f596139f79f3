"""The library's linear tokenizer as a spaCy tokenizer: ``"@tokenizers": "ainoi.Tokenizer.v1"``.

spaCy's own takes quadratic time on a run of quotation marks, and its Vietnamese one needs pyvi and joins syllables.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, get_words_and_spaces, registry
from spacy.vocab import Vocab

from ainoi.tokens import tokenize


class LinearTokenizer(DummyTokenizer):
    """Syllables, numbers and single marks are tokens; no settings, so there is nothing to save."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as a document that gives back exactly the same text."""
        words, spaces = get_words_and_spaces([text[start:end] for start, end in tokenize(text)], text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing to save."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> LinearTokenizer:
        """Nothing to load."""
        return self


@registry.tokenizers("ainoi.Tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], LinearTokenizer]:
    """What spaCy's configuration calls to make the tokenizer of a pipeline."""

    def make(nlp: Language) -> LinearTokenizer:
        return LinearTokenizer(nlp.vocab)

    return make
