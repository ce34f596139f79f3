"""Every error the library raises on purpose, each with a code that stays the same across releases."""

from __future__ import annotations


class AinoiError(Exception):
    """Base of all errors raised by ainoi; ``code`` is stable and meant for programs, the message for people."""

    code = "error"


class TextTooLongError(AinoiError):
    """The article's text is over the limit (2 MB of UTF-8)."""

    code = "too_long"


class EmptyTextError(AinoiError):
    """The article has no text besides white space."""

    code = "empty"


class ModelFolderError(AinoiError):
    """A model folder is missing a file, holds a wrong one, or does not fit this version of the library."""

    code = "bad_model"


class RegistryError(AinoiError):
    """A registry file cannot be read or contradicts itself."""

    code = "bad_registry"
