"""The regime's file formats, as a lawyer writes them. One struct a kind of file; an unknown key is an error.

A list file names a list and the entries on it; a requirements file says what lists ask of activities; a substance file, a
class file and a places file describe what measures are about. `regime.build` turns them into measures.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from headwater.regime.measures import Activity, CasNumber, Confidence, Demand, Exemption, SeenAs


class _Raw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record as written in a file."""


class ListHead(_Raw, frozen=True):
    """The list an entry stands on."""

    id: str
    jurisdiction: str
    name: str
    instrument: str
    nature: str = ""


class RawControl(_Raw, frozen=True):
    """One substance on a list from a day. `in_force_by` is the date of a source that shows it in force, where the day is unknown."""

    id: str
    substance: str
    citation: str
    confidence: Confidence
    source: str
    scope: str = ""
    decided: str | None = None
    published: str | None = None
    effective: str | None = None
    ended: str | None = None
    in_force_by: str | None = None
    from_memory: tuple[str, ...] = ()
    note: str = ""
    recorded: str | None = None


class RawUnconfirmed(_Raw, frozen=True):
    """An entry that brings no duty: membership unchecked, or only proposed."""

    id: str
    substance: str
    status: Literal["unconfirmed", "proposed"]
    citation: str
    source: str
    scope: str = ""
    decided: str | None = None
    published: str | None = None
    effective: str | None = None
    note: str = ""


class RawAnnex(_Raw, frozen=True):
    """A list in force whose members Headwater does not know."""

    id: str
    citation: str
    confidence: Confidence
    source: str
    what: str
    groups: tuple[str, ...]
    destinations: tuple[str, ...] = ()
    decided: str | None = None
    effective: str | None = None
    ended: str | None = None
    in_force_by: str | None = None
    from_memory: tuple[str, ...] = ()
    note: str = ""
    recorded: str | None = None


class ListFile(_Raw, frozen=True):
    """A list with its entries. `list` is a head, or the id of a list that another file heads."""

    list: ListHead | str
    recorded: str
    controls: tuple[RawControl, ...] = ()
    unconfirmed: tuple[RawUnconfirmed, ...] = ()
    unknown_annex: RawAnnex | tuple[RawAnnex, ...] | None = None


class HeadsFile(_Raw, frozen=True):
    """Lists whose members are not recorded, so that requirements can name them."""

    lists: tuple[ListHead, ...]
    recorded: str


class RawSource(_Raw, frozen=True):
    """A source of requirements: what it is, and how much of it was read."""

    title: str
    publisher: str = ""
    date: str | None = None
    url: str = ""
    read: str = ""


class RawLeadTime(_Raw, frozen=True):
    """A period before or after an event."""

    quantity: int
    unit: str
    before: str
    counting: str = ""


class RawThreshold(_Raw, frozen=True):
    """A quantity in the unit of the law."""

    substance: str
    relation: Literal["at-or-above", "above"]
    period: str
    citation: str
    quantity: int | float
    unit: str
    confidence: Confidence | None = None
    note: str = ""


class RawMixtureLimit(_Raw, frozen=True):
    """A concentration in per cent by weight, up to which a mixture is exempt."""

    substance: str
    per_cent: int | float
    citation: str
    confidence: Confidence
    note: str = ""


class RawExemption(Exemption, frozen=True, forbid_unknown_fields=True):
    """An exemption in words, with its own confidence where it differs."""

    confidence: str = ""


class RawRequirement(_Raw, frozen=True):
    """What lists ask of activities, and of whom."""

    id: str
    lists: tuple[str, ...]
    activities: tuple[Activity, ...]
    party: str
    requires: tuple[Demand, ...]
    what: str
    citation: str
    confidence: Confidence
    sources: tuple[str, ...]
    status: Literal["proposed", "unconfirmed"] | None = None
    binds: Literal["always", "conduct", "individual-buyer", "cash", "mixture", "exclusion"] = "always"
    substances: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    lead_time: RawLeadTime | None = None
    threshold_rule: Literal["", "regulated"] = ""
    thresholds: tuple[RawThreshold, ...] = ()
    mixture_limits: tuple[RawMixtureLimit, ...] = ()
    exemptions: tuple[RawExemption, ...] = ()
    effective_from: str | None = None
    effective_to: str | None = None
    in_force_by: str | None = None
    from_memory: tuple[str, ...] = ()
    note: str = ""
    recorded: str | None = None


class RequirementsFile(_Raw, frozen=True):
    """The requirements of one instrument."""

    jurisdiction: str
    recorded: str
    sources: dict[str, RawSource]
    requirements: tuple[RawRequirement, ...]


class RawObligation(_Raw, frozen=True):
    """What a treaty makes its parties do for the substances of a list."""

    id: str
    list: str
    parties: tuple[str, ...]
    citation: str
    what: str
    source: str
    confidence: Confidence
    note: str = ""


class ObligationsFile(_Raw, frozen=True):
    """The obligations of one treaty."""

    jurisdiction: str
    recorded: str
    obligations: tuple[RawObligation, ...]


class RawHs(_Raw, frozen=True):
    """The HS 2022 subheading of a substance; `specific` where the subheading holds it (nearly) alone."""

    code: str
    specific: bool = False
    confidence: str = ""
    note: str = ""


class RawAbbreviation(_Raw, frozen=True, rename={"for_": "for"}):
    """A short form with another ordinary meaning."""

    text: str
    other: str
    for_: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class SubstanceFile(_Raw, frozen=True):
    """A substance that at least one list names."""

    id: str
    name: str
    group: str
    names: dict[str, tuple[str, ...]]
    smiles: str
    inchikey: str
    formula: str
    cas: tuple[CasNumber, ...] = ()
    abbreviations: tuple[RawAbbreviation, ...] = ()
    hs: RawHs | None = None
    scope: str = ""
    seen_as: tuple[SeenAs, ...] = ()
    name_sources: tuple[str, ...] = ()
    note: str = ""


class RawHistory(_Raw, frozen=True):
    """One dated step in the life of a class."""

    instrument: str
    status: str
    confidence: Confidence
    source: str
    decided: str | None = None
    effective: str | None = None
    ended: str | None = None
    from_memory: tuple[str, ...] = ()
    note: str = ""
    list: str = ""
    clauses: tuple[str, ...] = ()


class ClassFile(_Raw, frozen=True):
    """A class that a law defines, and when."""

    id: str
    name: str
    jurisdiction: str
    basis: str
    confidence: Confidence
    history: tuple[RawHistory, ...]
    recorded: str
    clauses: dict[str, str] = {}
    exclusions: str = ""
    combination: str = ""
    source: str = ""
    list: str = ""
    definition: Any = None
    seen_as: tuple[SeenAs, ...] = ()
    note: str = ""


class RawJurisdiction(_Raw, frozen=True):
    """A maker of law and the zone in which its days begin."""

    code: str
    name: str
    zone: str
    held: bool = True


class RawMembership(_Raw, frozen=True):
    """Whose law binds in a country, between two days."""

    country: str
    jurisdiction: str
    first: str = ""
    last: str = ""
    note: str = ""


class JurisdictionsFile(_Raw, frozen=True):
    """The jurisdictions of the regime and the countries they reach."""

    jurisdictions: tuple[RawJurisdiction, ...]
    members: tuple[RawMembership, ...]
    sources: tuple[str, ...] | dict[str, Any] | str = ""
    recorded: str = ""
