"""What a model's folder knows of the music that it was trained on: `novelty.npz`.

It holds the fingerprint of the training songs and the yardstick, measured with the fingerprint and
with the exact index. Songs' names and notes are not in it. Made by `segue corpus fingerprint`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from segue.errors import FormatError
from segue.files import replacing
from segue.novelty.fingerprint import Fingerprint
from segue.novelty.grams import Ruler
from segue.novelty.report import NoveltyReport, report_novelty
from segue.novelty.yardstick import Yardstick
from segue.score import Score

__all__ = ["FILE_NAME", "KnownMusic", "known_music_of", "read_known_music"]

FILE_NAME: Final = "novelty.npz"
FORMAT_VERSION: Final = 1


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
        FormatError: the file is damaged, or of another version.
    """
    path = folder / FILE_NAME
    return read_known_music(path) if path.exists() else None


def read_known_music(path: Path) -> KnownMusic:
    """Read the file.

    Raises:
        FormatError: it is missing, damaged, or of another version.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            version = int(file["format_version"])
            if version != FORMAT_VERSION:
                raise FormatError(
                    f"{path}: format version {version}, this Segue reads {FORMAT_VERSION}; make it"
                    " again: segue corpus fingerprint"
                )
            known = KnownMusic(
                fingerprint=Fingerprint(file["bitmap"]),
                bound=Yardstick(file["bound_size"], file["bound_length"]),
                exact=Yardstick(file["exact_size"], file["exact_length"]),
                corpus=file["corpus"].tobytes().decode(),
            )
    except FileNotFoundError:
        raise FormatError(f"{path}: missing; make it: segue corpus fingerprint") from None
    except FormatError:
        raise
    # What zipfile, zlib and numpy raise for a damaged file has no common base.
    except Exception as error:
        raise FormatError(
            f"{path}: damaged ({error}); copy it again, or make it: segue corpus fingerprint"
        ) from error
    if known.fingerprint.bitmap.dtype != np.uint8 or known.fingerprint.bitmap.ndim != 1:
        raise FormatError(f"{path}: its bitmap is not one of bytes; copy it again")
    return known
