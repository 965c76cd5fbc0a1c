"""What a knowledge base is made of. Frozen data; nothing here reads a file or reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias, TypeVar

from hipexpert.errors import Location
from hipexpert.knowledge.when import YES, Concluded, RankWithin, VerdictIs, When, tests

Kind = Literal["yes_no", "choice", "choices", "number"]
Cost = Literal["ask", "examine", "test"]
Step = Literal["now", "next", "prevention"]
Direction = Literal["supports", "opposes"]

LEVELS: tuple[str, ...] = ("routine", "within_days", "same_day", "emergency")
"""Triage levels, least urgent first."""

VERDICTS: tuple[str, ...] = ("likely", "possible", "not_settled", "unlikely", "argued_against")
"""Verdicts on a condition, most to least in its favour."""

STEPS: tuple[Step, ...] = ("now", "next", "prevention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One body of knowledge, named wherever it shows."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published text that claims are taken from."""

    id: str
    title: str
    layer: str
    kind: str = ""
    authors: str = ""
    year: int | None = None
    venue: str = ""
    doi: str = ""
    url: str = ""
    note: str = ""
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of a source, in our own words, with its place in the text.

    Attributes:
        section: The heading in the source; `` > `` separates nested headings.
        paragraph: Counted within the section from 1; 0 is the heading itself.
        use: What the claim is for: diagnose, advise, triage or educate.
        same_as: An earlier claim that says the same, or empty.
    """

    id: str
    source: str
    text: str
    section: str = ""
    paragraph: int | None = None
    kind: str = ""
    use: str = ""
    conditions: tuple[str, ...] = ()
    same_as: str = ""
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter of the consultation; sections are asked in ``order``."""

    id: str
    title: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a question with answers to choose from."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that can be asked, examined or measured.

    Attributes:
        name: How reports call it, in lower case: "site of the pain".
        options: For ``choice`` and ``choices``; a yes/no finding has the single option ``yes``.
        unticked: Whether an option left out of a list in a case file counts as absent or unknown.
        unit: The unit numbers are kept in; empty for a number without one.
        units: Other units accepted, each with the factor that turns it into ``unit``.
        cost: ``ask`` (history), ``examine`` (hands on), ``test`` (imaging, laboratory).
        safety: What to heed when asking or examining; empty when nothing.
        only_if: The question is skipped once this is known to be false.
    """

    id: str
    section: str
    name: str
    kind: Kind
    question: str
    help: str = ""
    options: tuple[Option, ...] = ()
    unticked: Literal["absent", "unknown"] = "unknown"
    unit: str = ""
    units: Mapping[str, float] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    cost: Cost = "ask"
    safety: str = ""
    only_if: When | None = None
    layer: str = ""
    cites: tuple[str, ...] = ()
    at: Location = field(default_factory=Location, compare=False)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The answers in order; ``("yes",)`` for a yes/no finding, none for a number."""
        return (YES,) if self.kind == "yes_no" else tuple(o.id for o in self.options)

    def label(self, option: str) -> str:
        """Return the words for one option."""
        return next((o.label for o in self.options if o.id == option), option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence of background with the claims it carries."""

    text: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An ICD-10-CM code with its official description."""

    code: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A diagnosis that can be ranked.

    Attributes:
        prior: A word of the knowledge base's ``priors``.
        must_not_miss: Stays in sight until evidence argues it away.
        background: What a reader should know, in reading order.
    """

    id: str
    name: str
    layer: str
    prior: str
    summary: str
    synonyms: tuple[str, ...] = ()
    icd10cm: tuple[Code, ...] = ()
    must_not_miss: bool = False
    background: tuple[Note, ...] = ()
    cites: tuple[str, ...] = ()
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """An intermediate pattern that rules draw and other rules use."""

    id: str
    name: str
    layer: str
    description: str = ""
    cites: tuple[str, ...] = ()
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """Something that must not wait, outside the ranking.

    Attributes:
        urgency: One of :data:`LEVELS`.
        concerns: Conditions it may mean.
    """

    id: str
    name: str
    layer: str
    urgency: str
    action: str
    why: str = ""
    do_not: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    opinion: str = ""
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to do or to avoid; a rule brings it up when it fits.

    Attributes:
        step: ``now``, ``next`` or ``prevention``.
        topic: A short heading such as "Ice" or "Return to running".
        how: How it is done, step by step.
        order: Within its step, lower comes first.
    """

    id: str
    layer: str
    step: Step
    topic: str
    text: str
    how: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    order: int = 50
    cites: tuple[str, ...] = ()
    opinion: str = ""
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict between sources."""

    says: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sources that differ, and what the system does about it.

    Attributes:
        weight: safety, diagnosis, advice or minor.
        judgement: What a careful clinician makes of it; the safe side.
    """

    id: str
    title: str
    weight: str
    sides: tuple[Side, ...]
    judgement: str
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Background that belongs to no single condition, such as how the hip is built."""

    id: str
    title: str
    layer: str
    notes: tuple[Note, ...]
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A claim that is left out on purpose, with the reason."""

    claim: str
    reason: str
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concludes:
    """Draw an intermediate conclusion."""

    conclusion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighs:
    """Count for or against a condition.

    Attributes:
        strength: A word of the knowledge base's ``strengths``; empty when ``ratio`` is published.
        ratio: The likelihood ratio used, always at least 1; ``direction`` says which way it turns.
        source: The source of a published ratio; empty for a strength word.
        group: Rules of one condition that measure the same thing share it and count once.
    """

    condition: str
    direction: Direction
    ratio: float
    strength: str = ""
    source: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raises:
    """Raise a red flag."""

    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advises:
    """Bring up advice."""

    advice: tuple[str, ...]


Then: TypeAlias = "Concludes | Weighs | Raises | Advises"

PHASES: tuple[str, ...] = ("conclusions", "red_flags", "evidence", "advice")
"""The order rules fire in; between evidence and advice the conditions are ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One piece of clinical logic: what, why, whence, and when it is wrong.

    Attributes:
        because: Why this is so, for a reader who may disagree.
        pitfalls: When the rule misleads.
        cites: Claims or sources; may be empty only when ``opinion`` says why.
        opinion: Set when the rule is expert opinion, with the reason.
    """

    id: str
    layer: str
    status: str
    title: str
    when: When
    then: Then
    because: str
    pitfalls: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    opinion: str = ""
    at: Location = field(default_factory=Location, compare=False)

    @property
    def phase(self) -> str:
        """When the rule fires; it follows from the kind of ``then``, never from a number."""
        kinds = {Concludes: 0, Raises: 1, Weighs: 2, Advises: 3}
        return PHASES[kinds[type(self.then)]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How words become numbers. Ratios and odds are plain; bands are in points.

    A point is a deciban: ten times the decimal logarithm of a likelihood ratio, so that 10 points
    mean ten times as likely. Scores are sums of points rounded to a tenth.

    Attributes:
        strengths: Likelihood ratio of each strength word.
        priors: Odds of each prior word.
        likely: Score from which a condition is likely.
        possible: Score from which it is possible.
        against: Evidence (score less prior) at or below which it is argued against; negative.
        lead: Points by which the first must lead the second for the answer to be settled.
    """

    strengths: Mapping[str, float]
    priors: Mapping[str, float]
    likely: float
    possible: float
    against: float
    lead: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Knowledge:
    """A whole, valid knowledge base.

    Mappings keep file order; iterate them freely. Nothing in here refers to anything missing.
    """

    name: str
    version: str
    digest: str
    licence: str
    intended_use: str
    layers: Mapping[str, Layer]
    scale: Scale
    not_modelled: tuple[str, ...]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    sections: Mapping[str, Section]
    findings: Mapping[str, Finding]
    conditions: Mapping[str, Condition]
    conclusions: Mapping[str, Conclusion]
    flags: Mapping[str, RedFlag]
    rules: Mapping[str, Rule]
    advice: Mapping[str, Advice]
    conflicts: Mapping[str, Conflict]
    topics: Mapping[str, Topic] = field(default_factory=dict)
    set_aside: Mapping[str, SetAside] = field(default_factory=dict)

    @cached_property
    def rules_by_phase(self) -> Mapping[str, tuple[Rule, ...]]:
        """Rules that can fire in each phase, in order of id; retired ones are kept but never fire."""
        active = (rule for rule in self.rules.values() if rule.status != "retired")
        ordered = sorted(active, key=lambda rule: rule.id)
        return {p: tuple(r for r in ordered if r.phase == p) for p in PHASES}

    @cached_property
    def concluding(self) -> Mapping[str, tuple[Rule, ...]]:
        """The active rules that draw each conclusion."""
        return self._by_target("conclusions")

    @cached_property
    def raising(self) -> Mapping[str, tuple[Rule, ...]]:
        """The active rules that raise each red flag."""
        return self._by_target("red_flags")

    @cached_property
    def weighing(self) -> Mapping[str, tuple[Rule, ...]]:
        """The active rules for or against each condition."""
        return self._by_target("evidence")

    def _by_target(self, phase: str) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules_by_phase[phase]:
            for name in target(rule.then):
                found.setdefault(name, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    def restricted(self, layers: Iterable[str]) -> Knowledge:
        """Return the knowledge of some layers only; the others' rules and entries are left out.

        Sources, claims and the vocabulary stay whole, so that a case always fits.
        """
        wanted = frozenset(layers)
        if wanted >= set(self.layers):
            return self

        def of_layer(entries: Mapping[str, _Layered]) -> dict[str, _Layered]:
            return {key: entry for key, entry in entries.items() if entry.layer in wanted}

        conditions = of_layer(self.conditions)
        flags, advice = of_layer(self.flags), of_layer(self.advice)
        conclusions = of_layer(self.conclusions)
        kept = {**conditions, **flags, **advice, **conclusions}
        rules = {k: r for k, r in of_layer(self.rules).items() if _names_in(r) <= set(kept)}
        return replace(
            self,
            layers={key: layer for key, layer in self.layers.items() if key in wanted},
            conditions=conditions,
            conclusions=conclusions,
            flags=flags,
            advice=advice,
            rules=rules,
        )


_Layered = TypeVar("_Layered", Condition, Conclusion, RedFlag, Advice, Rule)


def conclusions_of(when: When) -> tuple[str, ...]:
    """Return the conclusions a tree tests."""
    return tuple(dict.fromkeys(t.conclusion for t in tests(when) if isinstance(t, Concluded)))


def conditions_of(when: When) -> tuple[str, ...]:
    """Return the conditions whose standing a tree tests."""
    standings = (t for t in tests(when) if isinstance(t, (VerdictIs, RankWithin)))
    return tuple(dict.fromkeys(t.condition for t in standings))


def target(then: Then) -> tuple[str, ...]:
    """Return the ids of what a rule declares something about."""
    if isinstance(then, Concludes):
        return (then.conclusion,)
    if isinstance(then, Weighs):
        return (then.condition,)
    return (then.flag,) if isinstance(then, Raises) else then.advice


def _names_in(rule: Rule) -> set[str]:
    names = {name for t in tests(rule.when) if (name := getattr(t, "condition", "") or getattr(t, "flag", ""))}
    return names | set(conclusions_of(rule.when)) | set(target(rule.then))
