"""Which law applies: by route and activity.

Export at the origin, transit on the way, import at the destination; a sale inside one jurisdiction is a domestic sale; a
seller outside both ends arranges a deal between others (brokering); an advertisement is an online offer at the seller's.
A leg of which one end is missing is `unsure`: the law is named, and the question that would settle it.
"""

from __future__ import annotations

import msgspec

from headwater.regime.law import Known
from headwater.screen.transaction import Transaction
from headwater.values.time import When


class Leg(msgspec.Struct, frozen=True):
    """One activity in one country. `jurisdiction` is None where the regime holds no law of that country on that day."""

    activities: tuple[str, ...]
    country: str
    jurisdiction: str | None
    when: When
    destination: str = ""
    unsure: str = ""

    def __str__(self) -> str:
        return f"{' or '.join(self.activities).capitalize() or 'Activity not stated'} ({self.country})"


DOMESTIC = ("domestic-sale", "purchase")


def legs(transaction: Transaction, known: Known) -> list[Leg]:
    """The legs of a transaction in the order of the goods, without repetition."""
    origin = transaction.origin or transaction.seller_country
    destination = transaction.destination or transaction.buyer_country
    exported = transaction.exported_at or transaction.on
    entered = transaction.entered_at or transaction.on

    def leg(activities: tuple[str, ...], country: str, when: When, unsure: str = "") -> Leg:
        return Leg(activities, country, known.jurisdiction(country, when), when, destination, unsure)

    found: list[Leg] = []
    if transaction.kind == "listing" and (transaction.seller_country or origin):
        found.append(leg(("online-offer",), transaction.seller_country or origin, transaction.on))
    if origin and destination:
        export = leg(("export",), origin, exported)
        inside = export.jurisdiction is not None and export.jurisdiction == known.jurisdiction(destination, entered)
        if origin == destination or inside:
            found.append(leg(DOMESTIC, origin, transaction.on))
        else:
            found += [export, leg(("import",), destination, entered)]
    elif origin:
        found.append(leg(("export", *DOMESTIC), origin, exported, "the destination is not stated"))
    elif destination:
        found.append(leg(("import", *DOMESTIC), destination, entered, "the origin is not stated"))
    found[-1:-1] = [
        leg(("transit",), country, entered) for country in transaction.transit if country not in (origin, destination)
    ]
    seller = transaction.seller_country
    if seller and origin and destination and seller not in (origin, destination):
        broker = leg(("brokering",), seller, transaction.on)
        if broker.jurisdiction is None or broker.jurisdiction not in {other.jurisdiction for other in found}:
            found.append(broker)
    return list(dict.fromkeys(found))
