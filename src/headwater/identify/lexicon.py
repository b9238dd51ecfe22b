"""What a reader of trade texts knows besides the names: cue words, neighbours that make another chemical,
spellings.

All of it is data (`data/identify/*.yaml`, each with its source); this module gives it a shape.
`lexicon_from` joins the documents of that folder; reading the files is the business of an edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from headwater.errors import RegimeError


class Spelling(msgspec.Struct, frozen=True):
    """A morpheme that is also written otherwise. `garble` marks what no chemist would write: a machine's
    translation."""

    written: str
    also: tuple[str, ...] = ()
    garble: tuple[str, ...] = ()


class Guarded(msgspec.Struct, frozen=True):
    """A name that is also an everyday word or code: words that confirm it, words that refute it, neighbours
    that bar it.

    `needs` is true when the name counts only with a confirming word.
    """

    text: str
    other: str
    needs: bool = False
    for_: tuple[str, ...] = msgspec.field(default=(), name="for")
    against: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    before_endings: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Core(msgspec.Struct, frozen=True):
    """The distinctive part of a listed name: a longer, unknown name that holds it resembles the substance."""

    text: str
    substance: str


class LexiconData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in data/identify. Lists are in the order of the files; texts are lower case."""

    lookalikes: dict[str, str]
    han: dict[str, str]
    morphemes: tuple[str, ...]
    spellings: tuple[Spelling, ...]
    systematic_stems: tuple[str, ...]
    guarded: tuple[Guarded, ...]
    cores: tuple[Core, ...]
    synonym_kinds: tuple[str, ...]
    # neighbours that make another chemical of a listed name
    stereo: tuple[str, ...]
    locants: tuple[str, ...]
    before_words: tuple[str, ...]
    before_endings: tuple[str, ...]
    before_tight_endings: tuple[str, ...]
    before_phrases: tuple[str, ...]
    before_heads: tuple[str, ...]
    after_words: tuple[str, ...]
    after_endings: tuple[str, ...]
    after_comma: tuple[str, ...]
    # acids whose salts are other chemicals to the lists, and what the other part of such a salt looks like
    acids_alone: tuple[str, ...]
    metal_endings: tuple[str, ...]
    base_stems: tuple[str, ...]
    compound_stems: tuple[str, ...]
    harmless: tuple[str, ...]
    han_before: str
    han_before_words: tuple[str, ...]
    han_after: str
    han_harmless: tuple[str, ...]
    han_salts: tuple[str, ...]
    han_goods: tuple[str, ...]
    # what the text says of the substance
    absent_before: tuple[str, ...]
    absent_before_list: tuple[str, ...]
    absent_after: tuple[str, ...]
    number_words: tuple[str, ...]
    ingredient_before: tuple[str, ...]
    ingredient_after: tuple[str, ...]
    list_words: tuple[str, ...]
    list_heads: tuple[str, ...]
    products: tuple[str, ...]
    packs: tuple[str, ...]
    medicines: tuple[str, ...]
    dosage_forms: tuple[str, ...]
    free_of: tuple[str, ...]
    dose: tuple[str, ...]
    code_cues: tuple[str, ...]
    # misspellings
    confusable: tuple[tuple[str, str], ...]
    guard_words: str
    # the prefilter: parts of names that trade texts are full of
    common_parts: tuple[str, ...] = ()


def lexicon_from(documents: Iterable[Mapping[str, object]]) -> LexiconData:
    """Join the documents of data/identify into one lexicon. Raises RegimeError for a key given twice or of
    the wrong form."""
    joined: dict[str, object] = {}
    for document in documents:
        for key, value in document.items():
            if key == "source":
                continue
            if key in joined:
                raise RegimeError([f"data/identify: {key!r} is given in two files"])
            joined[key] = value
    try:
        return msgspec.convert(joined, LexiconData)
    except msgspec.ValidationError as error:
        raise RegimeError([f"data/identify: {error}"]) from error
