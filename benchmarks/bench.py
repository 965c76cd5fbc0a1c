"""``python -m benchmarks.bench``: run everything or one part; ``all --write`` renews the page."""

from __future__ import annotations

import platform
from pathlib import Path

import click

from benchmarks import page
from benchmarks.contests import ROOT, Bench

PAGE = ROOT / "docs" / "performance.md"
PARTS = ("consultation", "assessment", "build", "one_more", "thousand", "reports", "cold")
_ROUNDS = {"consultation": 25, "assessment": 60, "build": 3, "one_more": 7, "reports": 9, "cold": 11}


@click.group()
def bench() -> None:
    """Measure hipexpert against stock experta and CLIPS."""


@bench.command()
@click.argument("name", type=click.Choice([*PARTS, "growth", "memory", "check"]))
def part(name: str) -> None:
    """Run one part."""
    click.echo(_part(Bench(), name))


@bench.command("all")
@click.option("--write", is_flag=True, help="Put the results into docs/performance.md and its plot.")
def everything(write: bool) -> None:
    """Run every part, after holding the results equal."""
    run = Bench()
    text = [run.check(), ""]
    rows = [row for name in PARTS for row in _rows(run, name)]
    growth, memory = list(run.growth(9)), list(run.memory())
    rules, branches = len(run.compiled.entries), len(run.compiled.index.branches)
    text += [
        f"{rules} rules with {branches} branches, {len(run.knowledge.findings)} findings; "
        f"Python {platform.python_version()}, {platform.system()}.",
        "",
        page.table(rows),
        "Growth (see the [plot](performance.svg)):",
        "",
        page.growth_table(growth),
        "Memory:",
        "",
        page.memory_table(memory),
    ]
    whole = "\n".join(text)
    click.echo(whole)
    if write:
        _write(PAGE, whole)
        PAGE.with_suffix(".svg").write_text(page.plot(growth), encoding="utf-8")


def _rows(run: Bench, name: str) -> list[page.Row]:
    found = getattr(run, name)(*([_ROUNDS[name]] if name in _ROUNDS else []))
    return [found] if isinstance(found, page.Row) else list(found)


def _part(run: Bench, name: str) -> str:
    if name == "check":
        return run.check()
    if name == "growth":
        return page.growth_table(list(run.growth(9)))
    if name == "memory":
        return page.memory_table(list(run.memory()))
    return page.table(_rows(run, name))


def _write(path: Path, measured: str) -> None:
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(page.BEGIN)
    _, _, after = rest.partition(page.END)
    path.write_text(f"{before}{page.BEGIN}\n{measured}\n{page.END}{after}", encoding="utf-8")


if __name__ == "__main__":
    bench()
