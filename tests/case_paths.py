"""The case files that tests run over: by day a share of those constructed for teaching, at night all."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"

_CASES = ROOT / "tests" / "cases"
_TEACHING = sorted((_CASES / "teaching").glob("*.yaml"))

CASES = (
    *sorted((_CASES / "articles").glob("*.yaml")),
    *sorted((_CASES / "published").glob("*.yaml")),
    *(_TEACHING if NIGHTLY else _TEACHING[::12]),
)
EXAMPLES = tuple(sorted((ROOT / "examples").glob("*.yaml")))
