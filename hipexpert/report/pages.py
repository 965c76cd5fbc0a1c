"""Pages about the knowledge base itself, as plain text: one entry, or a list of entries."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hipexpert.errors import UsageError, did_you_mean
from hipexpert.knowledge import model as m
from hipexpert.knowledge.excerpt import excerpt
from hipexpert.knowledge.when import findings_of
from hipexpert.report.studies import figures

KINDS = (
    "conditions",
    "rules",
    "findings",
    "flags",
    "conclusions",
    "advice",
    "conflicts",
    "topics",
    "sources",
    "claims",
    "studies",
    "layers",
)
_WIDTH = 92


def listing(knowledge: m.Knowledge, kind: str) -> str:
    """Return one line for each entry of a kind (:data:`KINDS`)."""
    entries: Mapping[str, Any] = getattr(knowledge, kind)
    lines = [_line(name, _summary(entry)) for name, entry in entries.items()]
    return "\n".join(lines) + "\n" if lines else f"There are no {kind}.\n"


def _line(name: str, summary: str) -> str:
    return f"{name:<28} {summary}".rstrip()


def _summary(entry: Any) -> str:
    if isinstance(entry, m.Rule):
        return f"{entry.title} -> {_then(entry.then)}"
    if isinstance(entry, m.Finding):
        return f"{entry.question} ({entry.kind})"
    if isinstance(entry, m.Conflict):
        return f"{entry.title} [{entry.weight}]"
    if isinstance(entry, m.Advice):
        return f"[{entry.step}] {entry.topic}: {entry.text}"
    if isinstance(entry, m.RedFlag):
        return f"[{entry.urgency}] {entry.name}"
    if isinstance(entry, m.Study):
        return f"{entry.test} for {entry.target} ({entry.source})"
    return next(str(getattr(entry, f)) for f in ("name", "title", "text") if getattr(entry, f, ""))


def _then(then: m.Then) -> str:
    if isinstance(then, m.Weighs):
        weight = then.strength or f"ratio {then.ratio:.3g}, {then.study or then.source}"
        return f"{then.direction} {then.condition} ({weight})"
    verbs: dict[type, str] = {
        m.Concludes: "concludes",
        m.Raises: "raises",
        m.Advises: "advises",
        m.Withholds: "withholds",
    }
    return f"{verbs[type(then)]} {', '.join(m.target(then))}"


def page(knowledge: m.Knowledge, name: str) -> str:
    """Return the page of any entry: a condition, rule, finding, flag, claim, source ...

    Raises:
        UsageError: Nothing is called that.
    """
    for kind in KINDS:
        entry = getattr(knowledge, kind).get(name)
        if entry is not None:
            return "\n".join(_PAGES[type(entry)](knowledge, entry)) + "\n"
    known = [other for kind in KINDS for other in getattr(knowledge, kind)]
    raise UsageError(f"nothing is called '{name}'; {did_you_mean(name, known) or 'see hipexpert kb list'}")


def _heading(text: str, sign: str = "=") -> list[str]:
    return [text, sign * len(text)]


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    start = indent if first is None else first
    return textwrap.wrap(text, _WIDTH, initial_indent=start, subsequent_indent=indent) or [start.rstrip()]


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", *_heading(title, "-"), *lines] if lines else []


def _bullets(texts: tuple[str, ...]) -> list[str]:
    return [line for text in texts for line in _wrapped(text, "  ", "- ")]


def citation(knowledge: m.Knowledge, cite: str) -> list[str]:
    """Return a citation in full: the claim, and where in which source it stands."""
    claim = knowledge.claims.get(cite)
    if claim is None:
        source = knowledge.sources[cite]
        return _wrapped(f"{cite}  {_source_line(source)}", "    ", "  ")
    source = knowledge.sources[claim.source]
    place = f'section "{claim.section}"' if claim.section else ""
    paragraph = f", paragraph {claim.paragraph}" if claim.paragraph else ", heading" if place else ""
    text = _wrapped(f"{cite}  {claim.text}", "    ", "  ")
    return [*text, *_wrapped(f"{source.title}, {place}{paragraph}", "    ", "    ")]


def _source_line(source: m.Source) -> str:
    doi = source.doi and f"doi:{source.doi}"
    parts = (source.authors, source.title, source.venue, str(source.year or ""), doi)
    return ". ".join(part for part in parts if part)


def _citations(knowledge: m.Knowledge, cites: tuple[str, ...], opinion: str = "") -> list[str]:
    lines = [line for cite in cites for line in citation(knowledge, cite)]
    if opinion:
        lines += _wrapped(f"Expert opinion: {opinion}", "    ", "  ")
    return lines


def _rule(knowledge: m.Knowledge, rule: m.Rule) -> Iterator[str]:
    yield from _heading(f"{rule.id}  {rule.title}")
    yield f"{rule.at}  layer {rule.layer}, {rule.status}, fires in the phase '{rule.phase}'"
    yield ""
    yield textwrap.indent(excerpt(rule.at).rstrip(), "    ")
    if isinstance(rule.then, m.Weighs):
        yield ""
        yield f"Likelihood ratio {rule.then.ratio:.3g} ({rule.then.strength or rule.then.source})"
        if rule.then.study:
            yield f"That of a {rule.then.result} result in {rule.then.study}:"
            yield from _figures(knowledge.studies[rule.then.study])
    yield from _section("Why", _wrapped(rule.because))
    yield from _section("When it misleads", _bullets(rule.pitfalls))
    yield from _section("Rests on", _citations(knowledge, rule.cites, rule.opinion))
    findings = [f"{name}: {knowledge.findings[name].question}" for name in findings_of(rule.when)]
    yield from _section("Asks about", _bullets(tuple(findings)))


def _condition(knowledge: m.Knowledge, condition: m.Condition) -> Iterator[str]:
    yield from _heading(condition.name)
    yield f"{condition.id}, layer {condition.layer}, prior {condition.prior}; {condition.at}"
    if condition.synonyms:
        yield from _wrapped(f"Also called: {', '.join(condition.synonyms)}")
    for code in condition.icd10cm:
        yield f"ICD-10-CM {code.code}  {code.description}"
    if condition.must_not_miss:
        yield "Must not be missed."
    yield ""
    yield from _wrapped(condition.summary)
    yield from _section("Speaks for it", _weighing(knowledge, condition.id, "supports"))
    yield from _section("Speaks against it", _weighing(knowledge, condition.id, "opposes"))
    flags = [f"[{f.urgency}] {f.name} ({f.id}): {f.action}" for f in _flags(knowledge, condition.id)]
    yield from _section("Red flags that may mean it", _bullets(tuple(flags)))
    yield from _section("What to do", _advice_for(knowledge, condition.id))
    notes = [f"{note.text} [{', '.join(note.cites)}]" for note in condition.background]
    yield from _section("Background", _bullets(tuple(notes)))
    yield from _section("Listed by", _citations(knowledge, condition.cites))


def _weighing(knowledge: m.Knowledge, condition: str, direction: str) -> list[str]:
    rules = [
        (rule, rule.then)
        for rule in knowledge.rules_by_phase["evidence"]
        if isinstance(rule.then, m.Weighs)
        and rule.then.condition == condition
        and rule.then.direction == direction
    ]
    rules.sort(key=lambda item: (-item[1].ratio, item[0].id))
    lines: list[str] = []
    for rule, then in rules:
        grounds = ", ".join(rule.cites) or "expert opinion"
        weight = then.strength or f"ratio {then.ratio:.3g}"
        lines += _wrapped(f"{rule.id}  {rule.title} ({weight}) [{grounds}]", "         ", "  ")
    return lines


def _flags(knowledge: m.Knowledge, condition: str) -> list[m.RedFlag]:
    return [flag for flag in knowledge.flags.values() if condition in flag.concerns]


def _advice_for(knowledge: m.Knowledge, condition: str) -> list[str]:
    brought = [
        name
        for rule in knowledge.rules_by_phase["advice"]
        if isinstance(rule.then, m.Advises) and condition in m.conditions_meant(rule.when)
        for name in rule.then.advice
    ]
    entries = sorted(
        (knowledge.advice[name] for name in dict.fromkeys(brought)),
        key=lambda entry: (m.STEPS.index(entry.step), entry.order, entry.id),
    )
    return [line for e in entries for line in _wrapped(f"{e.step:<10} {e.text} [{e.id}]", " " * 13, "  ")]


def _finding(knowledge: m.Knowledge, finding: m.Finding) -> Iterator[str]:
    yield from _heading(f"{finding.id}  {finding.question}")
    yield f"{finding.kind}, section {finding.section}, {finding.cost}, layer {finding.layer}; {finding.at}"
    yield from _section("Answers", [f"  {option.id:<24} {option.label}" for option in finding.options])
    yield from _section("Help", _wrapped(finding.help) if finding.help else [])
    yield from _section("Safety", _wrapped(finding.safety) if finding.safety else [])
    rules = [r for r in knowledge.rules.values() if finding.id in findings_of(r.when)]
    yield from _section("Rules that use it", _bullets(tuple(f"{r.id}  {_summary(r)}" for r in rules)))
    yield from _section("Sources of the help", _citations(knowledge, finding.cites))


def _flag(knowledge: m.Knowledge, flag: m.RedFlag) -> Iterator[str]:
    yield from _heading(f"{flag.id}  {flag.name}")
    yield f"{flag.urgency}, layer {flag.layer}; {flag.at}"
    yield from _section("Do", _wrapped(flag.action))
    yield from _section("Do not", _bullets(flag.do_not))
    yield from _section("Why", _wrapped(flag.why) if flag.why else [])
    rules = [r for r in knowledge.rules.values() if m.target(r.then) == (flag.id,)]
    yield from _section("Raised by", _bullets(tuple(f"{r.id}  {r.title}" for r in rules)))
    yield from _section("May mean", _bullets(tuple(knowledge.conditions[c].name for c in flag.concerns)))
    yield from _section("Rests on", _citations(knowledge, flag.cites, flag.opinion))


def _advice(knowledge: m.Knowledge, advice: m.Advice) -> Iterator[str]:
    yield from _heading(f"{advice.id}  {advice.topic}")
    yield f"{advice.step}, layer {advice.layer}; {advice.at}"
    yield ""
    yield from _wrapped(advice.text)
    yield from _section("How", _bullets(advice.how))
    yield from _section("Cautions", _bullets(advice.cautions))
    advising = [r for r in knowledge.rules.values() if isinstance(r.then, m.Advises)]
    rules = [r for r in advising if advice.id in m.target(r.then)]
    yield from _section("Brought up by", _bullets(tuple(f"{r.id}  {r.title}" for r in rules)))
    yield from _section("Rests on", _citations(knowledge, advice.cites, advice.opinion))


def _conflict(knowledge: m.Knowledge, conflict: m.Conflict) -> Iterator[str]:
    yield from _heading(f"{conflict.id}  {conflict.title}")
    yield f"{conflict.weight}; {conflict.at}"
    for side in conflict.sides:
        yield from _section(side.says, _citations(knowledge, side.cites))
    decided = f" (The layer {conflict.decided_by} decides.)" if conflict.decided_by else ""
    yield from _section("What the system does", _wrapped(conflict.judgement + decided))


def _topic(knowledge: m.Knowledge, topic: m.Topic) -> Iterator[str]:
    yield from _heading(topic.title)
    yield ""
    for note in topic.notes:
        yield from _wrapped(f"{note.text} [{', '.join(note.cites)}]")


def _conclusion(knowledge: m.Knowledge, conclusion: m.Conclusion) -> Iterator[str]:
    yield from _heading(f"{conclusion.id}  {conclusion.name}")
    yield f"layer {conclusion.layer}; {conclusion.at}"
    yield ""
    yield from _wrapped(conclusion.description)
    rules = [r for r in knowledge.rules.values() if m.target(r.then) == (conclusion.id,)]
    yield from _section("Drawn by", _bullets(tuple(f"{r.id}  {r.title}" for r in rules)))
    users = [r for r in knowledge.rules.values() if conclusion.id in m.conclusions_of(r.when)]
    yield from _section("Used by", _bullets(tuple(f"{r.id}  {r.title}" for r in users)))
    yield from _section("Rests on", _citations(knowledge, conclusion.cites))


def _source(knowledge: m.Knowledge, source: m.Source) -> Iterator[str]:
    yield from _heading(f"{source.id}  {source.title}")
    yield from _wrapped(_source_line(source))
    yield from (_wrapped(source.note) if source.note else ())
    claims = sum(claim.source == source.id for claim in knowledge.claims.values())
    yield f"{claims} claims, layer {source.layer}"


def _claim(knowledge: m.Knowledge, claim: m.Claim) -> Iterator[str]:
    from hipexpert.knowledge.coverage import carried_by

    yield from _heading(claim.id)
    yield from citation(knowledge, claim.id)
    yield f"{claim.kind}, to {claim.use}; about {', '.join(claim.conditions)}"
    yield from _section("Carried by", _bullets(carried_by(knowledge)[claim.id]))


def _study(knowledge: m.Knowledge, study: m.Study) -> Iterator[str]:
    yield from _heading(f"{study.id}  {study.test}")
    yield from _wrapped(f"for {study.target}; {study.at}")
    yield ""
    yield from _figures(study)
    yield from (_wrapped(f"Note: {study.note}") if study.note else ())
    yield from (_wrapped(f"No rule may rest on it: {study.doubt}") if study.doubt else ())
    using = [r for r in knowledge.rules.values() if getattr(r.then, "study", "") == study.id]
    yield from _section("Used by", _bullets(tuple(f"{r.id}  {_summary(r)}" for r in using)))
    yield from _section("Published in", _citations(knowledge, (study.source,)))


def _figures(study: m.Study) -> list[str]:
    lines = [f"  {line}" for line in figures(study)]
    about = (("studied in", study.population), ("against", study.reference), ("n", study.n or ""))
    return lines + [line for k, v in about if v for line in _wrapped(f"{k}: {v}", "    ", "  ")]


def _layer(knowledge: m.Knowledge, layer: m.Layer) -> Iterator[str]:
    yield from _heading(layer.name)
    yield from _wrapped(layer.description)


_PAGES: Mapping[type, Callable[[m.Knowledge, Any], Iterator[str]]] = {
    m.Rule: _rule,
    m.Condition: _condition,
    m.Finding: _finding,
    m.RedFlag: _flag,
    m.Advice: _advice,
    m.Conflict: _conflict,
    m.Study: _study,
    m.Topic: _topic,
    m.Conclusion: _conclusion,
    m.Source: _source,
    m.Claim: _claim,
    m.Layer: _layer,
}
