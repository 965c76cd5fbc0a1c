"""The cache is a shortcut and nothing else: it gives back what was loaded, or is as if it were not there."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given

from hipexpert.case_files import read_case
from hipexpert.errors import KnowledgeError
from hipexpert.inference.assess import assess
from hipexpert.inference.serialise import to_json
from hipexpert.knowledge import cache, codec, reading
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.resources import cache_dir
from tests.strategies import knowledges

ROOT = Path(__file__).parents[2]
KNEE = ROOT / "tests" / "knee"
CASE = ROOT / "examples" / "lateral-hip.yaml"

posix = pytest.mark.skipif(os.name == "nt", reason="modes, links and pipes as POSIX has them")
not_root = pytest.mark.skipif(
    hasattr(os, "getuid") and os.getuid() == 0, reason="root may read and write everything"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    chosen = tmp_path / "cache"
    monkeypatch.setenv("HIPEXPERT_CACHE", str(chosen))
    return chosen


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which knowledge bases were read from their files."""
    seen: list[Path] = []
    read = reading.read

    def watched(root: Path, paths: list[Path]) -> Knowledge:
        seen.append(root)
        return read(root, paths)

    monkeypatch.setattr(reading, "read", watched)
    return seen


def whole(knowledge: Knowledge) -> str:
    """Return everything a knowledge base holds, with types, places and the order of mappings."""
    return repr([(field.name, getattr(knowledge, field.name)) for field in fields(knowledge)])


def through_json(knowledge: Knowledge) -> Knowledge:
    return codec.decode(json.loads(json.dumps(codec.encode(knowledge), ensure_ascii=False)))


