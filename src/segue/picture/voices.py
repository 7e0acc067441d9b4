"""Who plays: the same instrument has one colour and one name in every row of a picture."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from segue.picture.shapes import Rgb, rgb
from segue.score import Score, Track
from segue.theory.gm import instrument_name

__all__ = ["Voice", "voices_of"]

MAX_NAME: Final = 24

_HUES: Final = (
    "#3b6fb6", "#d1495b", "#2e9e6b", "#e08e1b", "#8a5bb5", "#1aa6b7",
    "#c2577e", "#7d8c1f", "#6b4f3a", "#5570e0", "#b33f1f", "#3f8f8a",
)  # fmt: skip
_DRUMS: Final = "#4a4f57"


class Voice(NamedTuple):
    """A line of the legend."""

    name: str
    colour: Rgb
    is_drum: bool


Key = tuple[str, int, bool]


def key_of(track: Track) -> Key:
    """What makes two tracks the same voice."""
    return track.name, track.program, track.is_drum


def voices_of(scores: Sequence[Score]) -> dict[Key, Voice]:
    """The voices of all `scores` that play a note, in the order of their first track."""
    voices: dict[Key, Voice] = {}
    pitched = 0
    for track in (track for score in scores for track in score.tracks if len(track.notes)):
        if key_of(track) in voices:
            continue
        hue = _DRUMS if track.is_drum else _HUES[pitched % len(_HUES)]
        pitched += not track.is_drum
        voices[key_of(track)] = Voice(_name(track), rgb(hue), track.is_drum)
    return voices


def _name(track: Track) -> str:
    name = " ".join(track.name.split())
    name = name or instrument_name(program=track.program, is_drum=track.is_drum)
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"
