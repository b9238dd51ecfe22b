"""What stands around a name: does it make another chemical of it, or speak of something else?

Chemical names grow at both ends (1-benzyl-4-piperidone, toluene diisocyanate, 甲苯胺), so a listed name with
such a neighbour is the name of something else. Salts, hydrates, isotopes and grades are no such neighbours.
Which words do what is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from headwater.identify.lexicon import Guarded, LexiconData
from headwater.identify.names import CONTINUED, Match
from headwater.identify.normalise import DIGITS, HAN, LETTERS, OTHER, Reading

_STEREO = re.compile(r"\([+\-/±]+\)-?")
_SAME_PHRASE = (" ", ") ", "] ", ")- ", "- ")
_TIGHT_LEFT = re.compile(r"[\-)\]}',(\[{]*\Z")
_CLOSING = re.compile(r"[)\]}]+[-]?\Z")
# CAS writes names inverted: "toluene, 2-nitro-". The part after the comma ends with a hyphen.
_INVERTED = re.compile(r"[\s)\]\-]{0,3},\s*(?:(?:[a-z]{2,5},\s){0,2}[^\s;|]*[a-z)\]}]|\d(?:,\d)*)-+(?=$|[\s,;|(\]])")
# A name cut off after a locant: "toluene-2, ...".
_CUT_OFF = re.compile(r"-\.?(?:\d|alpha)[\d,.']*,")
_REACTED = re.compile(r"reaction products? (?:of|with)[^;|]*\Z")
_REACTED_FAR = 240  # characters before a name in which the partners of a reaction are listed
_ION = re.compile(r"\((?:\d[+-]+|[ivx]+)\)")
_SALT = re.compile(r"\s*,?\s*((?:[a-z][a-z()+\d:\-]*,?\s+){0,4}[a-z][a-z()+\d]*\s?)salts?\b")
_PRODUCT = re.compile(r"\s?,?\s?reaction products?")
_RATIO = re.compile(r"\s?\(\d(?::\d)+\)")
_LOCANT = re.compile(r"\d-[a-z(\[]|\d,\d|[a-z]-\d|(?<![a-z])n-[a-z]")
_ESTER_HAN = re.compile(r"(?![及和与或的])[\u4e00-\u9fff]{1,4}酯")
_FAR = 1000  # characters on either side of an abbreviation in which a word confirms or refutes it
_NEAR = 56  # characters before a name in which a cue that speaks of it alone stands


def phrases(words: Iterable[str], *, before: bool) -> str:
    """A pattern of cue words that keeps Latin words whole; Han cues need no edge."""
    parts = []
    for word in sorted(words, key=len, reverse=True):
        text = re.escape(word).replace(r"\ ", r"[\s\-]+")
        latin_edge = word[0].isascii() if before else word[-1].isascii()
        if latin_edge:
            text = rf"(?<![a-z]){text}" if before else rf"{text}(?![a-z])"
        parts.append(text)
    return "|".join(parts)


class Context:
    """Reads neighbours and cues by the lexicon."""

    def __init__(self, lexicon: LexiconData) -> None:
        self._lexicon = lexicon
        self._stereo = frozenset(lexicon.stereo)
        self._locants = frozenset(lexicon.locants)
        self._before_words = frozenset(lexicon.before_words)
        self._before_endings = lexicon.before_endings
        self._tight_endings = (*lexicon.before_endings, *lexicon.before_tight_endings)
        self._after_words = frozenset(lexicon.after_words)
        self._after_endings = lexicon.after_endings
        self._harmless = frozenset(lexicon.harmless)
        self._guarded = {guard.text: guard for guard in lexicon.guarded}

    # --- another chemical? ---

    def is_other(self, reading: Reading, match: Match) -> bool:
        """True when the neighbours of the match make it part of another chemical's name."""
        first, last = reading.tokens[match.first], reading.tokens[match.last]
        guard = self.guard(reading, match)
        if guard is not None and self._guard_bars(reading, match, guard):
            return True
        if match.entries[0].substance in self._lexicon.acids_alone and self._is_salt(reading, match):
            return True
        if match.inverted and CONTINUED.match(reading.folded, last.end):
            return True
        if not match.key and reading.gap(match.last + 1) == " ":
            return self._left(reading, match)  # after an abbreviation, a word begins something new
        han = first.kind == HAN or not match.key.isascii()
        left = self._han_left(reading, match) if han else self._left(reading, match)
        return left or (self._han_right(reading, match) if last.kind == HAN else self._right(reading, match))

    def _is_salt(self, reading: Reading, match: Match) -> bool:
        """True when the acid is named as part of a salt: "..., cadmium salt", or beside its base in a compound
        name."""
        text = reading.folded
        start, end = reading.tokens[match.first].start, reading.tokens[match.last].end
        salt = _SALT.match(text, end)
        if _RATIO.match(text, end) or (salt is not None and any(map(self._is_metal, salt[1].split()))):
            return True
        parts = [part.strip() for part in text.split(";")]
        if len(parts) < 2 or text[start:end] not in parts:
            return False
        others = [part for part in parts if part and part != text[start:end]]
        if "; " not in text:
            return any(self._is_base(part) or _LOCANT.search(part) for part in others)
        return any(
            _ION.search(part) is not None
            or any(stem in part for stem in self._lexicon.compound_stems)
            or (self._is_base(part) and _LOCANT.search(part))
            for part in others
        )

    def _is_base(self, part: str) -> bool:
        return self._is_metal(part) or any(stem in part for stem in self._lexicon.base_stems)

    def _is_metal(self, word: str) -> bool:
        return _ION.sub("", word).rstrip(",").endswith(self._lexicon.metal_endings)

    def guard(self, reading: Reading, match: Match) -> Guarded | None:
        """The everyday word or code that the match, as written, also is."""
        start, end = reading.tokens[match.first].start, reading.tokens[match.last].end
        return self._guarded.get(reading.folded[start:end])

    def _guard_bars(self, reading: Reading, match: Match, guard: Guarded) -> bool:
        before = reading.tokens[match.first - 1].text if match.first > 0 else ""
        after = reading.tokens[match.last + 1].text if match.last + 1 < len(reading.tokens) else ""
        near_left = len(reading.gap(match.first)) <= 1
        near_right = len(reading.gap(match.last + 1)) <= 1
        near_left = near_left or reading.gap(match.first) in (") ", "] ")
        ending = len(before) > 3 and before not in self._harmless and before.endswith(guard.before_endings or "\n")
        if (near_left and (before in guard.before or ending)) or (near_right and after in guard.after):
            return True
        for_, against = evidence(reading, match.first, match.last, guard.for_, guard.against)
        return (against and not for_) or (guard.needs and not for_)

    def _left(self, reading: Reading, match: Match) -> bool:
        tokens, index = reading.tokens, match.first - 1
        own_digit = tokens[match.first].kind == DIGITS
        gap = _gap(reading, match.first)
        start = tokens[match.first].start
        if self._before_phrases.search(reading.folded, max(0, start - _NEAR), start) or _REACTED.search(
            reading.folded, max(0, start - _REACTED_FAR), start
        ):
            return True
        while index >= 0:
            token = tokens[index]
            tight = _TIGHT_LEFT.match(gap) is not None
            if token.kind == LETTERS:
                word = token.text
                if word in self._stereo and (gap or len(word) > 1):
                    pass
                elif word in self._locants and tight and gap:
                    own_digit = True
                    if gap[0] in "-" and len(word) > 1 and word not in ("nn", "ar"):
                        return True
                elif not tight and gap not in _SAME_PHRASE:
                    return False
                else:
                    return (
                        self._is_substituent(word, tight)
                        or (tight and _CLOSING.match(gap) is not None)
                        or (gap == "" and not own_digit)
                    )
            elif token.kind == DIGITS:
                if gap == " ":
                    return self._french(reading, index)
                if not tight or len(token.text) > 2 or (gap == "" and not own_digit and not token.text):
                    return False
                if gap.startswith((")", "]", "}")):
                    return True
                part_of_number = index > 0 and tokens[index - 1].kind == DIGITS and reading.gap(index) in ("-", ".")
                if part_of_number:
                    return False
                if gap in ("-", "", ",") and not own_digit:
                    # A locant of its own: 3-piperidone is not piperidone. After a blank or at the start it
                    # may be a list.
                    return True
                if gap == "," and own_digit:
                    return True
            else:
                return token.kind == OTHER and gap == ""
            if gap.strip("-,'") and not tight:
                return False
            gap = _gap(reading, index)
            index -= 1
            if gap == " " and tokens[index + 1].kind == DIGITS:
                return index >= 0 and tokens[index].kind == LETTERS and self._is_substituent(tokens[index].text, False)
        return False

    def _french(self, reading: Reading, index: int) -> bool:
        """True for locants after the substituent: dichloro-1,3 acetone, crown-4 ether."""
        while index > 0 and reading.tokens[index].kind == DIGITS and reading.gap(index) == ",":
            index -= 1
        word = reading.tokens[index - 1].text if index > 0 else ""
        return reading.gap(index) == "-" and self._is_substituent(word, False)

    def _is_substituent(self, word: str, tight: bool) -> bool:
        if word in self._harmless:
            return False
        if word in self._before_words:
            return True
        return len(word) > 1 and word.endswith(self._tight_endings if tight else self._before_endings)

    def _right(self, reading: Reading, match: Match) -> bool:
        tokens, index = reading.tokens, match.last + 1
        end = tokens[match.last].end
        if any(
            p.match(reading.folded, end)
            for p in (_INVERTED, _CUT_OFF, _PRODUCT, self._after_comma, self._inverted_bare)
        ):
            return True
        if match.edits and tokens[match.last].kind == DIGITS and _gap(reading, index) == "-":
            return True  # a misspelling does not end at a locant
        located = False
        while index < len(tokens):
            gap = _gap(reading, index)
            token = tokens[index]
            if gap not in (
                "",
                " ",
                "-",
                ",",
                "'",
                " -",
                "- ",
                "-(",
                " (",
                ")",
                ")-",
                "]-",
                "]",
                "[",
                "(",
                "-[",
                ") ",
                "-n-",
                ")(",
            ):
                return False
            if gap[:1] in (")", "]") and not gap.endswith(" "):
                return (
                    token.kind == LETTERS
                    and token.text not in self._harmless
                    and gap[-1] in ")]-"
                    and len(token.text) > 2
                )
            if token.kind == DIGITS:
                if gap not in ("-", ",", "", " ", "-(", "-[") or len(token.text) > 2:
                    return False
                located = located or gap in ("-", "-(", "-[")
            elif token.kind == LETTERS:
                if token.text in self._harmless or (gap in (" (", "(") and token.text not in self._after_words):
                    return False
                if token.text in self._locants and (gap in ("-", ",") or _gap(reading, index + 1) in ("-", ",")):
                    located = True
                else:
                    joined = located and gap in ("-", "", "'", "-(", "-[", ")-")
                    return joined or self._is_derivative(token.text)
            else:
                return False
            index += 1
        return False

    def _is_derivative(self, word: str) -> bool:
        if word in self._harmless:
            return False
        return word in self._after_words or (len(word) > 4 and word.endswith(self._after_endings))

    def _han_left(self, reading: Reading, match: Match) -> bool:
        if match.first == 0:
            return False
        gap, token = reading.gap(match.first), reading.tokens[match.first - 1]
        if gap not in ("", "-", ")", ")-", "]", "]-"):
            return False
        if token.kind == HAN:
            if gap == "" and reading.folded.endswith(self._lexicon.han_before_words, 0, token.end):
                return True
            return token.text in self._lexicon.han_before or (gap != "" and self._own_locant(reading, match))
        return gap != "" and token.kind == DIGITS and self._locant_of_more(reading, match.first - 1)

    def _own_locant(self, reading: Reading, match: Match) -> bool:
        return reading.tokens[match.first].kind == DIGITS

    def _locant_of_more(self, reading: Reading, index: int) -> bool:
        """True when the digit before a Han name is the locant of a substituent further left."""
        if index == 0:
            return False
        gap, token = reading.gap(index), reading.tokens[index - 1]
        return len(reading.tokens[index].text) == 1 and (
            (gap in ("-", ",") and token.kind != DIGITS)
            or (token.kind == HAN and gap == "" and token.text in self._lexicon.han_before)
        )

    def _han_right(self, reading: Reading, match: Match) -> bool:
        index = match.last + 1
        if index >= len(reading.tokens):
            return False
        gap, token = reading.gap(index), reading.tokens[index]
        if token.kind == DIGITS and gap == "" and match.key.endswith(self._lexicon.han_salts):
            return index + 1 < len(reading.tokens) and reading.gap(index + 1) in ("-", ",")
        if token.kind != HAN or gap not in ("", "-", ")"):
            return token.kind == DIGITS and gap == "-" and self._joined_on(reading, index)
        rest = reading.folded[token.start : token.start + 6]
        if match.key.endswith("酸") and gap == "" and _ESTER_HAN.match(rest):
            return True
        if match.key.endswith(self._lexicon.han_salts) and gap == "":
            return not rest.startswith(self._lexicon.han_goods)
        if rest.startswith(self._lexicon.han_harmless):
            return False
        return token.text in self._lexicon.han_after

    def _joined_on(self, reading: Reading, index: int) -> bool:
        follows = index + 1 < len(reading.tokens) and reading.gap(index + 1) == "-"
        return follows and reading.tokens[index + 1].kind in (HAN, LETTERS)

    @cached_property
    def _before_phrases(self) -> re.Pattern[str]:
        heads = "|".join(map(re.escape, self._lexicon.before_heads))
        whole = phrases(self._lexicon.before_phrases, before=True)
        return re.compile(rf"(?:(?:{heads}) (?:of|with)|{whole})\s+[\d(),\s]*(?:[^\s;|,]+-)?\Z")

    @cached_property
    def _after_comma(self) -> re.Pattern[str]:
        words = phrases(self._lexicon.after_comma, before=False)
        inverted = rf"[\s)\]\-]{{0,3}},\s*(?:[^\s;|,]*(?:yl|[)\]\-,])\s){{0,3}}[^\s;|]*(?:(?<![a-z])|(?<=yl)|(?<=\)))(?:{words})"
        return re.compile(rf"{inverted}|\s*,?\s*[\[(][^;|]{{1,80}}[\])]\s?-?(?:{words})")

    @cached_property
    def _inverted_bare(self) -> re.Pattern[str]:
        """Inverted names whose hyphen got lost: "toluene, 3-chloro", "ether, bis(4-nitrophenyl)"."""
        endings = "|".join(map(re.escape, self._before_endings))
        located = r"(?:[nosmp\d',.]+|\.?alpha\.?|\.?beta\.?)-"
        bare = rf"[a-z0-9\-()'\[\]., ]{{0,60}}(?:{endings})\)?(?:\Z|;|\s*\(\d+ci)"
        return re.compile(
            rf"[\s)\]\-]{{0,3}},\s*(?:{located}[a-z0-9,()\-]*?(?:{endings})(?![a-z]|-[0-9a-z(])|bis[\[(]|{bare})"
        )


def _gap(reading: Reading, index: int) -> str:
    """The gap before a token without signs of rotation and without the dots that data bases write around
    Greek letters."""
    gap = _STEREO.sub("", reading.gap(index))
    return gap.replace(".", "") if "." in gap and " " not in gap else gap


def evidence(reading: Reading, first: int, last: int, for_: Iterable[str], against: Iterable[str]) -> tuple[bool, bool]:
    """Whether confirming and refuting words stand in the text outside tokens `first` to `last`.

    Words of up to three letters must stand alone, up to five must begin a word, longer ones may stand inside
    one.
    """
    start, end = reading.tokens[first].start, reading.tokens[last].end
    rest = reading.folded[max(0, start - _FAR) : start] + "\n" + reading.folded[end : end + _FAR]

    def stands(cue: str) -> bool:
        if cue not in rest:
            return False
        if len(cue) > 5 or not cue.isascii() or not cue.isalpha():
            return True
        tail = r"(?![a-z])" if len(cue) <= 3 else ""
        return re.search(rf"(?<![a-z]){re.escape(cue)}{tail}", rest) is not None

    return any(map(stands, for_)), any(map(stands, against))
