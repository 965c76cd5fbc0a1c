"""The facts one knowledge base can ever need, each described when first needed and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from hipexpert.case import Answer, Case, State
from hipexpert.inference import facts
from hipexpert.inference.facts import CaseFact, Print
from hipexpert.knowledge.model import (
    Concludes,
    Finding,
    Knowledge,
    Raises,
    Rule,
    Weighs,
    Withholds,
)
from hipexpert.knowledge.when import Has

_Options = tuple[tuple[str, Print, Print], ...]


class Stock:
    """Hands out facts of one knowledge base.

    Attributes:
        asked_unknown: Findings of which some rule asks whether nobody recorded them, in order.
        asked_together: Tests for several options of findings that always have one answer.
    """

    def __init__(
        self, knowledge: Knowledge, asked_unknown: Iterable[str], asked_together: Iterable[Has] = ()
    ) -> None:
        self.asked_unknown = tuple(sorted(asked_unknown))
        self.asked_together = tuple(asked_together)
        self._findings = knowledge.findings
        self._places = {name: place for place, name in enumerate(knowledge.findings)}
        self._options: dict[str, _Options] = {}
        self._together: dict[str, list[tuple[Has, dict[State, Print]]]] = {}
        for test in self.asked_together:
            self._together.setdefault(test.finding, []).append((test, _one_of(test)))
        self._unknown: dict[str, Print] = {}
        self._products: dict[str, tuple[Print, ...]] = {}
        self._flags = tuple(sorted(knowledge.flags))
        self.standing = lru_cache(maxsize=4096)(_standing)
        self._flag = lru_cache(maxsize=4096)(_flag)
        self._triage = lru_cache(maxsize=64)(_triage)
        self._measure = lru_cache(maxsize=1024)(_measure)

    def of_case(self, case: Case) -> Iterator[CaseFact]:
        """Yield the facts of a case in the order of the vocabulary, whatever order they were given in."""
        places = self._places
        for name in sorted((name for name in case.answers if name in places), key=places.__getitem__):
            yield from self._of_answer(self._findings[name], case.answers[name])
        for name in self.asked_unknown:
            if not case.known(name):
                yield self._not_recorded(name).fact()

    def outcome(self, raised: Iterable[str], level: str) -> Iterator[CaseFact]:
        """Yield every red flag, raised or not, and the triage level."""
        known = frozenset(raised)
        for flag in self._flags:
            yield self._flag(flag, flag in known).fact()
        yield self._triage(level).fact()

    def standings(self, verdicts: Mapping[str, str], ranks: Mapping[str, int]) -> Iterator[CaseFact]:
        """Yield where each condition stands."""
        for name, verdict in verdicts.items():
            yield self.standing(name, verdict, ranks[name]).fact()

    def produced(self, rule: Rule) -> Iterable[CaseFact]:
        """Return what a rule declares when it fires."""
        prints = self._products.get(rule.id)
        if prints is None:
            prints = self._products[rule.id] = tuple(_products(rule))
        return [one.fact() for one in prints]

    def _of_answer(self, finding: Finding, answer: Answer) -> Iterator[CaseFact]:
        if answer.number is not None:
            yield self._measure(finding.id, answer.number + 0.0).fact()  # never -0
        options = self._options.get(finding.id)
        if options is None:
            options = self._options[finding.id] = tuple(_options(finding))
        present, absent = answer.present, answer.absent
        for option, yes, no in options:
            if option in present:
                yield yes.fact()
            elif option in absent:
                yield no.fact()
        for test, prints in self._together.get(finding.id, ()):
            told = prints.get(answer.state_of(test))
            if told is not None:
                yield told.fact()

    def _not_recorded(self, name: str) -> Print:
        found = self._unknown.get(name)
        if found is None:
            found = Print.of(facts.FindingFact, finding=name, option="", state=State.UNKNOWN.value)
            self._unknown[name] = found
        return found


def _options(finding: Finding) -> Iterator[tuple[str, Print, Print]]:
    for option in finding.option_ids:
        yes, no = (
            Print.of(facts.FindingFact, finding=finding.id, option=option, state=state.value)
            for state in (State.PRESENT, State.ABSENT)
        )
        yield option, yes, no


def _one_of(test: Has) -> dict[State, Print]:
    words = "|".join(test.options)
    return {
        state: Print.of(facts.OneOfFact, finding=test.finding, options=words, state=state.value)
        for state in (State.PRESENT, State.ABSENT)
    }


def _standing(condition: str, verdict: str, rank: int) -> Print:
    return Print.of(facts.StandingFact, condition=condition, verdict=verdict, rank=rank)


def _flag(flag: str, raised: bool) -> Print:
    return Print.of(facts.FlagFact, flag=flag, raised=raised)


def _triage(level: str) -> Print:
    return Print.of(facts.TriageFact, level=level)


def _measure(finding: str, value: float) -> Print:
    return Print.of(facts.MeasureFact, finding=finding, value=value)


def _products(rule: Rule) -> Iterator[Print]:
    then = rule.then
    if isinstance(then, Concludes):
        yield Print.of(facts.ConclusionFact, conclusion=then.conclusion)
    elif isinstance(then, Weighs):
        yield Print.of(facts.EvidenceFact, rule=rule.id, condition=then.condition, direction=then.direction)
    elif isinstance(then, Raises):
        yield Print.of(facts.RaisedFact, rule=rule.id, flag=then.flag)
    elif isinstance(then, Withholds):
        for demand in then.demands:
            yield Print.of(facts.WithheldFact, rule=rule.id, demand=demand)
    else:
        for advice in then.advice:
            yield Print.of(facts.AdviceFact, rule=rule.id, advice=advice)
