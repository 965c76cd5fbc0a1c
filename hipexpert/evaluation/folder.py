"""A folder of case files, read so that one bad file keeps no other from being judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.errors import CaseError, Location, Problem
from hipexpert.evaluation.expected import Expected, expectation, remarks
from hipexpert.knowledge.model import Knowledge

SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What a folder holds.

    Attributes:
        cases: Those that state what is expected, with what they state, in order of path.
        silent: Ids of the cases that state nothing; they are left out.
        remarks: What is odd about a case that is judged all the same.
        problems: What is wrong with the files that cannot be used.
        broken: Those files, as paths below the folder.
    """

    cases: tuple[tuple[Case, Expected], ...]
    silent: tuple[str, ...]
    remarks: tuple[str, ...]
    problems: tuple[Problem, ...]
    broken: tuple[str, ...]


def read_folder(folder: Path, knowledge: Knowledge) -> Folder:
    """Read every case file of a folder and its subfolders.

    Args:
        folder: An existing folder.
        knowledge: The whole knowledge base: the vocabulary, and the conditions an expectation may name.
    """
    cases: list[tuple[Case, Expected]] = []
    silent: list[str] = []
    said: list[str] = []
    problems: list[Problem] = []
    broken: list[str] = []
    places: dict[str, str] = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
        name = path.relative_to(folder).as_posix()
        try:
            case = read_case(path, knowledge)
            expected = expectation(case, Location(str(path)))
        except CaseError as error:
            problems.extend(error.problems)
            broken.append(name)
            continue
        if expected is None:
            silent.append(case.id)
            continue
        if case.id in places:
            said.append(f"{case.id}: {places[case.id]} and {name} both call themselves so; both are judged")
        places.setdefault(case.id, name)
        said.extend(remarks(case, knowledge.conditions))
        cases.append((case, expected))
    return Folder(
        cases=tuple(cases),
        silent=tuple(silent),
        remarks=tuple(said),
        problems=tuple(problems),
        broken=tuple(broken),
    )
