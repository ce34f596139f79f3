"""JSON from outside, read field by field: every surprise becomes a message that names the field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"\w{1,40}")
_KINDS = {dict: "an object", list: "a list", str: "text", int: "a whole number"}


class WrongField(Exception):
    """``field`` of a record is not as it should be; caught where the record is known."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Field:
    """A JSON value and the path to it. Messages never repeat the value."""

    value: object
    path: str = ""

    def wrong(self, message: str) -> NoReturn:
        """Raises the error of this field."""
        raise WrongField(self.path, message)

    def get(self, name: str) -> Field | None:
        """The member ``name`` of an object; None where it is absent or null."""
        value = self._must_be(dict).get(name)
        return None if value is None else Field(value, self._below(name))

    def need(self, name: str) -> Field:
        """The member ``name`` of an object, which must be there."""
        found = self.get(name)
        if found is None:
            raise WrongField(self._below(name), "is missing")
        return found

    def members(self) -> Iterator[tuple[str, Field]]:
        """The members of an object."""
        for name, value in self._must_be(dict).items():
            yield name, Field(value, self._below(name))

    def items(self, most: int | None = None) -> list[Field]:
        """The items of a list, which may have at most ``most``."""
        value = self.value
        if not isinstance(value, list):
            self.wrong(f"must be a list, is {kind_of(value)}")
        if most is not None and len(value) > most:
            self.wrong(f"has over {most:,} items")
        return [Field(item, f"{self.path}[{i}]") for i, item in enumerate(value)]

    def text(self) -> str:
        """The value as text that a store can hold."""
        value = self.value
        if not isinstance(value, str):
            self.wrong(f"must be text, is {kind_of(value)}")
        if _UNSTORABLE.search(value):
            self.wrong("holds a null character or half of a surrogate pair")
        return value

    def whole(self) -> int:
        """The value as a whole number that is not negative."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(f"must be a whole number, is {kind_of(value)}")
        if value < 0:
            self.wrong("must not be negative")
        return value

    def _must_be(self, kind: type[dict[str, object]]) -> dict[str, object]:
        value = self.value
        if not isinstance(value, kind):
            self.wrong(f"must be an object, is {kind_of(value)}")
        return value

    def _below(self, name: str) -> str:
        shown = name if _PLAIN_KEY.fullmatch(name) else "?"
        return f"{self.path}.{shown}" if self.path else shown


def kind_of(value: object) -> str:
    """What a JSON value is, in a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    return _KINDS.get(type(value), "a number")


def parse(data: bytes) -> object:
    """The JSON value in ``data`` (UTF-8, with or without a byte order mark). Raises ``WrongField``."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise WrongField("", f"is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise WrongField("", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise WrongField("", "is nested too deeply") from error
    except ValueError as error:
        raise WrongField("", "holds a number that is none, or too long") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
