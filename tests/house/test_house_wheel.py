"""A wheel built here, installed into an empty environment without a network, screens a file there."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def clean_environment(home: Path) -> dict[str, str]:
    """The environment without what would let this checkout shine through."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_", "HEADWATER_"))}
    return {**kept, "HEADWATER_HOME": str(home), "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def call(command: list[str | Path], cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean_environment(home), capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what is under version control."""
    pytest.importorskip("build", reason="the build program is not installed here")
    if int(importlib.metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("building needs setuptools 77 or newer (requirements/build.lock)")
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    names = [name for name in listed.split("\0") if name and (name.startswith("src/") or "/" not in name)]
    if not names:
        pytest.skip("not a git checkout")
    for name in names:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    call(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, copy], folder, folder / "home"
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel; dependencies are those of the running interpreter."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=True, symlinks=os.name != "nt")
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    call([programs / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], folder, folder)
    packages = call(
        [programs / "python", "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"], folder, folder
    ).stdout.strip()
    # Plain lines, which the interpreter appends after its own packages: the installed wheel comes first.
    seen = dict.fromkeys([sysconfig.get_paths()["purelib"], *(p for p in sys.path if p.endswith("site-packages"))])
    (Path(packages) / "dependencies.pth").write_text("".join(f"{path}\n" for path in seen), encoding="utf-8")
    return programs


def test_the_wheel_holds_the_data_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = {p.relative_to(ROOT / "src").as_posix() for p in (ROOT / "src/headwater/data").rglob("*.yaml")}
    assert files - set(names) == set()
    assert {"headwater/py.typed"} <= set(names)
    assert any(name.endswith("LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_installed_command_screens_a_file(installed: Path, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "id,date,text,smiles,origin,destination\n"
        "A,2025-08-01,4-piperidone 25 kg,,CN,US\n"
        "B,2025-08-01,table sugar,,CN,US\n"
        "C,2025-08-01,sample,CC(C)=O,DE,DE\n",
        encoding="utf-8",
    )
    where = call([installed / "python", "-c", "import headwater; print(headwater.__file__)"], tmp_path, tmp_path).stdout
    assert Path(where.strip()).is_relative_to(installed.parent), where
    call([installed / "headwater", "screen", orders, "-o", "out.jsonl", "--report", "out.html"], tmp_path, tmp_path)
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    decided = {d["id"]: d for d in map(json.loads, lines)}
    assert (decided["A"]["decision"], decided["B"]["decision"]) == ("hold", "release")
    assert {f["substance"] for f in decided["C"]["findings"]} == {"acetone"}
    assert "4-piperidone" in (tmp_path / "out.html").read_text(encoding="utf-8")
