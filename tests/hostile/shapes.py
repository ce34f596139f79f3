"""Texts that nobody writes: each shape makes one of about ``n`` characters, of any size.

Time over these must grow as the text does. A new way to be slow belongs here, one line each.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

Shape = Callable[[int], str]

ARTICLE = (
    "Ông Lê Văn Tám nói hôm 3/12: “Chúng tôi sẵn sàng đối thoại, nhưng không vội.”\n"
    "Theo hãng tin Reuters, Tổng thống Nga Vladimir Putin cho biết nước này sẽ không rút quân.\n"
    "Bà Trần Thị Hoa, Giám đốc Sở Y tế Hà Nội, khẳng định: “Vắc xin an toàn”. Bà nói thêm rằng 'không có gì phải lo'.\n"
    "Người phát ngôn Điện Kremlin Dmitry Peskov phủ nhận thông tin này. Ông từ chối nêu thêm chi tiết.\n"
)


def run(unit: str) -> Shape:
    """``unit`` again and again."""
    return lambda n: unit * max(1, n // len(unit))


def _numbered(piece: str) -> Shape:
    """``piece`` with a number of its own each time, in letters (``{}``)."""

    def shape(n: int) -> str:
        pieces, size, i = [], 0, 0
        while size < n:
            pieces.append(piece.replace("{}", _syllable(i)))
            size += len(pieces[-1])
            i += 1
        return "".join(pieces)

    return shape


def _syllable(i: int) -> str:
    """A capitalised foreign word that is another for every ``i``."""
    letters = []
    for consonant, vowel in ("bw", "ae"), ("zkr", "iou"), ("fgj", "aou"), ("lmnwz", "aeiou"), ("zrkp", "aeo"):
        i, c = divmod(i, len(consonant))
        i, v = divmod(i, len(vowel))
        letters.append(consonant[c] + vowel[v])
    return ("".join(letters) + "sk" + ("o" * (i + 1) if i else "")).capitalize()


def _nested(opening: str, closing: str) -> Shape:
    return lambda n: opening * (n // 2) + "nói" + closing * (n // 2)


def _opening_marks_then_text(n: int) -> str:
    """Ten thousand opening marks, whatever the size, and then an article."""
    return "“" * min(10_000, n // 2) + run(ARTICLE)(n - min(10_000, n // 2))


def _sprinkled(characters: str) -> Shape:
    def shape(n: int) -> str:
        rng = random.Random(n)
        return "".join(
            c + rng.choice(characters) if rng.random() < 0.5 else c for c in run(ARTICLE)(max(200, 2 * n // 3))
        )

    return shape


def _anything(n: int) -> str:
    """Code points of all planes."""
    rng = random.Random(n)
    return "".join(chr(rng.randrange(0x110000)) for _ in range(n))


def _bits_of_articles(n: int) -> str:
    """Words and marks of an article in no order."""
    rng = random.Random(n)
    bits = [*ARTICLE.split(), *"“”‘’«»\"'().,:;-–…?!\n", "\n\n", " "]
    return " ".join(rng.choice(bits) for _ in range(n // 4))


MARKS = "“”„«»\"'‘’()[]{}.,:;?!…-–—/*#&+%_=<>|~`^@\\$"

SHAPES: dict[str, Shape] = {
    **{f"a run of {mark}": run(mark) for mark in MARKS},
    **{
        f"a run of {name}": run(character)
        for name, character in {
            "spaces": " ",
            "line breaks": "\n",
            "CRLF": "\r\n",
            "tabs": "\t",
            "NUL": "\0",
            "lone surrogates": "\ud800",
            "zero-width spaces": "\u200b",
            "right-to-left overrides": "\u202e",
            "no-break spaces": "\u00a0",
            "line separators": "\u2028",
            "combining acutes": "\u0301",
            "joined emoji": "👩\u200d",
            "paragraph marks": "\u2029",
        }.items()
    },
    "marks of two classes in a wrong order": run("\u0301\u0323"),
    "one letter under all the marks": lambda n: "a" + "\u0323\u0301" * (n // 2),
    "a letter and invisible characters": lambda n: "a" + "\u200b" * n + "\u0301",
    "one word": run("a"),
    "one word of capitals": run("A"),
    "one word with diacritics": run("ưở"),
    "one word of marks apart": lambda n: unicodedata.normalize("NFD", run("ưở")(n // 3)),
    "one word of underscores": run("_a"),
    "one number": run("7"),
    "one number with points": run("7.000."),
    "words of one letter": run("a "),
    "capitals of one letter": run("A "),
    "initials": run("A."),
    "hyphens in a word": run("a-"),
    "hyphens in a name": run("An-"),
    "apostrophes in a word": run("a'"),
    "apostrophes in a name": run("A’"),
    "questions": run("? "),
    "a question that ends in a letter": lambda n: "“" + "?" * n + "x”, ông Tám nói.",
    "questions and exclamations": run("?!"),
    "sentences of one word": run("A. "),
    "nested curly marks": _nested("“", "”"),
    "nested straight marks": _nested('"', '"'),
    "nested brackets": _nested("(", ")"),
    "nested guillemets in curly marks": _nested("“«", "»”"),
    "alternating marks": run("“” ‘’ «» \"\" '' "),
    "opening marks of every kind": run("“‘«(["),
    "closing marks of every kind": run("”’»)]"),
    "an opening mark a paragraph": run("“Một dòng nữa\n"),
    "a closing mark a paragraph": run("Một dòng nữa”\n"),
    "dashes that open lines": run("- Không.\n"),
    "ten thousand opening marks, then an article": _opening_marks_then_text,
    "quotes": _numbered("Ông {} nói: “Được.” "),
    "quotes in lines": _numbered("Bà {} cho biết: “Được rồi”.\n"),
    "quotes without a full stop": _numbered("ông {} nói “được” "),
    "names": _numbered("John {}, "),
    "names in one sentence": _numbered("ông {} Smith và "),
    "names that share one part": _numbered("{} Anna Smith, Bob Smith, "),
    "names that hold one another": _numbered("Anna {} Smith, Anna Smith, "),
    "titles of one person": _numbered("Bộ trưởng {} Anna Smith, "),
    "persons spoken of by title": _numbered("Thủ tướng {} Kurz nói; thủ tướng này nói; "),
    "pronouns": run("Ông ấy nói bà ta nói họ nói "),
    "bodies in one sentence": _numbered("Bộ Ngoại giao {} và bộ này, "),
    "bodies that point back": run("Bộ này nói cơ quan này nói hãng tin này nói nước này nói "),
    "papers of papers": run("báo cáo "),
    "papers of one another": run("báo cáo của thông cáo "),
    "the first person": run("tôi nói chúng tôi nói "),
    "the two": _numbered("hai ông {} và hai người này nói "),
    "bodies named one by one": run("các hãng Apple, Google và các nước như Pháp, Đức, "),
    "titles": run("Phó Thủ tướng "),
    "a title with its owner": run("cố vấn của "),
    "dates": run("hôm 3/12 "),
    "dates in numbers": run("3-4-5/12/2022 "),
    "dates behind meetings": run("một cuộc họp hôm 3/12, "),
    "days of the week": run("thứ hai tuần trước "),
    "open brackets with a digit": run("(1"),
    "channels in one sentence": run("Theo Reuters và hãng tin TASS "),
    "channels and quotes in one sentence": _numbered("theo Reuters ông {} nói “được” "),
    "denials": run("không chưa bao giờ phủ nhận việc nói rằng "),
    "addresses": run("https://vi.example.vn/a?b=c&d=%20/"),
    "mail addresses": run("a@b.vn,"),
    "credits": run("(Ảnh: "),
    "credits in brackets": run("(theo A, "),
    "tags": run("#a "),
    "tags in one line": run("#"),
    "sources at the end": run("Theo A/B "),
    "empty lines": run("a\n\n\n\n"),
    "lines of one word": run("vâng\n"),
    "paragraphs that are repeated": run(ARTICLE),
    "paragraphs that are nearly repeated": _numbered(
        "Ông {} nói rằng chúng tôi sẵn sàng đối thoại, nhưng không vội vàng.\n"
    ),
    "date lines": run("date 2025-12-04\n"),
    "related articles": run("Tin liên quan:\n"),
    "an article in NFD": lambda n: unicodedata.normalize("NFD", run(ARTICLE)(max(100, n * 2 // 3))),
    "an article with CRLF": run(ARTICLE.replace("\n", "\r\n")),
    "an article with zero-width characters": _sprinkled("\u200b\u200c\u200d\ufeff\u00ad"),
    "an article with bidi controls": _sprinkled("\u202e\u202c\u2066\u2069\u200f"),
    "an article with combining marks": _sprinkled("\u0301\u0323\u0309"),
    "words and marks in no order": _bits_of_articles,
    "all planes": _anything,
}
