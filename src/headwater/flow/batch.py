"""The batch job: files in, decisions, rejects and a summary out. Bounded memory, row order kept, resumable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from headwater.flow.chunks import Chunk
from headwater.flow.columns import mapping, rename
from headwater.flow.engine import Decided, Engine
from headwater.flow.rejects import Reject
from headwater.flow.rows import prepare
from headwater.flow.sources import open_table


class Summary(msgspec.Struct):
    """What a run did: rows, rejects, decisions, findings by rule and effect, seconds."""

    rows: int = 0
    rejects: int = 0
    decisions: Counter[str] = msgspec.field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
