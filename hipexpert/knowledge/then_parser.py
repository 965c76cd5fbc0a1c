"""Reads the ``then`` of a rule: exactly one thing declared, with the words that go with it."""

from __future__ import annotations

from collections.abc import Mapping

from hipexpert.errors import Problem, did_you_mean
from hipexpert.knowledge.model import (
    Advises,
    Concludes,
    Direction,
    Raises,
    Study,
    Then,
    Weighs,
    Withholds,
)
from hipexpert.knowledge.registry import Registry
from hipexpert.knowledge.schema import ThenModel
from hipexpert.knowledge.yaml_reader import Document, Path_

_KINDS = ("concludes", "supports", "opposes", "raises", "advises", "withholds")
_WEIGHING = ("strength", "ratio", "source", "study", "result", "group")


class ThenParser:
    """Parses the conclusions of one file's rules; problems go to the file's document."""

    def __init__(
        self,
        document: Document,
        registry: Registry,
        strengths: Mapping[str, float] | None,
        studies: Mapping[str, Study],
        demands: Mapping[str, str],
    ) -> None:
        self.document = document
        self.registry = registry
        self.strengths = strengths
        self.studies = studies
        self.demands = demands

    def parse(self, entry: ThenModel, path: Path_) -> Then | None:
        """Return what the rule declares, or None after reporting why it declares nothing."""
        given = [kind for kind in _KINDS if getattr(entry, kind) is not None]
        if len(given) != 1:
            found = f"found {', '.join(given)}" if given else "found none"
            self._add(path, "HX206", f"{found}; expected exactly one of: {', '.join(_KINDS)}")
            return None
        kind = given[0]
        if kind in ("supports", "opposes"):
            return self._weighs(entry, kind, path)  # type: ignore[arg-type]
        for extra in _WEIGHING:
            if getattr(entry, extra) is not None:
                self._add((*path, extra), "HX206", f"'{extra}' goes with supports or opposes only", key=True)
                return None
        return self._declares(entry, kind, path)

    def _declares(self, entry: ThenModel, kind: str, path: Path_) -> Then | None:
        if entry.concludes is not None:
            ok = self._known(entry.concludes, "conclusions", (*path, kind), "HX304", "conclusion")
            return Concludes(conclusion=entry.concludes) if ok else None
        if entry.raises is not None:
            ok = self._known(entry.raises, "flags", (*path, kind), "HX305", "red flag")
            return Raises(flag=entry.raises) if ok else None
        if entry.withholds is not None:
            return self._withholds(entry.withholds, (*path, kind))
        advice = entry.advises or []
        known = [
            self._known(name, "advice", (*path, kind, i), "HX306", "advice") for i, name in enumerate(advice)
        ]
        return Advises(advice=tuple(advice)) if all(known) else None

    def _withholds(self, words: list[str], path: Path_) -> Then | None:
        strange = [(i, word) for i, word in enumerate(words) if word not in self.demands]
        for i, word in strange:
            self._add((*path, i), "HX314", f"unknown demand '{word}'", did_you_mean(word, self.demands))
        return None if strange else Withholds(demands=tuple(words))

    def _weighs(self, entry: ThenModel, direction: Direction, path: Path_) -> Then | None:
        condition = entry.supports or entry.opposes or ""
        if not self._known(condition, "condition", (*path, direction), "HX303", "condition"):
            return None
        if (entry.study is None) != (entry.result is None):
            hint = "add  study: t-...  and  result: positive  (or negative)"
            self._add(path, "HX206", "'study' and 'result' go together", hint)
            return None
        given = [name for name in ("strength", "ratio", "study") if getattr(entry, name) is not None]
        if len(given) != 1:
            message = "expected one of: a strength word, a study with its result, a ratio with its source"
            self._add(path, "HX206", message)
            return None
        if entry.study is not None:
            return self._of_study(entry, condition, direction, path)
        ratio = self._ratio(entry, direction, path)
        if ratio is None:
            return None
        return Weighs(
            condition=condition,
            direction=direction,
            ratio=ratio,
            strength=entry.strength or "",
            source=entry.source or "",
            group=entry.group or "",
        )

    def _of_study(self, entry: ThenModel, condition: str, direction: Direction, path: Path_) -> Then | None:
        """Take the ratio from the study, so that a rule cannot state another figure than its source."""
        name, result = entry.study or "", entry.result or ""
        place = (*path, "study")
        if not self._known(name, "studies", place, "HX313", "study") or name not in self.studies:
            return None
        study = self.studies[name]
        if study.doubt:
            self._add(place, "HX410", f"no rule may rest on '{name}': {study.doubt}")
            return None
        ratio = study.ratio(result)
        if not ratio:
            self._add(place, "HX410", f"'{name}' has no likelihood ratio of a {result} result to go by")
            return None
        turned = self._turned(ratio, direction, place)
        if turned is None:
            return None
        return Weighs(
            condition=condition,
            direction=direction,
            ratio=turned,
            source=study.source,
            study=name,
            result=result,
            group=entry.group or "",
        )

    def _ratio(self, entry: ThenModel, direction: Direction, path: Path_) -> float | None:
        if entry.strength is not None:
            return self._strength(entry.strength, path)
        if entry.source is None:
            self._add(path, "HX201", "a published ratio needs its source", "add  source: s-...")
            return None
        if not self._known(entry.source, "sources", (*path, "source"), "HX307", "source"):
            return None
        return self._turned(entry.ratio or 0.0, direction, (*path, "ratio"))

    def _turned(self, ratio: float, direction: Direction, path: Path_) -> float | None:
        turned = ratio if direction == "supports" else 1 / ratio
        if turned >= 1:
            return turned
        hint = "a ratio above 1 supports, below 1 opposes"
        self._add(path, "HX205", f"a likelihood ratio of {ratio} does not {direction[:-1]}", hint)
        return None

    def _strength(self, word: str, path: Path_) -> float | None:
        if self.strengths is None:
            return 1.0  # the scale itself is defective and reported; nothing built here is used
        if word not in self.strengths:
            hint = did_you_mean(word, self.strengths)
            self._add((*path, "strength"), "HX312", f"unknown strength '{word}'", hint)
            return None
        return self.strengths[word]

    def _known(self, name: str, kind: str, path: Path_, code: str, what: str) -> bool:
        names = self.registry.names(kind)
        if name in names:
            return True
        self._add(path, code, f"unknown {what} '{name}'", did_you_mean(name, names))
        return False

    def _add(self, path: Path_, code: str, message: str, hint: str = "", *, key: bool = False) -> None:
        self.document.problems.append(Problem(self.document.where(path, key=key), code, message, hint))
