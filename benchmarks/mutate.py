"""Mutation of the Python core: does a test fail when the code is wrong?

    python -m benchmarks.mutate --count 100 --seed 1

A mutant is the program with one place changed: a comparison, an operator, a constant, a condition, a returned
value or a statement. Each is put into a copy of the checkout and the tests of its part are run there, the
quick ones first, until one fails. A mutant that no test notices is printed, so that somebody can say why.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("hipexpert", "tests", "rules", "reports", "examples", "docs", "benchmarks")
FILES = ("setup.cfg", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile")

INFERENCE = (
    "tests/inference/test_against_oracle.py",
    "tests/inference/test_serialise.py",
    "tests/inference/test_withheld.py",
    "tests/test_whole_runners.py",
    "tests/inference",
    "tests/explanation/test_unexplained.py",
    "tests/reliability/test_properties.py",
    "tests/report/test_links.py",
    "tests/test_architecture.py",
)
CASE = (
    "tests/test_files.py",
    "tests/dialogue/test_answers.py",
    "tests/reliability/test_bad_input.py::test_what_grows_is_cut_short",
    "tests/reliability/test_bad_input.py::test_any_data_is_judged_or_refused_with_a_message",
    "tests/reliability/test_properties.py::test_save_load_and_save_again_is_the_identity",
    "tests/test_whole_runners.py",
    "tests/cli/test_cli.py",
    "tests/cli",
)
KNOWLEDGE = (
    "tests/knowledge/test_broken_rules.py",
    "tests/knowledge",
    "tests/reliability/test_bad_input.py::test_what_grows_is_cut_short",
    "tests/reliability/test_bad_input.py::test_knowledge_with_many_problems_is_cut_short",
    "tests/inference/test_against_oracle.py",
    "tests/report/test_pages.py",
    "tests/test_whole_runners.py",
    "tests/cli/test_cli.py",
    "tests/upkeep",
)
PARTS = {"knowledge": KNOWLEDGE, "inference": INFERENCE, "case": CASE}
"""The core, and the tests that are asked about each part of it: the quick ones first, then their folders."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.RShift: ast.LShift, ast.LShift: ast.RShift, ast.Mod: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    path: Path
    line: int
    what: str
    text: str


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield every small wrong version of one node."""
    new = copy.deepcopy(node)
    if isinstance(new, ast.Compare) and type(new.ops[0]) in COMPARISONS:
        new.ops[0] = COMPARISONS[type(new.ops[0])]()
        yield "comparison", new
    elif isinstance(new, ast.BinOp) and type(new.op) in OPERATORS:
        new.op = OPERATORS[type(new.op)]()
        yield "operator", new
    elif isinstance(new, ast.BoolOp):
        new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        yield "and/or", new
    elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.Not):
        yield "not", new.operand
    elif isinstance(new, ast.Constant) and isinstance(new.value, bool):
        yield "constant", ast.Constant(not new.value)
    elif isinstance(new, ast.Constant) and isinstance(new.value, (int, float)):
        yield "constant", ast.Constant(new.value + 1)
    elif isinstance(new, (ast.If, ast.IfExp)):
        new.test = ast.UnaryOp(ast.Not(), new.test)
        yield "condition", new
    elif isinstance(new, ast.Return) and new.value is not None and not isinstance(new.value, ast.Constant):
        yield "return None", ast.Return(ast.Constant(None))
    elif isinstance(new, ast.Expr) and isinstance(new.value, ast.Call):
        yield "statement left out", ast.Pass()
    elif isinstance(new, (ast.Break, ast.Continue)):
        yield "jump left out", ast.Pass()


def _skipped(tree: ast.Module) -> set[int]:
    """Return nodes whose change means nothing: annotations, docstrings, dataclass settings, type checking."""
    found: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.AnnAssign):
            parts.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            parts += node.decorator_list
            if isinstance(node, ast.FunctionDef):
                arguments = (*node.args.args, *node.args.kwonlyargs)
                parts += [a.annotation for a in arguments if a.annotation]
                parts += [node.returns] if node.returns else []
        checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if checking or getattr(getattr(node, "func", None), "id", "") in ("TypeVar", "cast", "lru_cache"):
            parts.append(node)
        found |= {id(inner) for part in parts for inner in ast.walk(part)}
    return found


def mutants(path: Path) -> list[Mutant]:
    """Return every mutant of one module."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    skipped = _skipped(tree)
    found = []
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            items = value if isinstance(value, list) else [value]
            for place, node in enumerate(items):
                if not isinstance(node, ast.AST) or id(node) in skipped or not hasattr(node, "lineno"):
                    continue
                for what, new in changes(node):
                    _put(parent, field, place, value, ast.copy_location(new, node))
                    text = ast.unparse(ast.fix_missing_locations(tree))
                    _put(parent, field, place, value, node)
                    found.append(Mutant(path.relative_to(ROOT), node.lineno, what, text))
    return found


