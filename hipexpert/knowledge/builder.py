"""Makes the knowledge base from checked files: resolves every name, reports every defect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hipexpert.errors import Location, Problem, did_you_mean
from hipexpert.knowledge import model as m
from hipexpert.knowledge import schema as s
from hipexpert.knowledge.makers import (
    circular,
    make_condition,
    make_exclusions,
    make_finding,
    make_never_ask,
    make_rule,
    make_study,
    tuples,
)
from hipexpert.knowledge.normal_form import MAX_BRANCHES, TooManyBranches, branches
from hipexpert.knowledge.registry import Registry, collect
from hipexpert.knowledge.then_parser import ThenParser
from hipexpert.knowledge.when import When
from hipexpert.knowledge.when_parser import RESERVED, Names, WhenParser
from hipexpert.knowledge.yaml_reader import Document, Path_

UNKNOWN_NAMES = frozenset(f"HX30{n}" for n in range(1, 9))
"""Codes that say a name is not defined."""


@dataclass(frozen=True, slots=True)
class File:
    """A file and its checked content; None when its shape is wrong."""

    document: Document
    model: s.FileModel | None


@dataclass(slots=True)
class _Made:
    sources: dict[str, m.Source] = field(default_factory=dict)
    claims: dict[str, m.Claim] = field(default_factory=dict)
    studies: dict[str, m.Study] = field(default_factory=dict)
    sections: dict[str, m.Section] = field(default_factory=dict)
    findings: dict[str, m.Finding] = field(default_factory=dict)
    conditions: dict[str, m.Condition] = field(default_factory=dict)
    conclusions: dict[str, m.Conclusion] = field(default_factory=dict)
    flags: dict[str, m.RedFlag] = field(default_factory=dict)
    rules: dict[str, m.Rule] = field(default_factory=dict)
    advice: dict[str, m.Advice] = field(default_factory=dict)
    conflicts: dict[str, m.Conflict] = field(default_factory=dict)
    topics: dict[str, m.Topic] = field(default_factory=dict)
    set_aside: dict[str, m.SetAside] = field(default_factory=dict)
    exclusions: list[m.Exclusion] = field(default_factory=list)
    never_ask: list[m.NeverAsk] = field(default_factory=list)


class Builder:
    """Builds one knowledge base; problems go to the documents they are in."""

    def __init__(self, files: Iterable[File], digest: str) -> None:
        given = list(files)
        self.files = [file for file in given if file.document.data is not None]
        self.complete = len(self.files) == len(given)
        self.whole = [(f.document, f.model) for f in self.files if f.model is not None]
        self.digest = digest
        self.registry: Registry = collect([file.document for file in self.files])
        self.made = _Made()
        self.head: tuple[Document, s.KnowledgeModel] | None = None

    def build(self) -> m.Knowledge | None:
        """Return the knowledge base, or None when anything is wrong."""
        self._head()
        for document, model in self.whole:
            self._sources(document, model)
            self._studies(document, model)
            self._findings(document, model)
        names = self._names()
        for document, model in self.whole:
            self._only_if(document, model, names)
            self._conditions(document, model)
            self._flags(document, model)
            self._advice(document, model)
            self._conflicts(document, model)
            self._rules(document, model, names)
            self.made.exclusions += make_exclusions(document, model)
            self.made.never_ask += make_never_ask(document, model)
        self._circles()
        if self.head is None or any(file.document.problems for file in self.files):
            return None
        return self._knowledge(self.head[1])

    def _head(self) -> None:
        for document, model in self.whole:
            if model.knowledge is None:
                continue
            if self.head is not None:
                message = f"'knowledge' stands twice; first in {self.head[0].file}"
                self._add(document, ("knowledge",), "HX309", message, key=True)
            self.head = self.head or (document, model.knowledge)
        if self.head is None and self.complete and len(self.whole) == len(self.files):
            message = "no file has the key 'knowledge' (name, version, layers, weights)"
            self.files[0].document.problems.append(
                Problem(Location(self.files[0].document.file), "HX201", message, "add knowledge.yaml")
            )

    def _sources(self, document: Document, model: s.FileModel) -> None:
        for i, entry in enumerate(model.sources):
            path: Path_ = ("sources", i)
            self._layer(document, entry.layer, path)
            self.made.sources[entry.id] = m.Source(**entry.model_dump(), at=document.where(path))
        for i, claim in enumerate(model.claims):
            path = ("claims", i)
            source = claim.id.rpartition(".")[0]
            self._known(document, source, "sources", (*path, "id"), "HX307", "source")
            if claim.same_as:
                self._known(document, claim.same_as, "claims", (*path, "same_as"), "HX308", "claim")
            data = claim.model_dump() | {"conditions": tuple(claim.conditions)}
            self.made.claims[claim.id] = m.Claim(**data, source=source, at=document.where(path))

    def _studies(self, document: Document, model: s.FileModel) -> None:
        for i, entry in enumerate(model.studies):
            path: Path_ = ("studies", i)
            self._known(document, entry.source, "sources", (*path, "source"), "HX307", "source")
            if entry.condition:
                self._known(
                    document, entry.condition, "condition", (*path, "condition"), "HX303", "condition"
                )
            self.made.studies[entry.id] = make_study(entry, document.where(path))

    def _findings(self, document: Document, model: s.FileModel) -> None:
        if model.section:
            self.made.sections[model.section.id] = m.Section(**model.section.model_dump())
        elif model.findings:
            self._add(document, ("findings",), "HX201", "a file with findings needs a section", key=True)
        for i, entry in enumerate(model.findings):
            path: Path_ = ("findings", i)
            if entry.id in RESERVED:
                self._add(document, (*path, "id"), "HX205", f"'{entry.id}' is a word of the grammar of rules")
            if entry.layer:
                self._layer(document, entry.layer, path)
            self._cites(document, entry.cites, path)
            self._finding_fits(document, entry, path)
            if not entry.layer and self.head:
                entry = entry.model_copy(update={"layer": self.head[1].layers[0].id})
            self.made.findings[entry.id] = make_finding(entry, model.section, document.where(path))

    def _finding_fits(self, document: Document, entry: s.FindingModel, path: Path_) -> None:
        number, choose = entry.kind == "number", entry.kind in ("choice", "choices")
        if choose and len(entry.options) < 2:
            self._add(document, path, "HX405", f"a {entry.kind} needs at least two options")
        if not choose and entry.options:
            message = f"a {entry.kind} finding has no options"
            self._add(document, (*path, "options"), "HX405", message, key=True)
        if entry.exhaustive and entry.kind != "choice":
            self._add(document, (*path, "exhaustive"), "HX405", "'exhaustive' is for a choice only", key=True)
        used = [f for f in ("unit", "units", "minimum", "maximum") if getattr(entry, f) not in ("", {}, None)]
        if used and not number:
            self._add(document, (*path, used[0]), "HX405", f"'{used[0]}' is for numbers only", key=True)
        if number and (entry.minimum is None or entry.maximum is None or entry.minimum >= entry.maximum):
            self._add(document, path, "HX405", "a number needs a minimum below its maximum")

    def _names(self) -> Names:
        known = self.registry.names
        unchecked = known("findings") - set(self.made.findings)
        return Names(self.made.findings, unchecked, known("conclusions"), known("condition"), known("flags"))

    def _only_if(self, document: Document, model: s.FileModel, names: Names) -> None:
        plain = Names(names.findings, names.unchecked)
        for i, entry in enumerate(model.findings):
            if entry.only_if is not None:
                when = WhenParser(document, plain).parse(entry.only_if, ("findings", i, "only_if"))
                finding = self.made.findings[entry.id]
                object.__setattr__(finding, "only_if", when)  # made just above, seen by nobody yet

    def _conditions(self, document: Document, model: s.FileModel) -> None:
        if model.condition:
            entry, path = model.condition, ("condition",)
            for i, note in enumerate(entry.background):
                self._cites(document, note.cites, (*path, "background", i))
            rated: list[tuple[s.ConditionModel | s.FrequencyModel, Path_]] = [(entry, path)]
            rated += ((each, (*path, "frequencies", i)) for i, each in enumerate(entry.frequencies))
            for each, where in rated:
                self._layer(document, each.layer, where)
                self._prior(document, each.prior, where)
                self._cites(document, each.cites, where)
            self.made.conditions[entry.id] = make_condition(entry, document.where(path))
        for i, conclusion in enumerate(model.conclusions):
            self._layer(document, conclusion.layer, ("conclusions", i))
            self._cites(document, conclusion.cites, ("conclusions", i))
            data = conclusion.model_dump() | {"cites": tuple(conclusion.cites)}
            at = document.where(("conclusions", i))
            self.made.conclusions[conclusion.id] = m.Conclusion(**data, at=at)

    def _flags(self, document: Document, model: s.FileModel) -> None:
        for i, entry in enumerate(model.flags):
            path: Path_ = ("flags", i)
            self._layer(document, entry.layer, path)
            self._grounds(document, entry.cites, entry.opinion, path)
            for j, condition in enumerate(entry.concerns):
                self._known(document, condition, "condition", (*path, "concerns", j), "HX303", "condition")
            self.made.flags[entry.id] = m.RedFlag(**tuples(entry.model_dump()), at=document.where(path))

    def _advice(self, document: Document, model: s.FileModel) -> None:
        for i, entry in enumerate(model.advice):
            path: Path_ = ("advice", i)
            self._layer(document, entry.layer, path)
            self._prefix(document, model, entry.id, path)
            self._grounds(document, entry.cites, entry.opinion, path)
            known = self.head[1].demands if self.head else entry.demands
            for j, word in enumerate(entry.demands):
                if word not in known:
                    hint = did_you_mean(word, known)
                    self._add(document, (*path, "demands", j), "HX314", f"unknown demand '{word}'", hint)
            self.made.advice[entry.id] = m.Advice(**tuples(entry.model_dump()), at=document.where(path))

    def _conflicts(self, document: Document, model: s.FileModel) -> None:
        for i, entry in enumerate(model.conflicts):
            path: Path_ = ("conflicts", i)
            if entry.decided_by:
                self._layer(document, entry.decided_by, path, "decided_by")
            for j, side in enumerate(entry.sides):
                self._cites(document, side.cites, (*path, "sides", j))
            sides = tuple(m.Side(says=side.says, cites=tuple(side.cites)) for side in entry.sides)
            data = entry.model_dump() | {"sides": sides}
            self.made.conflicts[entry.id] = m.Conflict(**data, at=document.where(path))
        for i, aside in enumerate(model.set_aside):
            path = ("set_aside", i)
            self._known(document, aside.claim, "claims", (*path, "claim"), "HX308", "claim")
            data = aside.model_dump()
            self.made.set_aside[aside.claim] = m.SetAside(**data, at=document.where(path))
        for i, topic in enumerate(model.topics):
            path = ("topics", i)
            self._layer(document, topic.layer, path)
            for j, note in enumerate(topic.notes):
                self._cites(document, note.cites, (*path, "notes", j))
            notes = tuple(m.Note(text=note.text, cites=tuple(note.cites)) for note in topic.notes)
            data = topic.model_dump() | {"notes": notes}
            self.made.topics[topic.id] = m.Topic(**data, at=document.where(path))

    def _rules(self, document: Document, model: s.FileModel, names: Names) -> None:
        head = self.head[1] if self.head else None
        strengths, demands = (dict(head.strengths), head.demands) if head else (None, {})
        then_parser = ThenParser(document, self.registry, strengths, self.made.studies, demands)
        for i, entry in enumerate(model.rules):
            path: Path_ = ("rules", i)
            self._layer(document, entry.layer, path)
            self._prefix(document, model, entry.id, path)
            self._grounds(document, entry.cites, entry.opinion, path)
            late = entry.then.advises is not None or entry.then.withholds is not None
            raises = entry.then.raises is not None
            parser = WhenParser(document, names, advises=late, raises=raises)
            when = parser.parse(entry.when, (*path, "when"))
            then = then_parser.parse(entry.then, (*path, "then"))
            if when is not None and then is not None and self._bounded(document, when, path):
                self.made.rules[entry.id] = make_rule(entry, when, then, document.where(path))

    def _bounded(self, document: Document, when: When, path: Path_) -> bool:
        try:
            possible = bool(branches(when))
        except TooManyBranches:
            message = f"this 'when' has more than {MAX_BRANCHES} alternatives"
            hint = "draw an intermediate conclusion for a part of it"
            self._add(document, (*path, "when"), "HX407", message, hint)
            return False
        if not possible:
            message = "this 'when' can never be true: it asks for something and its opposite"
            self._add(document, (*path, "when"), "HX409", message)
        return possible

    def _circles(self) -> None:
        documents = {document.file: document for document, _ in self.whole}
        for rule in circular(self.made.rules.values()):
            message = f"the conclusion '{rule.then.conclusion}' rests on itself, through {rule.id}"  # type: ignore[union-attr]
            problem = Problem(rule.at, "HX408", message, "conclusions may not form a circle")
            documents[rule.at.file].problems.append(problem)

    def _prefix(self, document: Document, model: s.FileModel, name: str, path: Path_) -> None:
        if model.prefix is None:
            hint = "add  prefix: XY  at the top of the file"
            self._add(document, path, "HX201", "a file with rules or advice needs a prefix", hint)
        elif not name.startswith(f"{model.prefix}-"):
            message = f"the id '{name}' must begin with the file's prefix '{model.prefix}-'"
            self._add(document, (*path, "id"), "HX310", message)

    def _prior(self, document: Document, prior: str, path: Path_) -> None:
        known = self.head[1].priors if self.head else [prior]
        if prior not in known:
            hint = did_you_mean(prior, known)
            self._add(document, (*path, "prior"), "HX312", f"unknown prior '{prior}'", hint)

    def _layer(self, document: Document, layer: str, path: Path_, key: str = "layer") -> None:
        layers = [entry.id for entry in self.head[1].layers] if self.head else [layer]
        if layer not in layers:
            hint = did_you_mean(layer, layers)
            self._add(document, (*path, key), "HX311", f"unknown layer '{layer}'", hint)

    def _grounds(self, document: Document, cites: list[str], opinion: str, path: Path_) -> None:
        self._cites(document, cites, path)
        if not cites and not opinion:
            hint = "cite a claim, or give  opinion: ...  with the reason"
            self._add(document, path, "HX406", "no source is cited and no expert opinion declared", hint)

    def _cites(self, document: Document, cites: list[str], path: Path_) -> None:
        for i, cite in enumerate(cites):
            kind, code, what = ("claims", "HX308", "claim") if "." in cite else ("sources", "HX307", "source")
            self._known(document, cite, kind, (*path, "cites", i), code, what)

    def _known(self, document: Document, name: str, kind: str, path: Path_, code: str, what: str) -> None:
        names = self.registry.names(kind)
        if name not in names:
            self._add(document, path, code, f"unknown {what} '{name}'", did_you_mean(name, names))

    def _add(
        self, document: Document, path: Path_, code: str, message: str, hint: str = "", *, key: bool = False
    ) -> None:
        document.problems.append(Problem(document.where(path, key=key), code, message, hint))

    def _knowledge(self, head: s.KnowledgeModel) -> m.Knowledge:
        made = self.made
        sections = dict(sorted(made.sections.items(), key=lambda item: (item[1].order, item[0])))
        order = list(sections)
        findings = sorted(made.findings.values(), key=lambda f: order.index(f.section))
        return m.Knowledge(
            name=head.name,
            version=head.version,
            digest=self.digest,
            licence=head.licence,
            intended_use=head.intended_use.strip(),
            layers={entry.id: m.Layer(**entry.model_dump()) for entry in head.layers},
            scale=m.Scale(strengths=head.strengths, priors=head.priors, **head.verdicts.model_dump()),
            not_modelled=tuple(head.not_modelled),
            sources=made.sources,
            claims=made.claims,
            sections=sections,
            findings={finding.id: finding for finding in findings},
            conditions=made.conditions,
            conclusions=made.conclusions,
            flags=made.flags,
            rules=made.rules,
            advice=made.advice,
            conflicts=made.conflicts,
            topics=made.topics,
            set_aside=made.set_aside,
            studies=made.studies,
            demands=dict(head.demands),
            exclusions=tuple(made.exclusions),
            never_ask=tuple(made.never_ask),
        )
