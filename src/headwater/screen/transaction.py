"""What is screened: an order, a consignment, a listing or a payment, with its fields as the user wrote them."""

from __future__ import annotations

from typing import Literal

import msgspec

from headwater.values.time import When

Kind = Literal["order", "consignment", "listing", "payment"]
KINDS: tuple[Kind, ...] = ("order", "consignment", "listing", "payment")

# The contract's fields, in the contract's order (design.md, "headwater screen").
FIELDS: tuple[str, ...] = (
    "id", "kind", "date", "text", "cas", "smiles", "hs_code", "quantity", "unit", "value", "currency",
    "seller", "seller_country", "buyer", "buyer_country", "consignee", "end_user", "origin", "transit", "destination",
    "licence", "payment_method", "bank", "loaded_at", "exported_at", "entered_at",
)  # fmt: skip


class Transaction(msgspec.Struct, frozen=True):
    """One row. Countries are ISO 3166 alpha-2 codes (`transit` may hold several); every other text is as written.

    `on` is the day or instant of the event; the other events default to it where they are not given.
    """

    id: str
    on: When
    kind: Kind = "order"
    text: str = ""
    cas: str = ""
    smiles: str = ""
    hs_code: str = ""
    quantity: str = ""
    unit: str = ""
    value: str = ""
    currency: str = ""
    seller: str = ""
    seller_country: str = ""
    buyer: str = ""
    buyer_country: str = ""
    consignee: str = ""
    end_user: str = ""
    origin: str = ""
    transit: tuple[str, ...] = ()
    destination: str = ""
    licence: str = ""
    payment_method: str = ""
    bank: str = ""
    loaded_at: When | None = None
    exported_at: When | None = None
    entered_at: When | None = None
