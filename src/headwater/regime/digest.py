"""The digest of a regime: what names the law that a decision was made under."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

# The files of one origin: name -> bytes.
Layer = Mapping[str, bytes]


def digest(layers: Iterable[Layer]) -> str:
    """The digest of a regime: sha256 over the names and bytes of its files, layer by layer."""
    total = hashlib.sha256()
    for layer in layers:
        for name in sorted(layer):
            total.update(f"{name}\0{len(layer[name])}\0".encode())
            total.update(layer[name])
        total.update(b"\1")
    return f"sha256:{total.hexdigest()}"
