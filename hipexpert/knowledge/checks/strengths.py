"""Weights against the sources they rest on. The rules are those of docs/weights.md."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from hipexpert.knowledge import model as m
from hipexpert.knowledge.checks.base import Check, Defect, Survey

_HEDGES = re.compile(
    r"\b(may|might|can|could|sometimes|perhaps|possibly|occasionally|in some|some (people|runners))\b", re.I
)
_EMPHASIS = re.compile(
    r"\b(usually|typically|often|particularly|especially|most|mainly|hallmark|classic|always|chiefly"
    r"|above all)\b",
    re.I,
)
_WEAK, _STRONG = 2.0, 5.0
_SAYS_NOTHING = 1.1


def unsourced_ratio(survey: Survey) -> Iterator[Defect]:
    """HX710: a published ratio whose source the rule does not cite."""
    for rule, then in survey.weighing:
        if then.source and then.source not in rule.cites:
            message = f"{rule.id} takes its ratio from '{then.source}' but does not cite it"
            yield Defect(rule.at, "HX710", rule.id, message, f"add {then.source} to cites")


def farther_studies(survey: Survey) -> Iterator[Defect]:
    """HX712: another study of the same test and condition has a ratio nearer to 1."""
    studies = survey.knowledge.studies
    for rule, then in survey.weighing:
        if not then.study:
            continue
        used = studies[then.study]
        mine = _distance(used, then.result)
        for other in studies.values():
            same = other.test == used.test and other.condition == used.condition == then.condition
            if same and not other.doubt and _distance(other, then.result) < mine:
                message = (
                    f"{rule.id} takes its ratio from '{used.id}', but that of '{other.id}' is nearer to 1"
                )
                yield Defect(rule.at, "HX712", rule.id, message, f"use {other.id}", other.id)


def _distance(study: m.Study, result: str) -> float:
    ratio = study.ratio(result)
    return abs(math.log(ratio)) if ratio else math.inf


def overstated_claims(survey: Survey) -> Iterator[Defect]:
    """HX735: every claim a rule cites says "may" or "sometimes", and the rule counts it as strong."""
    claims = survey.knowledge.claims
    for rule, then in survey.weighing:
        texts = [claims[cite].text for cite in rule.cites if cite in claims]
        if not then.strength or then.ratio < _STRONG or len(texts) < len(rule.cites) or not texts:
            continue
        if all(_HEDGES.search(text) and not _EMPHASIS.search(text) for text in texts):
            word = _HEDGES.search(texts[0])
            message = f"{rule.id} is {then.strength}, but what it cites says '{word[0] if word else ''}'"
            hint = "take a weaker word, or cite a claim that says it plainly"
            yield Defect(rule.at, "HX735", rule.id, message, hint)


def ratios_beyond_their_interval(survey: Survey) -> Iterator[Defect]:
    """HX736: the ratio a rule counts lies outside the interval its study gives."""
    for rule, then in survey.weighing:
        if not then.study:
            continue
        study = survey.knowledge.studies[then.study]
        interval = study.interval(f"lr_{then.result}")
        ratio = study.ratio(then.result)
        if interval and ratio and not interval.low <= ratio <= interval.high:
            message = f"{rule.id} counts a ratio of {ratio:.2f}, outside the interval of '{study.id}' "
            message += f"({interval.low:g} to {interval.high:g})"
            hint = "see its figures; a doubt may be due"
            yield Defect(rule.at, "HX736", rule.id, message, hint, study.id)


def studies_at_odds(survey: Survey) -> Iterator[Defect]:
    """HX742: a figure of a study lies outside its own interval."""
    for study in survey.knowledge.studies.values():
        for interval in study.intervals:
            value = getattr(study, interval.of, None)
            if interval.low > interval.high or (
                value is not None and not interval.low <= value <= interval.high
            ):
                message = f"'{study.id}': {interval.of} is {value}, its interval "
                message += f"{interval.low:g} to {interval.high:g}"
                yield Defect(study.at, "HX742", study.id, message, "look it up again")


def silent_ratios(survey: Survey) -> Iterator[Defect]:
    """HX738: a published ratio so near to 1 that it says nothing."""
    for rule, then in survey.weighing:
        if not then.strength and then.ratio <= _SAYS_NOTHING:
            message = f"{rule.id} counts a ratio of {then.ratio:.2f}, which says nothing"
            hint = "leave the rule out and say in the background that the test does not help"
            yield Defect(rule.at, "HX738", rule.id, message, hint)


def strong_opinions(survey: Survey) -> Iterator[Defect]:
    """HX737: expert opinion alone, above weak."""
    for rule, then in survey.weighing:
        if rule.opinion and not rule.cites and then.ratio > _WEAK:
            message = f"{rule.id} rests on opinion alone and is {then.strength or f'{then.ratio:g}'}"
            yield Defect(rule.at, "HX737", rule.id, message, "an opinion is weak, or cite a source")


def strong_case_reports(survey: Survey) -> Iterator[Defect]:
    """HX740: case reports alone, above weak."""
    knowledge = survey.knowledge
    for rule, then in survey.weighing:
        sources = _sources(rule, knowledge)
        if then.ratio > _WEAK and sources and all(s.kind == "case report" for s in sources):
            message = f"{rule.id} rests on case reports alone and is {then.strength or f'{then.ratio:g}'}"
            yield Defect(rule.at, "HX740", rule.id, message, "a case report makes a sign weak at most")


def strange_layers(survey: Survey) -> Iterator[Defect]:
    """HX741: everything a rule or red flag cites belongs to other layers than its own."""
    knowledge = survey.knowledge
    for entry in _citing(survey):
        layers = {source.layer for source in _sources(entry, knowledge)}
        if layers and entry.layer not in layers:
            message = f"{entry.id} is of the layer '{entry.layer}', but all it cites is of '{min(layers)}'"
            hint = "without that layer nothing would bear it out; change its layer or its citations"
            yield Defect(entry.at, "HX741", entry.id, message, hint)


def _citing(survey: Survey) -> list[m.Rule | m.RedFlag | m.Advice]:
    """Return the entries that speak to a runner, with what they rest on."""
    knowledge = survey.knowledge
    return [*survey.rules, *knowledge.flags.values(), *knowledge.advice.values()]


def _sources(entry: m.Rule | m.RedFlag | m.Advice, knowledge: m.Knowledge) -> list[m.Source]:
    names = (knowledge.claims[c].source if c in knowledge.claims else c for c in entry.cites)
    return [knowledge.sources[name] for name in dict.fromkeys(names)]


def mixed_claims(survey: Survey) -> Iterator[Defect]:
    """HX754, HX755: a claim cited twice by one entry; claims that repeat each other in a circle."""
    knowledge = survey.knowledge
    for entry in _citing(survey):
        for cite in dict.fromkeys(entry.cites):
            if entry.cites.count(cite) > 1:
                message = f"{entry.id} cites '{cite}' twice"
                yield Defect(entry.at, "HX754", entry.id, message, "once is enough", cite)
    for claim in knowledge.claims.values():
        seen, name = set(), claim.id
        while name and name not in seen:
            seen.add(name)
            name = knowledge.claims[name].same_as
        if name == claim.id:
            message = f"the claim '{claim.id}' is the same as itself, so that none of them has to be carried"
            yield Defect(claim.at, "HX755", claim.id, message, "same_as names an earlier claim")


CHECKS: tuple[Check, ...] = (
    unsourced_ratio,
    farther_studies,
    overstated_claims,
    ratios_beyond_their_interval,
    studies_at_odds,
    silent_ratios,
    strong_opinions,
    strong_case_reports,
    strange_layers,
    mixed_claims,
)
