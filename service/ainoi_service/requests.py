"""What a caller may send."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from ainoi import Article
from ainoi.schema import Act, QuoteType
from ainoi_service.html import HtmlExtractor, Wanted, always
from ainoi_service.search.query import LARGEST_PAGE, LONGEST_TEXT, QuoteQuery

LONGEST_FIELD = 2_000
"""Code points of an article's id, title, date, url and outlet, each."""

LONGEST_NAME = 200
"""Code points of a speaker's name or id that a person gives."""

MOST_KEYS = 50
"""Fields or parameters that a request may have, right or wrong."""

_HALF_SURROGATE = re.compile("[\ud800-\udfff]")


def _without_half_surrogates(text: str) -> str:
    """JSON can carry half of a surrogate pair, text and UTF-8 cannot."""
    if _HALF_SURROGATE.search(text):
        raise ValueError("holds half of a surrogate pair")
    return text


def _storable(text: str) -> str:
    """What is compared with a store's texts; PostgreSQL can hold no null character."""
    if "\x00" in text:
        raise ValueError("holds a null character")
    return text


def _told(**schema: Any) -> Any:
    """What the OpenAPI document says of a field beside its type. (Validators check it; their messages are clearer.)"""
    return Field(json_schema_extra=schema)


_STORABLE = r"^[^\u0000]*$"
_NOT_BLANK = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$"
_DATE = r"^([0-9]{4}(-[0-9]{2}){0,2})?$"

Text = Annotated[str, AfterValidator(_without_half_surrogates)]
ShortText = Annotated[Text, StringConstraints(max_length=LONGEST_FIELD)]
Words = Annotated[
    str,
    StringConstraints(max_length=LONGEST_TEXT),
    AfterValidator(_without_half_surrogates),
    AfterValidator(_storable),
    _told(pattern=_STORABLE),
]
Claim = Annotated[Words, _told(pattern=_NOT_BLANK)]
Day = Annotated[Words, _told(pattern=_DATE)]
Name = Annotated[
    str,
    StringConstraints(max_length=LONGEST_NAME, strip_whitespace=True, min_length=1),
    AfterValidator(_without_half_surrogates),
    AfterValidator(_storable),
    _told(pattern=_NOT_BLANK),
]


def _only(needed: str, shape: JsonDict, /, **others: JsonDict) -> JsonDict:
    """One of the shapes of a body: the field that makes it, and those that go with it or are not given."""
    return {"required": [needed], "properties": {needed: shape, **others}}


_GIVEN: JsonDict = {"type": "string"}
_NOT_GIVEN: JsonDict = {"type": "null"}

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


def _few_keys(given: Any) -> Any:
    """Each wrong key makes an error; half a million of them take seconds and a gigabyte."""
    if isinstance(given, dict) and len(given) > MOST_KEYS:
        raise ValueError(f"has over {MOST_KEYS} keys")
    return given


class _Body(BaseModel):
    """A request's body; fields that are not listed are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    _few_keys = model_validator(mode="before")(_few_keys)


class AnnotateRequest(_Body):
    """One article: its text, or the HTML page it stands on. Fields not listed here are refused.

    (A misspelt ``date`` that went unnoticed would change who *Tổng thống Mỹ* is.)
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [_only("text", _GIVEN, html=_NOT_GIVEN), _only("html", _GIVEN, text=_NOT_GIVEN)]},
    )

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

    def article(self, extractor: HtmlExtractor, wanted: Wanted = always) -> Article:
        """The article meant; blocks while HTML is read. Raises ``HtmlError`` when a page gives none, or is not
        ``wanted`` any more."""
        if self.html is not None:
            page = extractor.extract(self.html, wanted=wanted)
            return page.article(id=self.id, title=self.title, date=self.date, url=self.url, outlet=self.outlet)
        assert self.text is not None
        return Article(id=self.id, text=self.text, title=self.title, date=self.date, url=self.url, outlet=self.outlet)


