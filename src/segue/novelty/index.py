"""The exact index of a corpus's passages: opened in milliseconds, searched in a few more.

A folder of *parts*, each with the lines of some songs end to end (`text.npy`), their suffix array
(`order.npy`) and where each line begins and is from (`line_*.npy`), all memory-mapped;
`manifest.json` says of which corpus and split. `build` makes it. A passage is never longer than a
line, so parts can be searched one after the other and the longest taken.

It names songs by their index in the corpus, and places by the note in the line; where that is in
quarters only the corpus itself can say (`search`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.errors import CorpusError
from segue.novelty.grams import GRAM
from segue.novelty.lines import START, IntArray, Line, Tokens
from segue.novelty.matching import WIDTH, SuffixArray

__all__ = ["IndexManifest", "Part", "PassageIndex", "Places", "part_folder"]

MANIFEST_NAME: Final = "manifest.json"
FORMAT: Final = "segue-passages"
FORMAT_VERSION: Final = 1
MOST_PLACES: Final = 64


@dataclass(frozen=True, kw_only=True)
class IndexManifest:
    """What an index is of.

    Attributes:
        corpus: the corpus's own checksum.
        split: the split whose songs are in it.
        n_songs: how many songs.
        n_tokens: notes of all lines together.
        n_parts: folders `part-000` and so on.
    """

    corpus: str
    split: str
    n_songs: int
    n_tokens: int
    n_parts: int

    def to_json(self) -> str:
        """As it is kept in `manifest.json`."""
        content = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def read(cls, folder: Path) -> "IndexManifest":
        """Read the manifest of an index.

        Raises:
            CorpusError: there is none, it is damaged, or of another version.
        """
        path = folder / MANIFEST_NAME
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CorpusError(
                f"{folder}: no index of passages; make one: segue corpus index CORPUS --out DIR"
            ) from None
        except (OSError, ValueError) as error:
            raise CorpusError(f"{path}: damaged ({error}); make the index again") from error
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise CorpusError(f"{path}: not the manifest of an index of passages")
        if content.get("format_version") != FORMAT_VERSION:
            raise CorpusError(
                f"{path}: format version {content.get('format_version')}, this Segue reads"
                f" {FORMAT_VERSION}; make the index again"
            )
        try:
            fields = {name: content[name] for name in cls.__dataclass_fields__}
        except KeyError as error:
            raise CorpusError(f"{path}: damaged ({error} is missing); make it again") from error
        return cls(**fields)


@dataclass(frozen=True, eq=False)
class Places:
    """Where a passage is in the corpus: P places, at most `MOST_PLACES` a part."""

    song: IntArray
    """Index in the corpus, (P,)."""
    track: IntArray
    """Of the song; -1 for the ensemble, (P,)."""
    note: IntArray
    """The place of the passage's first token in its line, (P,)."""
    length: IntArray
    """How many tokens are the same from there on, (P,)."""
    total: int
    """How many places there are in all, of which these are some."""


class Part:
    """The lines of some songs; see the module."""

    def __init__(self, folder: Path) -> None:
        """Map a part.

        Raises:
            CorpusError: a file is missing, cut short, or does not fit the others.
        """
        text: Tokens = _mapped(folder / "text.npy", np.uint16)
        order = _mapped(folder / "order.npy", np.int32)
        self.line_start: IntArray = _mapped(folder / "line_start.npy", np.int64)
        self.line_song = _mapped(folder / "line_song.npy", np.int32)
        self.line_track = _mapped(folder / "line_track.npy", np.int16)
        n_lines = len(self.line_song)
        fits = len(self.line_start) == n_lines + 1 and len(self.line_track) == n_lines
        fits = fits and len(order) == int(self.line_start[-1]) == len(text) - WIDTH
        if not fits:
            raise CorpusError(f"{folder}: its files do not fit each other; make the index again")
        self.text = text
        self.suffixes = SuffixArray(text, order)

    def places(self, passages: Sequence[Tokens]) -> list[Places]:
        """Where the tokens of each passage stand, and how far each place goes on as they do."""
        rows = np.zeros((len(passages), WIDTH), np.uint16)
        for row, tokens in zip(rows, passages, strict=True):
            row[: len(tokens)] = tokens[:WIDTH]
        lengths = np.array([min(len(tokens), WIDTH) for tokens in passages], np.int64)
        first, end = self.suffixes.ranges(rows, lengths)
        ranges = zip(passages, first.tolist(), end.tolist(), strict=True)
        return [self._places(tokens, begin, stop) for tokens, begin, stop in ranges]

    def _places(self, tokens: Tokens, first: int, end: int) -> Places:
        chosen = np.arange(first, end)
        if len(chosen) > MOST_PLACES:  # evenly over what stands together
            chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_PLACES).astype(np.int64)]
        at = np.sort(self.suffixes.order[chosen].astype(np.int64))
        line = np.searchsorted(self.line_start, at, side="right") - 1
        return Places(
            song=self.line_song[line].astype(np.int64),
            track=self.line_track[line].astype(np.int64),
            note=at - self.line_start[line],
            length=np.array([self._follow(int(place), tokens) for place in at], np.int64),
            total=end - first,
        )

    def _follow(self, place: int, tokens: Tokens) -> int:
        here = self.text[place : place + len(tokens)]
        differs = here != tokens[: len(here)]
        return int(differs.argmax()) if differs.any() else len(here)


