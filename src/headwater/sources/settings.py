"""The package's own settings files: cue words of identification, policy of screening. Bytes in, frozen records out."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
import yaml

from headwater.identify.lexicon import LexiconData, lexicon_from
from headwater.screen.policy import Policy

_T = TypeVar("_T")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(name: str, kind: type[_T]) -> _T:
    """Decode one settings file below `data/` into its record."""
    document: Any = yaml.load((files("headwater") / "data" / name).read_bytes(), Loader=_Loader)
    return msgspec.convert(document, kind, strict=False)


@cache
def policy() -> Policy:
    """Headwater's own choices in screening (data/screen/policy.yaml)."""
    return read("screen/policy.yaml", Policy)


@cache
def lexicon() -> LexiconData:
    """The cue words and spellings of identification (data/identify/*.yaml)."""
    folder = files("headwater") / "data" / "identify"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".yaml"))
    return lexicon_from(yaml.load((folder / name).read_bytes(), Loader=_Loader) for name in names)
