"""What a model's folder knows of the music that it was trained on: `novelty.npz`.

It holds the fingerprint of the training songs and the yardstick, measured with the fingerprint and
with the exact index. Songs' names and notes are not in it. Made by `segue corpus fingerprint`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.errors import CheckpointError, FormatError
from segue.files import replacing
from segue.novelty.arrays import read_arrays
from segue.novelty.fingerprint import Fingerprint
from segue.novelty.grams import Ruler
from segue.novelty.lines import Kind
from segue.novelty.report import NoveltyReport, report_novelty
from segue.novelty.yardstick import Yardstick
from segue.score import Score

__all__ = ["FILE_NAME", "KnownMusic", "known_music_of", "read_known_music"]

FILE_NAME: Final = "novelty.npz"
FORMAT_VERSION: Final = 1

_MAX_BITMAP_BYTES: Final = 2**27
"""Sixteen times that of `band`, which was trained on 16,000 songs."""
_MAX_YARDSTICK_BYTES: Final = 2**22
_KINDS: Final = {
    "format_version": (np.int64, 0, 8),
    "corpus": (np.uint8, 1, 1024),
    "bitmap": (np.uint8, 1, _MAX_BITMAP_BYTES),
    **{
        f"{name}_{column}": (np.int32, 2, _MAX_YARDSTICK_BYTES)
        for name in ("bound", "exact")
        for column in ("size", "length")
    },
}


class DamagedError(CheckpointError, FormatError):
    """A model's `novelty.npz` is missing or damaged: so is the file, and so is the model."""


@dataclass(frozen=True, eq=False)
class KnownMusic:
    """A fingerprint and its yardsticks."""

    fingerprint: Fingerprint
    bound: Yardstick
    """Measured with the fingerprint."""
    exact: Yardstick
    """Measured with the index that the fingerprint was made from."""
    corpus: str
    """The checksum of the corpus that the training songs are from."""

    def report(self, new: Score, *, own: Sequence[Score] = ()) -> NoveltyReport:
        """The report of new music, given the music that was there already."""
        return report_novelty(
            new, own=own, ruler=self.fingerprint, yardstick=self.bound, is_bound=True
        )

    def exact_report(self, new: Score, index: Ruler, *, own: Sequence[Score] = ()) -> NoveltyReport:
        """The same by the exact index of the same training songs."""
        return report_novelty(new, own=own, ruler=index, yardstick=self.exact, is_bound=False)

    def with_songs(self, more: Fingerprint, corpus: str) -> "KnownMusic":
        """The same with further songs, of another corpus; the yardsticks stay.

        Raises:
            ValueError: their fingerprint is of another size.
        """
        return replace(
            self,
            fingerprint=self.fingerprint.joined(more),
            corpus=f"{self.corpus}+{corpus}",
        )

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,
                format_version=np.int64(FORMAT_VERSION),
                corpus=np.frombuffer(self.corpus.encode(), np.uint8),
                bitmap=self.fingerprint.bitmap,
                bound_size=self.bound.size,
                bound_length=self.bound.length,
                exact_size=self.exact.size,
                exact_length=self.exact.length,
            )


@lru_cache(maxsize=4)
def known_music_of(folder: Path) -> KnownMusic | None:
    """What the model of a folder knows, read once; None if the folder has no such file.

    Raises:
        DamagedError: the file is damaged, or of another version.
    """
    path = folder / FILE_NAME
    return read_known_music(path) if path.exists() else None


def read_known_music(path: Path) -> KnownMusic:
    """Read the file.

    Raises:
        DamagedError: it is missing, damaged, or of another version.
    """
    try:
        found = read_arrays(path, _KINDS)
    except FileNotFoundError:
        raise DamagedError(f"{path}: missing; make it: segue corpus fingerprint") from None
    except (OSError, ValueError) as error:
        raise DamagedError(
            f"{path}: damaged ({error}); copy it again, or make it: segue corpus fingerprint"
        ) from error
    version = int(found["format_version"])
    if version != FORMAT_VERSION:
        raise DamagedError(
            f"{path}: format version {version}, this Segue reads {FORMAT_VERSION}; make it again:"
            " segue corpus fingerprint"
        )
    bound, exact = (
        _yardstick(path, found[f"{name}_size"], found[f"{name}_length"])
        for name in ("bound", "exact")
    )
    if not len(found["bitmap"]):
        raise DamagedError(f"{path}: damaged (its bitmap is empty); copy it again")
    return KnownMusic(
        fingerprint=Fingerprint(found["bitmap"]),
        bound=bound,
        exact=exact,
        corpus=found["corpus"].tobytes().decode("ascii", "replace"),
    )


def _yardstick(path: Path, size: npt.NDArray[np.int32], length: npt.NDArray[np.int32]) -> Yardstick:
    if size.shape != length.shape or len(size) != len(Kind) or (size < 0).any():
        raise DamagedError(f"{path}: damaged (a yardstick of other kinds of lines); copy it again")
    return Yardstick(size, length)
