"""The engine: prepared rows in, decisions out, in row order, through the one `screen` function.

Most rows of a batch name nothing listed. A row is a candidate when its text, CAS, structure or HS code may name something
(whole columns are scanned first, distinct values worked once); candidates are screened one by one. For every other row the
decision can depend only on its route, so `screen` is called once for each distinct route and its answer used for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl

from headwater.errors import InputError
from headwater.flow.rows import to_transaction
from headwater.identify.identification import FieldProblem, Identification
from headwater.identify.identifier import Identifier
from headwater.identify.scanner import ColumnScanner
from headwater.regime.law import Known
from headwater.screen.case import Memory
from headwater.screen.finding import Decision, decisive
from headwater.screen.policy import Policy
from headwater.screen.screen import decide, identify, screen
from headwater.screen.transaction import FIELDS, Transaction
from headwater.values.time import When

# What a decision on a row that names nothing depends on: whose law binds on its legs.
_ROUTE = (
    "kind",
    "seller_country",
    "buyer_country",
    "origin",
    "transit",
    "destination",
    "loaded_at",
    "exported_at",
    "entered_at",
)
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'
# Answers kept at a time: bounds the memory of a batch whose every row has another quantity or licence.
MEMORY = 50_000
# Rows from which the scanner, which may have to be compiled first, is worth its start; fewer are read one by one.
WORTH_SCANNING = 5_000
_encode = msgspec.json.Encoder().encode


class Decided(msgspec.Struct, frozen=True):
    """The decisions of a piece of a table: `frame` has id, decision, on, findings, not_held, upcoming (the last three as JSON)
    and why (a sentence for each finding that matters); `rules` counts findings by rule and effect."""

    frame: pl.DataFrame
    rules: Mapping[tuple[str, str], int]


class Engine:
    """Screens tables under one regime, knowledge time and policy. Keeps what it has learnt of distinct values."""

    def __init__(
        self,
        known: Known,
        identifier: Identifier,
        policy: Policy,
        scanner: Callable[[], ColumnScanner],
        on: When | None = None,
    ) -> None:
        self.known, self.identifier, self.policy, self.on = known, identifier, policy, on
        self._make_scanner = scanner
        self._scanner: ColumnScanner | None = None
        self._epochs = known.membership_days()
        self._specific_hs = {s.hs for s in known.regime.substances.values() if s.hs and s.hs_specific}
        self._values: dict[str, dict[str, bool]] = {"cas": {}, "smiles": {}}
        self._routes: dict[tuple[str, ...], tuple[str, str]] = {}
        self._memory: Memory = {}

    def ready(self) -> None:
        """Have the scanner at hand, so that processes started after this one find it made."""
        if self._scanner is None:
            self._scanner = self._make_scanner()

    def decide(self, frame: pl.DataFrame, numbers: pl.Series) -> Decided:
        """Decide every row of a prepared table (columns FIELDS, as `flow.rows.prepare` leaves them)."""
        candidate = self._candidates(frame)
        on = frame["date"] if self.on is None else pl.Series("date", [str(self.on)]).new_from_index(0, frame.height)
        plain = self._plain(frame, on)
        rules: Counter[tuple[str, str]] = Counter()
        at, singles = self._singles(frame, numbers, candidate, rules)
        columns = ("decision", "findings", "not_held", "upcoming", "why")
        merged = plain
        if singles:
            index = pl.Series(at, dtype=pl.Int64)
            merged = plain.with_columns(
                pl.Series(name, plain[name].to_list(), dtype=pl.String).scatter(index, [s[i] for s in singles])
                for i, name in enumerate(columns)
            )
        return Decided(
            merged.select(
                frame["id"].alias("id"), "decision", on.alias("on"), "findings", "not_held", "upcoming", "why"
            ),
            rules,
        )

    # -- which rows may name something -------------------------------------------------------------------------------------

    def _candidates(self, frame: pl.DataFrame) -> pl.Series:
        found = self._by_text(frame["text"])
        for field in ("cas", "smiles"):
            if (frame[field] != "").any():
                found = found | self._by_distinct(frame[field], field)
        if self._specific_hs and (frame["hs_code"] != "").any():
            code = frame["hs_code"].str.replace_all(r"\D", "").str.slice(0, 6)
            found = found | code.is_in(list(self._specific_hs))
        return found

    def _by_text(self, column: pl.Series) -> pl.Series:
        """True where the text may name something: one scan over the bytes of the column, rows kept apart by a line feed."""
        if stems := list(self.identifier.stems):
            systematic = column.str.contains_any(stems, ascii_case_insensitive=True)
            self.identifier.prefetch(column.filter(systematic).to_list())
            return self._scan(column) | systematic
        return self._scan(column)

    def _scan(self, column: pl.Series) -> pl.Series:
        if self._scanner is None:
            if column.len() < WORTH_SCANNING:
                return column != ""
            self._scanner = self._make_scanner()
        # A line feed inside a text would shift the rows; for the scan it is as good as a blank.
        texts = column.str.replace_all("\n", " ", literal=True)
        data = (texts + "\n").str.join("").item().encode()
        ends = np.cumsum(texts.str.len_bytes().cast(pl.Int64).to_numpy() + 1) - 1
        return pl.Series("candidate", self._scanner.candidates(data, ends), dtype=pl.Boolean)

    def _by_distinct(self, column: pl.Series, field: str) -> pl.Series:
        """True where a CAS or structure field says anything; each distinct value is worked once in the life of the engine."""
        known = self._values[field]
        distinct = column.unique()
        new = [value for value in distinct.to_list() if value not in known]
        if field == "cas":
            for value in new:
                known[value] = bool(value.strip()) and bool(
                    self.identifier.cas_field(value) or self.identifier.cas_problems(value, "cas")
                )
        else:
            answers = (
                self.identifier.structures.find_many([v.strip() for v in new if v.strip()])
                if any(map(str.strip, new))
                else []
            )
            told = iter(answers)
            for value in new:
                if not value.strip():
                    known[value] = False
                    continue
                answer = next(told)
                known[value] = isinstance(answer, InputError) or bool(answer)
        hits = [value for value in distinct.to_list() if known[value]]
        return column.is_in(hits) if hits else pl.Series([False]).new_from_index(0, column.len())

    # -- the rows that name nothing ------------------------------------------------------------------------------------------

    def _plain(self, frame: pl.DataFrame, on: pl.Series) -> pl.DataFrame:
        """The decision of every row as if it named nothing: worked once for each distinct route and epoch of memberships."""
        day = on.str.slice(0, 10)
        number = pl.Series("epoch", [""]).new_from_index(0, frame.height)
        for first in self._epochs:
            number = pl.select(pl.when(day >= first).then(pl.lit(first)).otherwise(number).alias("epoch")).to_series()
        keys = frame.select(_ROUTE).with_columns(number, day.alias("day"))
        distinct = keys.group_by([*_ROUTE, "epoch"]).agg(pl.col("day").min())
        answers = []
        for row in distinct.iter_rows(named=True):
            key = tuple(row[name] for name in (*_ROUTE, "epoch"))
            if key not in self._routes:
                self._routes[key] = self._route(row)
            answers.append(self._routes[key])
        table = distinct.drop("day").with_columns(
            pl.Series("decision", [a[0] for a in answers], dtype=pl.String),
            pl.Series("not_held", [a[1] for a in answers], dtype=pl.String),
        )
        joined = keys.join(table, on=[*_ROUTE, "epoch"], how="left", maintain_order="left", nulls_equal=True)
        return joined.select(
            "decision",
            pl.lit("[]").alias("findings"),
            "not_held",
            pl.lit("[]").alias("upcoming"),
            pl.lit("").alias("why"),
        )

    def _route(self, row: Mapping[str, Any]) -> tuple[str, str]:
        fields = {name: str(row[name]) for name in _ROUTE} | {"date": str(row["day"]), "text": "-"}
        transaction = to_transaction(fields, number=0, on=None)
        if not isinstance(transaction, Transaction):
            raise InputError(transaction.reason, where=transaction.field)
        decision = screen(msgspec.structs.replace(transaction, text=""), self.known, self.identifier, self.policy)
        return decision.decision, _encode(decision.not_held).decode()

    # -- the others ----------------------------------------------------------------------------------------------------------

    def _singles(
        self, frame: pl.DataFrame, numbers: pl.Series, candidate: pl.Series, rules: Counter[tuple[str, str]]
    ) -> tuple[list[int], list[tuple[str, ...]]]:
        """The places and decisions of the candidates in which something was identified, or does not check."""
        at = candidate.arg_true()
        if not at.len():
            return [], []
        rows = frame[at].select(FIELDS).iter_rows(named=True)
        places, decided = [], []
        for place, number, row in zip(at.to_list(), numbers[at].to_list(), rows, strict=True):
            transaction = to_transaction(row, number=number, on=self.on)
            if not isinstance(transaction, Transaction):
                raise InputError(transaction.reason, where=f"row {number}, {transaction.field}")
            identified, problems = identify(transaction, self.identifier)
            if identified or problems or transaction.hs_code:
                places.append(place)
                decided.append(self._single(transaction, identified, problems, rules))
        return places, decided

    def _single(
        self,
        transaction: Transaction,
        identified: Sequence[Identification],
        problems: Sequence[FieldProblem],
        rules: Counter[tuple[str, str]],
    ) -> tuple[str, ...]:
        if len(self._memory) > MEMORY:
            self._memory.clear()
        decision = decide(transaction, identified, problems, self.known, self.policy, self._memory)
        rules.update((f.rule, f.effect) for f in decision.findings)
        return (
            decision.decision, _encode(decision.findings).decode(), _encode(decision.not_held).decode(),
            _encode(decision.upcoming).decode(), why(decision),
        )  # fmt: skip


def why(decision: Decision) -> str:
    """The sentence that a person reads first, with its citation."""
    first = decisive(decision.findings)
    if first is None:
        return ""
    return f"{first.explanation} [{first.citation}]" if first.citation else first.explanation


def documents(decided: Decided, known: str, regime: str) -> pl.Series:
    """The decisions as JSON documents in the form of the contract, one text each."""
    frame = decided.frame
    ids = frame["id"]
    quoted = '"' + ids + '"'
    odd = ids.str.contains(_NEEDS_ESCAPE)
    if odd.any():
        at = odd.arg_true()
        quoted = quoted.scatter(at, [_encode(value).decode() for value in ids[at].to_list()])
    tail = f',"known":"{known}","regime":"{regime}"' + "}"
    return frame.select(
        pl.concat_str(
            pl.lit('{"id":'), quoted, pl.lit(',"decision":"'), "decision", pl.lit('","findings":'), "findings",
            pl.lit(',"on":"'), "on", pl.lit('","not_held":'), "not_held", pl.lit(',"upcoming":'), "upcoming", pl.lit(tail),
        ).alias("document")
    ).to_series()  # fmt: skip