class Parameters(BaseModel):
    """The parameters that a route has. Others are refused, by name; what is empty counts as not given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: Any) -> Any:
        given = _few_keys(given)
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given


class NoParameters(Parameters):
    """Of a route that has none."""


class TextParameters(Parameters):
    """Of a route that gives an article."""

    with_text: bool = Field(default=False, alias="withText", description="Return the text too.")


class PageParameters(Parameters):
    """Of a route that lists."""

    page_size: int = Field(default=20, alias="pageSize", ge=1, le=LARGEST_PAGE, description="Entries of one page.")
    page_token: Words | None = Field(
        default=None, alias="pageToken", description="`next_page_token` of the page before; of the same question only."
    )


class SpeakersParameters(PageParameters):
    """Of the list of speakers."""

    q: Words | None = Field(
        default=None, description="Only those whom this may mean: an id, a name or an alias, also with a title."
    )


ExportFormat = Literal["json", "csv", "schema-org", "web-annotation", "label-studio", "doccano"]
ImportFormat = Literal["label-studio", "doccano"]


class QuotesParameters(Parameters):
    """Which quotes are looked for; all that is given must hold."""

    q: Words | None = Field(
        default=None,
        description="Words that stand in the quote, in any order; inside quotation marks side by side. Diacritics and "
        "case need not be right; quotes where they are come first.",
        examples=["thuong luong"],
    )
    speaker: Words | None = Field(
        default=None, description="Name, alias or id, also with a title before it.", examples=["ông Peskov"]
    )
    from_: Day | None = Field(
        default=None,
        alias="from",
        description="First day: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.",
        examples=["2025-11"],
    )
    to: Day | None = Field(default=None, description="Last day, likewise.", examples=["2025-12-04"])
    date_field: Literal["published", "said"] = Field(
        default="published",
        alias="dateField",
        description="What the days are of: the article, or the words as far as the article says when they were said.",
    )
    outlet: Words | None = Field(default=None, description="Who published the article.")
    type: QuoteType | None = Field(default=None, description="How much stands inside quotation marks.")
    act: Act | None = Field(default=None, description="What the speaker does with the words.")
    min_confidence: float = Field(
        default=0.0, alias="minConfidence", ge=0.0, le=1.0, allow_inf_nan=False, description="Least confidence."
    )
    sort: Literal["relevance", "newest"] = Field(
        default="relevance", description="`relevance`: exact spelling first, then newest; `newest`: by date alone."
    )
    format: ExportFormat | None = Field(
        default=None,
        description="The whole result as a file; the formats of articles hold every quote of the articles.",
    )
    page_size: int | None = Field(
        default=None, alias="pageSize", ge=1, le=LARGEST_PAGE, description="Quotes of one page, 20 if not given."
    )
    page_token: Words | None = Field(
        default=None, alias="pageToken", description="`next_page_token` of the page before; of the same question only."
    )

    @model_validator(mode="after")
    def _file_or_page(self) -> Self:
        if self.format is not None and (self.page_size is not None or self.page_token is not None):
            raise ValueError("a file has the whole result: format goes without pageSize and pageToken")
        return self

    def query(self) -> QuoteQuery:
        """The query meant. Raises InvalidQuery."""
        return QuoteQuery(
            q=self.q,
            speaker=self.speaker,
            from_=self.from_,
            to=self.to,
            date_field=self.date_field,
            outlet=self.outlet,
            type=self.type,
            act=self.act,
            min_confidence=self.min_confidence,
            sort=self.sort,
            page_size=self.page_size or 20,
            page_token=self.page_token,
        )


class DeleteParameters(Parameters):
    """Of a take-down."""

    all_versions: bool = Field(
        default=False, alias="allVersions", description="Take down every version of the article, not this one alone."
    )


class ImportParameters(Parameters):
    """Of an import."""

    format: ImportFormat = Field(description="What wrote the file.")


class CheckRequest(_Body):
    """A claim about what somebody said."""

    claim: Claim = Field(
        description="The words, or a sentence that reports them: *X nói rằng …*.",
        examples=["Peskov nói rằng Nga sẵn sàng đàm phán"],
    )
    speaker: Words | None = Field(
        default=None, description="Who is said to have said it, as people write it.", examples=["ông Peskov"]
    )
    from_: Day | None = Field(
        default=None, alias="from", description="First day of publication: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."
    )
    to: Day | None = Field(default=None, description="Last day of publication, likewise.")

    @model_validator(mode="after")
    def _some_words(self) -> Self:
        if not self.claim.strip():
            raise ValueError("the claim is empty")
        return self


class VerdictRequest(_Body):
    """What a person finds of a quote."""

    verdict: Literal["right", "wrong"] = Field(description="Whether it is a quote, with these words and this speaker.")


class SpeakerRequest(_Body):
    """Whose a quote is, as a person says: an `id`, or a `name` with its `kind`, or a `kind` that has no name."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                _only("id", _GIVEN, name=_NOT_GIVEN, kind=_NOT_GIVEN),
                _only("name", _GIVEN, id=_NOT_GIVEN, kind={"enum": ["person", "organization", None]}),
                _only("kind", {"enum": ["unnamed", "unknown"]}, id=_NOT_GIVEN, name=_NOT_GIVEN),
            ]
        }
    )

    id: Name | None = Field(default=None, description="Id of a speaker of the store or of the registry.")
    name: Name | None = Field(default=None, description="Name; the store's speaker of this name, if it has just one.")
    kind: Literal["person", "organization", "unnamed", "unknown"] | None = Field(
        default=None, description="`person` if not given with a name."
    )

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        nameless = self.kind in ("unnamed", "unknown")
        if (self.id is not None) + (self.name is not None) + nameless != 1 or (self.id is not None and self.kind):
            raise ValueError("exactly one of id, name (with its kind), and the kind unnamed or unknown is needed")
        return self
