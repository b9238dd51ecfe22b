"""The result of identification: which listed substance (or class), found where, how, and how sure."""

from __future__ import annotations

from typing import Literal

import msgspec

Method = Literal["cas", "name", "structure", "class", "fuzzy", "near"]
Role = Literal["goods", "ingredient"]

# The one score of every near match: a yes, without a distance.
NEAR = 0.5


class Identification(msgspec.Struct, frozen=True):
    """A listed substance or class found in one field.

    `start` and `end` count characters of the original field, end excluded. `score` is 1.0 for an exact match of a name,
    number or structure as written, less where the text had to be cleaned or read. `near` is a yes or a no: it names no
    distance and has no controls of its own.

    `ambiguous` marks an abbreviation with another ordinary meaning that the context does not settle; `reading` says how the
    text was read, whenever it was not read as written. `role` is `ingredient` where the text itself says that the goods are
    something else that contains the substance ("acetone based", "contains 30% toluene"); `per_cent` is the stated content.
    """

    substance: str
    name: str
    cas: tuple[str, ...]
    method: Method
    matched: str
    start: int
    end: int
    score: float
    field: str = "text"
    reading: str = ""
    ambiguous: bool = False
    role: Role = "goods"
    per_cent: float | None = None
    clauses: tuple[str, ...] = ()


class FieldProblem(msgspec.Struct, frozen=True):
    """A number or structure in a field that does not check: `what` in a sentence; `one_slip_from` names the listed substances
    whose CAS RN is one slip away from what is written."""

    what: str
    matched: str
    start: int
    end: int
    field: str
    one_slip_from: tuple[str, ...] = ()
