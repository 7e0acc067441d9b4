"""Chord symbols: "Am7", "F#m7b5", "C/E", "N.C.", read and written.

A chord keeps the spelling that a musician gave it, and is the same chord as any that sounds the
same: "CΔ" equals "Cmaj7". Read are the symbols of lead sheets in English: a root, the kind of
triad, the highest third ("9" brings the seventh along), changes and additions in any order, with or
without brackets, and a bass note. What an eleventh or a thirteenth leaves out at the keyboard is
left out here: the third under an eleventh stays, the eleventh under a major thirteenth goes.

No library reads them all: pychord 1.4, the best kept, knows 58 of 94 usual spellings, and not
"Cmin7", "C°" or "C7sus". What both read is the same (`scripts/write_chord_golden.py`).
"""

import re
from dataclasses import dataclass, field
from typing import Final

from segue.errors import InputError

__all__ = ["NO_CHORD", "Chord", "chord_name", "parse_chord"]


@dataclass(frozen=True)
class Chord:
    """A chord; `NO_CHORD` has no tones at all."""

    text: str = field(compare=False)
    """As it was spelled, but for brackets around a bass note and blanks."""
    root: int
    """A pitch class, C is 0; of `NO_CHORD` -1."""
    tones: frozenset[int]
    """Pitch classes, the bass among them."""
    bass: int
    """The pitch class that lies lowest: the root, unless another is named."""

    def __str__(self) -> str:
        """The symbol."""
        return self.text

    @property
    def is_minor(self) -> bool:
        """Whether it has a minor third, and no major one."""
        return (self.root + 3) % 12 in self.tones and (self.root + 4) % 12 not in self.tones

    def transposed(self, semitones: int, *, sharps: bool | None = None) -> "Chord":
        """The same chord elsewhere.

        Its notes are spelled with sharps, with flats, or, for None, as chords on them are most
        often.
        """
        if self == NO_CHORD:
            return self
        found = _SYMBOL.fullmatch(self.text)
        assert found is not None, "a chord keeps a symbol that can be read"
        root = (self.root + semitones) % 12
        if sharps is None:
            name = (_MINOR_ROOTS if self.is_minor else _ROOTS)[root]
        else:
            name = (_SHARP_NAMES if sharps else _FLAT_NAMES)[root]
        text = name + found["quality"]
        if found["bass"]:
            text += "/" + _bass_name((self.bass + semitones) % 12, text, sharps)
        return parse_chord(text)


NO_CHORD: Final = Chord("N.C.", -1, frozenset(), -1)
"""Where no chord is named."""

_ROOTS: Final = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_ROOTS: Final = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_FLAT_NAMES: Final = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_SHARP_NAMES: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LETTERS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS: Final = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_NONE: Final = {"n.c.", "nc", "n.c", "n/c"}

_SYMBOL: Final = re.compile(
    r"(?P<root>[A-G][#b♯♭]?)(?P<quality>.*?)(?:/(?P<bass>[A-G][#b♯♭]?))?", re.DOTALL
)
_QUALITY: Final = re.compile(
    r"(?P<triad>[Mm]aj|MAJ|ma|M|Δ|\^|[Mm]in|MIN|mi|m|-|dim|°|o|ø|aug|\+)?"
    r"(?P<major>(?:[Mm]aj|MAJ|ma|M|Δ|\^)(?=7|9|11|13|$))?"
    r"(?P<highest>69|6/9|5(?!\d)|6|7|9|11|13)?"
    r"(?P<changes>(?:sus[24]{0,2}|alt|(?:add|no|omit)?[#b♯♭+-]?\d{1,2}|,)*)"
)
_CHANGE: Final = re.compile(r"sus[24]{0,2}|alt|(?:add|no|omit)?[#b♯♭+-]?(?:1[13]|\d)")
_MAJOR: Final = {"maj", "ma", "Δ", "^"}
_MINOR: Final = {"min", "mi", "m", "-"}
_TRIADS: Final = {
    **dict.fromkeys(("dim", "°", "o", "ø"), (3, 6)),
    **dict.fromkeys(("aug", "+"), (4, 8)),
}
_DEGREES: Final = {2: 2, 4: 5, 5: 7, 6: 9, 9: 2, 11: 5, 13: 9}
"""Semitones above the root of what can be changed or added."""
_SHIFTS: Final = {"": 0, "#": 1, "♯": 1, "+": 1, "b": -1, "♭": -1, "-": -1}
_ALTERED: Final = frozenset((1, 3, 6, 8))
_EXAMPLES: Final = "write e.g. Am7, C/E, N.C."


