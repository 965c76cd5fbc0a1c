"""Which claims of the sources the knowledge base carries, and by what.

A claim that diagnoses or triages is carried by a rule or a red flag (or, for "is listed among the
common causes", by the condition whose prior it sets); one that advises by an advice entry or the rule
that brings it up; background by any entry a reader meets. A cited id only says that somebody meant to
carry the claim: whether the entry says it is for a reader to judge.
"""

from __future__ import annotations

from collections.abc import Mapping

from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Advises, Claim, Knowledge

MOST_SET_ASIDE = 0.02
"""The share of claims that may be left out on purpose."""

USES = ("diagnose", "triage", "advise", "educate")


@dataclass(frozen=True, kw_only=True)
class Row:
    """Counts for one source and one use.

    Attributes:
        total: Claims to carry; repeats and references do not count.
        set_aside: Left out on purpose.
        missing: Ids of claims that nothing carries.
    """

    source: str
    use: str
    total: int
    carried: int
    set_aside: int
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Coverage of all claims.

    Attributes:
        needless: Claims set aside although something carries them.
    """

    rows: tuple[Row, ...]
    needless: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Every claim that nothing carries and nobody set aside."""
        return tuple(claim for row in self.rows for claim in row.missing)

    @property
    def share_set_aside(self) -> float:
        """The share of all claims that is set aside, from 0 to 1."""
        total = sum(row.total for row in self.rows)
        return sum(row.set_aside for row in self.rows) / total if total else 0.0

    @property
    def complete(self) -> bool:
        """Whether every claim is carried, or set aside within the limit."""
        return not self.missing and not self.needless and self.share_set_aside <= MOST_SET_ASIDE


def measure(knowledge: Knowledge) -> Coverage:
    """Return what is carried, per source and use."""
    carriers = carried_by(knowledge)
    to_carry = [c for c in knowledge.claims.values() if not c.same_as and c.kind != "reference"]
    rows = []
    for source in dict.fromkeys(claim.source for claim in to_carry):
        for use in USES:
            claims = [c for c in to_carry if c.source == source and c.use == use]
            if claims:
                rows.append(_row(source, use, claims, carriers, knowledge))
    needless = tuple(sorted(name for name in knowledge.set_aside if carriers.get(name)))
    return Coverage(rows=tuple(rows), needless=needless)


def _row(
    source: str, use: str, claims: list[Claim], carriers: Mapping[str, tuple[str, ...]], knowledge: Knowledge
) -> Row:
    open_ = [claim.id for claim in claims if not carriers.get(claim.id)]
    aside = [name for name in open_ if name in knowledge.set_aside]
    return Row(
        source=source,
        use=use,
        total=len(claims),
        carried=len(claims) - len(open_),
        set_aside=len(aside),
        missing=tuple(name for name in open_ if name not in knowledge.set_aside),
    )


def carried_by(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return for each claim the ids of the entries that carry it in the way its use asks for."""
    logic, advice, reading = _citing(knowledge)
    found = {}
    for claim in knowledge.claims.values():
        places = list(logic.get(claim.id, ()))
        if claim.use in ("advise", "educate", ""):
            places += advice.get(claim.id, ())
        if claim.use == "educate" or claim.kind == "epidemiology":
            places += reading.get(claim.id, ())
        if claim.use == "advise":
            places = [place for place in places if place in advice.get(claim.id, ())]
        found[claim.id] = tuple(dict.fromkeys(places))
    return found


_Citing = dict[str, list[str]]


def _citing(knowledge: Knowledge) -> tuple[_Citing, _Citing, _Citing]:
    """Return who cites what: rules and flags, advice and what brings it up, background."""
    logic: _Citing = {}
    advice: _Citing = {}
    reading: _Citing = {}
    active = [rule for rule in knowledge.rules.values() if rule.status != "retired"]
    brought = {name for rule in active if isinstance(rule.then, Advises) for name in rule.then.advice}
    for rule in active:
        _add(advice if isinstance(rule.then, Advises) else logic, rule.cites, rule.id)
    for flag in knowledge.flags.values():
        _add(logic, flag.cites, flag.id)
    for entry in knowledge.advice.values():
        if entry.id in brought:
            _add(advice, entry.cites, entry.id)
    for condition in knowledge.conditions.values():
        _add(reading, condition.cites, condition.id)
        for note in condition.background:
            _add(reading, note.cites, condition.id)
    for topic in knowledge.topics.values():
        for note in topic.notes:
            _add(reading, note.cites, topic.id)
    for finding in knowledge.findings.values():
        _add(reading, finding.cites, finding.id)
    for conclusion in knowledge.conclusions.values():
        _add(reading, conclusion.cites, conclusion.id)
    return logic, advice, reading


def _add(citing: _Citing, cites: tuple[str, ...], place: str) -> None:
    for cite in cites:
        citing.setdefault(cite, []).append(place)
