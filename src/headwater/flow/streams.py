"""A user's file as UTF-8 bytes: decompression, the detection of the encoding, transcoding. First step of
reading.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import lzma
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


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, decompressed when its name ends in .gz or .xz. Raises InputError when it cannot be
    opened.
    """
    try:
        if path.suffix.lower() == ".gz":
            return cast(BinaryIO, gzip.open(path, "rb"))
        if path.suffix.lower() == ".xz":
            return cast(BinaryIO, lzma.open(path, "rb"))
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(path), remedy="check the path") from error
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror or error}", where=str(path)) from error


class ByteStream:
    """Bytes read in full blocks. Damage in a compressed file ends the stream; `damage` then says what it
    was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = open_bytes(path)
        self._position = 0
        self.damage = ""
        self.ended = False

    def read(self, size: int) -> bytes:
        """`size` bytes, or fewer at the end of the file."""
        parts: list[bytes] = []
        while size > 0 and not self.ended:
            try:
                part = self._file.read(min(size, BLOCK))
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
        with open_bytes(self._path) as file, contextlib.suppress(*DAMAGE):
            for start in range(0, self._position, BLOCK):
                file.read(min(BLOCK, self._position - start))
            while part := cast(io.BufferedReader, file).read1(BLOCK):
                parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        self._file.close()


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


def _undecided(path: Path, offset: int) -> Encoding:
    """Choose between UTF-8 with broken lines and GB18030, by the lines that are not ASCII around and after
    `offset`.
    """
    stream = ByteStream(path)
    try:
        utf8 = broken = neither = lone = high = 0
        rest, seen = b"", 0
        while seen < LOOK_AHEAD and utf8 + broken < 100 * ENOUGH_UTF8 and (block := stream.read(BLOCK)):
            seen += len(block)
            lines = (rest + block).split(b"\n")
            rest = b"" if stream.ended or len(lines[-1]) > 16 * BLOCK else lines.pop()
            for line in lines:
                if line.isascii():
                    continue
                if _valid(line, "utf-8"):
                    utf8 += 1
                    continue
                broken += 1
                neither += not _valid(line, "gb18030")
                lone += len(_LONE_HIGH.findall(line))
                high += len(_HIGH.findall(line))
        if rest and not _valid(rest, "utf-8"):
            broken += 1
            neither += not _valid(rest, "gb18030")
            lone += len(_LONE_HIGH.findall(rest))
            high += len(_HIGH.findall(rest))
    finally:
        stream.close()
    # One high byte between ASCII letters is Western (a Spanish name in Windows-1252); Chinese bytes come in
    # pairs. To read the one as the other would put Han characters into a Spanish name, so those lines are
    # rejected instead.
    western = 2 * lone > high
    if not western and broken > utf8 and 2 * neither < broken:
        return "gb18030"
    if not western and broken > max(utf8, 10) and neither > 10:
        raise InputError(
            f"the text is neither UTF-8 nor GB18030 from byte {offset} on",
            where=str(path),
            remedy="save the file as UTF-8",
        )
    return "utf-8"
