"""General MIDI: what its 128 programs are called, and the sixteen families of eight.

Programs count from 0, as in a file; a musician's list counts from 1. A drum kit has no program
here: it is `DRUMS`, 128.
"""

from collections.abc import Collection
from typing import Final

from segue.errors import InputError

DRUMS: Final = 128

FAMILIES: Final = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed", "pipe", "synth lead", "synth pad", "synth effects", "ethnic", "percussive",
    "sound effects",
)  # fmt: skip
"""Family f has the programs 8 f to 8 f + 7."""

PROGRAM_NAMES: Final = (
    "Acoustic Grand Piano", "Bright Acoustic Piano", "Electric Grand Piano", "Honky-tonk Piano",
    "Electric Piano 1", "Electric Piano 2", "Harpsichord", "Clavinet",
    "Celesta", "Glockenspiel", "Music Box", "Vibraphone",
    "Marimba", "Xylophone", "Tubular Bells", "Dulcimer",
    "Drawbar Organ", "Percussive Organ", "Rock Organ", "Church Organ",
    "Reed Organ", "Accordion", "Harmonica", "Tango Accordion",
    "Acoustic Guitar (nylon)", "Acoustic Guitar (steel)", "Electric Guitar (jazz)",
    "Electric Guitar (clean)", "Electric Guitar (muted)", "Overdriven Guitar",
    "Distortion Guitar", "Guitar Harmonics",
    "Acoustic Bass", "Electric Bass (finger)", "Electric Bass (pick)", "Fretless Bass",
    "Slap Bass 1", "Slap Bass 2", "Synth Bass 1", "Synth Bass 2",
    "Violin", "Viola", "Cello", "Contrabass",
    "Tremolo Strings", "Pizzicato Strings", "Orchestral Harp", "Timpani",
    "String Ensemble 1", "String Ensemble 2", "Synth Strings 1", "Synth Strings 2",
    "Choir Aahs", "Voice Oohs", "Synth Voice", "Orchestra Hit",
    "Trumpet", "Trombone", "Tuba", "Muted Trumpet",
    "French Horn", "Brass Section", "Synth Brass 1", "Synth Brass 2",
    "Soprano Sax", "Alto Sax", "Tenor Sax", "Baritone Sax",
    "Oboe", "English Horn", "Bassoon", "Clarinet",
    "Piccolo", "Flute", "Recorder", "Pan Flute",
    "Blown Bottle", "Shakuhachi", "Whistle", "Ocarina",
    "Lead 1 (square)", "Lead 2 (sawtooth)", "Lead 3 (calliope)", "Lead 4 (chiff)",
    "Lead 5 (charang)", "Lead 6 (voice)", "Lead 7 (fifths)", "Lead 8 (bass + lead)",
    "Pad 1 (new age)", "Pad 2 (warm)", "Pad 3 (polysynth)", "Pad 4 (choir)",
    "Pad 5 (bowed)", "Pad 6 (metallic)", "Pad 7 (halo)", "Pad 8 (sweep)",
    "FX 1 (rain)", "FX 2 (soundtrack)", "FX 3 (crystal)", "FX 4 (atmosphere)",
    "FX 5 (brightness)", "FX 6 (goblins)", "FX 7 (echoes)", "FX 8 (sci-fi)",
    "Sitar", "Banjo", "Shamisen", "Koto",
    "Kalimba", "Bagpipe", "Fiddle", "Shanai",
    "Tinkle Bell", "Agogo", "Steel Drums", "Woodblock",
    "Taiko Drum", "Melodic Tom", "Synth Drum", "Reverse Cymbal",
    "Guitar Fret Noise", "Breath Noise", "Seashore", "Bird Tweet",
    "Telephone Ring", "Helicopter", "Applause", "Gunshot",
)  # fmt: skip


def instrument_name(*, program: int, is_drum: bool) -> str:
    """What a musician calls the instrument of a track: "Fretless Bass", "Drums"."""
    return "Drums" if is_drum or program == DRUMS else PROGRAM_NAMES[program]


def family_of(program: int) -> str:
    """The family of a program."""
    return FAMILIES[program // 8]


def programs_of(word: str, playing: Collection[int] = ()) -> tuple[int, ...]:
    """The programs that a word names in a piece in which some play, in order.

    "33" is a program from 0, "drums" the drums. A family, or a part of a program's name, names
    several: those of them that play, or, where none does, the first.

    Raises:
        InputError: the word names nothing.
    """
    named = _named(word.strip().lower())
    return tuple(program for program in named if program in playing) or named[:1]


def _named(word: str) -> tuple[int, ...]:
    """Every program that a word can mean."""
    if word == "drums":
        return (DRUMS,)
    if word.isdecimal() and len(word) <= 3 and int(word) < len(PROGRAM_NAMES):
        return (int(word),)
    if word in FAMILIES:
        first = 8 * FAMILIES.index(word)
        return tuple(range(first, first + 8))
    named = tuple(p for p, name in enumerate(PROGRAM_NAMES) if word and word in name.lower())
    if not named:
        raise InputError(
            f"no instrument {word!r}: give a program 0-127, 'drums', a family "
            f"({', '.join(FAMILIES)}), or a part of a name such as 'nylon'"
        )
    return named
