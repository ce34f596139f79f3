"""Subword tokenizers: what the library asks of one, and one read from its file without Transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from tokenizers import Tokenizer

FILE = "tokenizer.json"
SETTINGS = "tokenizer_config.json"

_MORE = ("added_tokens_decoder", "additional_special_tokens", "extra_special_tokens", "split_special_tokens")
"""Settings by which they do."""

_WHOLE_IN_THEIR_FILE = frozenset({"PreTrainedTokenizerFast", "TokenizersBackend"})
"""Classes of Transformers that add nothing to what :data:`FILE` says."""


class SubwordTokenizer(Protocol):
    """What :class:`ainoi.encode.Encoder` uses of a tokenizer of Transformers; :class:`FileTokenizer` has it too.

    A fast one is asked through ``backend_tokenizer``, any other by ``tokenize`` and ``convert_tokens_to_ids``.
    """

    cls_token_id: Any
    bos_token_id: Any
    sep_token_id: Any
    eos_token_id: Any
    mask_token_id: Any
    unk_token_id: Any
    pad_token_id: Any
    unk_token: Any

    @property
    def is_fast(self) -> bool: ...

    @property
    def backend_tokenizer(self) -> Any: ...

    def tokenize(self, text: str, **kwargs: Any) -> list[str]: ...

    def convert_tokens_to_ids(self, tokens: Any) -> Any: ...

    def __len__(self) -> int: ...


class FileTokenizer:
    """A fast tokenizer as it stands in a model folder's :data:`FILE`, with the special subwords of :data:`SETTINGS`."""

    is_fast = True

    def __init__(self, folder: Path) -> None:
        """Raises ValueError or OSError for files that describe no tokenizer, and what the tokenizers library does."""
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        self.backend_tokenizer = Tokenizer.from_file(str(folder / FILE))
        self.backend_tokenizer.no_truncation()
        self.backend_tokenizer.no_padding()
        self.cls_token_id, self.bos_token_id, self.sep_token_id, self.eos_token_id = (
            self._id_of(settings.get(f"{name}_token")) for name in ("cls", "bos", "sep", "eos")
        )
        self.mask_token_id, self.unk_token_id, self.pad_token_id = (
            self._id_of(settings.get(f"{name}_token")) for name in ("mask", "unk", "pad")
        )
        self.unk_token = settings.get("unk_token")

    def _id_of(self, special: object) -> int | None:
        text = special.get("content") if isinstance(special, dict) else special
        if not isinstance(text, str):
            return None
        if (found := self.backend_tokenizer.token_to_id(text)) is None:
            raise ValueError(f"{FILE} lacks {text!r:.80}, which {SETTINGS} names")
        return int(found)

    def tokenize(self, text: str, **kwargs: Any) -> list[str]:
        """The subwords of ``text``, without special ones."""
        return list(self.backend_tokenizer.encode(text, add_special_tokens=False).tokens)

    def convert_tokens_to_ids(self, tokens: Sequence[str]) -> list[int]:
        """Ids of subwords; of an unknown one that of the unknown subword, 0 without."""
        ids = (self.backend_tokenizer.token_to_id(token) for token in tokens)
        unknown = self.unk_token_id or 0
        return [unknown if id_ is None else id_ for id_ in ids]

    def __len__(self) -> int:
        return int(self.backend_tokenizer.get_vocab_size(with_added_tokens=True))


def is_whole(folder: Path) -> bool:
    """Whether :class:`FileTokenizer` reads the folder's tokenizer as Transformers would."""
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return (
        isinstance(settings, dict)
        and str(settings.get("tokenizer_class")) in _WHOLE_IN_THEIR_FILE
        and not any(settings.get(name) for name in _MORE)
        and (folder / FILE).is_file()
    )
