"""From ids to names, values and places in the page, for one report."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.case import Answer, number_text
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, Matched
from hipexpert.knowledge.model import Finding, Knowledge
from hipexpert.knowledge.when import YES
from hipexpert.report.citations import Bibliography, anchor
from hipexpert.report.wording import COST_WORDS, VERDICT_WORDS, urgency


@dataclass(frozen=True, kw_only=True)
class Link:
    """A name and where the page says more; ``anchor`` is empty when it does not."""

    id: str
    name: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a rule rested on in one finding, conclusion or standing, in words.

    Attributes:
        name: What was observed: "site of the pain".
        value: What was found: "outer side of the hip"; empty for a conclusion.
    """

    name: str
    value: str
    anchor: str

    @property
    def text(self) -> str:
        """Name and value on one line."""
        return f"{self.name}: {self.value}" if self.value else self.name


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question nobody answered yet.

    Attributes:
        cost: ``ask``, ``examine`` or ``test``.
        safety: What to heed when asking or examining; empty when nothing.
    """

    id: str
    name: str
    text: str
    cost: str
    safety: str


class Lexicon:
    """Names everything an assessment mentions, and remembers which rules were named.

    Attributes:
        knowledge: The knowledge base behind the assessment.
        bibliography: Collects what the report cites.
        named_rules: Every rule named so far, in order of first mention.
    """

    def __init__(self, assessment: Assessment, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.bibliography = Bibliography(knowledge)
        self.named_rules: dict[str, None] = {}
        self._places = _places(assessment)

    def rule(self, name: str) -> Link:
        """Return a rule's title; every rule named has its place in the chain of reasoning."""
        self.named_rules.setdefault(name)
        return Link(id=name, name=self.knowledge.rules[name].title, anchor=anchor("rule", name))

    def rules(self, names: Iterable[str]) -> tuple[Link, ...]:
        """Return several rules, each once."""
        return tuple(self.rule(name) for name in dict.fromkeys(names))

    def condition(self, name: str) -> Link:
        """Return a condition's name."""
        return self._link("condition", name, self.knowledge.conditions[name].name)

    def conditions(self, names: Iterable[str]) -> tuple[Link, ...]:
        """Return several conditions; one that the active layers do not know is left out."""
        return tuple(self.condition(name) for name in names if name in self.knowledge.conditions)

    def conclusion(self, name: str) -> Link:
        """Return a conclusion's name."""
        return self._link("conclusion", name, self.knowledge.conclusions[name].name)

    def flag(self, name: str) -> Link:
        """Return a red flag's name."""
        return self._link("flag", name, self.knowledge.flags[name].name)

    def advice(self, name: str) -> Link:
        """Return an advice's topic."""
        return self._link("advice", name, self.knowledge.advice[name].topic)

    def demand(self, name: str) -> Link:
        """Return what advice may ask of the body, in words; the page has no place for it."""
        return Link(id=name, name=self.knowledge.demands[name], anchor="")

    def question(self, finding: str) -> Question:
        """Return the question behind a finding."""
        known = self.knowledge.findings[finding]
        return Question(
            id=finding,
            name=known.name,
            text=known.question,
            cost=COST_WORDS[known.cost],
            safety=known.safety,
        )

    def questions(self, findings: Iterable[str]) -> tuple[Question, ...]:
        """Return several questions, each once."""
        return tuple(self.question(finding) for finding in dict.fromkeys(findings))

    def match(self, matched: Matched) -> Match:
        """Return in words what a rule rested on."""
        if matched.kind == "finding":
            known = self.knowledge.findings[matched.id]
            place = self._place("finding", matched.id)
            return Match(name=known.name, value=_value(known, matched), anchor=place)
        if matched.kind == "triage":
            return Match(name="triage", value=urgency(matched.value).word, anchor="safety")
        if matched.kind == "conclusion":
            link, value = self.conclusion(matched.id), ""
        elif matched.kind == "flag":
            link, value = self.flag(matched.id), "red flag raised"
        else:
            link, value = self.condition(matched.id), VERDICT_WORDS[matched.value]
        return Match(name=link.name, value=value, anchor=link.anchor)

    def matches(self, matched: Iterable[Matched]) -> tuple[Match, ...]:
        """Return several things a rule rested on; what concerns one finding stands together."""
        values: dict[tuple[str, str], list[str]] = {}
        for each in map(self.match, matched):
            values.setdefault((each.name, each.anchor), []).append(each.value)
        return tuple(
            Match(name=name, value=", ".join(dict.fromkeys(said)), anchor=place)
            for (name, place), said in values.items()
        )

    def _link(self, kind: str, name: str, words: str) -> Link:
        return Link(id=name, name=words, anchor=self._place(kind, name))

    def _place(self, kind: str, name: str) -> str:
        return anchor(kind, name) if (kind, name) in self._places else ""


def _places(assessment: Assessment) -> frozenset[tuple[str, str]]:
    """Return what has a place of its own in the page."""
    triage = assessment.triage
    flags = (*triage.flags, *triage.not_excluded, *triage.denied)
    return frozenset(
        [("finding", name) for name in assessment.case.answers]
        + [("conclusion", name) for name in assessment.conclusions]
        + [("condition", standing.condition) for standing in assessment.differential]
        + [("advice", item.advice) for item in assessment.advice]
        + [("flag", status.flag) for status in flags]
    )


def _value(finding: Finding, matched: Matched) -> str:
    if matched.state == "unknown":
        return f"{finding.label(matched.value)}: not known" if matched.value else "not known"
    if finding.kind == "number":
        return measured(finding, matched.value)
    if finding.kind == "yes_no":
        return "yes" if matched.state == "present" else "no"
    label = finding.label(matched.value)
    return label if matched.state == "present" else f"not {label}"


def measured(finding: Finding, number: str) -> str:
    """Return a number with its unit."""
    return f"{number} {finding.unit}".rstrip()


def positive(finding: Finding, answer: Answer) -> str:
    """Return in words what an answer says is there; empty when it says nothing of the kind."""
    if answer.number is not None:
        return measured(finding, number_text(answer.number))
    if finding.kind == "yes_no":
        return "yes" if answer.present == (YES,) else ""
    return ", ".join(finding.label(option) for option in answer.present)
