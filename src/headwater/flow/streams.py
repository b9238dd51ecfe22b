"""A user's file as UTF-8 bytes: decompression, the detection of the encoding, transcoding. First step of
reading.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import lzma
import os
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal, cast

from headwater.errors import InputError

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "gb18030"]

BLOCK = 1 << 20
# Reading ahead to tell the encoding stops here: a file whose first 256 MB are plain ASCII is read as UTF-8,
# and a byte further on that is not becomes a reject. It bounds the second reading of very large files.
LOOK_AHEAD = 256 << 20
# So many well-formed multi-byte sequences with none broken do not come about by chance in GB18030.
ENOUGH_UTF8 = 2000
ENOUGH_LINES = 200_000  # lines that are not ASCII, to choose between encodings
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_LONE_HIGH = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")
_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What may go wrong in a compressed stream after it was opened.
DAMAGE = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)


def _open(path: Path) -> BinaryIO:
    """The file's raw bytes. Raises InputError when it cannot be opened."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(path), remedy="check the path") from error
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror or error}", where=str(path)) from error


def _unpacked(path: Path, raw: BinaryIO) -> BinaryIO:
    """The bytes decompressed when the file's name ends in .gz or .xz."""
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(raw, "rb"))
    if path.suffix.lower() == ".xz":
        return cast(BinaryIO, lzma.open(raw, "rb"))
    return raw


class ByteStream:
    """Bytes read in full blocks. Damage in a compressed file ends the stream; `damage` then says what it
    was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = _open(path)
        self._file = _unpacked(path, self._raw)
        self._size = max(1, os.fstat(self._raw.fileno()).st_size)
        self._position = 0
        self.damage = ""
        self.ended = False

    def read(self, size: int) -> bytes:
        """`size` bytes, or fewer at the end of the file."""
        parts: list[bytes] = []
        while size > 0 and not self.ended:
            try:
                part = self._file.read(size)
                self.ended = not part
            except DAMAGE as error:
                self.damage = f"the compressed file is cut short or damaged ({error})"
                part, self.ended = self._salvage(), True
            except OSError as error:
                self.damage = f"the file cannot be read on ({error.strerror or error})"
                part, self.ended = b"", True
            parts.append(part)
            self._position += len(part)
            size -= len(part)
        return b"".join(parts)

    def _salvage(self) -> bytes:
        """What was unpacked between the last good read and the damage, which the failing read has thrown
        away.
        """
        parts: list[bytes] = []
        with _open(self._path) as raw, _unpacked(self._path, raw) as file, contextlib.suppress(*DAMAGE):
            for start in range(0, self._position, BLOCK):
                file.read(min(BLOCK, self._position - start))
            while part := cast(io.BufferedReader, file).read1(BLOCK):
                parts.append(part)
        return b"".join(parts)

    @property
    def share(self) -> float:
        """How much of the file, as it lies on the disk, has been read: 0 to 1."""
        return min(1.0, self._raw.tell() / self._size)

    def close(self) -> None:
        self._file.close()
        self._raw.close()


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Stand a lone surrogate where bytes cannot be decoded: it makes the record invalid UTF-8, so that it
    is rejected.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udc80", error.end


codecs.register_error("headwater-mark", _mark)


class Utf8Stream:
    """The file as UTF-8 bytes without a byte order mark, whatever its encoding. Broken sequences stay
    invalid.
    """

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._bytes = ByteStream(path)
        self.encoding = encoding
        self._decode: Callable[[bytes, bool], str] | None = None
        if encoding != "utf-8":
            self._decode = codecs.getincrementaldecoder(encoding)("headwater-mark").decode
        self._start = True

    @property
    def damage(self) -> str:
        return self._bytes.damage

    def read(self, size: int) -> bytes:
        """About `size` bytes; nothing only at the end."""
        raw = self._bytes.read(size)
        if self._decode is not None:
            raw = self._decode(raw, self._bytes.ended).encode("utf-8", "surrogatepass")
        if self._start:
            self._start = False
            raw = raw.removeprefix(codecs.BOM_UTF8)
        return raw

    @property
    def ended(self) -> bool:
        return self._bytes.ended

    @property
    def share(self) -> float:
        return self._bytes.share

    def close(self) -> None:
        self._bytes.close()


def encoding_of(path: Path) -> Encoding:
    """The encoding of a text file: byte order mark, else UTF-8, else GB18030.

    A file in which some lines are neither is read as UTF-8, and those lines become rejects. Raises
    InputError, with the offset of the first byte, when most lines that are not ASCII are in neither.
    """
    stream = ByteStream(path)
    try:
        block = stream.read(BLOCK)
        if not block:
            raise InputError(
                stream.damage or "the file is empty", where=str(path), remedy="give a file with a header line"
            )
        for bom, encoding in _BOMS:
            if block.startswith(bom):
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        seen, multibyte = 0, 0
        while block and seen < LOOK_AHEAD and multibyte < ENOUGH_UTF8:
            try:
                decoder.decode(block, stream.ended)
            except UnicodeDecodeError as error:
                return _undecided(path, seen + max(0, error.start - len(decoder.getstate()[0])))
            if not block.isascii():
                multibyte += len(_MULTIBYTE.findall(block))
            seen += len(block)
            block = stream.read(BLOCK)
        return "utf-8"
    finally:
        stream.close()


def _valid(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


class _Tally:
    """Lines that are not ASCII, by what they can be read as."""

    def __init__(self) -> None:
        self.utf8 = self.broken = self.neither = self.lone = self.high = 0

    def add(self, line: bytes) -> None:
        if line.isascii():
            return
        if _valid(line, "utf-8"):
            self.utf8 += 1
            return
        self.broken += 1
        self.neither += not _valid(line, "gb18030")
        self.lone += len(_LONE_HIGH.findall(line))
        self.high += len(_HIGH.findall(line))


def _undecided(path: Path, offset: int) -> Encoding:
    """Choose between UTF-8 with broken lines and GB18030, by the lines that are not ASCII."""
    stream = ByteStream(path)
    tally, rest, seen = _Tally(), b"", 0
    try:
        while seen < LOOK_AHEAD and tally.utf8 + tally.broken < ENOUGH_LINES and (block := stream.read(BLOCK)):
            seen += len(block)
            lines = (rest + block).split(b"\n")
            rest = lines.pop() if len(lines[-1]) < 16 * BLOCK else b""
            for line in lines:
                tally.add(line)
        if stream.ended:
            tally.add(rest)
    finally:
        stream.close()
    # One high byte between ASCII letters is Western (a Spanish name in Windows-1252); Chinese bytes come in
    # pairs. To read the one as the other would put Han characters into a Spanish name, so those lines are
    # rejected instead.
    western = 2 * tally.lone > tally.high
    if western or tally.broken <= tally.utf8:
        return "utf-8"
    if 2 * tally.neither < tally.broken:
        return "gb18030"
    if tally.neither > 10:
        raise InputError(
            f"the text is neither UTF-8 nor GB18030 from byte {offset} on",
            where=str(path),
            remedy="save the file as UTF-8",
        )
    return "utf-8"
