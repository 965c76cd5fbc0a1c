"""The chain of reasoning: every rule that fired, in order, and those named that did not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby

from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, Firing
from hipexpert.knowledge.model import Weighs, declares
from hipexpert.report.citations import Cite, Support, anchor
from hipexpert.report.ledger import weight_words
from hipexpert.report.lexicon import Lexicon, Link, Match
from hipexpert.report.wording import PHASE_WORDS, capital


@dataclass(frozen=True, kw_only=True)
class Product:
    """What a rule did: ``words`` says how ("counts for"), ``target`` says to what."""

    words: str
    target: Link


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """A rule as a reader can check it.

    Attributes:
        weight: Strength and ratio in words; empty unless the rule weighs a condition.
        group: Rules that share it count once; empty for none.
    """

    id: str
    anchor: str
    title: str
    layer: str
    status: str
    because: str
    pitfalls: tuple[str, ...]
    weight: str
    group: str
    support: Support


@dataclass(frozen=True, kw_only=True)
class FiringView:
    """One rule that fired.

    Attributes:
        n: Position in the order of firing, from 1.
        central: Whether it drew a conclusion, raised a flag or weighed a condition in sight.
    """

    n: int
    central: bool
    rule: RuleView
    matched: tuple[Match, ...]
    produced: tuple[Product, ...]


@dataclass(frozen=True, kw_only=True)
class WaitingView:
    """One rule the report names that has not fired, and what it would do.

    It adds nothing to the report, so its sources are not cited.
    """

    rule: Link
    layer: str
    status: str
    would: tuple[Product, ...]
    weight: str


@dataclass(frozen=True, kw_only=True)
class PhaseView:
    """The firings of one phase, in order.

    Attributes:
        central: Those a short report tells in full.
        others: Those it only names.
    """

    name: str
    firings: tuple[FiringView, ...]
    central: tuple[FiringView, ...]
    others: tuple[FiringView, ...]


@dataclass(frozen=True, kw_only=True)
class ConclusionView:
    """An intermediate conclusion that was drawn."""

    name: str
    anchor: str
    description: str
    rules: tuple[Link, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, kw_only=True)
class ReasoningView:
    """The whole chain.

    Attributes:
        waiting: Rules the report names that have not fired.
        fired: How many rules fired.
        drafts: How many of them no clinician has reviewed.
        opinions: How many of them rest on expert opinion alone.
    """

    phases: tuple[PhaseView, ...]
    conclusions: tuple[ConclusionView, ...]
    waiting: tuple[WaitingView, ...]
    fired: int
    drafts: int
    opinions: int


def reasoning_view(assessment: Assessment, lexicon: Lexicon, in_sight: Collection[str]) -> ReasoningView:
    """Return the chain; build it after every part that names rules.

    Args:
        assessment: The result for one case.
        lexicon: Names everything.
        in_sight: Conditions that are leading or must not be missed.
    """
    phases = tuple(
        _phase_view(phase, [_firing_view(f, lexicon, in_sight) for f in firings])
        for phase, firings in groupby(assessment.firings, key=lambda firing: firing.phase)
    )
    conclusions = tuple(
        _conclusion_view(name, assessment.firings, lexicon) for name in assessment.conclusions
    )
    fired = dict.fromkeys(firing.rule for firing in assessment.firings)
    waiting = sorted(lexicon.named_rules.keys() - fired)
    rules = [lexicon.knowledge.rules[name] for name in fired]
    return ReasoningView(
        phases=phases,
        conclusions=conclusions,
        waiting=tuple(_waiting_view(name, lexicon) for name in waiting),
        fired=len(assessment.firings),
        drafts=sum(rule.status != "reviewed" for rule in rules),
        opinions=sum(not rule.cites for rule in rules),
    )


def rule_view(name: str, lexicon: Lexicon) -> RuleView:
    """Return a rule as a reader can check it."""
    rule = lexicon.knowledge.rules[name]
    weighs = rule.then if isinstance(rule.then, Weighs) else None
    source = (weighs.source,) if weighs and weighs.source else ()
    return RuleView(
        id=name,
        anchor=anchor("rule", name),
        title=rule.title,
        layer=rule.layer,
        status=rule.status,
        because=rule.because,
        pitfalls=rule.pitfalls,
        weight=weight_words(rule),
        group=weighs.group if weighs else "",
        support=lexicon.bibliography.support((*rule.cites, *source), rule.opinion),
    )


def _phase_view(phase: str, firings: list[FiringView]) -> PhaseView:
    return PhaseView(
        name=PHASE_WORDS[phase],
        firings=tuple(firings),
        central=tuple(firing for firing in firings if firing.central),
        others=tuple(firing for firing in firings if not firing.central),
    )


def _central(firing: Firing, in_sight: Collection[str]) -> bool:
    if firing.phase == "evidence":
        return any(name in in_sight for _, name in firing.produced)
    return firing.phase != "advice"


def _firing_view(firing: Firing, lexicon: Lexicon, in_sight: Collection[str]) -> FiringView:
    return FiringView(
        n=firing.n,
        central=_central(firing, in_sight),
        rule=rule_view(firing.rule, lexicon),
        matched=lexicon.matches(firing.matched),
        produced=tuple(_product(kind, name, lexicon) for kind, name in firing.produced),
    )


def _waiting_view(name: str, lexicon: Lexicon) -> WaitingView:
    rule = lexicon.knowledge.rules[name]
    return WaitingView(
        rule=lexicon.rule(name),
        layer=rule.layer,
        status=rule.status,
        would=tuple(_product(kind, of, lexicon) for kind, of in declares(rule.then)),
        weight=weight_words(rule),
    )


def _product(kind: str, name: str, lexicon: Lexicon) -> Product:
    if kind == "conclusion":
        return Product(words="concludes", target=lexicon.conclusion(name))
    if kind == "flag":
        return Product(words="raises", target=lexicon.flag(name))
    if kind == "advice":
        return Product(words="advises", target=lexicon.advice(name))
    if kind == "withholds":
        return Product(words="withholds", target=lexicon.demand(name))
    words = "counts for" if kind == "supports" else "counts against"
    return Product(words=words, target=lexicon.condition(name))


def _conclusion_view(name: str, firings: Iterable[Firing], lexicon: Lexicon) -> ConclusionView:
    known = lexicon.knowledge.conclusions[name]
    drew = [firing.rule for firing in firings if ("conclusion", name) in firing.produced]
    return ConclusionView(
        name=capital(known.name),
        anchor=anchor("conclusion", name),
        description=known.description,
        rules=lexicon.rules(drew),
        cites=lexicon.bibliography.cite(known.cites),
    )
