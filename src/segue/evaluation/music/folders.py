"""Sets of excerpts from folders of MIDI files: what a model wrote, or music of one's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from segue.errors import InputError, SegueError
from segue.metrics import EXCERPT_BARS
from segue.midi import read_document
from segue.score import Score, slice_bars

__all__ = ["FolderSet", "Unreadable", "last_bars", "midi_files", "read_folder"]

MIDI_SUFFIXES: Final = frozenset({".mid", ".midi", ".rmi"})


@dataclass(frozen=True)
class Unreadable:
    """A file that is no MIDI, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class FolderSet:
    """The excerpts of a folder."""

    names: tuple[str, ...]
    """The files' names without their endings, in the order of `scores`."""
    scores: tuple[Score, ...]
    """Their last bars."""
    wholes: tuple[Score, ...]
    unreadable: tuple[Unreadable, ...]


def midi_files(folder: Path) -> list[Path]:
    """The MIDI files in a folder and below, in the order of their names.

    Raises:
        InputError: not a folder, or no MIDI file in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; name the folder that holds the .mid files")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MIDI_SUFFIXES)
    if not paths:
        raise InputError(f"{folder}: no .mid file in it")
    return paths


def read_folder(folder: Path, *, n_bars: int = EXCERPT_BARS) -> FolderSet:
    """The last `n_bars` bars of every MIDI file in a folder and below.

    The last bars because a take is a prompt with new bars at its end. Files without notes count as
    silent excerpts: a model that wrote nothing is not to be excused. Files that cannot be read are
    left out and named.

    Raises:
        InputError: not a folder, no MIDI file in it, or none that can be read.
    """
    names, wholes, unreadable = [], [], []
    for path in midi_files(folder):
        try:
            score = read_document(path).score
        except SegueError as error:
            unreadable.append(Unreadable(path.name, str(error)))
            continue
        names.append(path.stem)
        wholes.append(score)
    if not wholes:
        raise InputError(
            f"{folder}: none of its {len(unreadable)} MIDI files can be read; the first: "
            f"{unreadable[0].reason}"
        )
    scores = tuple(last_bars(score, n_bars=n_bars) for score in wholes)
    return FolderSet(tuple(names), scores, tuple(wholes), tuple(unreadable))


def last_bars(score: Score, *, n_bars: int) -> Score:
    """The last `n_bars` bars up to the last onset; all of a shorter score."""
    return slice_bars(score, max(0, score.n_bars - n_bars), score.n_bars)
