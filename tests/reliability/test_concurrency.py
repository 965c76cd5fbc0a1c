"""Many consultations at once come out as each does alone: experta keeps state on classes, we do not."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess
from hipexpert.inference.serialise import to_json
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from tests import strategies as small
from tests.inference.shipped import PATHS, ROOT

pytestmark = pytest.mark.heavy

CASES = PATHS[::9]
FEW = PATHS[::54]


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Let threads take turns 500 times as often as usual, so that what is not safe shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def judged(path: Path, knowledge: Knowledge, engine: str) -> str:
    return to_json(assess(read_case(path, knowledge), knowledge, engine), knowledge)


def alone(paths: tuple[Path, ...], engine: str) -> list[str]:
    knowledge = load(ROOT / "rules")
    return [judged(path, knowledge, engine) for path in paths]


def together(paths: tuple[Path, ...], engine: str, threads: int, rounds: int = 1) -> list[list[str]]:
    """Judge all cases in every thread at once, each in an order of its own, on knowledge nobody has used."""
    knowledge, barrier = load(ROOT / "rules"), Barrier(threads)

    def work(seed: int) -> list[str]:
        order = list(range(len(paths))) * rounds
        Random(seed).shuffle(order)
        barrier.wait(timeout=60)
        found = {n: judged(paths[n], knowledge, engine) for n in order}
        return [found[n] for n in range(len(paths))]

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(threads)))


def test_threads_that_share_knowledge_say_what_each_says_alone() -> None:
    expected = alone(CASES, "ground")
    for found in together(CASES, "ground", threads=4, rounds=2):
        assert found == expected


def test_threads_say_the_same_with_experta_s_own_matcher() -> None:
    expected = alone(FEW, "ground")
    for found in together(FEW, "rete", threads=2):
        assert found == expected


def test_both_matchers_and_several_knowledge_bases_run_at_once() -> None:
    """Every thread has knowledge, matcher and cases of its own, and nothing of one shows in another."""
    hip = load(ROOT / "rules")
    tasks = [(path, base, engine) for path in FEW[:2] for base, engine in (
        (hip, "ground"), (hip, "rete"), (hip.restricted(["articles"]), "ground"),
    )]  # fmt: skip
    expected = [judged(*task) for task in tasks]
    with ThreadPoolExecutor(len(tasks)) as pool:
        assert list(pool.map(lambda task: judged(*task), tasks)) == expected


PAIRS = st.lists(st.tuples(small.knowledges(), small.cases()), min_size=4, max_size=4)


@settings(max_examples=6)
@given(PAIRS)
def test_random_knowledge_in_threads(pairs: list[tuple[Knowledge, Case]]) -> None:
    """Knowledge bases share class names, finding ids and rule ids; their engines must not share rules."""
    bases = [base for base, _ in pairs]

    def work(n: int) -> list[str]:
        base = bases[n % len(bases)]
        return [to_json(assess(case, base, kind), base) for _, case in pairs for kind in ("ground", "rete")]

    expected = [work(n) for n in range(len(bases))]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == expected * 2


def _in_child(path: Path) -> str:
    return judged(path, load(ROOT / "rules"), "ground")


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_processes_say_what_one_says(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot fork")
    with multiprocessing.get_context(method).Pool(3) as pool:
        assert pool.map(_in_child, FEW) == alone(FEW, "ground")


def test_threads_may_load_and_import_at_the_same_time() -> None:
    """A fresh process in which six threads do the first of everything at once."""
    import subprocess

    script = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
sys.setswitchinterval(1e-5)
barrier = Barrier(6)
def work(n):
    barrier.wait()
    import hipexpert
    knowledge = hipexpert.load()
    case = hipexpert.read_case("examples/lateral-hip.yaml", knowledge)
    return hipexpert.render(hipexpert.assess(case, knowledge), knowledge, ("text", "html")[n % 2])
with ThreadPoolExecutor(6) as pool:
    found = list(pool.map(work, range(6)))
print(len(set(found)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr
