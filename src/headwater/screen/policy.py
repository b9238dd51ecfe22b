"""Headwater's own choices in screening, read from data/screen/policy.yaml by the edge and handed in."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from headwater.values.quantity import Quantity

_WORD = re.compile(r"[^\W_]+")


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The house's choices; none of them is law."""

    upcoming_days: int
    upcoming_shown_days: int
    not_a_licence: tuple[str, ...]
    cash: tuple[str, ...]
    density: dict[str, Decimal]

    def states_a_licence(self, text: str) -> bool:
        """True where the licence field holds something that may be a licence: it carries a digit and is not said to be missing."""
        words = " ".join(["", *_WORD.findall(text.casefold()), ""])
        if not any(c.isdigit() for c in words):
            return False
        return not any(f" {word} " in words or (not word.isascii() and word in words) for word in self.not_a_licence)

    def pays_cash(self, text: str) -> bool:
        """True where the payment method is cash."""
        return text.strip().casefold() in self.cash

    def in_unit(self, quantity: Quantity, unit: str, substance: str) -> Decimal | None:
        """The amount in `unit` (g or ml), by the substance's density where they differ; None where it cannot be said."""
        if quantity.unit == unit:
            return quantity.amount
        density = self.density.get(substance)
        if density is None or {quantity.unit, unit} != {"g", "ml"}:
            return None
        return quantity.amount * density if unit == "g" else quantity.amount / density
