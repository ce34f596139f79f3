"""Which mentions of one article are the same person: parts of names, titles, pronouns and descriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from ainoi.resolve.figures import Figure, KnownPeople, NameKeys, Salience, Sight, same_person
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.parsed import ParsedMention, TokenRange
from ainoi.resolve.registry import Person, fold
from ainoi.resolve.scene import Scene
from ainoi.resolve.titles import NARROWER, UNLIKE, WIDER, Title, TitleReader
from ainoi.resolve.words import APOSTROPHES

GLUED_SHARE = 2
"""How many times as often as a run of two names one of them must stand alone for the run to be taken apart."""
CANDIDATES = 20
"""Figures that are weighed for one mention: the latest ones, so that time grows linearly with an article's length."""
NAMESAKES = 12
"""Figures with one part of a name in common that are compared."""

LONGEST_NAME = 8
"""Words of a name behind a form of address that are looked at."""


class Cast:
    """The people of one article. Filled with its mentions from left to right; asked as it goes."""

    def __init__(
        self, scene: Scene, lexicon: Lexicon, titles: TitleReader, known: KnownPeople, salience: Salience
    ) -> None:
        self._scene = scene
        self._lexicon = lexicon
        self._titles = titles
        self._known = known
        self._salience = salience
        self._places = _places(scene, lexicon)
        self._addressed = _addressed(scene, lexicon)
        self._by_part: dict[str, list[Figure]] = {}
        self._by_person: dict[str, Figure] = {}
        self._held: dict[str, Sequence[Title]] = {}
        self._glued: set[NameKeys] = set()
        self._unseen: list[Figure] = []
        self._latest: dict[int, Figure] = {}
        self._at: dict[int, set[int]] = {}
        self._sentences: dict[int, list[Figure]] = {}

    def keys(self, mention: ParsedMention) -> NameKeys:
        """The parts of a mention's name as they are compared: foreign ones without diacritics.

        An apostrophe joins a letter to the part after it: *O'Hara* is one part, so that it can stand alone.
        """
        words, parts = self._scene.words, list[str]()
        first, last = mention.name
        for at in range(first, last):
            key = words.keys[at]
            if not key[0].isalnum():
                continue
            key = key if self._lexicon.native(key) else fold(key)
            if parts and at - first > 1 and words.forms[at - 1] in APOSTROPHES and len(words.keys[at - 2]) == 1:
                parts[-1] += key
            else:
                parts.append(key)
        return tuple(parts)

    def text(self, first: int, last: int) -> str:
        """The words from token ``first`` to ``last`` as the article writes them, white space made single."""
        return self._scene.text(first, last)

    def trimmed(self, mention: ParsedMention) -> ParsedMention:
        """The mention without what is no part of the person's name at its ends.

        Before it: a place, a body or somebody else in the title (*mayor Severodonetsk Oleksandr Stryuk*, *envoy in Mỹ
        Yousef Al Otaiba*), where a country ends, or a name that the registry or the article knows begins. On either
        side: a word that begins a sentence and was joined to the name.
        """
        begin, end = mention.name
        if mention.form not in ("name", "role") or end - begin < 2 or self._known.person(self.text(begin, end)):
            return mention
        words, starts, native = self._scene.words, self._lexicon.sentence_starts, self._lexicon.native
        local = bool(mention.heads) and self._lexicon.local_offices.end(words.keys, mention.heads[-1].start) == begin
        place = words.forms[begin] in self._places and words.keys[begin] not in self._lexicon.surnames
        if end - begin > 2 and mention.titles and (local or place):
            begin += 1
        country = self._lexicon.countries.end(words.keys, begin)
        if begin < country < end - 1 and words.capital[country] and not native(words.keys[country]):
            begin = country
        if end - begin > 2 and words.keys[begin] in starts and not native(words.keys[begin + 1]):
            begin += 1
        if end - begin > 2 and words.keys[end - 1] in starts and not native(words.keys[end - 2]):
            end -= 1
        begin, end = self._known_part(begin, end)
        return mention if (begin, end) == mention.name else _renamed(mention, (begin, end))

    def _known_part(self, begin: int, end: int) -> TokenRange:
        """The part of a run of capitals that is a registry person's name: two words at least, one after an acronym."""
        words = self._scene.words
        for inner in range(begin + 1, end - 1):
            if not words.capital[inner]:
                continue
            whole = words.keys[begin] in self._lexicon.surnames
            addressed = not whole and tuple(words.keys[inner:end]) in self._addressed
            if addressed or self._known.person(self.text(inner, end)) is not None:
                return inner, end
        for inner in range(end - 1, begin + 1, -1):
            if self._known.person(self.text(begin, inner)) is not None:
                return begin, inner
        if words.forms[begin].isupper() and len(words.forms[begin]) > 1:
            if self._known.person(words.forms[end - 1]) is not None:
                return end - 1, end
            return (begin + 1, end) if end - begin > 2 else (begin, end)
        return begin, end

    def introduce(self, mentions: Iterable[ParsedMention]) -> None:
        """Make a figure of every full name (two parts or more) before anything is resolved, the longest first."""
        named = [(self.keys(mention), mention) for mention in mentions]
        counts = Counter(keys for keys, _ in named)
        self._glued = {keys for keys in counts if self._is_glued(keys, counts)}
        named = [(keys, mention) for keys, mention in named if len(keys) > 1 and keys not in self._glued]
        for keys, mention in sorted(named, key=lambda entry: -len(entry[0])):
            if self._same_name(keys) is None:
                self._new(self._scene.words.name(*mention.name), keys)
        for keys, mention in named:
            figure = self._same_name(keys)
            if figure is not None:
                self._learn(figure, mention)

    def hear(self, name: str, keys: NameKeys) -> None:
        """Take a full name from outside the text (the headline) for a person of whom the text has only a part."""
        if len(keys) > 1 and self._same_name(keys) is None:
            self._new(name, keys)

    def _is_glued(self, keys: NameKeys, counts: Mapping[NameKeys, int]) -> bool:
        """Whether a rare run of capitals is two names side by side, or a name and the next sentence's first word."""
        native = keys[0] in self._lexicon.surnames and all(self._lexicon.native(key) for key in keys)
        for split in range(1, len(keys)):
            left, right = keys[:split], keys[split:]
            if max(counts.get(left, 0), counts.get(right, 0)) < GLUED_SHARE * counts[keys]:
                continue
            both = min(len(left), len(right)) > 1 and left in counts and right in counts
            # The last part of a native name stands alone as well, and may be a word: *Ông Lê Văn Viết, ông Viết*.
            if both or (
                len(right) == 1 and (not native or left in counts) and right[0] in self._lexicon.sentence_starts
            ):
                return True
        return False

    def _new(self, name: str, keys: NameKeys) -> Figure:
        person = self._known.person(name) or self._known.resembling(name)
        figure = self._by_person.get(person.id) if person is not None else None
        if figure is None:
            figure = Figure(name, keys, person=person)
            self._unseen.append(figure)
            if person is not None:
                self._by_person[person.id] = figure
                figure.gender = person.gender or "any"
                figure.titles.extend(self._known.titles(person))
        self._index(figure, keys)
        return figure

    def _index(self, figure: Figure, keys: NameKeys) -> None:
        if keys in figure.variants:
            return
        figure.variants[keys] = None
        for key in keys:
            figures = self._by_part.setdefault(key, [])
            if not any(other is figure for other in figures[-NAMESAKES:]):
                figures.append(figure)

    def _same_name(self, keys: NameKeys) -> Figure | None:
        """The figure that bears this full name, spelled the same, with a part left out, or nearly the same."""
        for figure in self._by_part.get(keys[-1], ())[-NAMESAKES:]:
            if any(same_person(keys, known, self._lexicon.suffixes) for known in figure.named()):
                self._index(figure, keys)
                return figure
        return None

    def _learn(self, figure: Figure, mention: ParsedMention) -> None:
        """Take over what a mention says about the figure: gender, form of address, titles."""
        words = self._scene.words
        if mention.gender != "any" and figure.gender == "any":
            figure.gender = mention.gender
        for head in mention.heads:
            if head.word.kind == "honorific" and not head.owner:
                figure.honorifics.add(words.keys[head.start])
        for first, last in mention.titles:
            figure.learn(self._titles.read(words, first, last))
            if figure.role is None:
                figure.role = self.text(first, last)

    def named(self, mention: ParsedMention) -> Figure | None:
        """The figure whose name, or part of it, the mention carries; a new one if nobody of that name was met."""
        keys = self.keys(mention)
        if not keys or keys in self._glued:
            return None
        figure = self._same_name(keys) if len(keys) > 1 else self._by_one_part(keys[0], mention)
        if figure is None:
            figure = self._new(self._scene.words.name(*mention.name), keys)
        self._learn(figure, mention)
        return figure

    def knows(self, mention: ParsedMention) -> bool:
        """Whether some figure bears the mention's name or a part of it."""
        keys = self.keys(mention)
        if not keys:
            return False
        figures = self._by_part.get(keys[0], ())[-NAMESAKES:]
        return any(set(keys) <= set(known) for figure in figures for known in figure.named())

    def namesakes(self, mention: ParsedMention) -> list[Figure]:
        """All figures that a single part of a name can mean, in no order."""
        keys = self.keys(mention)
        if len(keys) != 1:
            return []
        return [figure for figure in self._by_part.get(keys[0], ())[-NAMESAKES:] if figure.suits(mention.gender)]

    def _by_one_part(self, key: str, mention: ParsedMention) -> Figure | None:
        figures = self.namesakes(mention)
        if len(figures) < 2:
            return figures[0] if figures else None
        asked = self.asked(mention)
        return max(
            figures,
            key=lambda figure: (
                self._fit(figure, asked) if asked else 0,
                key == figure.keys[-1],
                figure.keys[-1] not in self._lexicon.suffixes,
                figure.seen(mention.first),
            ),
        )

    def asked(self, mention: ParsedMention) -> Title | None:
        """The mention's own title, if it has one."""
        return self._titles.read(self._scene.words, *mention.titles[0]) if mention.titles else None

    def _fit(self, figure: Figure, asked: Title) -> int:
        fit = max((self._titles.fit(asked, known) for known in figure.titles), default=UNLIKE)
        settled = figure.person is not None and bool(figure.person.offices) and bool(asked.owners)
        return UNLIKE if settled and fit == WIDER else fit

    def _candidates(self) -> list[Figure]:
        """The figures seen last and those whose names are still to come."""
        latest = self._seen_last()
        known = {id(figure) for figure in latest}
        return [*latest, *(figure for figure in self._unseen[:CANDIDATES] if id(figure) not in known)]

    def _seen_last(self) -> list[Figure]:
        """The figures seen last, the latest one at the end."""
        return [*islice(reversed(self._latest.values()), CANDIDATES)][::-1]

    def titled(self, mention: ParsedMention, meant: Mapping[int, float]) -> list[tuple[float, Figure]]:
        """Figures whom the mention's title fits, the best first, each with its salience; empty if it fits nobody.

        ``meant``: how likely the name at a token is whom the mention means, as the network says.
        """
        asked = self.asked(mention)
        if asked is None or not asked.offices:
            return []
        pointed, unlikely = self._pointed(meant)
        ranked = []
        for figure in self._candidates():
            fit = self._fit(figure, asked)
            if fit == UNLIKE or (fit == WIDER and mention.owner_named) or not figure.suits(mention.gender):
                continue
            score = self._salience.of(figure, mention.first, self._scene, gender=mention.gender, fits=True)
            score += pointed.get(id(figure), unlikely)
            owned = (fit, self._holds(figure, asked)) if asked.owners else (0, False)
            ranked.append(((*owned, score, fit), figure))
        ranked.sort(key=lambda entry: entry[0], reverse=True)
        return [(rank[2], figure) for rank, figure in ranked]

    def _pointed(self, meant: Mapping[int, float]) -> tuple[dict[int, float], float]:
        """What the network's probabilities add to a figure's salience, by ``id``, and what to that of all others.

        ``meant``: probability by token; nothing is added for a network that says nothing.
        """
        if not meant:
            return {}, 0.0
        together: dict[int, float] = {}
        for token, probability in meant.items():
            for number in self._at.get(token, ()):
                together[number] = together.get(number, 0.0) + probability
        weigh = self._salience.pointed
        return {number: weigh(probability) for number, probability in together.items()}, weigh(0.0)

    def _holds(self, figure: Figure, asked: Title) -> bool:
        """Whether the registry says that the figure holds the office; what the article calls others counts less."""
        if figure.person is None:
            return False
        if figure.person.id not in self._held:
            self._held[figure.person.id] = self._known.titles(figure.person)
        return any(self._titles.fit(asked, title) >= NARROWER for title in self._held[figure.person.id])

    def nearest(self, mention: ParsedMention, meant: Mapping[int, float]) -> list[tuple[float, Figure]]:
        """Earlier figures that a pronoun or description can mean, the most salient first, each with its score.

        ``meant``: as for :meth:`titled`.
        """
        asked = self.asked(mention)
        pointed, unlikely = self._pointed(meant)
        found = []
        for figure in self._seen_last():
            if not figure.suits(mention.gender) or figure.seen(mention.first) < 0:
                continue
            fits = asked is not None and self._fit(figure, asked) > UNLIKE
            score = self._salience.of(figure, mention.first, self._scene, gender=mention.gender, fits=fits)
            score += pointed.get(id(figure), unlikely)
            if mention.form == "pronoun":
                score += self._salience.address(figure, self._scene.words.keys[mention.first])
            found.append((score, figure))
        return sorted(found, key=lambda entry: -entry[0])

    def latest_two(self, token: int) -> list[Figure]:
        """The last two named figures of the nearest sentence before ``token`` that has two, in its order."""
        here = self._scene.sentence_of(token)
        for sentence in range(here, max(-1, here - self._salience.farthest), -1):
            there = islice(reversed(self._sentences.get(sentence, [])), CANDIDATES)
            named = [*islice((figure for figure in there if figure.name and figure.seen(token) >= 0), 2)]
            if len(named) > 1:
                return named[::-1]
        return []

    def see(self, figure: Figure, token: int, *, source: bool) -> None:
        """Note that the figure is mentioned at ``token``, as the source of a quote or not. Tokens must not fall."""
        sentence = self._scene.sentence_of(token)
        there = self._sentences.setdefault(sentence, [])
        subject = not there or there[0] is figure
        if not any(other is figure for other in there[-NAMESAKES:]):
            there.append(figure)
        self._latest.pop(id(figure), None)
        self._latest[id(figure)] = figure
        self._at.setdefault(token, set()).add(id(figure))
        figure.see(Sight(token, source, subject, bool(self._scene.quoted[token])))

    def addressed(self, honorific: str) -> bool:
        """Whether some figure is addressed with this word."""
        return any(honorific in figure.honorifics for figure in self._candidates())

    def known(self, person: Person) -> Figure:
        """The figure of a registry person, a new one if the article does not name them."""
        figure = self._by_person.get(person.id)
        return figure if figure is not None else self._new(person.name, tuple(fold(person.name).split()))

    def unnamed(self, mention: ParsedMention) -> Figure:
        """A new figure for somebody whom the article leaves without a name."""
        title = self.asked(mention)
        return Figure("", (), gender=mention.gender, titles=[title] if title else [])


