"""Tests, answers and rules in the words of an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hipexpert.case import Answer, Case, State, number_text
from hipexpert.explanation.changes import Change
from hipexpert.explanation.lacking import Unmet
from hipexpert.inference.assessment import Matched
from hipexpert.knowledge.model import Finding, Knowledge
from hipexpert.knowledge.when import Measures
from hipexpert.report.citations import CITES_TOLD, Bibliography, Cite
from hipexpert.report.lexicon import measured, positive
from hipexpert.report.outline import Item, Part, first_few
from hipexpert.report.wording import VERDICT_WORDS, counted, listed, urgency

FEW_OPTIONS = 3
"""Options of one question that are told one by one when all must be absent."""

FEW_CLAIMS = 10
"""Statements of sources that stand in the open."""

SIGNS = {"unknown": "?", "contradicted": "x"}
STATES = {State.PRESENT: "yes", State.ABSENT: "no", State.UNKNOWN: "unknown"}
LEGEND = "? nobody recorded it; x recorded the other way."


class Words:
    """Puts the ids of explanations into words, and collects what they cite."""

    def __init__(self, knowledge: Knowledge, case: Case | None = None) -> None:
        self.knowledge = knowledge
        self.case = case or Case(id="")
        self.cited: dict[str, None] = {}

    def condition(self, name: str) -> str:
        """Return a condition's name."""
        return self.knowledge.conditions[name].name

    def rule(self, name: str, *, cites: bool = False) -> str:
        """Return a rule's title with its id, and the first of its citations if wanted."""
        rule = self.knowledge.rules[name]
        told = [name]
        if cites and rule.cites:
            self.cited.update(dict.fromkeys(rule.cites))
            more = len(rule.cites) - CITES_TOLD
            told.append(", ".join(rule.cites[:CITES_TOLD]) + (f" and {more} more" if more > 0 else ""))
        elif cites and rule.opinion:
            told.append("expert opinion")
        return f"{rule.title} ({'; '.join(told)})"

    def matched(self, match: Matched) -> str:
        """Return something recorded in words."""
        if match.kind != "finding":
            return self.other(match.kind, match.id, match.value, match.state)
        finding = self.knowledge.findings[match.id]
        if match.state == "unknown":
            return f"{finding.name}: nobody recorded it"
        return f"{finding.name}: {_value(finding, match.value, match.state == 'present')}"

    def other(self, kind: str, name: str, value: str, state: str) -> str:
        """Return anything but a finding in words."""
        if kind == "triage":
            return f"triage: {urgency(value).word.lower()}"
        if kind == "flag":
            raised = "not raised" if state == "absent" else "raised"
            return f"red flag {raised}: {self.knowledge.flags[name].name} ({name})"
        if kind == "advice":
            return f"{self.knowledge.advice[name].topic} ({name})"
        if kind == "conclusion":
            return f"conclusion: {self.knowledge.conclusions[name].name}"
        return f"{self.condition(name)}: {VERDICT_WORDS[value]}"

    def unmet(self, tests: Iterable[Unmet], *, signs: bool = True) -> tuple[Item, ...]:
        """Return tests as lines; those on one finding that go the same way stand together."""
        groups: dict[tuple[str, str, str, str], list[Unmet]] = {}
        for test in tests:
            groups.setdefault((test.kind, test.id, test.wanted, test.state), []).append(test)
        return tuple(
            Item(
                text=self._tests(group),
                mark=SIGNS[group[0].state] if signs else "",
                note=self.care(test.id for test in group if test.kind == "finding"),
            )
            for group in groups.values()
        )

    def care(self, findings: Iterable[str]) -> str:
        """Return what to heed when asking or examining; empty when nothing."""
        told = (self.knowledge.findings[name].safety for name in dict.fromkeys(findings))
        said = " ".join(filter(None, told))
        return f"Take care: {said}" if said else ""

    def in_a_line(self, tests: Iterable[Unmet]) -> str:
        """Return tests as one line."""
        return "; ".join(item.text for item in self.unmet(tests, signs=False))

    def change(self, change: Change) -> str:
        """Return one answer that would be other than it is."""
        finding = self.knowledge.findings[change.finding]
        number = "" if change.number is None else number_text(change.number)
        said = _value(finding, change.option or number, change.state == "present")
        now = "" if change.before == "unknown" else f" (now {self.recorded(finding)})"
        return f"{finding.name}: {said}{now}"

    def expected(self, finding: str, option: str) -> str:
        """Return an answer that was expected."""
        entry = self.knowledge.findings[finding]
        return entry.name if entry.kind == "yes_no" else f"{entry.name}: {entry.label(option)}"

    def answers(self, finding: str, before: Answer | None, after: Answer | None) -> str:
        """Return an answer put in place of another, in as few words as tell them apart."""
        entry = self.knowledge.findings[finding]
        old, new = (self.said(entry, answer) for answer in (before, after))
        if old != new or entry.kind != "choices":
            return f"{entry.name}: {old} -> {new}"
        empty = Answer(finding=finding)
        pairs = [
            (option, (before or empty).state(option), (after or empty).state(option))
            for option in entry.option_ids
        ]
        moved = [f"{entry.label(o)}: {STATES[a]} -> {STATES[b]}" for o, a, b in pairs if a is not b]
        return f"{entry.name}: {', '.join(moved) or f'{new}, as before'}"

    def said(self, finding: Finding, answer: Answer | None) -> str:
        """Return in a few words what an answer says is there."""
        if answer is None or not answer.known:
            return "unknown"
        return positive(finding, answer) or ("no" if finding.kind == "yes_no" else "none of these")

    def answered(self, finding: Finding, answer: Answer) -> str:
        """Return one possible answer; of several options, only the one it settles."""
        if finding.kind == "number" and answer.number is not None:
            return measured(finding, number_text(answer.number))
        if finding.kind != "choices":
            return self.said(finding, answer)
        before = self.case.answers.get(finding.id) or Answer(finding=finding.id)
        pairs = [(o, answer.state(o)) for o in finding.option_ids if answer.state(o) is not before.state(o)]
        return listed([_value(finding, option, state is State.PRESENT) for option, state in pairs])

    def recorded(self, finding: Finding) -> str:
        """Return in a few words what is recorded for a finding."""
        return self.said(finding, self.case.answers.get(finding.id))

    def claims(self) -> tuple[Part, ...]:
        """Return what everything cited so far says, and where it stands."""
        said: dict[str, list[Cite]] = {}
        for cite in Bibliography(self.knowledge).cite(self.cited):
            said.setdefault(cite.says or cite.place, []).append(cite)
        items = tuple(
            Item(
                text=f"{text} [{', '.join(cite.mark for cite in cites)}]",
                items=tuple(Item(text=f"{cite.mark}: {cite.place}") for cite in cites if cite.says),
                folded=True,
            )
            for text, cites in said.items()
        )
        return (first_few("What the sources say", items, FEW_CLAIMS),) if items else ()

    def _tests(self, group: list[Unmet]) -> str:
        first = group[0]
        if first.kind != "finding":
            return self._outcome(first)
        finding = self.knowledge.findings[first.id]
        now = f" (recorded: {self.recorded(finding)})" if first.state == "contradicted" else ""
        if first.wanted == "unknown":
            return f"{finding.name}: left open{now}"
        if first.bounds is not None:
            said = listed(tuple(_bounds(finding, test.bounds) for test in group if test.bounds))
            return f"{finding.name}: {'' if first.wanted == 'within' else 'not '}{said}{now}"
        options = [option for test in group for option in test.values]
        if first.wanted == "absent" and len(options) > FEW_OPTIONS:
            return f"{finding.name}: none of {counted(len(options), 'answer')} such as " + (
                f"{finding.label(options[0])}{now}"
            )
        present = first.wanted == "present"
        told = [
            listed([_value(finding, option, present) for option in test.values], "or" if present else "and")
            for test in group
        ]
        return f"{finding.name}: {listed(told)}{now}"

    def _outcome(self, test: Unmet) -> str:
        no = "" if test.wanted == "true" else "not "
        if test.kind == "flag":
            return f"red flag {no}raised: {self.knowledge.flags[test.id].name}"
        if test.kind == "triage":
            return f"triage {no}{listed([urgency(v).word.lower() for v in test.values], 'or')}"
        words = [VERDICT_WORDS.get(value, f"rank {value} or better") for value in test.values]
        return f"{self.condition(test.id)} {no}{listed(words, 'or')}"


def _value(finding: Finding, value: str, present: bool) -> str:
    if finding.kind == "number":
        return measured(finding, value)
    if finding.kind == "yes_no":
        return "yes" if present else "no"
    return finding.label(value) if present else f"not {finding.label(value)}"


def _bounds(finding: Finding, bounds: Measures) -> str:
    def parts() -> Iterator[str]:
        if bounds.low is not None:
            yield f"{'above' if bounds.low_open else 'at least'} {number_text(bounds.low)}"
        if bounds.high is not None:
            yield f"{'below' if bounds.high_open else 'at most'} {number_text(bounds.high)}"

    return measured(finding, " and ".join(parts()))
