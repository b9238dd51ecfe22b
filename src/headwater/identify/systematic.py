"""Where a text holds what looks like a systematic name that may be that of a listed substance or class.

Only names with a stem that a listed structure would be named by are offered (data/identify: systematic_stems), because
resolving a name costs a thousand times what reading it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A systematic name: a locant and a stem of the nomenclature, and no blank but beside a functional class word or in
# an index name after its comma ("propanamide, N-phenyl-").
_PART = r"[^\s;|]{0,200}"
_WORD = rf"(?={_PART}\d[,'\d]{{0,20}}-|{_PART}-\d|{_PART}(?<![a-z])[Nn]-)[^\s;|]{{8,200}}(?<![.,:])"
_CLASS = "acid|amide|nitrile|ester|oxide|anhydride|chloride|bromide|iodide"
_NAME = re.compile(
    rf"(?<![^\s;|])(?:[a-z\d,()\-]{{2,40}}yl )?(?P<word>{_WORD})(?: (?:{_CLASS})(?: [a-z]{{3,12}} ester)?)?",
    re.IGNORECASE,
)
_OPENING, _CLOSING, _MARKS = "([{", ")]}", "\"'.,:"


def spans(text: str, stems: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Spans of names to resolve: each with its class words, and the bare word where that is less."""
    folded = text.lower()
    if not any(stem in folded for stem in stems):
        return
    seen: set[tuple[int, int]] = set()
    for match in _NAME.finditer(text):
        if not any(stem in folded[match.start() : match.end()] for stem in stems):
            continue
        for name in ("", "word"):
            span = _trimmed(text, *(match.span(name) if name else match.span()))
            if span not in seen and any(stem in folded[slice(*span)] for stem in stems):
                seen.add(span)
                yield span


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the brackets and marks of the sentence around the name."""
    while end > start and (text[end - 1] in _MARKS or (text[end - 1] in _CLOSING and not _is_paired(text[start:end]))):
        end -= 1
    while start < end and (text[start] in _MARKS or (text[start] in _OPENING and not _is_paired(text[start:end]))):
        start += 1
    return (start + 1, end - 1) if _is_wrapped(text[start:end]) else (start, end)


def _is_paired(name: str) -> bool:
    return all(name.count(left) == name.count(right) for left, right in zip(_OPENING, _CLOSING, strict=True))


def _is_wrapped(name: str) -> bool:
    """True when the first bracket closes at the very end: "(a name)", and not "(a)b(c)"."""
    if not name or name[0] not in _OPENING:
        return False
    depth = 0
    for at, char in enumerate(name):
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth == 0:
            return at == len(name) - 1
    return False
