"""An engine from settings: the same in this process and in a worker's."""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.flow.batch import Settings
from headwater.flow.engine import Engine
from headwater.regime.law import Known
from headwater.sources.bundled import load_regime
from headwater.sources.identifiers import identifier, scanner
from headwater.sources.settings import policy
from headwater.values.time import parse_known


def _tell(what: str) -> None:
    sys.stderr.write(what + "\n")
    sys.stderr.flush()


def make_engine(settings: Settings) -> Engine:
    """Load the regime as known, the identifier and the policy that `settings` name."""
    regime = load_regime(Path(settings.regime) if settings.regime is not None else None)
    known = Known(regime, parse_known(settings.known))
    find = identifier(regime, opsin=settings.opsin)
    return Engine(known, find, policy(), lambda: scanner(find, _tell))