class PassageIndex:
    """An index opened for searching, made by `PassageIndex.open`; it may be used by many threads.

    Attributes:
        path: the folder.
        manifest: what it is of.
        parts: its parts.
    """

    def __init__(self, path: Path, manifest: IndexManifest) -> None:
        self.path = path
        self.manifest = manifest
        self.parts = [Part(part_folder(path, number)) for number in range(manifest.n_parts)]

    @classmethod
    def open(cls, path: str | Path) -> "PassageIndex":
        """Open an index.

        Raises:
            CorpusError: there is none, or a file of it is missing, cut short or of another version.
        """
        folder = Path(path)
        return cls(folder, IndexManifest.read(folder))

    def reaches(self, lines: Sequence[Line]) -> list[IntArray]:
        """How many tokens from each on some line of the corpus has, exactly: (N,) for each line.

        0 where it is fewer than GRAM. Passages of more than `WIDTH` tokens are chained from
        overlapping ones of `WIDTH`.
        """
        if not lines:
            return []
        rows, length = _queries(lines)
        longest = np.zeros(len(rows), np.int64)
        asked = np.flatnonzero(length >= GRAM)
        for part in self.parts:
            found = part.suffixes.longest(rows[asked], length[asked])
            longest[asked] = np.maximum(longest[asked], found)
        sizes = np.cumsum([len(line) for line in lines])[:-1]
        return [_chained(np.where(each >= GRAM, each, 0)) for each in np.split(longest, sizes)]

    def places(self, passages: Sequence[Tokens]) -> list[Places]:
        """Where the tokens of each passage stand, over all parts; no `START` among them."""
        by_part = [part.places(passages) for part in self.parts]
        return [_joined(found) for found in zip(*by_part, strict=True)]


def _joined(found: Sequence[Places]) -> Places:
    return Places(
        song=np.concatenate([each.song for each in found]),
        track=np.concatenate([each.track for each in found]),
        note=np.concatenate([each.note for each in found]),
        length=np.concatenate([each.length for each in found]),
        total=sum(each.total for each in found),
    )


def part_folder(index: Path, number: int) -> Path:
    """The folder of a part."""
    return index / f"part-{number:03d}"


def _queries(lines: Sequence[Line]) -> tuple[Tokens, IntArray]:
    """Each token with those after it, (Q, WIDTH), and how many of them come before a `START`."""
    rows = []
    for line in lines:
        padded = np.concatenate([line.tokens, np.full(WIDTH - 1, START, np.uint16)])
        rows.append(np.lib.stride_tricks.sliding_window_view(padded, WIDTH))
    joined = np.concatenate(rows)
    stops = joined == START
    return joined, np.where(stops.any(axis=1), stops.argmax(axis=1), WIDTH)


def _chained(longest: IntArray) -> IntArray:
    """Passages as long as can be compared go on as far as those that begin within them."""
    reach = longest.copy()
    for i in range(len(reach) - 2, -1, -1):
        if reach[i] == WIDTH and longest[i + 1] == WIDTH:
            reach[i] = reach[i + 1] + 1
    return reach


def _mapped(path: Path, dtype: type[np.generic]) -> npt.NDArray[Any]:
    try:
        mapped: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise CorpusError(f"{path}: cannot be mapped ({error}); make the index again") from error
    if mapped.dtype != dtype or mapped.ndim != 1:
        raise CorpusError(
            f"{path}: {mapped.dtype} of {mapped.ndim} dimensions where {np.dtype(dtype)} of one"
            " belongs; make the index again"
        )
    return mapped.view(np.ndarray)
