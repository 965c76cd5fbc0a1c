"""From a value in a case file to an answer, and back. Nothing is guessed and nothing invented."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from hipexpert.case import Answer, State, number_text
from hipexpert.errors import CaseError, Location, Problem, did_you_mean
from hipexpert.knowledge.model import Finding
from hipexpert.knowledge.when import YES

STATES: Mapping[object, State] = {
    **dict.fromkeys(("yes", "present", "true", True), State.PRESENT),
    **dict.fromkeys(("no", "absent", "false", False), State.ABSENT),
    "unknown": State.UNKNOWN,
}
"""Words a yes/no value may be written with."""

_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(.*)", re.ASCII | re.DOTALL)
_SHOWN = 40
_DECIMALS = 4


def parse_answer(finding: Finding, raw: Any, at: Location | None = None) -> Answer:
    """Return the answer a value of a case file stands for.

    Args:
        finding: The finding recorded.
        raw: What YAML or JSON gave. Yes/no: yes, no, present, absent, true, false. One answer: an
            option. Several: a list of options (those left out are absent or unknown as the finding
            says) or a mapping from option to yes, no or unknown. A number: ``34`` or ``3 weeks``.
            Any: ``unknown``.
        at: Where the value stands, for the message.

    Raises:
        CaseError: With one problem: HX510 not understood, HX511 out of range, HX512 an unknown unit,
            HX513 not one of the options.
    """
    at = replace(at or Location(), field=finding.id)
    if raw == "unknown":
        return Answer(finding=finding.id)
    if finding.kind == "number":
        return Answer(finding=finding.id, number=parse_number(finding, str(_plain(finding, raw, at)), at))
    if finding.kind == "yes_no":
        return _yes_no(finding, raw, at)
    if isinstance(raw, Mapping):
        return _by_option(finding, raw, at)
    if finding.kind == "choice":
        return chosen(finding, (_option(finding, raw, at),))
    wanted = {_option(finding, option, at) for option in (raw if isinstance(raw, list) else [raw])}
    return chosen(finding, wanted, () if finding.unticked == "absent" else finding.option_ids)


def chosen(finding: Finding, present: Collection[str], unknown: Collection[str] = ()) -> Answer:
    """Return an answer that settles every option but the unknown ones, in the finding's order."""
    ids = finding.option_ids
    return Answer(
        finding=finding.id,
        present=tuple(o for o in ids if o in present),
        absent=tuple(o for o in ids if o not in present and o not in unknown),
    )


