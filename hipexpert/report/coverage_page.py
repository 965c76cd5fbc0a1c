"""The coverage of the sources' claims, as a table in plain text."""

from __future__ import annotations

from hipexpert.knowledge.coverage import MOST_SET_ASIDE, Coverage
from hipexpert.knowledge.model import Knowledge


def coverage_page(coverage: Coverage, knowledge: Knowledge, *, list_missing: bool = False) -> str:
    """Return the table, what is missing, and what is set aside and why."""
    lines = [f"{'source':<8} {'use':<10} {'claims':>7} {'carried':>8} {'set aside':>10} {'missing':>8}"]
    for row in coverage.rows:
        counts = f"{row.total:>7} {row.carried:>8} {row.set_aside:>10} {len(row.missing):>8}"
        lines.append(f"{row.source:<8} {row.use:<10} {counts}")
    total = sum(row.total for row in coverage.rows)
    carried = sum(row.carried for row in coverage.rows)
    aside = sum(row.set_aside for row in coverage.rows)
    lines.append(f"{'all':<8} {'':<10} {total:>7} {carried:>8} {aside:>10} {len(coverage.missing):>8}")
    if coverage.missing:
        lines += ["", "Carried by nothing:"]
        texts = {
            name: f"  {knowledge.claims[name].text}" if list_missing else "" for name in coverage.missing
        }
        lines += [f"  {name}{text}" for name, text in texts.items()]
    if knowledge.set_aside:
        lines += ["", f"Set aside on purpose (at most {MOST_SET_ASIDE:.0%} may be):"]
        lines += [f"  {name}  {entry.reason}" for name, entry in knowledge.set_aside.items()]
    if coverage.needless:
        lines += ["", f"Set aside although carried: {', '.join(coverage.needless)}"]
    return "\n".join(lines) + "\n"
