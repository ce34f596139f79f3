"""The resolver's results as a whole: ids, roles, alternatives, confidence, and that it takes any input."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.names import Mention, NameFinder
from ainoi.resolve.registry import Registry
from ainoi.resolve.speakers import Resolver, SourceMention
from ainoi.schema import Method, Speaker, SpeakerKind

PACK = Path(__file__).resolve().parents[3] / "models" / "ainoi" / "lang" / "vi"


@cache
def tools() -> tuple[NameFinder, Resolver]:
    lexicon, registry = Lexicon.load(PACK), Registry.load(PACK / "registry")
    return NameFinder(lexicon, registry.names()), Resolver(registry, lexicon)


def resolve(text: str, *sources: str | None, date: str | None = None) -> list[Speaker]:
    """The speakers of the given words, each looked for behind the one before."""
    finder, resolver = tools()
    at, mentions = 0, []
    for source in sources:
        if source is None:
            mentions.append(SourceMention(None, None, contents=((at, min(at + 1, len(text))),)))
            continue
        at = text.index(source, at)
        mentions.append(SourceMention(at, at + len(source)))
        at += len(source)
    return resolver.resolve(text, mentions, finder.find(text), date=date)


def test_a_registry_person_has_the_registrys_id_name_and_the_articles_title() -> None:
    [speaker] = resolve("Người phát ngôn Điện Kremlin Dmitri Peskov nói.", "Người phát ngôn Điện Kremlin Dmitri Peskov")
    assert (speaker.id, speaker.name, speaker.role) == (
        "dmitry-peskov",
        "Dmitry Peskov",
        "Người phát ngôn Điện Kremlin",
    )


def test_somebody_unknown_has_an_id_by_full_name_and_a_single_name_one_of_this_article_only() -> None:
    [full, single] = resolve("Ông Jan Novotny tới. Bà Kovarova nói.", "Ông Jan Novotny", "Bà Kovarova")
    assert (full.id, single.id) == ("name:jan novotny", "article:kovarova")


def test_an_organization_keeps_the_articles_form_and_the_registrys_id() -> None:
    [speaker] = resolve("Bộ Quốc phòng Liên bang Nga nói.", "Bộ Quốc phòng Liên bang Nga")
    assert (speaker.id, speaker.name) == ("ru-ministry-of-defence", "Bộ Quốc phòng Liên bang Nga")


def test_an_office_without_a_date_leaves_its_holders_as_alternatives() -> None:
    [speaker] = resolve("Tổng thống Mỹ nói.", "Tổng thống Mỹ")
    assert speaker.kind is SpeakerKind.UNKNOWN
    assert {"Joe Biden", "Donald Trump"} <= {candidate.name for candidate in speaker.alternatives}
    assert speaker.method is Method.NONE


def test_a_pronoun_lists_the_other_people_it_can_mean() -> None:
    _, speaker = resolve("Ông Jan Novotny gặp ông Arvo Tamm. Ông nói.", "Ông Jan Novotny", "Ông")
    assert speaker.method is Method.PRONOUN
    assert [candidate.name for candidate in speaker.alternatives] == ["Arvo Tamm"]


def test_a_joint_statement_has_members() -> None:
    [speaker] = resolve("Ông Jan Novotny và bà Eva Dolan cùng nói.", "Ông Jan Novotny và bà Eva Dolan")
    assert (speaker.name, speaker.members) == ("Jan Novotny và Eva Dolan", ("Jan Novotny", "Eva Dolan"))


def test_a_quote_without_a_mention_goes_on_with_the_latest_speaker() -> None:
    [first, second] = resolve("Ông Jan Novotny nói A. B.", "Ông Jan Novotny", None)
    assert (first.name, second.name, second.method) == ("Jan Novotny", "Jan Novotny", Method.PRONOUN)
    assert second.confidence < first.confidence


def test_the_models_guess_of_the_kind_decides_where_words_do_not() -> None:
    finder, resolver = tools()
    text = "Kovaplex nói sẽ mở cửa."
    kinds = [
        resolver.resolve(text, [SourceMention(0, 8, kind=kind, kind_probability=0.99)], finder.find(text))[0].kind
        for kind in ("person", "organization")
    ]
    assert kinds == [SpeakerKind.PERSON, SpeakerKind.ORGANIZATION]


PIECES = [
    "Ông Bình",
    "bà Hoa",
    "Tổng thống Nga",
    "Vladimir Putin",
    "Ông",
    "họ",
    "tôi",
    "Bộ này",
    "Nga",
    "(FSB)",
    "một",
    "các",
]
MARKS = [" ", ", ", ". ", "\n", "“", "”", " và ", " của ", "(", ")", " - "]


@given(
    st.text() | st.lists(st.sampled_from([*PIECES, *MARKS])).map("".join),
    st.lists(st.tuples(st.integers(-3, 80), st.integers(-3, 80)), max_size=8),
    st.lists(st.tuples(st.integers(-3, 80), st.integers(-3, 80)), max_size=8),
    st.sampled_from([None, "2022", "2022-05-01", "hôm qua"]),
)
def test_any_text_and_any_offsets_give_one_speaker_a_source(
    text: str, spans: list[tuple[int, int]], others: list[tuple[int, int]], date: str | None
) -> None:
    _, resolver = tools()
    sources = [SourceMention(start, end, contents=((start, end),)) for start, end in spans]
    sources.append(SourceMention(None, None))
    mentions = [Mention(start, end, "person") for start, end in others]
    speakers = resolver.resolve(text, sources, mentions, date=date, title=text)
    assert len(speakers) == len(sources)


def test_a_name_that_the_network_reads_behind_a_title_is_the_speakers() -> None:
    text = "Voi con Mai Hoa rất nổi tiếng. Giám đốc vườn thú Katarzyna Mlynar nói khách rất đông."
    title, name, end = text.index("Giám đốc"), text.index("Katarzyna"), text.index(" nói")
    animal = Mention(text.index("Mai Hoa"), text.index(" rất"), "person")
    mentions = [animal, Mention(title, name - 1, "role"), Mention(name, end, "person")]
    [speaker] = tools()[1].resolve(text, [SourceMention(title, end)], mentions)
    assert speaker.name == "Katarzyna Mlynar"


def test_a_name_is_one_though_the_next_word_would_make_it_a_bodys() -> None:
    text = "Ông Lê Văn An bị xét xử cùng bà Trần Thị Hoa. Bị cáo Hoa kể trước. Bị cáo An trình bày sau."
    at = text.index("Bị cáo An")
    mentions = [*tools()[0].find(text), Mention(at, at + len("Bị cáo An"), "person")]
    [speaker] = tools()[1].resolve(text, [SourceMention(at, at + len("Bị cáo An"))], mentions)
    assert speaker.name == "Lê Văn An"


def test_what_the_network_says_of_whom_a_pronoun_means_counts_where_the_rules_waver() -> None:
    text = "Ông Lê Văn Tám đến sớm. Bà Mai Thị Hoa gặp ông Trần Văn Hùng. Ông nói mọi việc ổn."
    finder, resolver = tools()
    at = text.index("Ông nói")
    tam, hung = text.index("Ông Lê"), text.index("ông Trần")

    def speaker(meant: dict[int, float]) -> str | None:
        source = SourceMention(at, at + 3, meant=meant, hidden=0.0)
        return resolver.resolve(text, [source], finder.find(text))[0].name

    assert speaker({}) == "Lê Văn Tám"
    assert speaker({tam: 0.9, hung: 0.05}) == "Lê Văn Tám"
    assert speaker({tam: 0.05, hung: 0.9}) == "Trần Văn Hùng"
    assert speaker({10**6: 1.0}) == "Lê Văn Tám"


def test_what_the_network_says_does_not_outweigh_who_the_sentence_before_is_about() -> None:
    text = "Ông Lê Văn Tám nói cầu đã xong. Ông Trần Văn Hùng đến Huế hôm qua. Ông nhấn mạnh rằng cần đoàn kết."
    finder, resolver = tools()
    at = text.index("Ông nhấn")
    meant = {text.index("Ông Lê"): 0.83, text.index("Ông Trần"): 0.07}
    sources = [SourceMention(0, len("Ông Lê Văn Tám")), SourceMention(at, at + 3, meant=meant, hidden=0.0)]
    assert resolver.resolve(text, sources, finder.find(text))[-1].name == "Trần Văn Hùng"
