"""The registry: reading and refusing files, look-ups by name, and holders of offices by date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.errors import RegistryError
from ainoi.resolve.dates import period
from ainoi.resolve.registry import Registry, fold

PACK = Path(__file__).resolve().parents[3] / "models" / "ainoi" / "lang" / "vi"

PEOPLE = """
[[office]]
id = "mayor"
names = ["Thị trưởng Oldavka"]

[[person]]
id = "hana-kovar"
name = "Hana Kovar"
gender = "female"
aliases = ["Kovar", "Ha-na Cô-va"]
offices = [{ office = "mayor", start = "2018-03-01", end = "2022-03-01" }]

[[person]]
id = "petr-malik"
name = "Petr Malik"
gender = "male"
aliases = ["Malik"]
offices = [{ office = "mayor", start = "2022-03-01" }]

[[person]]
id = "eva-malik"
name = "Eva Malik"
gender = "female"
aliases = ["Malik"]

[[person]]
id = "hung"
name = "Lê Văn Hùng"

[[organization]]
id = "harbour"
name = "Cảng Oldavka"
type = "company"
aliases = ["OPA"]

[[country]]
id = "xo"
name = "Olda"
names = ["Cộng hòa Olda"]
capitals = ["Oldavka"]
adjectives = []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "all.toml").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def ids(entries: tuple[object, ...]) -> list[str]:
    return [str(getattr(entry, "id", None)) for entry in entries]


def test_names_and_aliases_are_found_without_case_and_punctuation(folder: Path) -> None:
    registry = Registry.load(folder)
    assert ids(registry.find_people("HANA KOVAR")) == ["hana-kovar"]
    assert ids(registry.find_people("Ha na Cô va")) == ["hana-kovar"]
    assert ids(registry.find_organizations("opa")) == ["harbour"]
    assert registry.find_people("Hana") == ()


def test_an_alias_of_two_people_finds_both(folder: Path) -> None:
    assert ids(Registry.load(folder).find_people("Malik")) == ["petr-malik", "eva-malik"]


def test_diacritics_tell_names_apart_but_may_be_left_out(folder: Path) -> None:
    registry = Registry.load(folder)
    assert ids(registry.find_people("Lê Văn Hùng")) == ["hung"]
    assert ids(registry.find_people("Le Van Hung")) == ["hung"]
    assert registry.find_people("Lê Văn Hưng") == ()


def test_countries_are_found_by_name_and_capital(folder: Path) -> None:
    registry = Registry.load(folder)
    found = [registry.find_country(name) for name in ("Olda", "cộng hoà Olda", "Oldavka", "Nolda")]
    assert [country.id if country else None for country in found] == ["xo", "xo", "xo", None]


@pytest.mark.parametrize(
    ("when", "holder", "alternatives"),
    [
        ("2019", "hana-kovar", []),
        ("2021-07", "hana-kovar", []),
        ("20210704", "hana-kovar", []),
        ("2023-01-05T10:00:00+07:00", "petr-malik", []),
        ("2022", None, ["petr-malik", "hana-kovar"]),
        ("2022-03-01", None, ["petr-malik", "hana-kovar"]),
        ("2018", None, ["hana-kovar"]),
        ("2001", None, []),
        (None, None, ["petr-malik", "hana-kovar"]),
        ("gần đây", None, ["petr-malik", "hana-kovar"]),
    ],
)
def test_an_office_has_a_holder_only_if_one_person_held_it_all_the_time_stated(
    folder: Path, when: str | None, holder: str | None, alternatives: list[str]
) -> None:
    holding = Registry.load(folder).holder("mayor", when)
    assert (holding.person.id if holding.person else None, ids(holding.alternatives)) == (holder, alternatives)


def test_a_file_of_the_users_own_adds_and_extends(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "mine.toml"
    own.parent.mkdir()
    own.write_text(
        '[[person]]\nid = "hana-kovar"\naliases = ["Bà đầm thép"]\n'
        '[[organization]]\nid = "mill"\nname = "Nhà máy Mill"\n',
        encoding="utf-8",
    )
    registry = Registry.load(folder, [own])
    assert ids(registry.find_people("bà đầm thép")) == ["hana-kovar"]
    assert ids(registry.find_people("Kovar")) == ["hana-kovar"]
    assert ids(registry.find_organizations("nhà máy Mill")) == ["mill"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[[person]", "Expected"),
        ('[[person]]\nname = "A B"', "without an id"),
        ('[[planet]]\nid = "x"', "planet"),
        ('[[person]]\nid = "x"', "'x': name"),
        ('[[person]]\nid = "x"\nname = "A B"\nage = 3', "age"),
        ('[[person]]\nid = "x"\nname = "A B"\ngender = "m"', "gender"),
        ('[[person]]\nid = "x"\nname = "A B"\nwikidata = "7747"', "wikidata"),
        ('[[person]]\nid = "x"\nname = "A B"\noffices = [{ office = "none" }]', "no office 'none'"),
        ('[[person]]\nid = "x"\nname = "A B"\noffices = [{ office = "mayor", start = "soon" }]', "not a date"),
        (
            '[[person]]\nid = "x"\nname = "A B"\noffices = [{ office = "mayor", start = "2020", end = "2019" }]',
            "ends before it starts",
        ),
        ('[[person]]\nid = "hung"\nname = "A B"', "already in"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_file_and_entry(folder: Path, content: str, told: str) -> None:
    (folder / "wrong.toml").write_text(content, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"wrong\.toml") as raised:
        Registry.load(folder)
    assert told in str(raised.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="nowhere"):
        Registry.load(tmp_path / "nowhere")


def test_the_registry_that_ships_is_sound_and_has_the_people_named_first() -> None:
    registry = Registry.load(PACK / "registry")
    assert len(registry.people) >= 150
    assert len(registry.organizations) >= 60
    for name in ("Dmitry Peskov", "Yury Ushakov", "Donald Trump", "Vladimir Putin", "Pê-xcốp"):
        assert len(registry.find_people(name)) == 1


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-02-29", (date(2024, 2, 29), date(2024, 2, 29))),
        ("20240229", (date(2024, 2, 29), date(2024, 2, 29))),
        ("2024-02-29T08:00Z", (date(2024, 2, 29), date(2024, 2, 29))),
        ("2023-02-29", None),
        ("2024-13", None),
        ("0000", None),
        ("24", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_states_a_period_of_days(text: str | None, days: tuple[date, date] | None) -> None:
    assert period(text) == days


@given(st.text())
def test_any_text_is_a_period_or_nothing(text: str) -> None:
    days = period(text)
    assert days is None or days[0] <= days[1]
