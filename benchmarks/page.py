"""The results of a run as docs/performance.md and its plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median, quantiles

from benchmarks.measure import Row

BEGIN, END = "<!-- begin: measured -->", "<!-- end: measured -->"
_NAMES = ("CLIPS", "experta RETE", "bare Python")


def table(rows: Iterable[Row]) -> str:
    """Return ratios first, times after, as a Markdown table."""
    heads = [
        "measured",
        *(f"of {name}" for name in _NAMES),
        "hipexpert, ms",
        *(f"{name}, ms" for name in _NAMES),
        "",
    ]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 2) + "---|"]
    for row in rows:
        cells = [row.what, *(_ratios(row.ratios(name)) for name in _NAMES)]
        cells += [_ms(row.seconds.get(name)) for name in ("hipexpert", *_NAMES)]
        lines.append("| " + " | ".join([*cells, row.note]) + " |")
    return "\n".join(lines) + "\n"


def _ratios(found: Sequence[float]) -> str:
    """Return the median of some rounds' ratios, and from where to where the middle half of them goes."""
    if not found:
        return ""
    if len(found) < 5:
        return _ratio(median(found))
    low, middle, high = quantiles(found, n=4)
    return f"{_ratio(middle)} ({_ratio(low)} to {_ratio(high)})"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"1/{1 / value:.0f}"


def _ms(value: float | None) -> str:
    return "" if value is None else f"{1000 * value:.3g}"


def growth_table(points: Sequence[tuple[int, float]]) -> str:
    """Return growth relative to the knowledge base as it is."""
    base = points[0][1]
    lines = ["| rules and findings | time |", "|---:|---:|"]
    return "\n".join([*lines, *(f"| {n} times | {found / base:.1f} times |" for n, found in points)]) + "\n"


def memory_table(points: Sequence[tuple[str, float]]) -> str:
    """Return memory beyond what knowledge base, cases and libraries take."""
    base = points[0][1]
    names = {"ground": "hipexpert", "rete": "experta RETE", "clips": "CLIPS"}
    lines = ["| engine and one consultation | MiB more |", "|---|---:|"]
    lines += [f"| {names[name]} | {found - base:.0f} |" for name, found in points[1:]]
    return "\n".join(lines) + "\n"


def plot(points: Sequence[tuple[int, float]], bound: float = 1.5) -> str:
    """Return growth as a small SVG, with the bound of the goal: 6 times the time for 4 times the rules."""
    base, most = points[0][1], points[-1][0]
    top = max([found / base for _, found in points] + [bound * most])
    place = [(40 + 400 * n / most, 230 - 200 * (found / base) / top) for n, found in points]
    marks = "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#05668d"/>' for x, y in place)
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in place)
    labels = "".join(
        f'<text x="{x:.0f}" y="248" text-anchor="middle">{n}</text>'
        f'<text x="{x - 8:.0f}" y="{y - 8:.0f}" text-anchor="end">{found / base:.1f}</text>'
        for (x, y), (n, found) in zip(place, points, strict=True)
    )
    goal = 230 - 200 * bound * most / top
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 275" font-size="12">'
        "<title>Time of a consultation by size of the knowledge base, both relative</title>"
        '<rect width="460" height="275" fill="white"/>'
        '<path d="M40 20V230H440" fill="none" stroke="#444"/>'
        f'<path d="M40 230L440 {goal:.0f}" stroke="#999" stroke-dasharray="5 4"/>'
        f'<text x="300" y="{goal + 10:.0f}" text-anchor="end" fill="#666">goal: 1.5 times as much</text>'
        f'<polyline points="{line}" fill="none" stroke="#05668d" stroke-width="2"/>{marks}{labels}'
        '<text x="240" y="268" text-anchor="middle">times the rules and findings</text>'
        '<text x="46" y="16">times the time</text></svg>\n'
    )
