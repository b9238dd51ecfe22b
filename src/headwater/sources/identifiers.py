"""An identifier for a regime, with the package's cue words and, where wanted and at hand, OPSIN."""

from __future__ import annotations

from headwater.identify.identifier import Identifier
from headwater.regime.regime import Regime
from headwater.sources import opsin as opsin_source
from headwater.sources.settings import lexicon


def identifier(regime: Regime, *, opsin: bool = True) -> Identifier:
    """The identifier of a regime. `opsin=False` leaves systematic names to the synonym table."""
    return Identifier(regime, lexicon(), opsin_source.resolver() if opsin else None)
