"""hipexpert: a rule-based expert system for hip pain in runners, with reasoning that can be checked.

>>> import hipexpert
>>> knowledge = hipexpert.load()
>>> case = hipexpert.read_case("examples/lateral-hip.yaml", knowledge)
>>> assessment = hipexpert.assess(case, knowledge)
>>> assessment.differential[0].name
'Trochanteric bursitis'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hipexpert.version import __version__

if TYPE_CHECKING:
    from hipexpert.case import Answer, Case, State
    from hipexpert.case_files import read_case, write_case
    from hipexpert.errors import HipExpertError
    from hipexpert.inference.assess import assess, assess_many
    from hipexpert.inference.assessment import Assessment
    from hipexpert.inference.serialise import to_json
    from hipexpert.knowledge.loader import load
    from hipexpert.knowledge.model import Knowledge
    from hipexpert.report.notebook import Report
    from hipexpert.report.render import render

_HOMES = {
    "Answer": "hipexpert.case",
    "Assessment": "hipexpert.inference.assessment",
    "Case": "hipexpert.case",
    "HipExpertError": "hipexpert.errors",
    "Knowledge": "hipexpert.knowledge.model",
    "Report": "hipexpert.report.notebook",
    "State": "hipexpert.case",
    "assess": "hipexpert.inference.assess",
    "assess_many": "hipexpert.inference.assess",
    "load": "hipexpert.knowledge.loader",
    "read_case": "hipexpert.case_files",
    "render": "hipexpert.report.render",
    "to_json": "hipexpert.inference.serialise",
    "write_case": "hipexpert.case_files",
}

__all__ = [
    "Answer",
    "Assessment",
    "Case",
    "HipExpertError",
    "Knowledge",
    "Report",
    "State",
    "__version__",
    "assess",
    "assess_many",
    "load",
    "read_case",
    "render",
    "to_json",
    "write_case",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that ``hipexpert --help`` stays quick."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'hipexpert' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
