"""How far a batch has come, kept beside its output, so that an interrupted run neither does nor loses a row
twice.

The order of writing makes it safe: output and rejects first, forced to the disk, then the checkpoint that
counts them, put in place in one step. What lies in the partial files beyond the counted bytes was not
counted and is cut off.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from headwater.errors import InputError

HEAD = 1 << 20  # bytes of each input whose digest is kept: with size and time it tells one file from another


class InputMark(msgspec.Struct, frozen=True):
    """What tells an input file from a changed one without reading all of it."""

    path: str
    size: int
    modified_ns: int
    head: str


class Run(msgspec.Struct, frozen=True):
    """What a run is about. Only the same run may go on: the same inputs, options (digest) and regime
    (digest).
    """

    inputs: tuple[InputMark, ...]
    options: str
    regime: str


class Position(msgspec.Struct, frozen=True):
    """All inputs before number `table` (from 0) are done, and `record` records of that one. `output` and
    `rejects` are the bytes of the partial files that these records account for. `tally`: counts for the
    summary.
    """

    table: int = 0
    record: int = 0
    output: int = 0
    rejects: int = 0
    tally: dict[str, int] = {}


class Checkpoint(msgspec.Struct, frozen=True):
    """The content of `OUT.checkpoint.json`."""

    run: Run
    position: Position


def mark(path: Path) -> InputMark:
    """The mark of an input file as it is now. Raises InputError when it cannot be read."""
    try:
        stat = path.stat()
        with path.open("rb") as file:
            head = hashlib.sha256(file.read(HEAD)).hexdigest()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", where=str(path), remedy="check the path"
        ) from error
    return InputMark(str(path), stat.st_size, stat.st_mtime_ns, f"sha256:{head}")


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in place in one step: a reader sees the old one or the new one, never half of one."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(checkpoint)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def load(path: Path, run: Run) -> Position | None:
    """Where `run` stopped, or None when it never began. Raises InputError when the checkpoint is of another
    run.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    remedy = f"delete {path.name} to start over"
    try:
        found = msgspec.json.decode(raw, type=Checkpoint)
    except msgspec.MsgspecError as error:
        raise InputError("is no checkpoint", where=str(path), remedy=remedy) from error
    if changed := _changes(found.run, run):
        raise InputError(
            f"an interrupted run cannot go on: {' and '.join(changed)}",
            where=str(path),
            remedy=f"put back what was changed, or {remedy}",
        )
    return found.position


def _changes(before: Run, now: Run) -> list[str]:
    """What differs between two runs, in words."""
    changes = []
    if [m.path for m in before.inputs] != [m.path for m in now.inputs]:
        changes.append("the input files are others")
    else:
        pairs = zip(before.inputs, now.inputs, strict=True)
        changes += [f"{new.path} has changed since" for old, new in pairs if old != new]
    if before.options != now.options:
        changes.append("the options are others")
    if before.regime != now.regime:
        changes.append("the regime is another")
    return changes