def parse_chord(text: str) -> Chord:
    """The chord that a symbol stands for.

    Raises:
        InputError: it stands for none.
    """
    symbol = text.strip()
    if symbol.lower() in _NONE:
        return NO_CHORD
    found = _SYMBOL.fullmatch(symbol)
    intervals = None if found is None else _intervals(found["quality"])
    if found is None or intervals is None:
        raise InputError(f"{text.strip()!r} is not a chord; {_EXAMPLES}")
    root = _pitch_class(found["root"])
    bass = _pitch_class(found["bass"]) if found["bass"] else root
    tones = {(root + interval) % 12 for interval in intervals}
    return Chord(symbol, root, frozenset(tones | {bass}), bass)


def chord_name(root: int, quality: str, bass: int | None = None) -> Chord:
    """The chord on a pitch class, spelled as it is most often; `quality` as in a symbol."""
    chord = parse_chord("C" + quality).transposed(root)
    if bass is None or bass == chord.root:
        return chord
    return parse_chord(f"{chord.text}/{_bass_name(bass, chord.text)}")


def _pitch_class(name: str) -> int:
    return (_LETTERS[name[0]] + _SIGNS[name[1:]]) % 12


def _bass_name(pitch_class: int, chord: str, sharps: bool | None = None) -> str:
    """A bass with sharps under a chord with sharps: D/F#, but Eb/Bb; D and A take sharps, too."""
    if sharps is None:
        is_flat = chord[1:2] in ("b", "♭")
        sharps = chord[1:2] in ("#", "♯") or (chord[0] in "DAEB" and not is_flat)
    return (_SHARP_NAMES if sharps else _FLAT_NAMES)[pitch_class]


def _intervals(quality: str) -> frozenset[int] | None:
    """Semitones above the root; None where the words mean nothing."""
    found = _QUALITY.fullmatch(re.sub(r"[\s()]", "", quality))
    if found is None:
        return None
    triad, highest = (found["triad"] or ""), found["highest"] or ""
    word = triad if triad in ("M", "m", "Δ") else triad.lower()
    is_major, is_minor = word in _MAJOR or word == "M", word in _MINOR
    if highest == "5" and (triad or found["major"]):
        return None
    third, fifth = _TRIADS.get(word, (3 if is_minor else 4, 7))
    tones = {0, fifth} if highest == "5" else {0, third, fifth}
    # A triangle alone, and any word for "major" before a seventh, mean the major seventh.
    has_major_seventh = bool(found["major"]) or (is_major and (highest > "" or word in ("Δ", "^")))
    tones |= _up_to(highest, word, is_major_seventh=has_major_seventh, is_minor=is_minor)
    return _changed(tones, found["changes"])


def _up_to(highest: str, word: str, *, is_major_seventh: bool, is_minor: bool) -> set[int]:
    """What the number brings along: the sixth, or the seventh and what is above it."""
    if highest in ("6", "69", "6/9"):
        return {9} | ({2} if highest != "6" else set())
    if highest in ("", "5"):
        return {10} if word == "ø" else {11} if is_major_seventh else set()
    seventh = 11 if is_major_seventh else 9 if word in ("dim", "°", "o") else 10
    found = {seventh}
    if highest != "7":
        found.add(2)
    if highest == "11" or (highest == "13" and is_minor):
        found.add(5)
    if highest == "13":
        found.add(9)
    return found


def _changed(tones: set[int], changes: str) -> frozenset[int] | None:
    """With thirds suspended, fifths altered, tones added and left out, one after the other."""
    changes = changes.replace(",", "")
    parts = _CHANGE.findall(changes)
    if "".join(parts) != changes:
        return None
    for part in parts:
        if part.startswith("sus"):
            tones = (tones - {3, 4}) | ({2} if "2" in part else set())
            tones |= {5} if "4" in part or part == "sus" else set()
        elif part == "alt":
            tones = (tones - {7}) | _ALTERED | {10}
        elif not _change_degree(tones, part):
            return None
    return frozenset(tones)


def _change_degree(tones: set[int], part: str) -> bool:
    """Add a degree or leave one out; False where there is no such degree."""
    omits = part.startswith(("no", "omit"))
    digits = part.lstrip("adnomit")
    shift = _SHIFTS[digits[0]] if not digits[0].isdigit() else 0
    degree = int(digits.lstrip("".join(_SHIFTS)))
    if omits:
        gone = {3: {3, 4}, 5: {6, 7, 8}}.get(degree)
        tones -= gone or set()
        return gone is not None and not shift
    if degree not in _DEGREES or (degree == 5 and not shift):
        return False
    if degree == 5:
        tones -= {7}
    elif degree == 9 and shift:  # "13b9" has no other ninth
        tones -= {2}
    tones.add((_DEGREES[degree] + shift) % 12)
    return True
