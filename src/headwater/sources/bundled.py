"""Read the bundled regime, and a user's own files over it, into a compiled regime.

The compiled form is cached by the digest of the files it was made from, so that a command starts in milliseconds; a cache
that cannot be written is not an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import msgspec

from headwater.errors import InputError, RegimeError
from headwater.regime.digest import digest
from headwater.regime.regime import Regime

_DATA = ("regime", "substances", "classes", "places")


def data_home() -> Path:
    """Where what a user adds lives: `$HEADWATER_HOME`, by default the platform's data folder."""
    if home := os.environ.get("HEADWATER_HOME"):
        return Path(home)
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "headwater"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "headwater"


def bundled_files() -> dict[str, bytes]:
    """The package's own regime files: name below `data/` -> bytes."""
    root = Path(str(files("headwater") / "data"))
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in _DATA
        for path in sorted((root / folder).rglob("*.yaml"))
        if path.name != "countries.yaml"
    }


def user_files(folder: Path) -> dict[str, bytes]:
    """A user's regime files below `folder`. Raises InputError when there are none."""
    if not folder.is_dir():
        raise InputError("not a folder", where=str(folder), remedy="give --regime a folder of .yaml files")
    found = {str(path): path.read_bytes() for path in sorted(folder.rglob("*.yaml")) + sorted(folder.rglob("*.yml"))}
    if not found:
        raise InputError("holds no .yaml file", where=str(folder), remedy="see docs/regime.md for the form")
    return found


@cache
def load_regime(extra: Path | None = None) -> Regime:
    """The bundled regime, with the measures of `extra` added or replacing. Raises RegimeError with file and line."""
    layers = [bundled_files()]
    if extra is not None:
        layers.append(user_files(extra))
    key = hashlib.sha256(f"{digest(layers)} {_compiler()}".encode()).hexdigest()
    kept = data_home() / "cache" / f"regime-{key[:32]}.msgpack"
    with contextlib.suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
        return msgspec.msgpack.decode(kept.read_bytes(), type=Regime)
    from headwater.regime.build import build  # a compiled regime needs no compiler

    regime = build(layers)
    if extra is not None:
        _check_structures(regime, layers[-1])
    write_cache(kept, msgspec.msgpack.encode(regime))
    return regime


def _check_structures(regime: Regime, layer: dict[str, bytes]) -> None:
    """Hold the SMILES of a user's substances against their InChIKeys and formulas, where chemistry is installed (those of the
    package are held in its tests). Raises RegimeError with file and line."""
    if find_spec("rdkit") is None:
        return
    from headwater.identify.structure import check_substances

    problems = []
    for name, data in layer.items():
        lines = data.decode("utf-8", "replace").splitlines()
        ids = {line.partition(":")[2].strip(" '\"") for line in lines if line.startswith("id:")}
        mine = [regime.substances[one] for one in ids if one in regime.substances]
        at = next((number for number, line in enumerate(lines, 1) if line.startswith("smiles:")), 1)
        problems += [f"{name}:{at}: {problem}" for problem in check_substances(mine)]
    if problems:
        raise RegimeError(problems)


def _compiler() -> str:
    """The digest of the code that compiles a regime: another compiler, another cache."""
    root = Path(str(files("headwater")))
    total = hashlib.sha256()
    for folder in ("regime", "values"):
        for path in sorted((root / folder).glob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()


def write_cache(path: Path, data: bytes) -> None:
    """Keep `data` under `path`, whole or not at all. A cache that cannot be written is not an error."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tmp-")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).replace(path)
