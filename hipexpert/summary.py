"""What an assessment came to, in a few lines that can be kept, compared and told apart.

A saved case and an audit record both keep one. It holds ids, scores and digests, never a patient's own words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hipexpert.case import Case
from hipexpert.case_files import case_text
from hipexpert.inference.assessment import Assessment
from hipexpert.inference.serialise import to_json
from hipexpert.knowledge.model import LEVELS, VERDICTS, Knowledge

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIRST = 3
"""Ranks that are always told."""
_ID = re.compile(r"[!-~]{1,120}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one condition stood: its verdict and score (points), in the order of the ranking."""

    condition: str
    verdict: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One result, short.

    Attributes:
        program: Version of this package.
        knowledge: Name, version and content digest of the knowledge base.
        layers: The layers that took part.
        answers: SHA-256 of the answers as a case file writes them, without title, note or source.
        report: SHA-256 of the whole assessment as JSON; equal means equal byte for byte.
        flags: Red flags raised.
        not_excluded: Red flags that an answer nobody gave could still raise.
        rules: Every rule that fired, in order.
    """

    program: str
    knowledge: tuple[str, str, str]
    layers: tuple[str, ...]
    answers: str
    report: str
    triage: str
    settled: bool
    flags: tuple[str, ...]
    not_excluded: tuple[str, ...]
    ranking: tuple[Place, ...]
    advice: tuple[str, ...]
    rules: tuple[str, ...]


class NoSummary(ValueError):
    """Data that is no summary; says which part of it is not."""


def summarise(assessment: Assessment, knowledge: Knowledge) -> Summary:
    """Return an assessment in short."""
    stamp, triage = assessment.knowledge, assessment.triage
    return Summary(
        program=assessment.program,
        knowledge=(stamp.name, stamp.version, stamp.digest),
        layers=stamp.layers,
        answers=answers_digest(assessment.case, knowledge),
        report=_sha256(to_json(assessment, knowledge)),
        triage=triage.level,
        settled=assessment.settled,
        flags=tuple(status.flag for status in triage.flags),
        not_excluded=tuple(status.flag for status in triage.not_excluded),
        ranking=tuple(
            Place(condition=s.condition, verdict=s.verdict, score=s.score) for s in assessment.differential
        ),
        advice=tuple(item.advice for item in assessment.advice),
        rules=tuple(firing.rule for firing in assessment.firings),
    )


def answers_digest(case: Case, knowledge: Knowledge) -> str:
    """Return the SHA-256 of a case's id and answers; nothing else of its file counts."""
    return _sha256(case_text(Case(id=case.id, answers=case.answers), knowledge))


def to_document(summary: Summary) -> dict[str, Any]:
    """Return a summary as mappings, lists, text and booleans; :func:`from_document` reads it back."""
    name, version, digest = summary.knowledge
    return {
        "program": summary.program,
        "knowledge": {"name": name, "version": version, "digest": digest, "layers": list(summary.layers)},
        "answers": summary.answers,
        "report": summary.report,
        "triage": summary.triage,
        "settled": summary.settled,
        "flags": list(summary.flags),
        "not_excluded": list(summary.not_excluded),
        "ranking": [f"{place.condition} {place.verdict} {place.score:.1f}" for place in summary.ranking],
        "advice": list(summary.advice),
        "rules": list(summary.rules),
    }


def from_document(data: Any) -> Summary:
    """Return the summary that plain data holds.

    Raises:
        NoSummary: It holds none; says what was found where.
    """
    whole = _mapping(data, "result", _KEYS)
    knowledge = _mapping(whole["knowledge"], "knowledge", ("name", "version", "digest", "layers"))
    for key in ("answers", "report"):
        if not isinstance(whole[key], str) or not _DIGEST.fullmatch(whole[key]):
            raise NoSummary(f"{key} is not a SHA-256 digest")
    if whole["triage"] not in LEVELS:
        raise NoSummary("triage is not a level")
    if not isinstance(whole["settled"], bool):
        raise NoSummary("settled is neither true nor false")
    return Summary(
        program=_text(whole["program"], "program"),
        knowledge=(
            _text(knowledge["name"], "knowledge.name"),
            _text(knowledge["version"], "knowledge.version"),
            _text(knowledge["digest"], "knowledge.digest"),
        ),
        layers=_ids(knowledge, "layers"),
        answers=whole["answers"],
        report=whole["report"],
        triage=whole["triage"],
        settled=whole["settled"],
        flags=_ids(whole, "flags"),
        not_excluded=_ids(whole, "not_excluded"),
        ranking=tuple(_place(entry) for entry in _list(whole, "ranking")),
        advice=_ids(whole, "advice"),
        rules=_ids(whole, "rules"),
    )


