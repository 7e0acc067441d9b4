"""Sets of excerpts from folders of MIDI files: what a model wrote, or music of one's own."""

from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.metrics import EXCERPT_BARS
from segue.midi import read_document
from segue.score import Score, slice_bars

__all__ = ["last_bars", "read_folder"]

MIDI_SUFFIXES: Final = frozenset({".mid", ".midi", ".rmi"})


def read_folder(folder: Path, *, n_bars: int = EXCERPT_BARS) -> list[Score]:
    """The last `n_bars` bars of every MIDI file in a folder and below, in the order of their names.

    The last bars because a take is a prompt with new bars at its end. Files without notes count
    as silent excerpts: a model that wrote nothing is not to be excused.

    Raises:
        InputError: not a folder, or no MIDI file in it.
        FormatError: a file that cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; name the folder that holds the .mid files")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MIDI_SUFFIXES)
    if not paths:
        raise InputError(f"{folder}: no .mid file in it")
    return [last_bars(read_document(path).score, n_bars=n_bars) for path in paths]


def last_bars(score: Score, *, n_bars: int) -> Score:
    """The last `n_bars` bars up to the last onset; all of a shorter score."""
    return slice_bars(score, max(0, score.n_bars - n_bars), score.n_bars)
