"""What is measured, and against what."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks import clips_rules
from benchmarks.clips_engine import ClipsEngine
from benchmarks.growth import grown, grown_case
from benchmarks.measure import Action, Row, in_turns, medians
from hipexpert.case import Answer, Case
from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess, assess_many
from hipexpert.inference.compiler import compile_rules
from hipexpert.inference.consultation import consult
from hipexpert.inference.engine import ENGINES
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.render import render

ROOT = Path(__file__).parents[1]
EXAMPLE = "examples/lateral-hip.yaml"


class Bench:
    """One run: the shipped knowledge base and every case that comes with it."""

    def __init__(self) -> None:
        self.knowledge = load(ROOT / "rules")
        self.paths = [
            *sorted((ROOT / "tests/cases").rglob("*.yaml")),
            *sorted((ROOT / "examples").glob("*.yaml")),
        ]
        self.cases = [read_case(path, self.knowledge) for path in self.paths]
        self.compiled = compile_rules(self.knowledge)
        self.source = list(clips_rules.constructs(self.knowledge))
        self.some = self.cases[:: max(1, len(self.cases) // 10)]
        self._turn = itertools.cycle(self.some)

    def clips(self) -> ClipsEngine:
        """Return a fresh CLIPS environment with the same rules."""
        return ClipsEngine(self.knowledge, self.source, self.compiled.plan, self.compiled.stock)

    def check(self) -> str:
        """Hold all results equal before anything is timed.

        Raises:
            AssertionError: They are not.
        """
        engine = self.clips()
        for case in self.cases:
            engine.environment.reset()
            ours, theirs = consult(case, self.knowledge).firings, engine.consult(case)
            assert [f.phase for f in ours] == [f.phase for f in theirs], case.id
            assert {f.rule: (f.matched, f.produced) for f in ours} == {
                f.rule: (f.matched, f.produced) for f in theirs
            }, case.id
        for case in self.some:
            assert consult(case, self.knowledge).firings == consult(case, self.knowledge, "rete").firings
        return (
            f"{len(self.cases)} cases: the same rules fired in the same phases with the same trace in CLIPS; "
            f"{len(self.some)} of them also in the same order in experta's RETE."
        )

    def consultation(self, rounds: int) -> Iterator[Row]:
        """Time a consultation with its full trace.

        RETE has rounds of its own: the hundreds of thousands of objects it makes and drops leave the memory
        scattered, which would slow whoever comes next.
        """

        def ours(engine: str) -> Action:
            # each starts in the middle of its work: CLIPS has just built its network, we judged someone else
            consult(next(self._turn), self.knowledge, engine)
            return partial(consult, self._case, self.knowledge, engine)

        def theirs() -> Action:
            self._case = next(self._turn)  # the same case for all three in each round
            return partial(self.clips().consult, self._case)

        yield Row(
            "consultation with full trace",
            in_turns({"CLIPS": theirs, "hipexpert": lambda: ours("ground")}, rounds),
            "a fresh CLIPS environment each time, just built; its build not counted",
        )

        def same() -> Action:
            self._case = next(self._turn)
            return ours("ground")

        yield Row(
            "the same, in rounds with RETE",
            in_turns({"hipexpert": same, "experta RETE": lambda: ours("rete")}, 5),
        )

    def assessment(self, rounds: int) -> Row:
        """Time what follows a consultation too."""
        seconds = in_turns({"hipexpert": lambda: partial(assess, next(self._turn), self.knowledge)}, rounds)
        return Row(
            "whole assessment", seconds, "adds ledgers, what is missing and unexplained, advice, conflicts"
        )

    def build(self, rounds: int) -> Row:
        """Time making an engine from a loaded knowledge base."""

        def fresh(kind: str) -> Action:
            return lambda: ENGINES[kind](compile_rules(self.knowledge))

        seconds = in_turns(
            {
                "hipexpert": lambda: fresh("ground"),
                "CLIPS": lambda: self.clips,
                "experta RETE": lambda: fresh("rete"),
            },
            rounds,
        )
        return Row("build", seconds, "normal forms already worked out, for all three")

    def one_more(self, rounds: int) -> Row:
        """Time judging the same runner again with one answer more."""
        engine = self.clips()

        def more() -> Case:
            self._case = next(self._turn)
            open_ = (f for f in self.knowledge.findings.values() if f.kind == "yes_no")
            finding = next(f for f in open_ if not self._case.known(f.id))
            return self._case.with_answers(Answer(finding=finding.id, present=finding.option_ids))

        def theirs() -> Action:
            self._more = more()
            engine.environment.reset()
            engine.consult(self._case)

            def again() -> None:
                engine.environment.reset()
                engine.consult(self._more)

            return again

        seconds = in_turns(
            {
                "CLIPS": theirs,
                "hipexpert": lambda: partial(consult, self._more, self.knowledge),
                "experta RETE": lambda: partial(consult, self._more, self.knowledge, "rete"),
            },
            rounds,
        )
        return Row("one more answer", seconds, "all judge afresh; CLIPS resets the environment it has")

    def reports(self, rounds: int) -> Iterator[Row]:
        """Time writing reports."""
        assessment = assess(self.cases[-2], self.knowledge)
        for format_ in ("text", "html"):
            seconds = in_turns(
                {"hipexpert": lambda f=format_: partial(render, assessment, self.knowledge, f)},
                rounds,  # type: ignore[misc]
            )
            yield Row(f"report as {format_}", seconds)

    def thousand(self) -> Row:
        """Time a thousand cases in one process."""
        cases = list(itertools.islice(itertools.cycle(self.cases), 1000))

        def all_of_them() -> None:
            for _ in assess_many(cases, self.knowledge):
                pass

        return Row("a thousand cases assessed", in_turns({"hipexpert": lambda: all_of_them}, 1))

    def cold(self, rounds: int) -> Iterator[Row]:
        """Time each command from the shell, against a Python that does nothing."""
        command = [sys.executable, "-m", "hipexpert"]
        for arguments in (
            ["--version"],
            ["--help"],
            ["consult", EXAMPLE],
            ["kb", "list", "conditions"],
            ["case", "show", EXAMPLE],
        ):
            seconds = in_turns(
                {
                    "hipexpert": lambda a=arguments: _process(command + a),  # type: ignore[misc]
                    "bare Python": lambda: _process([sys.executable, "-c", "pass"]),
                },
                rounds,
            )
            yield Row(f"cold `hipexpert {' '.join(arguments)}`", seconds)

    def growth(self, rounds: int) -> Iterator[tuple[int, float]]:
        """Yield the time of a consultation with 1, 2, 4 and 8 times the rules and findings."""
        sizes: dict[int, tuple[Case, Knowledge]] = {}
        for times in (1, 2, 4, 8):
            sizes[times] = grown_case(self.cases[-2], times), grown(replace(self.knowledge), times)
            consult(*sizes[times])
        times = in_turns({str(n): partial(partial, consult, *at) for n, at in sizes.items()}, rounds)
        yield from ((int(name), found) for name, found in medians(times).items())

    def memory(self) -> Iterator[tuple[str, float]]:
        """Yield the peak memory of a process that judges one case, in MiB."""
        for name in ("nothing", "ground", "rete", "clips"):  # Linux only: the peak comes from /proc
            command = [sys.executable, "-m", "benchmarks.one", name]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            yield name, float(done.stdout)


def _process(command: list[str]) -> Callable[[], object]:
    quiet = {"stdout": subprocess.DEVNULL, "cwd": ROOT, "check": True, "env": dict(os.environ)}
    return partial(subprocess.run, command, **quiet)  # type: ignore[arg-type]
