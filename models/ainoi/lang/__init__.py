"""Language packs: everything that knows a word of a language, as data beside a loader."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ainoi.attribution.channels import ViaLexicon, fold_name
from ainoi.attribution.cues import CueLexicon
from ainoi.attribution.date_lexicon import DateLexicon
from ainoi.attribution.denial import DenialLexicon
from ainoi.attribution.occasions import OccasionLexicon
from ainoi.clean.furniture import Furniture
from ainoi.clean.language import LanguageTest
from ainoi.decode.links import Owners
from ainoi.errors import ModelFolderError
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.registry import Registry


@dataclass(frozen=True)
class LanguagePack:
    """The lexicons of one language. ``clause_words`` introduce a reported clause and are no part of it; who is
    quoted by one of ``relay_cues`` stands behind it; ``owners`` lead from what was said to who said it, ``naming_cues``
    stand right before who said it; ``outlets`` are the folded names of outlets and platforms."""

    furniture: Furniture
    test: LanguageTest
    clause_words: tuple[str, ...]
    relay_cues: tuple[str, ...]
    owners: Owners
    naming_cues: frozenset[str]
    cues: CueLexicon
    denials: DenialLexicon
    channels: ViaLexicon
    dates: DateLexicon
    occasions: OccasionLexicon
    names: Lexicon
    registry: Registry
    outlets: frozenset[str]


def folder_of(language: str) -> Path:
    """The folder of a language pack. Raises ModelFolderError if there is none for ``language``."""
    folder = Path(__file__).parent / language
    if not (folder / "language.toml").is_file():
        raise ModelFolderError(f"there is no language pack {language!r}")
    return folder


def load_pack(language: str, registry_files: Sequence[Path] = ()) -> LanguagePack:
    """Read a language pack; ``registry_files`` add to its registry.

    Raises ModelFolderError for an unknown language, RegistryError for a wrong registry file.
    """
    folder = folder_of(language)
    registry = Registry.load(folder / "registry", registry_files)
    settings = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
    channels = ViaLexicon.load(folder)
    return LanguagePack(
        furniture=Furniture.load(folder),
        test=LanguageTest.load(folder),
        clause_words=tuple(settings["clause_words"]),
        relay_cues=tuple(settings["relay_cues"]),
        naming_cues=frozenset(settings["naming_cues"]),
        owners=Owners(frozenset(settings["owning"]), frozenset(settings["before_owning"])),
        cues=CueLexicon.load(folder),
        denials=DenialLexicon.load(folder),
        channels=channels,
        dates=DateLexicon.load(folder),
        occasions=OccasionLexicon.load(folder),
        names=Lexicon.load(folder),
        registry=registry,
        outlets=frozenset(
            fold_name(name)
            for body in registry.organizations.values()
            if body.type in ("outlet", "platform")
            for name in (body.name, *body.aliases)
        ),
    )
