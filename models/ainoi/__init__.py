"""Ainói reads Vietnamese news and returns every attributed quote, with the speaker as a known person or organization.

>>> from ainoi import Annotator, Article
>>> annotator = Annotator.load()
>>> result = annotator.annotate(Article(text="Ông Peskov nói: “Chúng tôi sẵn sàng đối thoại”.", date="2025-12-04"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ainoi.errors import AinoiError, EmptyTextError, ModelFolderError, RegistryError, TextTooLongError
from ainoi.schema import SCHEMA_VERSION, AnnotatedArticle, Article, Quote, Span, Speaker

if TYPE_CHECKING:
    from ainoi.pipeline import Annotator

__version__ = "0.1.0"

__all__ = [
    "SCHEMA_VERSION",
    "AinoiError",
    "AnnotatedArticle",
    "Annotator",
    "Article",
    "EmptyTextError",
    "ModelFolderError",
    "Quote",
    "RegistryError",
    "Span",
    "Speaker",
    "TextTooLongError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Import the pipeline, and what reads the network with it, only when it is asked for."""
    if name == "Annotator":
        from ainoi.pipeline import Annotator

        return Annotator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
