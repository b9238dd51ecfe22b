"""What governments do, as records: one frozen struct a kind of measure, and what measures are about.

Every measure has an id, a jurisdiction, a citation, a source, dates and a confidence. Dates are `Moment`s: they keep the
precision they were stated in. `recorded` is knowledge time: the UTC day Headwater first held the record.

`confidence` is `verified` (read in the source named) or `from-memory` (recalled; said so in every output); the fields in
`from_memory` were recalled although the record was verified.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from headwater.values.time import Moment

Confidence = Literal["verified", "from-memory"]
Activity = Literal[
    "domestic-sale",
    "purchase",
    "transport",
    "export",
    "import",
    "transit",
    "brokering",
    "possession",
    "manufacture",
    "online-offer",
]
Demand = Literal[
    "licence",
    "registration",
    "authorisation",
    "pre-export-notification",
    "advance-notice",
    "declaration",
    "record",
    "report",
    "identity-check",
    "prohibition",
    "labelling",
]


class Jurisdiction(msgspec.Struct, frozen=True):
    """A maker of law, its time zone, and the ISO 3166 codes its law reaches (members of a union with dates)."""

    code: str
    name: str
    zone: str


class Membership(msgspec.Struct, frozen=True):
    """A country's law came from `jurisdiction` between the two days (half-open; empty: open)."""

    country: str
    jurisdiction: str
    first: str = ""
    last: str = ""


class CasNumber(msgspec.Struct, frozen=True):
    """A CAS RN of a listed substance; `form` is base, hydrochloride, methyl ester, ..."""

    number: str
    form: str
    confidence: Confidence


class SeenAs(msgspec.Struct, frozen=True):
    """A wrong or garbled name met in the world, with where it was met."""

    text: str
    kind: str
    source: str


class Abbreviation(msgspec.Struct, frozen=True):
    """A short form that is not the substance's own: `for_` words confirm this reading, `against` words the other one.

    With neither, the reading is ambiguous and a person must ask.
    """

    text: str
    other: str
    for_: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class Substance(msgspec.Struct, frozen=True):
    """A chemical identity that at least one list names."""

    id: str
    name: str
    group: str
    names: dict[str, tuple[str, ...]]
    cas: tuple[CasNumber, ...]
    smiles: str
    inchikey: str
    formula: str
    hs: str | None = None
    hs_specific: bool = False
    abbreviations: tuple[Abbreviation, ...] = ()
    seen_as: tuple[SeenAs, ...] = ()
    scope: str = ""
    note: str = ""


class List(msgspec.Struct, frozen=True):
    """A list or schedule of an instrument: `Category II` of the Chinese regulations, `Table I` of the 1988 Convention."""

    id: str
    jurisdiction: str
    name: str
    instrument: str
    nature: str = ""


class Control(msgspec.Struct, frozen=True):
    """A substance (or a class) on a list, from a day, by an instrument.

    A class control that names `clauses` reaches a member only where those are all the clauses that make it one: halides of
    4-anilinopiperidine came on the list later than its amides.
    """

    id: str
    subject: str
    list: str
    jurisdiction: str
    citation: str
    start: Moment
    end: Moment
    recorded: str
    source: str
    confidence: Confidence
    scope: str = ""
    decided: str | None = None
    published: str | None = None
    effective: str | None = None
    ended: str | None = None
    from_memory: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    note: str = ""
    file: str = ""

    def reaches(self, clauses: tuple[str, ...]) -> bool:
        """True where a member by these clauses of the class (none for a substance named by itself) is reached."""
        return not self.clauses or set(clauses) <= set(self.clauses)


class Unconfirmed(msgspec.Struct, frozen=True):
    """An instrument that may name the substance, or is only proposed. It produces no control; it is shown, never applied."""

    id: str
    subject: str
    list: str
    jurisdiction: str
    citation: str
    status: Literal["unconfirmed", "proposed"]
    source: str
    recorded: str
    decided: str | None = None
    effective: str | None = None
    note: str = ""


class UnknownAnnex(msgspec.Struct, frozen=True):
    """A list that is in force and whose members are not known to Headwater: who may be on it, to which destinations."""

    id: str
    list: str
    jurisdiction: str
    citation: str
    start: Moment
    end: Moment
    recorded: str
    source: str
    confidence: Confidence
    groups: tuple[str, ...]
    destinations: tuple[str, ...]
    effective: str | None = None
    what: str = ""


class Threshold(msgspec.Struct, frozen=True):
    """A quantity at which a duty starts (`at-or-above`) or beyond which it does (`above`), in grams or millilitres."""

    substance: str
    amount: Decimal
    unit: str
    relation: Literal["at-or-above", "above"]
    period: str
    text: str
    citation: str
    confidence: Confidence


class MixtureLimit(msgspec.Struct, frozen=True):
    """A concentration up to which a mixture with the substance is exempt (per cent by weight, limit included)."""

    substance: str
    per_cent: Decimal
    citation: str
    confidence: Confidence


class Exemption(msgspec.Struct, frozen=True):
    """A case the requirement does not reach, in the law's words."""

    kind: str
    text: str


class LeadTime(msgspec.Struct, frozen=True):
    """How long before (or after) which event the duty is done."""

    quantity: int
    unit: str
    before: str
    counting: str = ""

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} before {self.before}" + (
            f", counted {self.counting}" if self.counting else ""
        )


class Requirement(msgspec.Struct, frozen=True):
    """What a list asks of an activity, and of whom.

    `binds` tells what must hold before the duty bites: `always`; `conduct` where it depends on facts that no order shows
    (knowledge, a written order of the authority); `individual-buyer`; `cash`; `mixture` where it speaks of goods that contain
    the substance; `exclusion` where it takes the transaction out of what its lists ask, unless a threshold of theirs names the
    destination. `destinations` limits it to exports to those countries, `substances` to those of its lists.
    """

    id: str
    jurisdiction: str
    lists: tuple[str, ...]
    activities: tuple[Activity, ...]
    party: str
    demands: tuple[Demand, ...]
    what: str
    citation: str
    start: Moment
    end: Moment
    recorded: str
    source: str
    confidence: Confidence
    effective_from: str | None = None
    effective_to: str | None = None
    binds: str = "always"
    substances: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    threshold_rule: str = ""
    lead_time: LeadTime | None = None
    thresholds: tuple[Threshold, ...] = ()
    mixture_limits: tuple[MixtureLimit, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    from_memory: tuple[str, ...] = ()
    note: str = ""


class Obligation(msgspec.Struct, frozen=True):
    """What a treaty makes its parties do: control each substance of `list` from the list's effective day."""

    id: str
    list: str
    parties: tuple[str, ...]
    citation: str
    what: str
    recorded: str
    source: str
    confidence: Confidence


class ClassDefinition(msgspec.Struct, frozen=True):
    """A class that a law defines in words or by structure; `definition` is what `identify.classes` evaluates."""

    id: str
    name: str
    jurisdiction: str
    basis: str
    clauses: dict[str, str]
    exclusions: str
    confidence: Confidence
    source: str
    definition: dict[str, object] = {}
    note: str = ""
