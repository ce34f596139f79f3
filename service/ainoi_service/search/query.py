"""What may be asked of a look-up, checked before anything is looked up."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Literal

from ainoi import AinoiError
from ainoi.schema import Act, QuoteType
from ainoi_service.search.index import Order
from ainoi_service.store.days import days

LARGEST_PAGE = 100
LONGEST_TEXT = 2_000
"""Code points of each thing asked for."""

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


class InvalidQuery(AinoiError):
    """A look-up asks for something that cannot be; ``field`` says where."""

    code = "bad_query"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteQuery:
    """Which quotes are looked for; every part that is given must hold. Raises InvalidQuery."""

    q: str | None = None
    """Words, all of which must stand in the quote, in any order; inside quotation marks side by side. Diacritics and
    case need not be right, but those quotes come first in which they are."""
    speaker: str | None = None
    """Id, name or alias, also with a title before it."""
    from_: str | None = None
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: its first day. The quote's own period must not end before."""
    to: str | None = None
    """Likewise: the quote's period must not begin after its last day."""
    date_field: Literal["published", "said"] = "published"
    outlet: str | None = None
    """Case and diacritics need not be right."""
    type: QuoteType | None = None
    act: Act | None = None
    min_confidence: float = 0.0
    sort: Order = "relevance"
    """``relevance``: by tier (see ``matching.Tier``), then as ``newest``: by day of publication, then by id."""
    page_size: int = 20
    page_token: str | None = None

    def __post_init__(self) -> None:
        for field in ("q", "speaker", "outlet"):
            value = getattr(self, field)
            if value is not None and len(value) > LONGEST_TEXT:
                raise InvalidQuery(field, f"at most {LONGEST_TEXT:,} code points, not {len(value):,}")
        if not 1 <= self.page_size <= LARGEST_PAGE:
            raise InvalidQuery("page_size", f"between 1 and {LARGEST_PAGE}, not {self.page_size}")
        if not 0.0 <= self.min_confidence <= 1.0:
            raise InvalidQuery("min_confidence", f"between 0 and 1, not {self.min_confidence}")
        first, last = self.first, self.last
        if first is not None and last is not None and first > last:
            raise InvalidQuery("to", "before from")

    @property
    def first(self) -> int | None:
        """First day of ``from_``, like 20251204."""
        return None if self.from_ is None else _days("from", self.from_)[0]

    @property
    def last(self) -> int | None:
        """Last day of ``to``."""
        return None if self.to is None else _days("to", self.to)[1]

    @property
    def digest(self) -> str:
        """The same for the same question, whatever page of the answer is asked for."""
        asked = astuple(replace(self, page_size=1, page_token=None))
        return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _days(field: str, stated: str) -> tuple[int, int]:
    """First and last day of a date. Stricter than for articles: a mistyped filter is better refused than widened."""
    if _DATE.fullmatch(stated):
        with suppress(ValueError):
            date.fromisoformat(stated + "-01-01"[len(stated) - 4 :])
            first, last = days(stated)
            if first is not None and last is not None:
                return first, last
    raise InvalidQuery(field, "not a date: YYYY, YYYY-MM or YYYY-MM-DD")
