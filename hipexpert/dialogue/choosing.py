"""A list to choose from, as a value: what is pointed at, what is ticked, what is looked for. No I/O.

An answer with several options has three states here too: an option is ticked, left out (which counts as
no), or left unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hipexpert.case import Answer, State
from hipexpert.case_values import chosen
from hipexpert.dialogue.text import plain
from hipexpert.knowledge.model import Finding
from hipexpert.knowledge.when import YES

NONE = "none of these"
UNKNOWN = "not known"
"""Values of the entries that stand behind the options; no id of an option has a space in it."""

_LABELS = {NONE: "None of these", UNKNOWN: "Not known"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """A list, where one is in it, and what was ticked.

    Attributes:
        entries: All lines, in order.
        many: Several may be ticked.
        at: The value of the entry pointed at; empty when nothing fits what is looked for.
        yes: Values ticked.
        unsure: Values left unknown.
        sought: Only entries that hold each of these words are shown.
        seeking: What is typed goes into ``sought``.
    """

    entries: tuple[Entry, ...]
    many: bool = False
    at: str = ""
    yes: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    sought: str = ""
    seeking: bool = False

    @classmethod
    def of(cls, entries: Iterable[Entry], at: str = "") -> Choosing:
        """Return a list that points at one entry, or at the first."""
        several = tuple(entries)
        return cls(entries=several, at=at or (several[0].value if several else ""))

    @classmethod
    def among_answers(cls, finding: Finding, recorded: Answer | None = None) -> Choosing | None:
        """Return the list of what can be answered; None for a number, which is typed."""
        if finding.kind == "number":
            return None
        if finding.kind == "yes_no":
            entries = [Entry("yes", "Yes"), Entry("no", "No")]
        else:
            entries = [Entry(option.id, option.label) for option in finding.options]
        many = finding.kind == "choices"
        entries += [Entry(value, _LABELS[value]) for value in ((NONE, UNKNOWN) if many else (UNKNOWN,))]
        begun = cls(entries=tuple(entries), many=many, at=entries[0].value)
        return begun if recorded is None else begun._showing(finding, recorded)

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that hold every word looked for."""
        words = plain(self.sought).casefold().split()
        return tuple(e for e in self.entries if all(word in plain(e.label).casefold() for word in words))

    @property
    def place(self) -> int:
        """The place among the shown entries of the one pointed at; -1 for none."""
        return next((n for n, entry in enumerate(self.shown) if entry.value == self.at), -1)

    def moved(self, by: int, *, around: bool = True) -> Choosing:
        """Return the list pointing some entries further, around the end or up to it."""
        shown = self.shown
        if not shown:
            return self
        place = self.place + by if self.place >= 0 else 0
        place = place % len(shown) if around else min(max(place, 0), len(shown) - 1)
        return replace(self, at=shown[place].value)

    def pointing(self, value: str) -> Choosing:
        """Return the list pointing at an entry."""
        return replace(self, at=value)

    def looking(self, sought: str, *, seeking: bool = True) -> Choosing:
        """Return the list showing what holds these words; it points at the same entry if that is shown."""
        found = replace(self, sought=sought, seeking=seeking)
        shown = found.shown
        if all(entry.value != self.at for entry in shown):
            found = replace(found, at=shown[0].value if shown else "")
        return found

    def ticked(self) -> Choosing:
        """Return the list with the entry pointed at ticked, then unknown, then left out again."""
        if not self.many or self.at in ("", NONE, UNKNOWN):
            return self
        if self.at in self.yes:
            return replace(self, yes=self.yes - {self.at}, unsure=self.unsure | {self.at})
        if self.at in self.unsure:
            return replace(self, unsure=self.unsure - {self.at})
        return replace(self, yes=self.yes | {self.at})

    def answer(self, finding: Finding) -> Answer | None:
        """Return what Enter would record; None when that is not plain.

        Several may be ticked and nothing is; or something is, and "none of these" is pointed at.
        """
        if self.at in (NONE, UNKNOWN) and (self.yes or self.unsure):
            return None
        if self.at == UNKNOWN:
            return Answer(finding=finding.id)
        if self.at == NONE:
            return chosen(finding, ())
        if self.many:
            return chosen(finding, self.yes, self.unsure) if self.yes or self.unsure else None
        if not self.at:
            return None
        if finding.kind == "yes_no":
            yes = self.at == YES
            return Answer(finding=finding.id, present=(YES,) * yes, absent=(YES,) * (not yes))
        return chosen(finding, (self.at,))

    def _showing(self, finding: Finding, recorded: Answer) -> Choosing:
        """Return the list as it would have to be for an answer to come out as recorded."""
        if not recorded.known:
            return replace(self, at=UNKNOWN)
        if self.many:
            unsure = [o for o in finding.option_ids if recorded.state(o) is State.UNKNOWN]
            nothing = not recorded.present and not unsure
            at = NONE if nothing else (*recorded.present, *unsure)[0]
            return replace(self, at=at, yes=frozenset(recorded.present), unsure=frozenset(unsure))
        if finding.kind == "yes_no":
            return replace(self, at="yes" if recorded.present else "no")
        return replace(self, at=recorded.present[0] if recorded.present else UNKNOWN)
