"""Many consultations in one process: is the last as quick as the first, and does memory stay level?

``make soak`` runs 100,000 over all cases of the repository, every hundredth with its report. It fails when
the last quarter holds over 2 % more memory than the second, or a case comes out otherwise than at first.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess
from hipexpert.inference.serialise import to_json
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.render import FORMATS, render

ROOT = Path(__file__).parents[1]
REPORT_EVERY = 100
MOST_GROWTH = 1.02


@dataclass(frozen=True)
class Sample:
    """Where things stood after some consultations.

    Attributes:
        resident: Memory held, in MiB.
        seconds: Since the sample before.
    """

    done: int
    resident: float
    seconds: float


def soak(count: int, every: int) -> Iterator[Sample]:
    """Judge the cases of the repository over and over.

    Raises:
        AssertionError: A case came out otherwise than the first time.
    """
    knowledge = load(ROOT / "rules")
    paths = [*sorted((ROOT / "tests" / "cases").rglob("*.yaml")), *sorted((ROOT / "examples").glob("*.yaml"))]
    cases = [read_case(path, knowledge) for path in paths]
    first = [to_json(assess(case, knowledge), knowledge) for case in cases]
    began = perf_counter()
    for done, (case, known) in zip(range(1, count + 1), cycle(zip(cases, first, strict=True)), strict=False):
        _consult(done, case, knowledge, known)
        if done % every == 0:
            gc.collect()
            now = perf_counter()
            yield Sample(done, _resident(), now - began)
            began = perf_counter()


def _consult(done: int, case: Case, knowledge: Knowledge, known: str) -> None:
    assessment = assess(case, knowledge)
    if done % REPORT_EVERY == 0:
        render(assessment, knowledge, FORMATS[done // REPORT_EVERY % len(FORMATS)])
        assert to_json(assessment, knowledge) == known, f"{case.id} came out otherwise"


def _resident() -> float:
    """Return the memory this process holds, in MiB (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not say how much memory a process holds")


def main() -> int:
    """Run from the command line; return 1 when memory grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    wanted = parser.parse_args()
    samples: list[Sample] = []
    for sample in soak(wanted.count, max(1, wanted.count // 20)):
        samples.append(sample)
        print(f"{sample.done:>8,} {sample.resident:8.1f} MiB {sample.seconds:7.1f} s", flush=True)
    quarter = max(1, len(samples) // 4)
    early, late = (
        median(s.resident for s in part) for part in (samples[quarter : 2 * quarter], samples[-quarter:])
    )
    print(f"last quarter over second quarter: {late / early:.3f} (at most {MOST_GROWTH})")
    return int(late > early * MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
