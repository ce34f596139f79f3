"""One article read from left to right: every mention seen where it stands, every source resolved when it is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from ainoi.resolve.apposition import Fronted, issuer, with_titles
from ainoi.resolve.coreference import Cast
from ainoi.resolve.events import Event, SourceMention
from ainoi.resolve.figures import Figure
from ainoi.resolve.kinds import Kinds
from ainoi.resolve.knowledge import DatedPeople, Knowledge
from ainoi.resolve.names import Mention
from ainoi.resolve.organizations import Bodies
from ainoi.resolve.outcome import Outcome, Outcomes
from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.registry import Person
from ainoi.resolve.scene import Scene
from ainoi.resolve.titles import NARROWER
from ainoi.resolve.words import Words
from ainoi.schema import Method, Speaker, SpeakerKind

GROUP_WITHIN = 4
"""Sentences between *they* and the speakers it means."""
SPEAKERS_BEFORE = 150
"""Speakers before *they* that are looked at."""
CONTENTS_AROUND = 60
"""Quotes before a first person that are tried as the one it stands in."""


class Reading:
    """Makes the cast and the bodies of an article, then resolves its sources."""

    def __init__(
        self,
        knowledge: Knowledge,
        text: str,
        sources: Sequence[SourceMention],
        mentions: Sequence[Mention],
        *,
        date: str | None,
        title: str | None,
    ) -> None:
        self._knowledge = knowledge
        self._sources = sources
        self._date = date
        words = Words.of(text, knowledge.lexicon.spelling)
        self._scene = Scene.of(words, (content for source in sources for content in source.contents))
        people = DatedPeople(knowledge, date)
        self._cast = Cast(self._scene, knowledge.lexicon, knowledge.titles, people, knowledge.salience)
        self._bodies = Bodies(self._scene, knowledge.lexicon, knowledge.grammar, knowledge.outlets)
        self._kinds = Kinds(knowledge, self._scene, self._cast)
        self._outcomes = Outcomes(knowledge, self._scene)
        self._results: dict[int, Speaker] = {}
        self._latest: list[tuple[int, Speaker]] = []
        self._persons = {mention.end: mention.start for mention in mentions if mention.label == "person"}
        self._roles = {mention.start: mention.end for mention in mentions if mention.label == "role"}
        self._events = self._read(mentions, title)

    def _read(self, mentions: Sequence[Mention], title: str | None) -> list[Event]:
        """Parse mentions and sources, and let cast and bodies know every name before anything is resolved."""
        events = [self._source_event(number, source) for number, source in enumerate(self._sources)]
        others = [event for mention in mentions if (event := self._event(mention)) is not None]
        self._kinds.learn((event.mention, event.label) for event in others if event.mention is not None)
        labels = {event.mention: event.label for event in others if event.mention is not None}
        fronted = Fronted(self._scene, labels)
        names = {mention.first: mention for mention in labels if mention.named and not mention.owner_named}
        events = [self._issued(self._fronted(event, fronted, labels), names, labels) for event in events]
        people: list[ParsedMention] = []
        bodies: list[ParsedMention] = []
        for event in (*events, *others):
            for parsed in event.parts:
                (people if self._kinds.personal(parsed, event.label) else bodies).append(parsed)
        roles = {parsed.last: parsed for parsed in people if parsed.form == "role" and not parsed.named}
        apart = {event.token for event in events if event.mention is not None and event.mention.form == "role"}
        named = [
            with_titles(parsed, roles, self._scene, self._knowledge.grammar, apart=apart)
            for parsed in people
            if parsed.named and not parsed.owner_named
        ]
        self._cast.introduce(named)
        self._hear(title, {self._cast.keys(parsed)[-1:] for parsed in named})
        self._bodies.introduce(bodies)
        covered = bytearray(len(self._scene.words))
        for event in events:
            if event.mention is not None:
                covered[event.mention.first : event.mention.last] = b"\x01" * (event.mention.last - event.mention.first)
        events.extend(event for event in others if not covered[event.token])
        return sorted(events, key=lambda event: (event.token, event.source is None))

    def _source_event(self, number: int, source: SourceMention) -> Event:
        label = self._kinds.guess(source.kind, source.kind_probability)
        parsed = self._parsed(source.start, source.end)
        if parsed is not None:
            meant = {self._scene.at(start): probability for start, probability in source.meant.items()}
            return Event(parsed.first, parsed, number, label, meant=meant, hidden=source.hidden)
        offset = min((start for start, _ in source.contents), default=0)
        return Event(self._scene.at(offset), None, number, label)

    def _event(self, mention: Mention) -> Event | None:
        parsed = self._parsed(mention.start, mention.end)
        return Event(parsed.first, parsed, None, mention.label, mention.speaks) if parsed is not None else None

    def _parsed(self, start: int | None, end: int | None) -> ParsedMention | None:
        if start is None or end is None or start < 0 or end <= start:
            return None
        first, last = self._scene.tokens((start, end))
        if first >= last:
            return None
        name, title_end = self._persons.get(end), self._roles.get(start, end)
        last = self._knowledge.grammar.whole(self._scene.words, first, last, person=name is not None)
        # A person's name, alone or right behind a title that the network read apart from it.
        named = name is not None and (name == start or self._scene.at(title_end) == self._scene.at(name))
        return self._cast.trimmed(self._knowledge.reader.parse(self._scene.words, first, last, named=named))

    def _fronted(self, event: Event, fronted: Fronted, labels: Mapping[ParsedMention, str | None]) -> Event:
        """The event of a source that was read as a title alone, with the name in front of it."""
        role = event.mention
        if role is None or (role.named and not role.owner_named) or role.form not in ("role", "anaphor", "unnamed"):
            return event
        name = fronted.name(role)
        personal = role.form == "role" or (role.form == "unnamed" and bool(role.heads))
        if name is None or self._kinds.personal(name, labels[name]) != personal:
            return event
        return replace(event, mention=replace(name, titles=(*name.titles, *role.titles)), label=labels[name])

    def _issued(
        self, event: Event, names: Mapping[int, ParsedMention], labels: Mapping[ParsedMention, str | None]
    ) -> Event:
        """The event of a paper that was read as a source without the name of who issued it behind it."""
        name = event.mention and issuer(event.mention, names, self._scene, self._knowledge.lexicon)
        return replace(event, mention=name, label=labels[name]) if name else event

    def _hear(self, title: str | None, needed: Iterable[tuple[str, ...]]) -> None:
        """Take from the headline the full names of people of whom the text gives only the last part."""
        if not title:
            return
        parts = {key for keys in needed for key in keys}
        lexicon, grammar = self._knowledge.lexicon, self._knowledge.grammar
        words = Words.of(title, lexicon.spelling)
        at = 0
        while at < len(words):
            skipped = max(lexicon.titles.end(words.keys, at), grammar.place(words, at))
            if skipped > at:
                at = skipped
                continue
            end = max(grammar.name(words, at), at + 1)
            first = words.keys[at]
            telling = first in lexicon.surnames or not (lexicon.native(first) or words.forms[at].isupper())
            if end - at > 1 and telling and words.keys[end - 1] in parts:
                name = " ".join(words.forms[at:end])
                self._cast.hear(name, tuple(key for key in words.keys[at:end] if key[0].isalnum()))
            at = end

    def speakers(self) -> list[Speaker]:
        """The speakers of all sources in their order."""
        for event in self._events:
            if event.source is None:
                self._pass(event)
                continue
            speaker = self._of(event.mention, event) if event.mention is not None else self._continued(event)
            self._results[event.source] = speaker
            self._latest.append((event.token, speaker))
            if speaker.kind is SpeakerKind.ORGANIZATION and speaker.name and not speaker.members:
                self._bodies.spoke(event.token, speaker.name)
        return [self._results[number] for number in range(len(self._sources))]

    def _pass(self, event: Event) -> None:
        """Let the cast see a mention that is nobody's source."""
        mention = event.mention
        if mention is None or not self._kinds.personal(mention, event.label):
            return
        figure: Figure | None = None
        if mention.form == "name":
            figure = self._cast.named(mention)
        elif mention.form == "role" and not mention.owner_named:
            figure = _first(self._cast.titled(mention, {}))
        elif mention.form == "pronoun":
            figure = _first(self._cast.nearest(mention, {}))
        if figure is not None:
            self._cast.see(figure, event.token, source=event.speaks)

    def _of(self, mention: ParsedMention, event: Event) -> Speaker:
        match mention.form:
            case "name":
                return self._named(mention, event)
            case "role":
                return self._role(mention, event)
            case "pronoun":
                if self._kinds.country(mention):
                    return self._outcomes.body(self._cast.text(mention.first, mention.last), "organization")
                return self._nearest(mention, event)
            case "plural":
                return self._plural(mention, event)
            case "first":
                return self._first_person(mention, event)
            case "organization" | "document" | "anaphor":
                return self._body(mention, event)
            case "joint":
                return self._outcomes.together([self._of(member, event) for member in mention.members])
        return self._unnamed(mention, event)

    def _body(self, mention: ParsedMention, event: Event) -> Speaker:
        """An organization by its name or by what points back to it; a paper by its issuer, or by its own name."""
        if event.label == "unnamed":
            return self._outcomes.unnamed("unnamed")
        if mention.form == "organization":
            return self._outcomes.body(self._bodies.name(mention), "organization")
        if mention.named:
            return self._outcomes.body(self._bodies.name(mention), "document")
        own = self._cast.text(mention.first, mention.last)
        if mention.form == "document" and self._kinds.self_named(mention):
            return self._outcomes.body(own, "document_itself")
        pointed = self._bodies.pointed(self._owner_pointed(mention) or mention)
        placed = any(self._scene.words.capital[mention.first + 1 : mention.last])
        if pointed is None and mention.form == "anaphor" and self._kinds.outlet_noun(mention) and not placed:
            return self._outcomes.unnamed("unnamed")
        if pointed is None:
            return self._outcomes.body(own, "document_itself")
        return self._outcomes.body(pointed, "anaphor" if mention.form == "anaphor" else "document")

    def _owner_pointed(self, paper: ParsedMention) -> ParsedMention | None:
        """What points back to a paper's issuer at its end: *(a report of) this company*."""
        words = self._scene.words
        for at in range(paper.first + 1, paper.last):
            if words.keys[at - 1] in self._knowledge.lexicon.links:
                owner = self._knowledge.reader.parse(words, at, paper.last)
                return owner if owner.form == "anaphor" else None
        return None

    def _named(self, mention: ParsedMention, event: Event) -> Speaker:
        if not self._kinds.personal(mention, event.label):
            if mention.heads:
                return self._outcomes.unnamed("unnamed_role")
            return self._outcomes.body(self._bodies.name(mention), "organization")
        if self._kinds.relative(mention) and mention.gender == "any":
            return self._outcomes.unnamed("unnamed_role")
        if self._names_owner(mention):
            return self._role(mention, event)
        namesakes = self._cast.namesakes(mention)
        figure = self._cast.named(mention)
        if figure is None:
            return self._nearest(mention, event)
        self._cast.see(figure, event.token, source=True)
        others = [other for other in namesakes if other is not figure]
        if len(self._cast.keys(mention)) > 1:
            return self._outcomes.person(figure, Method.NAME, "name", others)
        if len(figure.keys) > 1:
            return self._outcomes.person(figure, Method.PART_OF_NAME, "part_of_name", others)
        if figure.person is not None:
            return self._outcomes.person(figure, Method.ALIAS, "alias", others)
        return self._outcomes.person(figure, Method.NAME, "single_name", others)

    def _names_owner(self, mention: ParsedMention) -> bool:
        """*(adviser) President X*: whether the name is that of the inner title's holder."""
        offices = [head for head in mention.heads if head.word.kind == "office"]
        if len(offices) < 2 or not mention.titles:
            return False
        read, fit = self._knowledge.titles.read, self._knowledge.titles.fit
        inner = read(self._scene.words, offices[-1].start, mention.name[0])
        outer = self._cast.asked(mention)
        figure = self._cast.named(replace(mention, titles=()))
        if figure is None or outer is None:
            return False
        return any(fit(inner, title) for title in figure.titles) and not any(fit(outer, t) for t in figure.titles)

    def _holds_outer(self, mention: ParsedMention) -> Figure | None:
        """*(spokesman) of President X Y*: Y, where the registry or the article knows that the outer office is Y's."""
        outer = self._knowledge.titles.read(self._scene.words, mention.first, mention.name[0])
        figure = self._cast.named(replace(mention, titles=(), heads=(), gender="any"))
        if figure is None or not outer.offices:
            return None
        fit = self._knowledge.titles.fit
        known = any(max(fit(outer, title), fit(title, outer)) >= NARROWER for title in figure.titles)
        return figure if known else None

    def _role(self, mention: ParsedMention, event: Event) -> Speaker:
        """A title without a name: somebody of the article who bears it or is so described, or the office's holder."""
        if mention.owner_named and (holder := self._holds_outer(mention)) is not None:
            self._cast.see(holder, event.token, source=True)
            return self._outcomes.person(holder, Method.NAME, "name")
        found = [] if mention.demonstrative else self._cast.titled(mention, event.meant)
        if found:
            return self._ranked(found, mention, event, Method.ROLE, "role")
        if self._kinds.relative(mention):
            return self._outcomes.unnamed("unnamed_role")
        earlier = self._cast.nearest(mention, event.meant)
        if earlier and self._kinds.points_back(mention):
            return self._ranked(earlier, mention, event, Method.PRONOUN, "description")
        official = self._office(mention, event)
        if official is not None:
            return official
        if earlier and event.label == "person" and not mention.owner_named:
            return self._ranked(earlier, mention, event, Method.PRONOUN, "description")
        self._cast.see(self._cast.unnamed(mention), event.token, source=True)  # later mentions may point back
        return self._outcomes.unnamed("unnamed_role")

    def _office(self, mention: ParsedMention, event: Event) -> Speaker | None:
        """The holder of a registry office on the article's date; unknown with alternatives where not certain."""
        asked = self._cast.asked(mention)
        official = any(head.word.kind == "office" for head in mention.heads[:2])
        possible: list[Person] = []
        for office in self._knowledge.offices.get(asked, ()) if asked and official else ():
            holding = self._knowledge.registry.holder(office, self._date)
            if holding.person is not None:
                figure = self._cast.known(holding.person)
                self._cast.see(figure, event.token, source=True)
                return self._outcomes.person(figure, Method.OFFICE, "office", role=mention)
            possible.extend(holding.alternatives)
        return self._outcomes.undecided(mention, possible) if possible else None

    def _nearest(self, mention: ParsedMention, event: Event) -> Speaker:
        found = self._cast.nearest(mention, event.meant)
        if not found:
            return self._outcomes.unknown()
        return self._ranked(found, mention, event, Method.PRONOUN, "pronoun")

    def _ranked(
        self,
        found: Sequence[tuple[float, Figure]],
        mention: ParsedMention,
        event: Event,
        method: Method,
        evidence: Outcome,
    ) -> Speaker:
        """The first of ranked figures as the speaker, the next ones as alternatives."""
        figure = found[0][1]
        self._cast.see(figure, event.token, source=True)
        margin = found[0][0] - found[1][0] if len(found) > 1 else None
        others = [other for _, other in found[1:]]
        return self._outcomes.person(figure, method, evidence, others, role=mention, margin=margin)

    def _plural(self, mention: ParsedMention, event: Event) -> Speaker:
        """*They*: the latest speakers that are several, a body, or nameless. *The two*: the latest two persons."""
        keys = self._scene.words.keys[mention.first : mention.last]
        if not self._knowledge.lexicon.two.isdisjoint(keys):
            for _, speaker in self._latest[-GROUP_WITHIN:][::-1]:
                if len(speaker.members) == 2:
                    return speaker
            pair = self._cast.latest_two(mention.first)
            if pair:
                people = [self._outcomes.person(figure, Method.PRONOUN, "pair") for figure in pair]
                return self._outcomes.together(people)
        for token, speaker in islice(reversed(self._latest), SPEAKERS_BEFORE):
            if self._scene.sentence_of(event.token) - self._scene.sentence_of(token) > GROUP_WITHIN:
                break
            if speaker.kind is not SpeakerKind.PERSON or speaker.members:
                return self._outcomes.again(speaker, "plural")
        return self._outcomes.unnamed("plural")

    def _first_person(self, mention: ParsedMention, event: Event) -> Speaker:
        """*I*: the speaker of the quote around it, else the latest one."""
        offset = self._scene.words.starts[mention.first]
        for number in [*islice(reversed(self._results), CONTENTS_AROUND)][::-1]:
            if any(start <= offset < end for start, end in self._sources[number].contents):
                return self._outcomes.again(self._results[number], "first")
        return self._outcomes.again(self._latest[-1][1], "first") if self._latest else self._outcomes.unknown()

    def _continued(self, event: Event) -> Speaker:
        """A quote without a mention: the latest speaker, else the person that stands out most."""
        if self._latest:
            return self._outcomes.again(self._latest[-1][1], "continued")
        found = self._cast.nearest(ParsedMention(event.token, event.token, "description"), {})
        named = [figure for _, figure in found if figure.name]
        if not named:
            return self._outcomes.unknown()
        return self._outcomes.person(named[0], Method.PRONOUN, "continued", named[1:])

    def _unnamed(self, mention: ParsedMention, event: Event) -> Speaker:
        if event.label == "organization":
            return self._outcomes.body(self._cast.text(mention.first, mention.last), "document_itself")
        if mention.titles or mention.gender != "any":
            self._cast.see(self._cast.unnamed(mention), event.token, source=True)
        return self._outcomes.unnamed("unnamed")


def _first(found: Sequence[tuple[float, Figure]]) -> Figure | None:
    return found[0][1] if found else None
