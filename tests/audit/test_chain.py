"""The chain of an audit record: whatever is done to it shows, but for what needs a hash noted elsewhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert import audit
from hipexpert.errors import AuditError
from tests.audit.sample import AT, SUMMARY, lines

RECORD = lines(6)
WHOLE = b"".join(RECORD)


def verified(data: bytes, head: str | None = None) -> list[audit.Entry]:
    return list(audit.verify(io.BytesIO(data), "record", head))


def code(data: bytes, head: str | None = None) -> str:
    with pytest.raises(AuditError) as caught:
        verified(data, head)
    (problem,) = caught.value.problems
    return problem.code


def test_a_whole_record_reads_back_what_was_written() -> None:
    found = verified(WHOLE)
    assert [entry.n for entry in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].result == found[4].result == SUMMARY
    assert found[0].decision == audit.Decision()
    assert found[1].decision is None
    assert found[2].decision == audit.Decision(override="cramp", reason="seen again")
    assert (found[2].on, found[2].result, found[2].at) == (2, None, AT)
    assert not found[2].decision.agrees
    assert verified(b"") == []


def test_every_flip_of_every_bit_is_seen() -> None:
    short = b"".join(lines(3))
    for place in range(len(short)):
        for bit in range(8):
            changed = bytearray(short)
            changed[place] ^= 1 << bit
            with pytest.raises(AuditError):
                verified(bytes(changed))


@pytest.mark.parametrize("gone", range(5))
def test_every_line_taken_out_is_seen(gone: int) -> None:
    rest = [line for n, line in enumerate(RECORD) if n != gone]
    with pytest.raises(AuditError) as caught:
        verified(b"".join(rest))
    assert [(p.code, p.location.line) for p in caught.value.problems] == [("HX531", gone + 1)]


@given(st.permutations(range(6)))
def test_every_other_order_is_seen(order: list[int]) -> None:
    moved = b"".join(RECORD[n] for n in order)
    if order == sorted(order):
        assert len(verified(moved)) == 6
    else:
        assert code(moved) == "HX531"


@given(st.integers(0, 5), st.integers(0, 6))
def test_every_line_put_in_twice_is_seen(which: int, where: int) -> None:
    assert code(b"".join([*RECORD[:where], RECORD[which], *RECORD[where:]])) == "HX531"


def test_every_cut_is_seen_but_for_the_one_between_lines() -> None:
    ends = {len(b"".join(RECORD[:n])) for n in range(7)}
    for end in range(len(WHOLE)):
        if end not in ends:
            assert code(WHOLE[:end]) == "HX532"


@pytest.mark.parametrize("kept", range(6))
def test_lines_cut_off_the_end_show_only_against_a_hash_noted_elsewhere(kept: int) -> None:
    head = verified(WHOLE)[-1].hash
    cut = b"".join(RECORD[:kept])
    assert len(verified(cut)) == kept
    assert code(cut, head) == "HX533"


def test_a_hash_noted_earlier_is_still_there_when_the_record_has_grown() -> None:
    for entry in verified(WHOLE):
        assert len(verified(WHOLE, entry.hash)) == 6
    assert code(WHOLE, audit.START) == "HX533"


def test_a_chain_made_anew_shows_only_against_a_hash_noted_elsewhere() -> None:
    head = verified(WHOLE)[-1].hash
    first = audit.consultation(None, "2020-01-01T00:00:00Z", "case-1", SUMMARY, None)
    forged = [first.encode()]
    for n in range(2, 7):
        last = audit.parse(forged[-1][:-1])
        forged.append(audit.consultation(last, AT, f"case-{n}", SUMMARY, None).encode())
    assert len(verified(b"".join(forged))) == 6
    assert code(b"".join(forged), head) == "HX533"


def resealed(change: Callable[[dict[str, object]], object]) -> bytes:
    """Return a first entry changed and sealed again, as someone would who can read this program."""
    data = json.loads(RECORD[0])
    change(data)
    data["hash"] = audit._seal(data)
    return audit._canonical(data).encode() + b"\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(n=True),
        lambda d: d.update(n=0),
        lambda d: d.update(at="yesterday"),
        lambda d: d.update(case="A B"),
        lambda d: d.update(kind=[]),
        lambda d: d.update(schema="other/1"),
        lambda d: d.update(extra=1),
        lambda d: d.pop("case"),
        lambda d: d.update(result=None),
        lambda d: d["result"].update(triage="soon"),
        lambda d: d["result"].update(settled=1),
        lambda d: d["result"].update(rules="R-01"),
        lambda d: d["result"].update(flags=["a b"]),
        lambda d: d["result"].update(ranking=["ache likely"]),
        lambda d: d["result"].update(ranking=["ache likely 1e9"]),
        lambda d: d["result"].update(report="b"),
        lambda d: d["result"].update(more=[]),
        lambda d: d["result"].pop("advice"),
        lambda d: d["result"]["knowledge"].update(name=""),
        lambda d: d.update(decision={"kind": "agree"}),
        lambda d: d.update(decision={"kind": "override", "condition": "", "reason": "x"}),
        lambda d: d.update(decision={"kind": "agree", "reason": "x" * 501}),
        lambda d: d.update(decision=1),
    ],
)  # fmt: skip
def test_an_entry_of_the_wrong_shape_is_refused_however_well_it_is_sealed(
    change: Callable[[dict[str, object]], object],
) -> None:
    assert len(verified(resealed(lambda data: None))) == 1
    assert code(resealed(change)) == "HX530"


def test_a_decision_on_what_comes_later_is_refused() -> None:
    last = audit.parse(RECORD[0][:-1])
    line = audit.later_decision(last, AT, 2, audit.Decision())
    assert code(RECORD[0] + line.encode()) == "HX531"


@given(st.binary(max_size=200) | st.just(b"[" * 100_000) | st.just(b"9" * 5000) | st.just(b"x" * 300_000))
def test_what_is_no_record_is_refused(data: bytes) -> None:
    if data:
        assert code(data) in ("HX530", "HX532")
        assert code(data + b"\n") == "HX530"


@given(st.text(max_size=500))
def test_any_reason_reads_back(reason: str) -> None:
    line = audit.consultation(None, AT, "case", SUMMARY, audit.Decision(override="other", reason=reason))
    assert audit.parse(line.encode()[:-1]).decision == audit.Decision(override="other", reason=reason)
    assert line.count("\n") == 1


def test_nothing_is_written_that_could_not_be_read_back() -> None:
    with pytest.raises(ValueError, match="wrong kind"):
        audit.consultation(None, "now", "case", SUMMARY, None)