def parse_number(finding: Finding, text: str, at: Location) -> float:
    """Return a number such as ``34`` or ``3 weeks`` in the finding's own unit.

    A converted number is rounded to four decimals, so that seven days are one week although the
    factor between them was written with six digits.

    Raises:
        CaseError: Not a number, a unit the finding does not know, or out of range.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[2][:1] in {",", "."} or len(match[1]) > 20:
        raise refused(at, "HX510", f"{shown(text)} is not a number", how_to_number(finding))
    number, factor = float(match[1]), _factor(finding, match[2].strip(), at)
    value = number if factor == 1 else round(number * factor, _DECIMALS)
    low, high = finding.minimum, finding.maximum
    if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
        said = f"{number_text(value)} {finding.unit}".rstrip()
        raise refused(at, "HX511", f"{said} is out of range", how_to_number(finding))
    return value + 0.0


def to_document(finding: Finding, answer: Answer) -> Any:
    """Return an answer as a case file writes it; :func:`parse_answer` reads it back unchanged."""
    if not answer.known:
        return "unknown"
    if answer.number is not None:
        return int(answer.number) if answer.number.is_integer() else answer.number
    if finding.kind == "yes_no":
        return "yes" if answer.present else "no"
    if finding.kind == "choice" and answer.present:
        return answer.present[0]
    return {
        option: {State.PRESENT: "yes", State.ABSENT: "no", State.UNKNOWN: "unknown"}[answer.state(option)]
        for option in finding.option_ids
        if answer.state(option) is not State.UNKNOWN
    }


def answer_text(finding: Finding, answer: Answer) -> str:
    """Return a recorded answer in words."""
    if not answer.known:
        return "unknown"
    if answer.number is not None:
        return f"{number_text(answer.number)} {finding.unit}".rstrip()
    if finding.kind == "yes_no":
        return "yes" if YES in answer.present else "no"
    open_ = [o for o in finding.option_ids if o not in answer.present and o not in answer.absent]
    parts = [", ".join(map(finding.label, answer.present)) or "none of these"]
    if not answer.present and open_:
        parts = ["not: " + ", ".join(map(finding.label, answer.absent))]
    if open_ and finding.kind == "choices":
        parts.append("unknown: " + ", ".join(map(finding.label, open_)))
    return "; ".join(parts)


def how_to_number(finding: Finding) -> str:
    """Return in one line what number may be given."""
    bounds = [number_text(n) for n in (finding.minimum, finding.maximum) if n is not None]
    known = ", ".join(dict.fromkeys(filter(None, (finding.unit, *finding.units))))
    text = f"expected a number from {bounds[0]} to {bounds[1]}" if len(bounds) == 2 else "expected a number"
    return f"{text} in {known}" if known else text


def refused(at: Location, code: str, message: str, hint: str) -> CaseError:
    """Return the error for one problem."""
    return CaseError([Problem(at, code, f"{at.field}: {message}" if at.field else message, hint)])


def shown(value: object) -> str:
    """Return a value as a message may repeat it: quoted, short and printable anywhere."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value)
    return ascii(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


def _plain(finding: Finding, raw: Any, at: Location) -> Any:
    if isinstance(raw, (str, int, float)) and not isinstance(raw, bool):
        return raw
    raise refused(at, "HX510", f"{shown(raw)} is not a number", how_to_number(finding))


def _state(raw: Any, at: Location) -> State:
    key = raw.casefold() if isinstance(raw, str) else raw
    if isinstance(key, (str, bool)) and key in STATES:
        return STATES[key]
    raise refused(at, "HX510", f"{shown(raw)} is neither yes nor no", "write yes, no or unknown")


def _yes_no(finding: Finding, raw: Any, at: Location) -> Answer:
    state = _state(raw, at)
    present, absent = state is State.PRESENT, state is State.ABSENT
    return Answer(finding=finding.id, present=(YES,) * present, absent=(YES,) * absent)


def _by_option(finding: Finding, raw: Mapping[Any, Any], at: Location) -> Answer:
    states = {_option(finding, option, at): _state(value, at) for option, value in raw.items()}
    present = [o for o, state in states.items() if state is State.PRESENT]
    if finding.kind == "choice" and len(present) > 1:
        raise refused(at, "HX510", "has one answer, but several are marked yes", "keep one of them")
    if finding.kind == "choice" and present:
        return chosen(finding, present)
    unknown = [o for o in finding.option_ids if states.get(o, State.UNKNOWN) is State.UNKNOWN]
    if finding.exhaustive and not unknown:
        raise refused(at, "HX510", "excludes every answer there is", "leave open what is not known")
    return left_over(finding, chosen(finding, present, unknown))


def left_over(finding: Finding, answer: Answer) -> Answer:
    """Return the answer that is left when all others of a finding that always has one are excluded."""
    rest = [option for option in finding.option_ids if option not in answer.absent]
    return chosen(finding, rest) if finding.exhaustive and len(rest) == 1 else answer


def _option(finding: Finding, raw: Any, at: Location) -> str:
    if isinstance(raw, str) and raw in finding.option_ids:
        return raw
    hint = did_you_mean(raw, finding.option_ids) or f"expected one of: {', '.join(finding.option_ids)}"
    raise refused(at, "HX513", f"has no answer {shown(raw)}", hint)


def _factor(finding: Finding, unit: str, at: Location) -> float:
    if not unit:
        return 1.0
    known = {finding.unit: 1.0, **finding.units} if finding.unit else dict(finding.units)
    wanted = unit.casefold().removesuffix(".")
    for name, factor in known.items():
        if wanted in {name.casefold(), name.casefold().removesuffix("s")}:
            return factor
    hint = did_you_mean(wanted, known) or how_to_number(finding)
    raise refused(at, "HX512", f"unknown unit {shown(unit)}", hint)
