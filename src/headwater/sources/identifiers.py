"""An identifier for a regime, with the package's cue words and, where wanted and at hand, OPSIN."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from headwater.identify.identifier import Identifier
from headwater.regime.regime import Regime
from headwater.sources import opsin as opsin_source
from headwater.sources.bundled import data_home, write_cache
from headwater.sources.settings import lexicon

if TYPE_CHECKING:
    from headwater.identify.scanner import ColumnScanner


def identifier(regime: Regime, *, opsin: bool = True) -> Identifier:
    """The identifier of a regime. `opsin=False` leaves systematic names to the synonym table."""
    return Identifier(regime, lexicon(), opsin_source.resolver() if opsin else None)


def scanner(find: Identifier, tell: Callable[[str], object] | None = None) -> ColumnScanner:
    """The column scanner of an identifier. Its automata take seconds to compile and are kept by the digest of what they are
    made of: the names, the cue words, the code and the engine. One that cannot be read back is made again; `tell` hears of it."""
    from headwater.identify.scanner import ColumnScanner

    kept = data_home() / "cache" / f"scanner-{_made_of(find)[:32]}.bin"
    with contextlib.suppress(OSError, ValueError, RuntimeError, msgspec.DecodeError):
        return ColumnScanner.from_bytes(find.words, kept.read_bytes())
    if tell is not None:
        tell("compiling the column scanner; it is kept and serves until the names change (about half a minute)")
    made = ColumnScanner(find.words)
    write_cache(kept, made.serialise())
    return made


def _made_of(find: Identifier) -> str:
    from importlib.metadata import PackageNotFoundError, version

    total = hashlib.sha256(find.digest.encode())
    total.update(msgspec.msgpack.encode(find.words.lexicon))
    for path in sorted((Path(str(files("headwater"))) / "identify").glob("*.py")):
        total.update(path.read_bytes())
    with contextlib.suppress(PackageNotFoundError):
        total.update(version("hyperscan").encode())
    return total.hexdigest()