_KEYS = (
    "program", "knowledge", "answers", "report", "triage", "settled", "flags", "not_excluded", "ranking",
    "advice", "rules",
)  # fmt: skip


def moved(before: Summary, after: Summary) -> tuple[str, ...]:
    """Return in words all that differs between two results; empty when nothing does."""
    if before == after:
        return ()
    return tuple(_moved(before, after)) or ("something in the report that this summary does not hold",)


def _moved(before: Summary, after: Summary) -> Iterator[str]:
    if before.program != after.program:
        yield f"program: {before.program} -> {after.program}"
    if before.knowledge != after.knowledge:
        yield f"knowledge: {' '.join(before.knowledge)} -> {' '.join(after.knowledge)}"
    if before.layers != after.layers:
        yield f"layers: {', '.join(before.layers)} -> {', '.join(after.layers)}"
    if before.answers != after.answers:
        yield "answers: not the ones judged then"
    if before.triage != after.triage:
        rank = LEVELS.index(after.triage) - LEVELS.index(before.triage)
        yield f"triage: {before.triage} -> {after.triage} ({'more' if rank > 0 else 'LESS'} urgent)"
    yield from _listed("red flag raised", before.flags, after.flags)
    yield from _listed("red flag not excluded", before.not_excluded, after.not_excluded)
    if before.settled is not after.settled:
        yield f"settled: {_word(before.settled)} -> {_word(after.settled)}"
    yield from _ranks(before.ranking, after.ranking)
    yield from _listed("advice", before.advice, after.advice)
    yield from _listed("rule fired", before.rules, after.rules)


def _listed(what: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    for sign, names, others in (("now", after, before), ("no longer", before, after)):
        new = [name for name in names if name not in others]
        if new:
            yield f"{what} {sign}: {', '.join(new)}"
    if before != after and sorted(before) == sorted(after):
        yield f"{what}: in another order"


def _ranks(before: tuple[Place, ...], after: tuple[Place, ...]) -> Iterator[str]:
    """Yield each condition that stands elsewhere; those merely pushed along below are counted."""
    then = {place.condition: (rank, place) for rank, place in enumerate(before, start=1)}
    now = {place.condition: (rank, place) for rank, place in enumerate(after, start=1)}
    pushed = 0
    for name in dict.fromkeys((*now, *then)):
        old, new = then.get(name), now.get(name)
        if old and new and old[1] == new[1] and min(old[0], new[0]) > _FIRST:
            pushed += old != new
        elif old != new:
            yield f"{name}: {_standing(old)} -> {_standing(new)}"
    if pushed:
        yield f"only the rank of others: {pushed}"


def _standing(entry: tuple[int, Place] | None) -> str:
    return f"rank {entry[0]}, {entry[1].verdict}, {entry[1].score:+.1f}" if entry else "not there"


def _word(value: bool) -> str:
    return "yes" if value else "no"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _mapping(data: Any, what: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise NoSummary(f"{what} is not a mapping")
    for key in keys:
        if key not in data:
            raise NoSummary(f"{what} lacks {key}")
    if len(data) != len(keys):
        raise NoSummary(f"{what} holds something else beside {', '.join(keys)}")
    return data


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    if not isinstance(data[key], list):
        raise NoSummary(f"{key} is not a list")
    found: list[Any] = data[key]
    return found


def _ids(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = _list(data, key)
    if not all(isinstance(entry, str) and _ID.fullmatch(entry) for entry in found):
        raise NoSummary(f"{key} holds something that is no id")
    return tuple(found)


def _place(entry: Any) -> Place:
    parts = entry.split(" ") if isinstance(entry, str) else []
    if len(parts) == 3 and _ID.fullmatch(parts[0]) and parts[1] in VERDICTS:
        number = re.fullmatch(r"-?[0-9]{1,6}\.[0-9]", parts[2])
        if number:
            return Place(condition=parts[0], verdict=parts[1], score=float(number[0]))
    raise NoSummary("ranking holds an entry that is not 'condition verdict score'")


def _text(value: Any, what: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise NoSummary(f"{what} is not text")
