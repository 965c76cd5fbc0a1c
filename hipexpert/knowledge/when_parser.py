"""Reads the ``when`` of a rule against the vocabulary, and says exactly where it does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hipexpert.errors import Problem, did_you_mean
from hipexpert.knowledge.model import LEVELS, VERDICTS, Finding
from hipexpert.knowledge.when import (
    YES,
    All,
    AnyOf,
    AtLeast,
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    RankWithin,
    TriageIs,
    VerdictIs,
    When,
)
from hipexpert.knowledge.yaml_reader import Document, Path_, is_number

_ALARMING = frozenset({"likely", "possible"})
_BOUNDS = ("at_least", "at_most", "above", "below")


@dataclass(slots=True)
class Names:
    """Every name a ``when`` may use.

    Attributes:
        unchecked: Findings whose own entry is defective; tests on them are not judged.
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)
    unchecked: frozenset[str] = frozenset()
    conclusions: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


class WhenParser:
    """Parses the trees of one file; problems go to the file's document."""

    def __init__(
        self, document: Document, names: Names, *, advises: bool = False, raises: bool = False
    ) -> None:
        """Prepare for one rule.

        Args:
            document: Where positions come from and problems go to.
            names: The vocabulary.
            advises: The rule advises or withholds advice: it may test standings, triage and flags.
            raises: The rule raises a red flag: it may test that a condition is likely or possible.
        """
        self.document = document
        self.names = names
        self.advises = advises
        self.raises = raises

    def parse(self, raw: Any, path: Path_, *, negated: bool = False) -> When | None:
        """Return the tree, or None after reporting why there is none."""
        if isinstance(raw, list):
            return self._parts(raw, path, All, negated)
        if not isinstance(raw, dict):
            hint = "write a test such as  fever: present"
            return self._problem(path, "HX203", f"found {shown(raw)}; expected a mapping with one test", hint)
        if len(raw) != 1:
            message = f"found {len(raw)} keys ({', '.join(map(str, raw))}); expected exactly one test"
            return self._problem(path, "HX206", message, "put several tests in a list under all:")
        ((key, value),) = raw.items()
        return self._entry(key, value, (*path, key), negated)

    def _entry(self, key: str, value: Any, path: Path_, negated: bool) -> When | None:
        if key in ("all", "any"):
            return self._parts(value, path, All if key == "all" else AnyOf, negated)
        if key == "none":
            return self._parts(value, path, NoneOf, True)
        if key == "at_least":
            return self._at_least(value, path, negated)
        if key in _SPECIAL:
            return _SPECIAL[key](self, value, path, negated)
        finding = self.names.findings.get(key)
        if finding is None and key in self.names.unchecked:
            return None
        if finding is None:
            known = [*self.names.findings, *_SPECIAL, "all", "any", "none", "at_least"]
            return self._problem(
                path, "HX301", f"unknown finding '{key}'", did_you_mean(key, known), key=True
            )
        return self._finding(finding, value, path, negated)

    def _parts(
        self, raw: Any, path: Path_, kind: Callable[[tuple[When, ...]], When], negated: bool
    ) -> When | None:
        if not isinstance(raw, list) or not raw:
            return self._problem(path, "HX203", f"found {shown(raw)}; expected a list of tests")
        parts = [self.parse(part, (*path, i), negated=negated) for i, part in enumerate(raw)]
        whole = [part for part in parts if part is not None]
        return kind(tuple(whole)) if len(whole) == len(parts) else None

    def _at_least(self, raw: Any, path: Path_, negated: bool) -> When | None:
        if not isinstance(raw, dict) or set(raw) != {"n", "of"}:
            return self._problem(
                path, "HX206", "at_least needs exactly n and of", "at_least: {n: 2, of: [...]}"
            )
        count = raw["n"]
        parts = self._parts(raw["of"], (*path, "of"), All, negated)
        if not isinstance(count, int) or isinstance(count, bool):
            return self._problem((*path, "n"), "HX203", f"found {shown(count)}; expected a whole number")
        size = len(raw["of"]) if isinstance(raw["of"], list) else 0
        if not 1 <= count <= size:
            message = f"n is {count}, but there are {size} tests to choose from"
            return self._problem((*path, "n"), "HX404", message, f"use 1 to {size}")
        return AtLeast(count, parts.parts) if isinstance(parts, All) else None

    def _finding(self, finding: Finding, value: Any, path: Path_, negated: bool) -> When | None:
        if value == "unknown":
            return IsUnknown(finding.id) if not negated else self._not_in_none(path, "unknown")
        if finding.kind == "number":
            return self._number(finding, value, path)
        if finding.kind == "yes_no":
            return self._yes_no(finding, value, path)
        if isinstance(value, dict):
            return self._absent(finding, value, path)
        options = self._options(finding, value, path)
        return has_option(finding, options) if options else None

    def _yes_no(self, finding: Finding, value: Any, path: Path_) -> When | None:
        if value == "present":
            return Has(finding.id, (YES,))
        if value == "absent":
            return NoneOf((Has(finding.id, (YES,)),))
        words = ("present", "absent", "unknown")
        message = f"found {shown(value)}; expected one of: {', '.join(words)}"
        return self._problem(path, "HX302", message, self._seen(finding, value, words))

    def _absent(self, finding: Finding, value: dict[str, Any], path: Path_) -> When | None:
        if set(value) != {"absent"}:
            message = f"{finding.id} is a choice of answers, not a number"
            return self._problem(path, "HX401", message, f"{finding.id}: {{absent: {finding.option_ids[0]}}}")
        options = self._options(finding, value["absent"], (*path, "absent"))
        return NoneOf((has_option(finding, options),)) if options else None

    def _options(self, finding: Finding, value: Any, path: Path_) -> tuple[str, ...]:
        wanted = value if isinstance(value, list) else [value]
        if not wanted:
            self._problem(path, "HX203", "found an empty list; expected at least one answer")
        for i, option in enumerate(wanted):
            if option not in finding.option_ids:
                at = (*path, i) if isinstance(value, list) else path
                expected = ", ".join(finding.option_ids)
                message = f"{finding.id} has no answer {shown(option)}; expected one of: {expected}"
                self._problem(at, "HX302", message, self._seen(finding, option, finding.option_ids))
                return ()
        return tuple(dict.fromkeys(wanted))

    def _number(self, finding: Finding, value: Any, path: Path_) -> When | None:
        if not isinstance(value, dict) or not value or not set(value) <= set(_BOUNDS):
            message = f"found {shown(value)}; {finding.id} is a number: compare it with {', '.join(_BOUNDS)}"
            return self._problem(path, "HX401", message, f"{finding.id}: {{at_least: 50}}")
        for key, bound in value.items():
            if not is_number(bound):
                return self._problem((*path, key), "HX203", f"found {shown(bound)}; expected a number")
        if {"at_least", "above"} <= set(value) or {"at_most", "below"} <= set(value):
            return self._problem(path, "HX206", "two bounds on the same side", "keep one of them")
        test = Measures(
            finding.id,
            low=value.get("at_least", value.get("above")),
            high=value.get("at_most", value.get("below")),
            low_open="above" in value,
            high_open="below" in value,
        )
        return test if self._possible(finding, test, path) else None

    def _possible(self, finding: Finding, test: Measures, path: Path_) -> bool:
        low = max((b for b in (test.low, finding.minimum) if b is not None), default=None)
        high = min((b for b in (test.high, finding.maximum) if b is not None), default=None)
        if low is None or high is None or low < high or (test.holds(low) and low == high):
            return True
        message = f"no value of {finding.id} can be within these bounds"
        self._problem(
            path, "HX401", message, f"it runs from {finding.minimum} to {finding.maximum} {finding.unit}"
        )
        return False

    def _conclusion(self, value: Any, path: Path_, negated: bool) -> When | None:
        if negated:
            return self._not_in_none(path, "conclusion")
        ok = self._named(value, self.names.conclusions, path, "HX304", "conclusion")
        return Concluded(value) if ok else None

    def _flag(self, value: Any, path: Path_, negated: bool) -> When | None:
        ok = self._only_ranked(path, "flag") and self._named(
            value, self.names.flags, path, "HX305", "red flag"
        )
        return FlagRaised(value) if ok else None

    def _verdict(self, value: Any, path: Path_, negated: bool) -> When | None:
        found = self._standing(value, path, "verdict")
        if found is None:
            return None
        condition, wanted = found
        verdicts = wanted if isinstance(wanted, list) else [wanted]
        for verdict in verdicts:
            if not self._named(verdict, VERDICTS, (*path, condition), "HX204", "verdict"):
                return None
        if self.raises and (negated or "likely" not in verdicts or not set(verdicts) <= _ALARMING):
            message = "a red flag may only follow from a condition being likely, or likely or possible"
            hint = "otherwise hiding an answer could silence it"
            return self._problem((*path, condition), "HX402", message, hint)
        return VerdictIs(condition, tuple(verdicts))

    def _rank(self, value: Any, path: Path_, negated: bool) -> When | None:
        found = self._standing(value, path, "rank")
        if found is None:
            return None
        condition, rank = found
        if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
            return self._problem((*path, condition), "HX203", f"found {shown(rank)}; expected 1, 2, 3 ...")
        return RankWithin(condition, rank)

    def _standing(self, value: Any, path: Path_, what: str) -> tuple[str, Any] | None:
        if not self._only_ranked(path, what):
            return None
        if not isinstance(value, dict) or len(value) != 1:
            self._problem(path, "HX206", f"{what} needs exactly one condition", f"{what}: {{CONDITION: ...}}")
            return None
        ((condition, wanted),) = value.items()
        known = self._named(condition, self.names.conditions, (*path, condition), "HX303", "condition")
        return (condition, wanted) if known else None

    def _triage(self, value: Any, path: Path_, negated: bool) -> When | None:
        if not self._only_ranked(path, "triage"):
            return None
        levels = value if isinstance(value, list) else [value]
        if not all(self._named(level, LEVELS, path, "HX204", "triage level") for level in levels):
            return None
        return TriageIs(tuple(levels))

    def _named(self, value: Any, known: Any, path: Path_, code: str, what: str) -> bool:
        if isinstance(value, str) and value in known:
            return True
        self._problem(path, code, f"unknown {what} {shown(value)}", did_you_mean(value, known))
        return False

    def _only_ranked(self, path: Path_, what: str) -> bool:
        allowed = self.advises or (self.raises and what == "verdict")
        if not allowed:
            message = (
                f"'{what}' is known only after ranking, so only rules that advise or withhold may test it"
            )
            hint = "a rule that raises a red flag may test 'verdict'" if self.raises else ""
            self._problem(path, "HX403", message, hint, key=True)
        return allowed

    def _not_in_none(self, path: Path_, what: str) -> When | None:
        message = f"'{what}' may not stand inside none"
        hint = "that something was not concluded, or not asked, is never a fact"
        return self._problem(path, "HX402", message, hint)

    def _seen(self, finding: Finding, value: Any, words: tuple[str, ...]) -> str:
        where = f"({finding.id}: {finding.at})"
        return f"{did_you_mean(value, words)} {where}".strip()

    def _problem(
        self, path: Path_, code: str, message: str, hint: str = "", *, key: bool = False
    ) -> When | None:
        location = self.document.where(path, key=key)
        self.document.problems.append(Problem(location, code, message, hint))
        return None


_SPECIAL: Mapping[str, Callable[[WhenParser, Any, Path_, bool], When | None]] = {
    "conclusion": WhenParser._conclusion,
    "flag": WhenParser._flag,
    "verdict": WhenParser._verdict,
    "rank": WhenParser._rank,
    "triage": WhenParser._triage,
}

RESERVED = frozenset(_SPECIAL) | {"all", "any", "none", "at_least"}
"""Words a finding may not be called."""


def shown(value: Any) -> str:
    """Return a value as it may stand in a message: quoted text, cut when long."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    text = str(value)
    return f"'{text[:60]}...'" if len(text) > 63 else f"'{text}'"


def has_option(finding: Finding, options: tuple[str, ...]) -> Has:
    """Return the test for some options, with the others where the finding always has one answer."""
    rest = tuple(option for option in finding.option_ids if option not in options)
    if not finding.exhaustive or len(options) < 2 or not rest:
        return Has(finding.id, options)
    return Has(finding.id, tuple(option for option in finding.option_ids if option in options), rest)
