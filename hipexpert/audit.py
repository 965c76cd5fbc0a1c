"""An audit record: what was judged, by what, and what the clinician made of it; sealed line by line.

One entry a line, in canonical JSON. Every entry carries the SHA-256 of the one before and its own, so that
none can be changed, taken out or moved without all later ones failing. That is no signature: whoever can
write the file can make a whole new chain, and can cut entries off its end. Both show only against a hash
that was noted elsewhere (:func:`verify` takes one).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hipexpert.errors import AuditError, Location, Problem
from hipexpert.summary import NoSummary, Summary, from_document, to_document

SCHEMA = "hipexpert.audit/1"
START = "0" * 64
"""What the first entry names as the one before it."""

OTHER = "other"
"""The condition of an override that the knowledge base has no name for."""

MAX_LINE = 200_000
MAX_REASON = 500

_KEYS = {"schema", "n", "previous", "at", "kind", "hash"}
_MORE = {"consultation": {"case", "result", "decision"}, "decision": {"on", "decision"}}
_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_CASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the clinician made of a result.

    Attributes:
        override: The condition held to be the right one; None when the clinician agrees.
        reason: Why, in the clinician's words; empty when there is nothing to say.
    """

    override: str | None = None
    reason: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the clinician agrees."""
        return self.override is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an audit record.

    Attributes:
        n: Its number, from 1.
        at: When, as the caller gave it: UTC, ``2026-01-31T09:30:00Z``.
        case: The id of the case; empty for a later decision.
        result: What was judged; None for a later decision.
        on: The consultation a later decision is about; 0 for a consultation.
        decision: None when nobody said yet.
        hash: SHA-256 of all of it but the hash.
    """

    n: int
    previous: str
    at: str
    case: str
    result: Summary | None
    on: int
    decision: Decision | None
    hash: str


def consultation(after: Entry | None, at: str, case: str, result: Summary, decision: Decision | None) -> str:
    """Return the line for one consultation, to follow ``after``; None begins a record."""
    said = {"case": case, "result": to_document(result), "decision": _decision_document(decision)}
    return _line(after, at, "consultation", said)


def later_decision(after: Entry, at: str, on: int, decision: Decision) -> str:
    """Return the line for what a clinician made of an earlier consultation."""
    return _line(after, at, "decision", {"on": on, "decision": _decision_document(decision)})


def parse(line: bytes) -> Entry:
    """Return the entry that one line holds, without its line end.

    Raises:
        ValueError: It is none, was changed, or is not written as this program writes it; says which.
    """
    if len(line) > MAX_LINE:
        raise ValueError(f"a line longer than {MAX_LINE:,} bytes")
    try:
        data = json.loads(line.decode("utf-8"))
        written = _canonical(data)
    except (ValueError, RecursionError):
        raise ValueError("not an entry of an audit record") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"not an entry of the form {SCHEMA}")
    kind = data.get("kind")
    more = _MORE.get(kind) if isinstance(kind, str) else None
    if more is None or set(data) != _KEYS | more:
        raise ValueError("an entry that lacks something or holds something else")
    if written.encode() != line:
        raise ValueError("an entry that was not written by this program")
    if data["hash"] != _seal(data):
        raise ValueError("the content is not the one that was sealed: it was changed")
    return _entry(data)


def _entry(data: Mapping[str, Any]) -> Entry:
    fits = (
        _whole(data["n"])
        and _matches(_HEX, data["previous"])
        and _matches(_TIME, data["at"])
        and (_matches(_CASE_ID, data["case"]) if "case" in data else _whole(data["on"]))
    )
    if not fits:
        raise ValueError("an entry with a value of the wrong kind")
    try:
        result = from_document(data["result"]) if "result" in data else None
    except NoSummary as error:
        raise ValueError(f"an entry whose {error}") from None
    decision = _decision(data["decision"])
    if decision is None and result is None:
        raise ValueError("a decision that decides nothing")
    return Entry(
        n=data["n"],
        previous=data["previous"],
        at=data["at"],
        case=data.get("case", ""),
        result=result,
        on=data.get("on", 0),
        decision=decision,
        hash=data["hash"],
    )


