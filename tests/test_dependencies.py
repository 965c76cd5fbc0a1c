"""What the program rests on: licences known and allowed, versions pinned for developers, ranges for users."""

from __future__ import annotations

import configparser
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
CONFIG = configparser.ConfigParser()
CONFIG.read(ROOT / "setup.cfg", encoding="utf-8")

ALLOWED = {
    "Apache-2.0", "Apache-2.0 OR BSD-2-Clause", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0",
    "LGPL-2.0-or-later", "MIT", "MIT AND PSF-2.0", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0",
}  # fmt: skip
"""Licences under which a dependency may be used, unmodified, by a program under MIT."""

SPELT = {
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "Apache 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0", "BSD License": "BSD",
    "LGPLv3": "LGPL-3.0",
    "ISC license": "ISC", "ISC License (ISCL)": "ISC", "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip


def named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(*sections: tuple[str, str]) -> dict[str, Distribution]:
    """Return every installed package that these lists of requirements lead to, by name."""
    waiting = [Requirement(line) for section, key in sections for line in lines(section, key)]
    found: dict[str, Distribution] = {}
    while waiting:
        wanted = waiting.pop()
        if named(wanted.name) in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            held = distribution(wanted.name)
        except PackageNotFoundError as error:
            raise AssertionError(f"{wanted} is not installed: run make test") from error
        found[named(wanted.name)] = held
        waiting += map(Requirement, held.requires or ())
    return found


def lines(section: str, key: str) -> list[str]:
    return [line for line in CONFIG[section][key].splitlines() if line]


RUN = (("options", "install_requires"),)
ALL = (*RUN, ("options.extras_require", "dev"))


def licence(held: Distribution) -> str:
    """Return the licence a package states, in the spelling of SPDX."""
    about = held.metadata
    stated = [about.get("License-Expression"), about.get("License")]
    stated += [
        c.rsplit(" :: ", 1)[1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    # some name none and bring the text: its first line is the title of the licence
    texts = [file.read_text() for file in held.files or () if file.name == "LICENSE"]
    stated += [text.splitlines()[0].strip() for text in texts if text]
    for text in filter(None, stated):
        if SPELT.get(text, text) in ALLOWED:
            return SPELT.get(text, text)
    raise AssertionError(f"{about['Name']}: licence {stated} is not on the list of allowed ones")


def test_every_dependency_has_an_allowed_licence() -> None:
    for held in needed(*ALL).values():
        assert licence(held) in ALLOWED


def test_the_page_lists_what_users_install_with_its_licence() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([A-Za-z0-9_-]+) \| ([^|]+) \|$", page, re.M))
    expected = {named(name): licence(held) for name, held in needed(*RUN).items()}
    assert {named(name): text.strip() for name, text in rows.items() if named(name) in expected} == expected


def test_developers_get_pinned_versions() -> None:
    pinned = dict(
        re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)$", (ROOT / "constraints-dev.txt").read_text("utf-8"), re.M)
    )
    versions = {named(name): version for name, version in pinned.items()}
    assert set(needed(*ALL)) <= set(versions), "run: make lock"
    for section, key in ALL:
        for wanted in map(Requirement, lines(section, key)):
            assert wanted.specifier.contains(versions[named(wanted.name)]), wanted
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert makefile.count("-c constraints-dev.txt") >= 2


def test_users_get_ranges() -> None:
    for wanted in map(Requirement, lines("options", "install_requires")):
        operators = {part.operator for part in wanted.specifier}
        assert operators == {">=", "<"}, f"{wanted}: from the oldest that works to the next that may not"
