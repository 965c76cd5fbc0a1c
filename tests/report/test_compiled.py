"""Templates kept compiled are only ever a shortcut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2.bccache import Bucket

from hipexpert.report import compiled
from hipexpert.report.render import environment_for
from hipexpert.resources import CACHE_VARIABLE

NAME = "report.txt.j2"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of our own, with nothing in memory before and after."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    compiled._kept.clear()
    yield folder
    compiled._kept.clear()


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were compiled."""
    found: list[str] = []
    write = compiled.CompiledTemplates.dump_bytecode

    def noted(self: compiled.CompiledTemplates, bucket: Bucket) -> None:
        found.append(bucket.key.split("\0")[2])
        write(self, bucket)

    monkeypatch.setattr(compiled.CompiledTemplates, "dump_bytecode", noted)
    return found


def test_once_in_a_process_and_once_in_a_cache(cache: Path, compilations: list[str]) -> None:
    environment_for("text", None).get_template(NAME)
    environment_for("text", None).get_template(NAME)
    assert compilations == [NAME]
    compiled._kept.clear()
    environment_for("text", None).get_template(NAME)
    assert compilations == [NAME]
    (entry,) = cache.glob("template-*.bin")
    assert entry.stat().st_mode & 0o777 == 0o600


def test_what_escapes_is_compiled_apart(cache: Path, compilations: list[str]) -> None:
    for format in ("text", "html"):
        environment_for(format, None).get_template("partials/words.j2")
    assert compilations == ["partials/words.j2"] * 2


@pytest.mark.parametrize("spoil", [b"", b"x" * 80, None], ids=["empty", "other", "one byte"])
def test_a_spoilt_entry_is_compiled_again(cache: Path, compilations: list[str], spoil: bytes | None) -> None:
    environment_for("text", None).get_template(NAME)
    (entry,) = cache.glob("template-*.bin")
    whole = entry.read_bytes()
    entry.write_bytes(spoil if spoil is not None else whole[:-1] + bytes([whole[-1] ^ 1]))
    compiled._kept.clear()
    environment_for("text", None).get_template(NAME)
    assert compilations == [NAME] * 2
    assert entry.read_bytes() == whole


def test_what_others_could_have_written_is_not_run(cache: Path, compilations: list[str]) -> None:
    environment_for("text", None).get_template(NAME)
    (entry,) = cache.glob("template-*.bin")
    entry.chmod(0o666)
    compiled._kept.clear()
    environment_for("text", None).get_template(NAME)
    assert compilations == [NAME] * 2


def test_a_link_is_not_followed(cache: Path, compilations: list[str], tmp_path: Path) -> None:
    environment_for("text", None).get_template(NAME)
    (entry,) = cache.glob("template-*.bin")
    entry.rename(tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    compiled._kept.clear()
    environment_for("text", None).get_template(NAME)
    assert compilations == [NAME] * 2


def test_a_stranger_s_template_is_never_kept_on_disk(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / NAME).write_text("Hello", encoding="utf-8")
    assert environment_for("text", own).get_template(NAME).render() == "Hello"
    assert not list(cache.glob("template-*.bin"))
    (own / NAME).write_text("Goodbye", encoding="utf-8")
    assert environment_for("text", own).get_template(NAME).render() == "Goodbye"


def test_without_a_cache_all_is_compiled(
    compilations: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, "off")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        compiled._kept.clear()
        environment_for("text", None).get_template(NAME)
    compiled._kept.clear()
    assert compilations == [NAME] * 2
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for number in range(compiled.MOST_KEPT + 5):
        (own / NAME).write_text(f"{number}", encoding="utf-8")
        assert environment_for("text", own).get_template(NAME).render() == f"{number}"
    assert len(compiled._kept) <= compiled.MOST_KEPT