def verify(lines: Iterable[bytes], file: str, head: str | None = None) -> Iterator[Entry]:
    """Yield every entry of a record, holding each to the one before.

    Args:
        lines: The lines, with their line ends.
        file: How to name the record in a problem.
        head: A hash noted earlier, which must be that of some entry. Without one, entries cut off the
            end, and a chain made anew from some entry on, cannot be seen.

    Raises:
        AuditError: At the first line that is not right: HX530 no entry, HX531 out of the chain, HX532 cut
            short; or HX533 at the end, when no entry has the hash noted.
    """
    before: Entry | None = None
    found = head is None
    for number, line in enumerate(lines, start=1):
        place = Location(file, number)
        if not line.endswith(b"\n"):
            raise AuditError([unfinished(place)])
        try:
            entry = parse(line[:-1])
        except ValueError as error:
            raise AuditError([Problem(place, "HX530", str(error), _KEEP)]) from None
        if wrong := _out_of_chain(before, entry):
            raise AuditError([Problem(place, "HX531", wrong, _KEEP)])
        found = found or entry.hash == head
        yield entry
        before = entry
    if not found:
        message = "no entry has the hash that was noted: entries were cut off, or the chain was made anew"
        raise AuditError([Problem(Location(file), "HX533", message, _KEEP)])


def unfinished(place: Location) -> Problem:
    """Return the problem of a record that ends in the middle of a line."""
    message = "the record ends in the middle of a line: a write was cut short, or something was cut off"
    hint = "keep a copy; audit mend sets the unfinished line aside, which no report was given for"
    return Problem(place, "HX532", message, hint)


_KEEP = "keep the file as it is and compare it with a copy"


def _out_of_chain(before: Entry | None, entry: Entry) -> str:
    """Return why an entry does not follow another; empty when it does."""
    number, previous = (before.n + 1, before.hash) if before else (1, START)
    if entry.n != number:
        return f"entry {entry.n} stands where entry {number} belongs"
    if entry.previous != previous:
        return f"entry {entry.n} does not follow the entry before it"
    if entry.on >= entry.n:
        return f"entry {entry.n} decides on an entry that comes later"
    return ""


def _line(after: Entry | None, at: str, kind: str, said: Mapping[str, Any]) -> str:
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "n": after.n + 1 if after else 1,
        "previous": after.hash if after else START,
        "at": at,
        "kind": kind,
        **said,
    }
    data["hash"] = _seal(data)
    line = _canonical(data)
    parse(line.encode())  # nothing is written that could not be read back
    return line + "\n"


def _seal(data: Mapping[str, Any]) -> str:
    bare = {key: value for key, value in data.items() if key != "hash"}
    return hashlib.sha256(_canonical(bare).encode()).hexdigest()


def _canonical(data: Any) -> str:
    return json.dumps(data, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _decision_document(decision: Decision | None) -> dict[str, str] | None:
    if decision is None:
        return None
    if decision.override is None:
        return {"kind": "agree", "reason": decision.reason}
    return {"kind": "override", "condition": decision.override, "reason": decision.reason}


def _decision(data: Any) -> Decision | None:
    if data is None:
        return None
    if isinstance(data, dict) and isinstance(data.get("reason"), str) and len(data["reason"]) <= MAX_REASON:
        if set(data) == {"kind", "reason"} and data["kind"] == "agree":
            return Decision(reason=data["reason"])
        named = isinstance(data.get("condition"), str) and data["condition"]
        if set(data) == {"kind", "condition", "reason"} and data["kind"] == "override" and named:
            return Decision(override=data["condition"], reason=data["reason"])
    raise ValueError("an entry whose decision is neither agreement nor override")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))
