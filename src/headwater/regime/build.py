"""From files to a regime, the way a compiler does it: every broken rule is reported with its file and line, all at once.

Files come in layers: the bundled data first, a user's directory after it. A later layer adds measures, or replaces those
with the same id and the same `recorded` day. What is checked: form and unknown keys, a source for every measure, dates that
exist and stand in order, reversed and overlapping intervals, dangling references, duplicate ids, CAS check digits. That a
SMILES belongs to its InChIKey needs chemistry and is checked by `identify.structure.check_substances`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import yaml

from headwater.errors import RegimeError
from headwater.regime import schema
from headwater.regime.checks import check_whole
from headwater.regime.digest import Layer, digest
from headwater.regime.measures import (
    Abbreviation,
    ClassDefinition,
    Confidence,
    Control,
    Jurisdiction,
    LeadTime,
    List,
    Membership,
    MixtureLimit,
    Obligation,
    Requirement,
    Substance,
    Threshold,
    Unconfirmed,
    UnknownAnnex,
)
from headwater.regime.place import Place
from headwater.regime.regime import Regime
from headwater.values import cas, quantity
from headwater.values.time import AFTER_ALL, BEFORE_ALL, NEVER, Moment, parse_moment

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_T = TypeVar("_T")


def build(layers: Iterable[Layer]) -> Regime:
    """Compile layers of files (name -> bytes) into a regime. Raises RegimeError with every problem found."""
    layers = list(layers)
    builder = _Builder()
    for number, layer in enumerate(layers):
        for name in sorted(layer):
            builder.read(name, layer[name], number)
    return builder.finish(digest(layers))


_KINDS: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("history", schema.ClassFile),
    ("names", schema.SubstanceFile),
    ("list", schema.ListFile),
    ("lists", schema.HeadsFile),
    ("requirements", schema.RequirementsFile),
    ("obligations", schema.ObligationsFile),
    ("jurisdictions", schema.JurisdictionsFile),
)


class _Builder:
    """Collects records and problems, file by file; `finish` makes the regime of them or raises with every problem."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.substances: dict[str, Substance] = {}
        self.classes: dict[str, ClassDefinition] = {}
        self.lists: dict[str, List] = {}
        self.jurisdictions: dict[str, Jurisdiction] = {}
        self.members: list[Membership] = []
        self.obligations: dict[str, Obligation] = {}
        # Versioned measures by (id, recorded); places and layers beside them for messages and replacement.
        self.versions: dict[tuple[str, str], Any] = {}
        self.places: dict[tuple[str, str], Place] = {}
        self.layer_of: dict[tuple[str, str], int] = {}
        self.layer = 0
        self.pending: list[Callable[[], None]] = []

    def problem(self, place: Place, what: str) -> None:
        self.problems.append(f"{place}: {what}")

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self, name: str, data: bytes, layer: int) -> None:
        """Decode one file by its top-level keys and take in its records."""
        self.layer = layer
        place = Place(name, data)
        try:
            document = yaml.load(data, Loader=_Loader)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            self.problems.append(f"{name}:{line}: not readable as YAML: {getattr(error, 'problem', error)}")
            return
        if not isinstance(document, dict):
            self.problem(place, "a regime file is a mapping of keys")
            return
        for key, kind in _KINDS:
            if key in document:
                raw = self._convert(place, document, kind)
                if raw is not None:
                    getattr(self, f"_take_{kind.__name__}")(place, raw)
                return
        self.problem(place, "not a list, requirements, obligations, jurisdictions, class or substance file")

    def _convert(self, place: Place, document: Any, kind: type[_T]) -> _T | None:
        try:
            return msgspec.convert(document, kind, strict=True)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at `$")
            keys = tuple(int(a) if a else b for a, b in re.findall(r"\[(\d+)\]|\.?([\w-]+)", where.rstrip("`")))
            self.problem(place.at(*keys), what)
            return None

    def _add(self, place: Place, measure: Any) -> None:
        """Take in one version of a measure; a later layer replaces the same version of an earlier one."""
        key = (measure.id, measure.recorded)
        if key in self.versions and self.layer_of[key] == self.layer:
            self.problem(place, f"duplicate id {measure.id!r}, first at {self.places[key]}")
            return
        self.versions[key], self.places[key], self.layer_of[key] = measure, place, self.layer

    def _moments(
        self, place: Place, zone: str, raw: Any, first: str, last: str, recorded: str
    ) -> tuple[Moment, Moment]:
        """The two edges of a measure's valid time, in the precision of the file. See `in_force_by` in schema.RawControl."""
        start_text, end_text = getattr(raw, first), getattr(raw, last)
        floor = self._moment(place, zone, getattr(raw, "decided", None), "decided")
        end = self._moment(place, zone, end_text, last) or NEVER
        start = self._moment(place, zone, start_text, first)
        if start is None:
            by = self._moment(place, zone, raw.in_force_by or recorded, "in_force_by")
            start = Moment("", floor.first if floor else BEFORE_ALL, by.last if by else AFTER_ALL)
        elif end.last <= start.first:
            self.problem(place.at(last), f"reversed interval: {last} {end_text} is not after {first} {start_text}")
        return start, end

    def _moment(self, place: Place, zone: str, text: str | None, key: str) -> Moment | None:
        if text is None:
            return None
        try:
            return parse_moment(text, zone)
        except ValueError:
            self.problem(place.at(key), f"{key} {text!r} is not a date that exists")
            return None

    def _date_order(self, place: Place, zone: str, raw: Any) -> None:
        """decided <= published <= effective, as far as they are stated (an act is not in force before it exists)."""
        last: tuple[str, str, Moment] | None = None
        for key in ("decided", "published", "effective"):
            text: str | None = getattr(raw, key, None)
            moment = self._moment(place, zone, text, key) if text else None
            if moment is None or text is None:
                continue
            if last is not None and moment.last < last[2].first:
                self.problem(place.at(key), f"impossible date order: {key} {text} before {last[0]} {last[1]}")
            last = (key, text, moment)

    def _sourced(self, place: Place, source: str) -> None:
        if not source.strip():
            self.problem(place, "missing source: a measure without a source does not load")

    def _zone(self, jurisdiction: str) -> str:
        held = self.jurisdictions.get(jurisdiction)
        return held.zone if held else "UTC"

    # -- one method a kind of file -------------------------------------------------------------------------------------

    def _take_JurisdictionsFile(self, place: Place, raw: schema.JurisdictionsFile) -> None:  # noqa: N802
        for item in raw.jurisdictions:
            self.jurisdictions[item.code] = Jurisdiction(item.code, item.name, item.zone)
        for member in raw.members:
            self.members.append(Membership(member.country, member.jurisdiction, member.first, member.last))

    def _take_HeadsFile(self, place: Place, raw: schema.HeadsFile) -> None:  # noqa: N802
        for head in raw.lists:
            self._head(place, head)

    def _head(self, place: Place, head: schema.ListHead) -> None:
        known = self.lists.get(head.id)
        record = List(head.id, head.jurisdiction, head.name, head.instrument, head.nature)
        if known is not None and known != record:
            self.problem(place.at("list"), f"list {head.id!r} is headed twice with different words")
        self.lists[head.id] = record

    def _take_ListFile(self, place: Place, raw: schema.ListFile) -> None:  # noqa: N802
        if isinstance(raw.list, schema.ListHead):
            self._head(place, raw.list)
        self.pending.append(lambda layer=self.layer: self._entries(place, raw, layer))  # type: ignore[misc]

    def _entries(self, place: Place, raw: schema.ListFile, layer: int) -> None:
        """The entries of a list, once every list and jurisdiction is known."""
        self.layer = layer
        list_id = raw.list if isinstance(raw.list, str) else raw.list.id
        head = self.lists.get(list_id)
        if head is None:
            self.problem(place.at("list"), f"unknown list {list_id!r}")
            return
        if head.jurisdiction not in self.jurisdictions:
            self.problem(place.at("list"), f"unknown jurisdiction {head.jurisdiction!r}")
            return
        zone = self._zone(head.jurisdiction)
        for number, item in enumerate(raw.controls):
            here = place.at("controls", number)
            recorded = item.recorded or raw.recorded
            self._sourced(here, item.source)
            self._date_order(here, zone, item)
            start, end = self._moments(here, zone, item, "effective", "ended", recorded)
            control = Control(
                id=item.id, subject=item.substance, list=list_id, jurisdiction=head.jurisdiction, citation=item.citation,
                start=start, end=end, recorded=recorded, source=item.source, confidence=item.confidence, scope=item.scope,
                decided=item.decided, published=item.published, effective=item.effective, ended=item.ended,
                from_memory=tuple(item.from_memory), note=item.note, file=place.name,
            )  # fmt: skip
            self._add(here, control)
        for number, entry in enumerate(raw.unconfirmed):
            here = place.at("unconfirmed", number)
            self._sourced(here, entry.source)
            self._add(
                here,
                Unconfirmed(
                    entry.id, entry.substance, list_id, head.jurisdiction, entry.citation, entry.status, entry.source,
                    raw.recorded, entry.decided, entry.effective, entry.note,
                ),
            )  # fmt: skip
        annexes = raw.unknown_annex if isinstance(raw.unknown_annex, tuple) else (raw.unknown_annex,)
        for annex in annexes:
            if annex is not None:
                self._annex(place.at("unknown_annex"), annex, head, raw.recorded)

    def _annex(self, place: Place, raw: schema.RawAnnex, head: List, recorded: str) -> None:
        self._sourced(place, raw.source)
        recorded = raw.recorded or recorded
        start, end = self._moments(place, self._zone(head.jurisdiction), raw, "effective", "ended", recorded)
        self._add(
            place,
            UnknownAnnex(
                raw.id, head.id, head.jurisdiction, raw.citation, start, end, recorded, raw.source, raw.confidence,
                tuple(raw.groups), tuple(raw.destinations), raw.effective, raw.what,
            ),
        )  # fmt: skip

    def _take_RequirementsFile(self, place: Place, raw: schema.RequirementsFile) -> None:  # noqa: N802
        self.pending.append(lambda layer=self.layer: self._requirements(place, raw, layer))  # type: ignore[misc]

    def _requirements(self, place: Place, raw: schema.RequirementsFile, layer: int) -> None:
        self.layer = layer
        if raw.jurisdiction not in self.jurisdictions:
            self.problem(place.at("jurisdiction"), f"unknown jurisdiction {raw.jurisdiction!r}")
            return
        for number, item in enumerate(raw.requirements):
            here = place.at("requirements", number)
            for name in item.sources:
                if name not in raw.sources:
                    self.problem(here.at("sources"), f"dangling reference: no source {name!r} in this file")
            if not item.sources:
                self._sourced(here, "")
            if item.status is None:
                self._add(here, self._requirement(here, raw, item))

    def _requirement(self, place: Place, raw: schema.RequirementsFile, item: schema.RawRequirement) -> Requirement:
        recorded = item.recorded or raw.recorded
        for list_id in item.lists:
            if list_id not in self.lists:
                self.problem(place.at("lists"), f"unknown list {list_id!r}")
        start, end = self._moments(
            place, self._zone(raw.jurisdiction), item, "effective_from", "effective_to", recorded
        )
        sources = [raw.sources[name] for name in item.sources if name in raw.sources]
        return Requirement(
            id=item.id, jurisdiction=raw.jurisdiction, lists=tuple(item.lists), activities=tuple(item.activities),
            party=item.party, demands=tuple(item.requires), what=item.what, citation=item.citation, start=start, end=end,
            recorded=recorded, source="; ".join(filter(None, (f"{s.title}, {s.publisher}, {s.url}".strip(", ") for s in sources))),
            confidence=item.confidence, effective_from=item.effective_from, effective_to=item.effective_to, binds=item.binds,
            substances=tuple(item.substances), destinations=tuple(item.destinations), threshold_rule=item.threshold_rule,
            lead_time=LeadTime(**msgspec.structs.asdict(item.lead_time)) if item.lead_time else None,
            thresholds=tuple(self._threshold(place, t, item.confidence) for t in item.thresholds),
            mixture_limits=tuple(
                MixtureLimit(m.substance, Decimal(str(m.per_cent)), m.citation, m.confidence) for m in item.mixture_limits
            ),
            exemptions=tuple(item.exemptions), from_memory=tuple(item.from_memory), note=item.note,
        )  # fmt: skip

    def _threshold(self, place: Place, raw: schema.RawThreshold, confidence: Confidence) -> Threshold:
        known = quantity.unit(raw.unit)
        if known is None:
            self.problem(place.at("thresholds"), f"unknown unit {raw.unit!r}")
            known = ("g", Decimal(1))
        amount = Decimal(str(raw.quantity)) * known[1]
        text = f"{raw.quantity} {raw.unit}"
        return Threshold(
            raw.substance, amount, known[0], raw.relation, raw.period, text, raw.citation, raw.confidence or confidence
        )

    def _take_ObligationsFile(self, place: Place, raw: schema.ObligationsFile) -> None:  # noqa: N802
        for number, item in enumerate(raw.obligations):
            self._sourced(place.at("obligations", number), item.source)
            self.obligations[item.id] = Obligation(
                item.id,
                item.list,
                tuple(item.parties),
                item.citation,
                item.what,
                raw.recorded,
                item.source,
                item.confidence,
            )

    def _take_SubstanceFile(self, place: Place, raw: schema.SubstanceFile) -> None:  # noqa: N802
        for number, item in enumerate(raw.cas):
            if not cas.is_valid(item.number):
                self.problem(place.at("cas", number), f"CAS RN {item.number!r} fails its check digit or form")
        self.substances[raw.id] = Substance(
            id=raw.id, name=raw.name, group=raw.group, names={k: tuple(v) for k, v in raw.names.items()},
            cas=tuple(raw.cas), smiles=raw.smiles, inchikey=raw.inchikey, formula=raw.formula,
            hs=raw.hs.code if raw.hs else None, hs_specific=bool(raw.hs and raw.hs.specific),
            abbreviations=tuple(Abbreviation(a.text, a.other, tuple(a.for_), tuple(a.against)) for a in raw.abbreviations),
            seen_as=tuple(raw.seen_as), scope=raw.scope, note=raw.note,
        )  # fmt: skip

    def _take_ClassFile(self, place: Place, raw: schema.ClassFile) -> None:  # noqa: N802
        definition = raw.definition if isinstance(raw.definition, dict) else {}
        self.classes[raw.id] = ClassDefinition(
            raw.id, raw.name, raw.jurisdiction, raw.basis, raw.clauses, raw.exclusions, raw.confidence, raw.source,
            definition, raw.note,
        )  # fmt: skip
        self.pending.append(lambda layer=self.layer: self._class_controls(place, raw, layer))  # type: ignore[misc]

    def _class_controls(self, place: Place, raw: schema.ClassFile, layer: int) -> None:
        """The history of a class becomes its class controls; a step ends where the next one begins."""
        self.layer = layer
        if raw.jurisdiction not in self.jurisdictions:
            self.problem(place.at("jurisdiction"), f"unknown jurisdiction {raw.jurisdiction!r}")
            return
        zone = self._zone(raw.jurisdiction)
        for number, step in enumerate(raw.history):
            here = place.at("history", number)
            self._sourced(here, step.source)
            list_id = step.list or raw.list
            if list_id not in self.lists:
                self.problem(here, f"unknown list {list_id!r}: a class stands on a list (`list:`)")
                continue
            if step.effective is None:
                continue  # a re-issue that changes no date; it is kept in the file as history
            later = [s.effective for s in raw.history[number + 1 :] if s.effective]
            ended = step.ended or (later[0] if step.status in ("superseded", "expired") and later else None)
            start = self._moment(here, zone, step.effective, "effective") or NEVER
            end = self._moment(here, zone, ended, "ended") or NEVER
            control = Control(
                id=f"{raw.id}@{step.effective}", subject=raw.id, list=list_id, jurisdiction=raw.jurisdiction,
                citation=step.instrument, start=start, end=end, recorded=raw.recorded, source=step.source,
                confidence=step.confidence, decided=step.decided, effective=step.effective, ended=ended,
                from_memory=tuple(step.from_memory), clauses=step.clauses, note=step.note, file=place.name,
            )  # fmt: skip
            self._add(here, control)

    # -- the whole -----------------------------------------------------------------------------------------------------

    def finish(self, regime_digest: str) -> Regime:
        """Run what waited for references, freeze the whole, and check what only the whole can show."""
        for step in self.pending:
            step()
        kinds: dict[type, list[Any]] = {Control: [], Requirement: [], Unconfirmed: [], UnknownAnnex: []}
        for measure in self.versions.values():
            kinds[type(measure)].append(measure)
        regime = Regime(
            digest=regime_digest, substances=self.substances, classes=self.classes, lists=self.lists,
            jurisdictions=self.jurisdictions, members=tuple(self.members), controls=tuple(kinds[Control]),
            unconfirmed=tuple(kinds[Unconfirmed]),
            annexes=tuple(kinds[UnknownAnnex]),
            requirements=tuple(kinds[Requirement]), obligations=tuple(self.obligations.values()),
        )  # fmt: skip
        self.problems += check_whole(regime, lambda measure: str(self.places[measure.id, measure.recorded]))
        if self.problems:
            raise RegimeError(list(dict.fromkeys(self.problems)))
        return regime
