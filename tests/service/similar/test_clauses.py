"""Clauses: what is denied or affirmed in each, and of whom."""

from __future__ import annotations

import pytest

from ainoi_service.similar.clauses import clauses, denies, named, others_named


@pytest.mark.parametrize(
    ("claim", "quote", "denied"),
    [
        ("Lan sẽ không ở lại trường", "Lan không nghỉ học, Lan sẽ ở lại trường", True),
        ("Lan sẽ ở lại trường", "Lan không nghỉ học, Lan sẽ ở lại trường", False),
        ("Canada tấn công Cuba", "Cuba tấn công Canada", True),
        ("Canada bị Cuba tấn công", "Cuba tấn công Canada", False),
        ("Canada đàm phán với Cuba", "Cuba đàm phán với Canada", False),
        ("chúng tôi không bao giờ thả cá", "họ chưa bao giờ từ chối thả cá", True),
        ("ngân hàng không trả lãi vay", "ngân hàng không thể không trả lãi vay", True),
        ("trời mưa to ở vùng cao", "chợ nổi họp từ ba giờ sáng", False),
        ("", "trời mưa", False),
        ("trời mưa", "", False),
    ],
)
def test_a_quote_denies_what_its_own_clause_turns_round_or_tells_of_others(
    claim: str, quote: str, denied: bool
) -> None:
    assert denies(claim, quote) is denied


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ông Trần Văn Sơn gặp bà Mai", {"sơn", "mai"}),
        ("Trời mưa to", set()),
        ("vị Tổng thống và UAV", set()),
        ("ông Putin đã đến", {"putin"}),
    ],
)
def test_names_are_known_by_their_last_word(text: str, found: set[str]) -> None:
    assert named(text) == found


def test_somebody_else_in_the_place_of_who_is_claimed() -> None:
    assert others_named("gặp ông Sơn", "gặp ông Hải", named("gặp ông Hải"))
    assert not others_named("gặp ông Sơn", "gặp ông Hải", named("ông Hải và ông Sơn"))
    assert not others_named("gặp ông Zelensky", "gặp ông Zelenskyy", named("ông Zelenskyy"))


def test_a_clause_that_goes_on_has_the_subject_of_the_one_before() -> None:
    [first, second] = clauses("Canada đã nhận lời, nhưng còn hoãn chuyến đi")
    assert first.subject == second.subject
    assert first.subject
