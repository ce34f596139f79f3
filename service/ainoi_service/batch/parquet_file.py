"""Writes annotated articles to Parquet: one row an article, with the fields of ``docs/data-format.md``."""

from __future__ import annotations

import types
from enum import Enum
from typing import IO, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from ainoi import AinoiError, AnnotatedArticle

ROW_GROUP = 1_000
"""Articles that are packed together. Their places alone decide which, so that the same articles give the same file."""


class ParquetMissingError(AinoiError):
    """pyarrow is not installed."""

    code = "parquet_missing"


class ParquetWriter:
    """Writes to ``stream``; what it wrote is a Parquet file only once it is closed. Raises ParquetMissingError."""

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            import pyarrow as pa  # type: ignore[import-untyped]
            import pyarrow.parquet as pq  # type: ignore[import-untyped]
        except ImportError as error:
            raise ParquetMissingError("Parquet needs pyarrow: pip install 'ainoi[batch]'") from error
        self._schema = pa.schema(_fields(AnnotatedArticle))
        self._file = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def write(self, article: AnnotatedArticle) -> None:
        """Puts one article out."""
        self._waiting.append(article.model_dump(mode="json"))
        if len(self._waiting) == ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the end of the file."""
        if self._waiting:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        self._file.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting = []


def _fields(model: type[BaseModel]) -> list[Any]:
    """Arrow fields of a model; those that are never null are told so."""
    import pyarrow as pa

    hints = get_type_hints(model)
    computed = {name: field.return_type for name, field in model.model_computed_fields.items()}
    kinds = {name: hints[name] for name in model.model_fields} | computed
    return [pa.field(name, _arrow(kind), nullable=_optional(kind)) for name, kind in kinds.items()]


def _optional(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _arrow(hint: Any) -> Any:
    """The Arrow type of a field's type. Raises TypeError for one that annotated articles do not have."""
    import pyarrow as pa

    origin, inner = get_origin(hint), [each for each in get_args(hint) if each is not type(None)]
    if origin in (Union, types.UnionType):
        return _arrow(inner[0])
    if origin is tuple:
        return pa.list_(pa.field("element", _arrow(inner[0]), nullable=False))
    if origin is Literal:
        return pa.string()
    if isinstance(hint, type):
        if issubclass(hint, BaseModel):
            return pa.struct(_fields(hint))
        if issubclass(hint, str | Enum):
            return pa.string()
        for kind, arrow in ((bool, pa.bool_()), (int, pa.int64()), (float, pa.float64())):
            if issubclass(hint, kind):
                return arrow
    raise TypeError(f"no Arrow type for {hint}")
