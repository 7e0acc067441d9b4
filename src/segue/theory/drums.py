"""General MIDI's drums: what each key of the drum channel strikes."""

from typing import Final

__all__ = ["DRUM_NAMES", "drum_name"]

_FIRST: Final = 27

DRUM_NAMES: Final = (
    "High Q", "Slap", "Scratch Push", "Scratch Pull", "Sticks", "Square Click",
    "Metronome Click", "Metronome Bell",
    "Acoustic Bass Drum", "Bass Drum 1", "Side Stick", "Acoustic Snare", "Hand Clap",
    "Electric Snare", "Low Floor Tom", "Closed Hi-Hat", "High Floor Tom", "Pedal Hi-Hat",
    "Low Tom", "Open Hi-Hat", "Low-Mid Tom", "Hi-Mid Tom", "Crash Cymbal 1", "High Tom",
    "Ride Cymbal 1", "Chinese Cymbal", "Ride Bell", "Tambourine", "Splash Cymbal", "Cowbell",
    "Crash Cymbal 2", "Vibraslap", "Ride Cymbal 2", "Hi Bongo", "Low Bongo", "Mute Hi Conga",
    "Open Hi Conga", "Low Conga", "High Timbale", "Low Timbale", "High Agogo", "Low Agogo",
    "Cabasa", "Maracas", "Short Whistle", "Long Whistle", "Short Guiro", "Long Guiro", "Claves",
    "Hi Wood Block", "Low Wood Block", "Mute Cuica", "Open Cuica", "Mute Triangle",
    "Open Triangle",
    "Shaker", "Jingle Bell", "Belltree", "Castanets", "Mute Surdo", "Open Surdo",
)  # fmt: skip
"""The drums on pitches 27 to 87; 35 to 81 are General MIDI 1, the rest General MIDI 2."""


def drum_name(pitch: int) -> str:
    """What a drummer calls the drum on a pitch; "drum 12" where General MIDI names none."""
    index = pitch - _FIRST
    return DRUM_NAMES[index] if 0 <= index < len(DRUM_NAMES) else f"drum {pitch}"
