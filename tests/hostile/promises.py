"""What must hold of every annotated article, however hostile its text."""

from __future__ import annotations

from ainoi import AnnotatedArticle


def check_offsets(text: str, result: AnnotatedArticle) -> int:
    """Every span lies in ``text``, is not empty, and holds the words it is said to hold. Returns how many there are."""
    checked = 0
    ids = [quote.id for quote in result.quotes]
    assert len(set(ids)) == len(ids)
    assert [quote.spans[0].start for quote in result.quotes] == sorted(q.spans[0].start for q in result.quotes)
    for quote in result.quotes:
        for span in (*quote.spans, *(part for part in (quote.cue, quote.mention) if part is not None)):
            assert 0 <= span.start < span.end <= len(text)
            checked += 1
        assert quote.text == " … ".join(text[span.start : span.end] for span in quote.spans)
        for part in (quote.cue, quote.mention):
            assert part is None or text[part.start : part.end] == part.text
        before, after = quote.spans[0].start, quote.spans[-1].end
        assert text[:before].endswith(quote.context.before)
        assert text[after:].startswith(quote.context.after)
        assert quote.nested_in is None or quote.nested_in in ids
        assert quote.repeat_of is None or quote.repeat_of in ids
        assert 0 <= quote.confidence <= 1 and 0 <= quote.speaker.confidence <= 1
    return checked
