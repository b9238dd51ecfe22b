"""An identifier for a regime, with the package's cue words and, where wanted and at hand, OPSIN."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

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


def scanner(find: Identifier) -> ColumnScanner:
    """The column scanner of an identifier. Its automaton takes seconds to compile and is kept by the digest of what it is
    made of; one that cannot be read back is made again."""
    from headwater.identify.scanner import ColumnScanner, fingerprint
    from headwater.identify.scanner_patterns import patterns

    kept = data_home() / "cache" / f"scanner-{fingerprint(patterns(find.words))[:32]}.bin"
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        return ColumnScanner.from_bytes(find.words, kept.read_bytes())
    made = ColumnScanner(find.words)
    write_cache(kept, made.serialise())
    return made
