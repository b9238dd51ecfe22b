"""Formats that are read from both ends need a plain file: a compressed one is laid open in a temporary
place first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headwater.errors import InputError
from headwater.flow.streams import BLOCK, ByteStream

# A compressed Parquet or XLSX file that unpacks to more than this is refused: it would fill the temporary
# disk.
MAX_SPOOLED = 16 << 30


@contextmanager
def spooled(path: Path) -> Iterator[Path]:
    """The path of the plain file; the temporary one of a compressed file is removed at the end. Raises
    InputError.
    """
    if path.suffix.lower() not in (".gz", ".xz"):
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=path.with_suffix("").suffix) as plain:
        stream = ByteStream(path)
        try:
            while block := stream.read(BLOCK):
                plain.write(block)
                if plain.tell() > MAX_SPOOLED:
                    raise InputError(
                        f"unpacks to more than {MAX_SPOOLED >> 30} GB",
                        where=str(path),
                        remedy="unpack it first",
                    )
        finally:
            stream.close()
        if stream.damage:
            raise InputError(stream.damage, where=str(path), remedy="get the file again")
        plain.flush()
        yield Path(plain.name)
