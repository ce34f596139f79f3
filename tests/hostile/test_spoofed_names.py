"""T22: a name with deceiving characters is said to have them, and is never linked silently to the real person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ainoi import AnnotatedArticle, Annotator, Article
from ainoi.clean.suspicious import is_suspicious

Record = Callable[[str, object], None]

SPOOFED = [
    "Dmitry Pеskov",  # Cyrillic е
    "Dmіtry Peskov",  # Cyrillic і
    "Dmitry Реskоv",  # Cyrillic Р, е, о
    "Dmitry Реѕсоѵ"[:-1] + "v",
    "Dmitry Pes\u200bkov",  # zero-width space
    "Dmitry Pes\u00adkov",  # soft hyphen
    "Dmitry \u202ePeskov\u202c",  # right-to-left override
    "Dmitry Pe\u2066sk\u2069ov",
    "Dmitry P\u200deskov",
    "Dmitry Pesk\ufeffov",
    "Dmitry Pesk\u2060ov",
    "Dmitry Pes\x08kov",
    "Dmitry 𝐏eskov",
    "Dmitry Ｐeskov",
    "Dmitry Ρeskov",  # Greek Rho
    "Dmitry Peskοv",  # Greek omicron
    "Dmitry Peѕkov",  # Cyrillic ѕ
    "Dmitrу Peskov",  # Cyrillic у
    "Dmitry Pe\u034fskov",  # combining grapheme joiner
    "Dmitry Pesko\u200ev",
]
HONEST = [
    "Dmitry Peskov",
    "Владимир Путин",
    "习近平",
    "Đỗ Đức Đạt",
    "Đỗ Ðức Ðạt",
    "Nguye\u0302\u0303n",
    "O’Neil",
    "Recep Erdoğan",
]


def _article(name: str) -> Article:
    text = (
        f"Người phát ngôn Điện Kremlin {name} hôm 3/12 nói: “Chúng tôi sẵn sàng đối thoại với mọi bên.” "
        "Ông cho biết thêm rằng Moscow sẽ không thay đổi lập trường của mình.\n"
    )
    return Article(id="a", text=text, date="2025-12-04")


@pytest.fixture(scope="module")
def results(annotator: Annotator) -> dict[str, AnnotatedArticle]:
    names = [*SPOOFED, "Dmitry Peskov"]
    found = annotator.annotate_batch([_article(name) for name in names])
    return {name: r for name, r in zip(names, found, strict=True) if isinstance(r, AnnotatedArticle)}


def test_every_spoofed_name_is_told(results: dict[str, AnnotatedArticle], record_property: Record) -> None:
    for name in SPOOFED:
        assert results[name].quotes, name
        assert results[name].warnings == ("suspicious_characters",), name
    record_property("count", len(SPOOFED))


def test_letters_of_another_alphabet_make_another_name(results: dict[str, AnnotatedArticle]) -> None:
    foreign = [name for name in SPOOFED if all(c.isalpha() or c == " " for c in name)]
    assert len(foreign) >= 9
    for name in foreign:
        assert "dmitry-peskov" not in {quote.speaker.id for quote in results[name].quotes}, name


def test_the_real_name_is_linked_without_a_warning(results: dict[str, AnnotatedArticle]) -> None:
    real = results["Dmitry Peskov"]
    assert real.warnings == ()
    assert real.quotes[0].speaker.id == "dmitry-peskov"


@pytest.mark.parametrize("name", [*SPOOFED, "Ⓟeskov"])
def test_what_deceives_the_eye_is_suspicious(name: str) -> None:
    text = f"ông {name} nói"
    assert is_suspicious(text, [(4, 4 + len(name))])
    assert not is_suspicious(text, [(0, 3)])


@pytest.mark.parametrize("name", HONEST)
def test_a_name_in_its_own_alphabet_is_not_suspicious(name: str) -> None:
    assert not is_suspicious(name, [(0, len(name))])
