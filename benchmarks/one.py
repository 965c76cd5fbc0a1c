"""Judges one case with one engine and prints the peak memory of the process in MiB (Linux)."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import clips_rules
from benchmarks.clips_engine import ClipsEngine
from hipexpert.case_files import read_case
from hipexpert.inference.compiler import compile_rules
from hipexpert.inference.consultation import consult
from hipexpert.knowledge.loader import load

ROOT = Path(__file__).parents[1]


def main(engine: str) -> None:
    """Judge an example."""
    knowledge = load(ROOT / "rules")
    case = read_case(ROOT / "examples" / "lateral-hip.yaml", knowledge)
    if engine == "clips":
        compiled = compile_rules(knowledge)
        source = clips_rules.constructs(knowledge)
        ClipsEngine(knowledge, source, compiled.plan, compiled.stock).consult(case)
    elif engine != "nothing":
        consult(case, knowledge, engine)
    status = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1]
    print(int(status.split()[0]) / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
