"""The wheel and the editable install work in fresh virtual environments, away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASE = (
    "id: away\nabout: {age: 34, sex: female}\nfindings: {pain.site: [lateral], pain.worse_with: [stairs]}\n"
)

pytestmark = pytest.mark.heavy


def run(*command: object, cwd: Path) -> str:
    clean = {
        k: v
        for k, v in os.environ.items()
        if k not in ("PYTHONPATH", "HIPEXPERT_RULES", "HIPEXPERT_TEMPLATES")
    }
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=clean, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    return done.stdout.decode("utf-8")


def fresh_environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def install(binaries: Path, *what: object, cwd: Path) -> None:
    run(binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what, cwd=cwd)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source") / "hipexpert"
    ignore = shutil.ignore_patterns(
        ".git", ".venv", "build", "*.egg-info", "__pycache__", ".hypothesis", ".*_cache"
    )
    shutil.copytree(ROOT, source, ignore=ignore)
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        folder,
        source,
        cwd=folder,
    )
    (built,) = folder.glob("hipexpert-*.whl")
    return built


def test_the_wheel_holds_every_rule_and_template(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside, pattern in (
        ("rules", "_rules", "*.yaml"),
        ("reports/templates", "_templates", "*.j2"),
    ):
        for path in (ROOT / folder).rglob(pattern):
            assert f"hipexpert/{inside}/{path.relative_to(ROOT / folder).as_posix()}" in names
    assert "hipexpert/py.typed" in names
    assert not any(name.startswith("tests/") for name in names)


def test_the_wheel_consults_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    binaries = fresh_environment(tmp_path / "env")
    install(binaries, wheel, cwd=tmp_path)
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    for format_ in ("text", "markdown", "html", "json"):
        report = run(binaries / "hipexpert", "consult", "case.yaml", "--format", format_, cwd=tmp_path)
        assert "Trochanteric bursitis" in " ".join(report.split())
    assert run(binaries / "python", "-m", "hipexpert", "--version", cwd=tmp_path).startswith("hipexpert")


def test_an_editable_install_consults(tmp_path: Path) -> None:
    source = tmp_path / "hipexpert"
    ignore = shutil.ignore_patterns(
        ".git", ".venv", "build", "*.egg-info", "__pycache__", ".hypothesis", ".*_cache"
    )
    shutil.copytree(ROOT, source, ignore=ignore)
    binaries = fresh_environment(tmp_path / "env")
    install(binaries, "-e", source, cwd=tmp_path)
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    report = run(binaries / "hipexpert", "consult", "case.yaml", cwd=tmp_path)
    assert "Trochanteric bursitis" in " ".join(report.split())


def other_pythons() -> list[str]:
    """Return interpreters of other supported versions on this machine."""
    names = [f"python3.{minor}" for minor in range(10, 14) if minor != sys.version_info.minor]
    installed = Path(sys.base_prefix).parent.glob("3.1[0-3].*/bin/python3")
    paths = [*map(str, sorted(installed)), *filter(None, map(shutil.which, names))]
    found = {}
    for path in paths:
        done = subprocess.run(
            [path, "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and done.stdout.strip() != str(sys.version_info[:2]):
            found.setdefault(done.stdout, path)
    return list(found.values())


def test_reports_are_the_same_bytes_under_another_python(wheel: Path, tmp_path: Path) -> None:
    others = other_pythons()
    if not others:
        pytest.skip("no other supported Python on this machine")
    for other in others[:1]:
        run(other, "-m", "venv", tmp_path / "env", cwd=tmp_path)
        binaries = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
        install(binaries, wheel, cwd=tmp_path)
        for case in sorted((ROOT / "examples").glob("*.yaml")):
            for format_ in ("json", "html"):
                arguments = ("-m", "hipexpert", "consult", case, "--format", format_)
                here = run(sys.executable, *arguments, cwd=ROOT)
                there = run(binaries / "python", *arguments, cwd=tmp_path)
                assert here == there, f"{case.name} as {format_} differs under {other}"
