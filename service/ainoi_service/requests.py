"""What a caller may send."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ainoi import Article
from ainoi_service.html import HtmlExtractor
from ainoi_service.limits import Limits

_HALF_SURROGATE = re.compile("[\ud800-\udfff]")


def _without_half_surrogates(text: str) -> str:
    """JSON can carry half of a surrogate pair, text and UTF-8 cannot."""
    if _HALF_SURROGATE.search(text):
        raise ValueError("holds half of a surrogate pair")
    return text


Text = Annotated[str, AfterValidator(_without_half_surrogates)]
ShortText = Annotated[Text, StringConstraints(max_length=Limits().max_field_chars)]

EXAMPLES: dict[str, dict[str, object]] = {
    "text": {
        "summary": "An article's text",
        "value": {
            "text": "Theo ông Peskov, “không có bất kỳ cuộc thảo luận nào về bất kỳ thay đổi nào ở đây”.\n\n"
            "Người phát ngôn Điện Kremlin Dmitry Peskov nói như vậy ngày 12/11.",
            "date": "2024-11-12",
        },
    },
    "html": {
        "summary": "A page as the browser has it",
        "value": {"html": "<html><body><article><p>…</p></article></body></html>", "url": "https://example.org/1.html"},
    },
}


class AnnotateRequest(BaseModel):
    """One article: its text, or the HTML page it stands on. Fields not listed here are refused.

    (A misspelt ``date`` that went unnoticed would change who *Tổng thống Mỹ* is.)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: Text | None = Field(default=None, description="The article's own words, at most 2 MB of UTF-8.")
    html: Text | None = Field(default=None, description="The page instead of `text`, at most 2 MB of UTF-8.")
    id: ShortText = Field(default="", description="The caller's identifier; without one, made from the text.")
    title: ShortText | None = Field(default=None, description="Headline: context for resolving speakers.")
    date: ShortText | None = Field(
        default=None, description="Publication date: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYYMMDD` or an ISO 8601 time."
    )
    url: ShortText | None = Field(default=None, description="Where the article stands.")
    outlet: ShortText | None = Field(default=None, description="Who published it.")

    @model_validator(mode="after")
    def _text_or_html(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("exactly one of text and html is needed")
        return self

    def article(self, extractor: HtmlExtractor) -> Article:
        """The article meant; blocks while HTML is read. Raises ``HtmlError`` when a page gives none."""
        if self.html is not None:
            page = extractor.extract(self.html)
            return page.article(id=self.id, title=self.title, date=self.date, url=self.url, outlet=self.outlet)
        assert self.text is not None
        return Article(id=self.id, text=self.text, title=self.title, date=self.date, url=self.url, outlet=self.outlet)
