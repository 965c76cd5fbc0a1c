"""What ``kb diff`` found, as text, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from hipexpert.knowledge.model import Knowledge
from hipexpert.upkeep.difference import Change
from hipexpert.upkeep.moves import Move, Standing
from hipexpert.upkeep.signed_off import SignedOff, unsigned

SCHEMA = "hipexpert.diff/1"
_CUT = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two knowledge bases.

    Attributes:
        judged: How many cases were judged under both.
        signed: Falls of triage that somebody answers for.
    """

    old: Knowledge
    new: Knowledge
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    judged: int
    signed: tuple[SignedOff, ...] = ()

    @property
    def falls(self) -> tuple[Move, ...]:
        """Falls of triage that nobody answers for."""
        return unsigned(self.moves, self.signed)

    @property
    def revived(self) -> tuple[Change, ...]:
        """Retired rules whose ids are used again."""
        return tuple(change for change in self.changes if change.what == "revived")

    @property
    def passes(self) -> bool:
        """Whether nothing here must be signed off or undone."""
        return not self.falls and not self.revived


def page(difference: Difference, format_: str) -> str:
    """Return the difference as ``text``, ``markdown`` or ``json``."""
    if format_ == "json":
        return json.dumps(_document(difference), indent=2, ensure_ascii=False) + "\n"
    lines = _markdown(difference) if format_ == "markdown" else _text(difference)
    return "".join(f"{line}\n" for line in lines)


def _document(d: Difference) -> object:
    return {
        "schema": SCHEMA,
        "old": _stamp(d.old),
        "new": _stamp(d.new),
        "changes": [asdict(change) for change in d.changes],
        "cases": {
            "judged": d.judged,
            "moved": [
                {
                    "case": move.case,
                    "what": list(move.what),
                    "old": asdict(move.old),
                    "new": asdict(move.new),
                    "triage_fell": move.fell,
                    "signed_off": _signature(move, d),
                }
                for move in d.moves
            ],
        },
        "passes": d.passes,
    }


def _stamp(knowledge: Knowledge) -> dict[str, str]:
    return {"name": knowledge.name, "version": knowledge.version, "digest": knowledge.digest}


def _signature(move: Move, d: Difference) -> dict[str, str] | None:
    entry = next((entry for entry in d.signed if move.fell and entry.covers(move)), None)
    return {"by": entry.by, "reason": entry.reason} if entry else None


def _text(d: Difference) -> Iterator[str]:
    yield f"{d.old.name} {d.old.version} ({d.old.digest}) -> {d.new.version} ({d.new.digest})"
    for change in d.changes:
        yield f"{change.what:<8} {change.kind} {change.id}: {change.title}"
        for field in change.fields:
            yield f"           {field.name}: {_cut(field.old)}"
            yield f"           {' ' * len(field.name)}  -> {_cut(field.new)}"
    for move in d.moves:
        yield f"moved    {move.case} ({', '.join(move.what)}){_verdict(move, d)}"
        yield f"           {_shown(move.old)}"
        yield f"           -> {_shown(move.new)}"
    yield from _closing(d)


def _markdown(d: Difference) -> Iterator[str]:
    yield f"# {d.new.name}: {d.old.version} to {d.new.version}"
    yield ""
    yield f"Content `{d.old.digest}` to `{d.new.digest}`."
    yield ""
    if d.changes:
        yield from ("| | entry | what changed |", "|---|---|---|")
    for change in d.changes:
        fields = "<br>".join(f"{f.name}: {_cell(f.old)} → {_cell(f.new)}" for f in change.fields)
        yield f"| {change.what} | `{change.id}` {_cell(change.title)} | {fields} |"
    yield ""
    if d.moves:
        yield from ("| case | before | after | |", "|---|---|---|---|")
    for move in d.moves:
        yield f"| `{move.case}` | {_shown(move.old)} | {_shown(move.new)} | {_verdict(move, d).strip(': ')} |"
    yield ""
    yield from _closing(d)


def _closing(d: Difference) -> Iterator[str]:
    counts = Counter(change.what for change in d.changes)
    said = ", ".join(
        f"{counts[what]} {what}" for what in ("added", "removed", "changed", "revived") if counts[what]
    )
    yield f"{said or 'no entry changed'}; {len(d.moves)} of {d.judged} cases move."
    for change in d.revived:
        yield f"{change.id} was retired and fires again: give the rule a new id."
    if d.falls:
        yield f"Triage falls in {len(d.falls)} cases that nobody has signed off."


def _verdict(move: Move, d: Difference) -> str:
    if not move.fell:
        return ""
    signature = _signature(move, d)
    return f": triage falls, signed off by {signature['by']}" if signature else ": TRIAGE FALLS"


def _shown(standing: Standing) -> str:
    return f"{', '.join(standing.first_three)}; {standing.triage}"


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 3]}..."


def _cell(text: str) -> str:
    return _cut(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
