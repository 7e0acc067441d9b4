"""Chords as Yamaha's XF format has them: a sequencer-specific event of seven bytes a chord.

43 7B 01, the root (a letter, and how far it is sharpened), the kind, then the bass and its kind,
127 where there is none. Source: Yamaha, XF Format Specifications 2.01 (1999).
"""

from typing import Final

from segue.theory.chords import NO_CHORD, Chord, parse_chord

__all__ = ["xf_chord"]

_HEAD: Final = b"\x43\x7b\x01"
_KINDS: Final = (
    "", "6", "maj7", "maj7#11", "add9", "maj9", "69", "aug",
    "m", "m6", "m7", "m7b5", "madd9", "m9", "m7add11", "m(maj7)", "m(maj9)",
    "dim", "dim7",
    "7", "7sus4", "7b5", "9", "7#11", "7add13", "7b9", "7b13", "7#9", "maj7#5", "7#5",
    None, "5", "sus4", "sus2", None,
)  # fmt: skip
"""By number; a root alone in octaves, and "cancel", are no chords."""
_LETTERS: Final = "CDEFGAB"
_SIGNS: Final = {2: "b", 3: "", 4: "#"}
"""Of the sharpening that chord symbols have; 0 is three flats, 6 three sharps."""


def xf_chord(payload: bytes) -> Chord | None:
    """The chord of a sequencer-specific event; None where it is none of these."""
    if not payload.startswith(_HEAD) or len(payload) < len(_HEAD) + 4:
        return None
    root, kind, bass, _ = payload[len(_HEAD) : len(_HEAD) + 4]
    name, quality = _note(root), _KINDS[kind] if kind < len(_KINDS) else None
    if name is None or quality is None:
        return NO_CHORD
    low = _note(bass)
    return parse_chord(name + quality + (f"/{low}" if low not in (None, name) else ""))


def _note(number: int) -> str | None:
    letter, sign = number & 0x0F, _SIGNS.get(number >> 4)
    return None if sign is None or not 1 <= letter <= 7 else _LETTERS[letter - 1] + sign