def _renamed(mention: ParsedMention, name: TokenRange) -> ParsedMention:
    """The mention with another range of tokens as its name; what stands before it joins the title, and is then what
    owns the office (*the director of Alibaba Jack Ma*)."""
    if not mention.titles or name[0] == mention.name[0]:
        return replace(mention, name=name)
    first, _ = mention.titles[0]
    titles = ((first, name[0]), *mention.titles[1:])
    return replace(mention, form="name", owner_named=False, name=name, titles=titles)


def _addressed(scene: Scene, lexicon: Lexicon) -> frozenset[NameKeys]:
    """Names of two words and more that stand behind a form of address somewhere in the article."""
    words = scene.words
    found = set[NameKeys]()
    for at in range(len(words) - 2):
        title = lexicon.titles.match(words.keys, at)
        if title is None or title[1].kind != "honorific":
            continue
        end = title[0]
        stop = min(len(words), end + LONGEST_NAME)
        while end < stop and words.capital[end] and words.same_line(end - 1):
            end += 1
        if end - title[0] > 1:
            found.add(tuple(words.keys[title[0] : end]))
    return frozenset(found)


def _places(scene: Scene, lexicon: Lexicon) -> frozenset[str]:
    """Capitalised words that stand after a word for a place somewhere in the article."""
    words = scene.words
    return frozenset(
        words.forms[index]
        for index in range(1, len(words))
        if words.capital[index] and lexicon.place_words.end(words.keys, index - 1) == index
    )
