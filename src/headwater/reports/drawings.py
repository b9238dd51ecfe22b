"""Drawings of listed substances for reports, where the structure extra is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from headwater.regime.regime import Regime


def drawer(regime: Regime) -> Callable[[str], str]:
    """A function from a substance id to its drawing as SVG; an empty text for a class, or without RDKit. Drawn once each."""
    drawn: dict[str, str] = {}
    able = importlib.util.find_spec("rdkit") is not None

    def draw(subject: str) -> str:
        substance = regime.substances.get(subject)
        if not able or substance is None:
            return ""
        if subject not in drawn:
            from headwater.identify.drawing import svg

            drawn[subject] = svg(substance.smiles)
        return drawn[subject]

    return draw