def only(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


@pytest.mark.parametrize("rules", [ROOT / "rules", KNEE], ids=["shipped", "knee"])
def test_a_knowledge_base_comes_back_the_same(rules: Path) -> None:
    knowledge = load(rules, cache=False)
    again = through_json(knowledge)
    assert whole(again) == whole(knowledge)
    assert all(getattr(again, f.name) == getattr(knowledge, f.name) for f in fields(knowledge))


@given(knowledges())
def test_any_knowledge_base_comes_back_the_same(knowledge: Knowledge) -> None:
    assert whole(through_json(knowledge)) == whole(knowledge)


def test_what_would_not_come_back_is_refused() -> None:
    knowledge = load(KNEE, cache=False)
    object.__setattr__(knowledge, "not_modelled", ["a list is no tuple"])
    with pytest.raises(codec.CodecError):
        codec.encode(knowledge)
    object.__setattr__(knowledge, "not_modelled", frozenset())
    with pytest.raises(codec.CodecError):
        codec.encode(knowledge)
    with pytest.raises(codec.CodecError):
        codec.decode([0, "a.yaml", 1, 1, ""])
    with pytest.raises(codec.CodecError):
        codec.decode([1, "too", "short"])


def test_the_second_time_no_file_is_read_and_all_is_the_same(folder: Path, readings: list[Path]) -> None:
    first, second, without = load(ROOT / "rules"), load(ROOT / "rules"), load(ROOT / "rules", cache=False)
    assert len(readings) == 2, "once to fill the cache, once because it was not wanted"
    assert whole(first) == whole(second) == whole(without)
    texts = {to_json(assess(read_case(CASE, k), k), k) for k in (first, second, without)}
    assert len(texts) == 1


@posix
def test_only_the_owner_can_read_it(folder: Path) -> None:
    load(KNEE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only(folder).stat().st_mode) == 0o600


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _flip_a_byte(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def _another_format(path: Path) -> None:
    path.write_bytes(re.sub(rb"cache/[0-9]+ ", b"cache/1 ", path.read_bytes(), count=1))


def _another_key(path: Path) -> None:
    head, _, body = path.read_bytes().partition(b"\n")
    name, key, checksum = head.split(b" ")
    path.write_bytes(b" ".join((name, key[::-1], checksum)) + b"\n" + body)


def _sealed(body: bytes) -> Callable[[Path], None]:
    """Return what puts in other content with a checksum that fits."""

    def damage(path: Path) -> None:
        key = path.read_bytes().split(b" ")[1].decode()
        path.write_bytes(cache.Entry(path.parent, key)._head(body) + b"\n" + body)

    return damage


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _written_by_others(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize(
    "damage",
    [
        _truncate, _flip_a_byte, _another_format, _another_key, _empty, _folder,
        pytest.param(_sealed(b"not JSON"), id="not_json"),
        pytest.param(_sealed(b"[]"), id="an_empty_list"),
        pytest.param(_sealed(b'[1,"x"]'), id="too_few_fields"),
        pytest.param(_sealed(b"[999]"), id="no_such_class"),
        pytest.param(_sealed(b'"text"'), id="text"),
        pytest.param(_sealed(b"[-1," * 100_000), id="very_deep"),
        *(pytest.param(d, marks=posix) for d in (_link, _dangling_link, _pipe, _written_by_others)),
    ],
)  # fmt: skip
def test_a_damaged_entry_is_not_used_and_made_anew(
    folder: Path, readings: list[Path], damage: Callable[[Path], None]
) -> None:
    expected = whole(load(KNEE))
    path = only(folder)
    sound = path.read_bytes()
    damage(path)
    assert whole(load(KNEE)) == expected
    assert len(readings) == 2, "the damaged entry is not used"
    assert path.read_bytes() == sound
    assert not path.is_symlink()
    assert whole(load(KNEE)) == expected
    assert len(readings) == 2, "the new one is"


def test_a_folder_with_something_in_it_is_left_alone(folder: Path, readings: list[Path]) -> None:
    load(KNEE)
    path = only(folder)
    _folder(path)
    (path / "mine").write_text("keep", encoding="utf-8")
    assert load(KNEE).name
    assert (path / "mine").read_text(encoding="utf-8") == "keep"


def test_a_cache_folder_that_cannot_be_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    for place in (file, file / "below", tmp_path / ("n" * 300)):
        monkeypatch.setenv("HIPEXPERT_CACHE", str(place))
        assert load(KNEE).name
    assert file.read_bytes() == b""


@posix
@not_root
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_cache_folder_without_rights_is_no_obstacle(folder: Path, readings: list[Path], mode: int) -> None:
    folder.mkdir(mode=mode)
    assert whole(load(KNEE)) == whole(load(KNEE))
    assert len(readings) == 2
    folder.chmod(0o700)
    assert not list(folder.iterdir())


def test_a_changed_file_is_noticed(tmp_path: Path, folder: Path, readings: list[Path]) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(KNEE, rules)
    before = load(rules)
    file = rules / "knee.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(before.name, "Another"), encoding="utf-8")
    assert load(rules).name == "Another"
    (rules / "knee.yaml").rename(rules / "renamed.yaml")
    assert {rule.at.file for rule in load(rules).rules.values()} == {str(rules / "renamed.yaml")}
    (rules / "more.yaml").write_text("prefix: XX\nrules: [{id: XX-01}]\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(KnowledgeError):
            load(rules)
    (rules / "more.yaml").unlink()
    (rules / "renamed.yaml").rename(file)
    file.write_text(text, encoding="utf-8")
    assert whole(load(rules)) == whole(before)
    assert len(readings) == 5, "the first entry is still good"


def test_places_are_shown_as_the_folder_was_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for _ in range(2):
        for named in (KNEE, Path("tests/knee")):
            assert {rule.at.file for rule in load(named).rules.values()} == {str(named / "knee.yaml")}


def test_files_that_change_while_they_are_read_are_not_kept(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(KNEE, rules)
    read = reading.read

    def slow(root: Path, paths: list[Path]) -> Knowledge:
        found = read(root, paths)
        with (rules / "knee.yaml").open("a", encoding="utf-8") as file:
            file.write("# more\n")
        return found

    monkeypatch.setattr(reading, "read", slow)
    load(rules)
    assert not folder.exists()


def test_broken_knowledge_is_never_kept(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "x.yaml").write_text("prefix: XX\nrules: [{id: XX-01}]\n", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load(tmp_path)
    assert not folder.exists()


def test_another_version_of_the_program_has_entries_of_its_own(
    folder: Path, readings: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(KNEE)
    monkeypatch.setattr(cache, "__version__", "99.0.0")
    load(KNEE)
    assert len(readings) == len(list(folder.iterdir())) == 2


def test_only_a_handful_of_entries_stays(tmp_path: Path, folder: Path) -> None:
    folder.mkdir()
    foreign, left_over = folder / "notes.json", folder / f".knowledge-{'0' * 32}.json.abc"
    for file in (foreign, left_over):
        file.write_text("", encoding="utf-8")
        os.utime(file, (1, 1))
    for n in range(cache.KEPT + 3):
        rules = tmp_path / str(n)
        shutil.copytree(KNEE, rules)
        load(rules)
        for entry in folder.glob("knowledge-*.json"):
            os.utime(entry, (entry.stat().st_mtime - 10, entry.stat().st_mtime - 10))
    assert len(list(folder.glob("knowledge-*.json"))) == cache.KEPT
    assert foreign.exists(), "not ours"
    assert not left_over.exists()


@pytest.mark.parametrize("value", ["off", ""])
def test_off_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readings: list[Path], value: str
) -> None:
    monkeypatch.setenv("HIPEXPERT_CACHE", value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    load(KNEE)
    load(KNEE)
    assert len(readings) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="where Linux keeps caches")
def test_the_users_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HIPEXPERT_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert cache_dir() == tmp_path / ".cache" / "hipexpert"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache_dir() == tmp_path / "x" / "hipexpert"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_several_processes_at_once_do_no_harm(folder: Path) -> None:
    consult = ("-m", "hipexpert", "consult", str(CASE), "--format", "json")
    running = [start(*consult) for _ in range(4)]
    outputs = {process.communicate(timeout=120) for process in running}
    outputs.add(start(*consult).communicate(timeout=120))
    assert len(outputs) == 1
    ((stdout, stderr),) = outputs
    assert json.loads(stdout)
    assert stderr == ""
    assert stat.S_ISREG(only(folder).lstat().st_mode)


def test_the_command_line_can_leave_the_cache_out(folder: Path) -> None:
    done = start("-m", "hipexpert", "kb", "list", "layers", "--no-cache")
    done.communicate(timeout=120)
    assert done.returncode == 0
    assert not folder.exists()
    start("-m", "hipexpert", "kb", "list", "layers").communicate(timeout=120)
    assert only(folder)


def test_a_warm_consultation_imports_nothing_heavy(folder: Path) -> None:
    script = (
        "import sys; from hipexpert.cli.main import run; "
        f"code = run(['consult', {str(CASE)!r}, '--format', 'json']); "
        "heavy = {'pydantic', 'pydantic_core', 'jinja2', 'hipexpert.knowledge.builder'}; "
        "print(code, sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    found = [start("-c", script).communicate(timeout=120)[1].strip() for _ in range(2)]
    assert "pydantic" in found[0], "nothing was kept yet"
    assert found[1] == "0 []"
