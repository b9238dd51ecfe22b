"""Headwater: what does the law of that day say about this substance, this party, this parcel?

`import headwater` is light: it loads no data and no chemistry. The names below are fetched when used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from headwater.identify.identifier import Identifier as Identifier
    from headwater.regime.law import Law as Law
    from headwater.regime.regime import Regime as Regime
    from headwater.screen.screen import screen as screen
    from headwater.screen.transaction import Transaction as Transaction
    from headwater.sources.bundled import load_regime as load_regime

_PUBLIC = {
    "Identifier": "headwater.identify.identifier",
    "Law": "headwater.regime.law",
    "Regime": "headwater.regime.regime",
    "Transaction": "headwater.screen.transaction",
    "load_regime": "headwater.sources.bundled",
    "screen": "headwater.screen.screen",
}
__all__ = ["Identifier", "Law", "Regime", "Transaction", "load_regime", "screen"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        from importlib import import_module

        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'headwater' has no attribute {name!r}")
