"""The entries of a knowledge base other than rules. Frozen data; nothing here reads a file or reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from hipexpert.errors import Location
from hipexpert.frozen import dataclass
from hipexpert.knowledge.when import YES, When

Kind = Literal["yes_no", "choice", "choices", "number"]
Cost = Literal["ask", "examine", "test"]
Step = Literal["now", "next", "prevention"]
Direction = Literal["supports", "opposes"]

LEVELS: tuple[str, ...] = ("routine", "within_days", "same_day", "emergency")
"""Triage levels, least urgent first."""

VERDICTS: tuple[str, ...] = ("likely", "possible", "not_settled", "unlikely", "argued_against")
"""Verdicts on a condition, most to least in its favour."""

STEPS: tuple[Step, ...] = ("now", "next", "prevention")


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One body of knowledge, named wherever it shows."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Section:
    """A chapter of the consultation; sections are asked in ``order``."""

    id: str
    title: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer of a question with answers to choose from."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that can be asked, examined or measured.

    Attributes:
        name: How reports call it, in lower case: "site of the pain".
        options: For ``choice`` and ``choices``; a yes/no finding has the single option ``yes``.
        exhaustive: For ``choice``: one of the options is always the answer, so excluding the others tells it.
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
    exhaustive: bool = False
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


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence of background with the claims it carries."""

    text: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Code:
    """An ICD-10-CM code with its official description."""

    code: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """How common another layer says a condition is, and why.

    Attributes:
        prior: A word of the knowledge base's ``priors``; replaces the condition's own in that layer.
    """

    layer: str
    prior: str
    because: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A diagnosis that can be ranked.

    Attributes:
        prior: A word of the knowledge base's ``priors``.
        frequencies: What other layers say instead; the last layer in use decides.
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
    frequencies: tuple[Frequency, ...] = ()
    cites: tuple[str, ...] = ()
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """An intermediate pattern that rules draw and other rules use."""

    id: str
    name: str
    layer: str
    description: str = ""
    cites: tuple[str, ...] = ()
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One thing to do or to avoid; a rule brings it up when it fits.

    Attributes:
        step: ``now``, ``next`` or ``prevention``.
        topic: A short heading such as "Ice" or "Return to running".
        how: How it is done, step by step.
        demands: What it asks of the body, in words of the knowledge base; a caution withholds by them.
        order: Within its step, lower comes first.
    """

    id: str
    layer: str
    step: Step
    topic: str
    text: str
    how: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    order: int = 50
    cites: tuple[str, ...] = ()
    opinion: str = ""
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a conflict between sources."""

    says: str
    cites: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Sources that differ, and what the system does about it.

    Attributes:
        weight: safety, diagnosis, advice or minor.
        judgement: What a careful clinician makes of it; the safe side.
        decided_by: The layer that the judgement follows; empty when the safe side decides alone.
    """

    id: str
    title: str
    weight: str
    sides: tuple[Side, ...]
    judgement: str
    decided_by: str = ""
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Background that belongs to no single condition, such as how the hip is built."""

    id: str
    title: str
    layer: str
    notes: tuple[Note, ...]
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A claim that is left out on purpose, with the reason."""

    claim: str
    reason: str
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, kw_only=True)
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
