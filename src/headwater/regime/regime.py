"""The regime: every measure Headwater knows, immutable, with a digest."""

from __future__ import annotations

import msgspec

from headwater.regime.measures import (
    ClassDefinition,
    Control,
    Jurisdiction,
    List,
    Membership,
    Obligation,
    Requirement,
    Substance,
    Unconfirmed,
    UnknownAnnex,
)


class Regime(msgspec.Struct, frozen=True):
    """All measures, all versions. A measure is one `id`; its versions differ in `recorded` (knowledge time)."""

    digest: str
    substances: dict[str, Substance]
    classes: dict[str, ClassDefinition]
    lists: dict[str, List]
    jurisdictions: dict[str, Jurisdiction]
    members: tuple[Membership, ...]
    controls: tuple[Control, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    annexes: tuple[UnknownAnnex, ...]
    requirements: tuple[Requirement, ...]
    obligations: tuple[Obligation, ...]

    def zone(self, jurisdiction: str) -> str:
        """The IANA zone in which the days of a jurisdiction's law begin."""
        return self.jurisdictions[jurisdiction].zone

    def subject_name(self, subject: str) -> str:
        """The display name of a substance or class id."""
        if subject in self.substances:
            return self.substances[subject].name
        return self.classes[subject].name if subject in self.classes else subject