def _put(parent: ast.AST, field: str, place: int, value: object, node: ast.AST) -> None:
    if isinstance(value, list):
        value[place] = node
    else:
        setattr(parent, field, node)


def part_of(path: Path) -> str:
    folder = path.relative_to(ROOT / "hipexpert").parts[0]
    return folder if folder in PARTS else "case"


def modules() -> list[Path]:
    core = ROOT / "hipexpert"
    return sorted(
        [*(core / "knowledge").glob("*.py"), *(core / "inference").glob("*.py"), *core.glob("case*.py")]
    )


PYTEST = (sys.executable, "-m", "pytest", "-q", "-m", "not heavy", "-p", "no:cacheprovider", "-p", "no:xdist")
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def tests_of(part: str, house: Path) -> list[str]:
    """Return the arguments that run the tests of a part, without those that fail on the program as it is."""
    tests = [test for test in PARTS[part] if (house / test.split("::")[0]).exists()]
    done = subprocess.run(
        [*PYTEST, "-rf", *tests], cwd=house, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    failing = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    print(f"{part}: {done.stdout.strip().splitlines()[-1]}; left out: {failing}", flush=True)
    return [*tests, *(f"--deselect={name}" for name in failing)]


def survives(mutant: Mutant, house: Path, tests: list[str], most: float) -> bool:
    """Return whether no test fails on a mutant; one that never ends counts as noticed."""
    target = house / mutant.path
    right = target.read_text(encoding="utf-8")
    target.write_text(mutant.text, encoding="utf-8")
    command = [*PYTEST, "-x", *tests]
    try:
        done = subprocess.run(
            command, cwd=house, env=ENVIRONMENT, capture_output=True, timeout=most, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        target.write_text(right, encoding="utf-8")
    return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part: knowledge, inference or case")
    parser.add_argument("--timeout", type=float, default=900)
    given = parser.parse_args()
    pool = [m for path in modules() for m in mutants(path) if given.only in ("", part_of(path))]
    chosen = random.Random(given.seed).sample(pool, min(given.count, len(pool)))
    print(
        f"{len(pool)} mutants in {len(modules())} modules; {len(chosen)} chosen with seed {given.seed}",
        flush=True,
    )
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        house = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, house / name)
        parts = dict.fromkeys(part_of(ROOT / mutant.path) for mutant in chosen)
        tests = {part: tests_of(part, house) for part in parts}
        for number, mutant in enumerate(chosen, start=1):
            began = time.monotonic()
            alive = survives(mutant, house, tests[part_of(ROOT / mutant.path)], given.timeout)
            killed += not alive
            word = "SURVIVED" if alive else "killed"
            took = time.monotonic() - began
            print(f"{number:4} {word:8} {mutant.path}:{mutant.line} {mutant.what} ({took:.0f} s)", flush=True)
    print(f"{killed} of {len(chosen)} killed: {100 * killed / len(chosen):.1f} %")


if __name__ == "__main__":
    main()
