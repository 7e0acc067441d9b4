"""Which songs of the corpus share passages with a piece, where, and in which key.

*Passages* are the longest of each line (`passages`), each with its places. *Kinship* puts them
together again: passages of several tracks, or before and after a note that was changed, that lie
in one song at one distance in time and in pitch. *Unit:* notes of the piece, each counted once.
A cover version has hundreds, quotations have one passage, chance has little more than one.

*Trap.* Of passages that occur in many places only some are looked at: they are common property, and
the song that they are from is anyone's guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.corpus import CorpusStore
from segue.errors import CorpusError
from segue.novelty.index import PassageIndex, Places
from segue.novelty.lines import STEPS_PER_QUARTER, Kind, Line, lines_of_columns
from segue.novelty.passages import Passage, measure_passages
from segue.score import Score
from segue.units import Quarter

__all__ = ["FoundPassage", "Kinship", "PassageSearch", "Place", "kinships"]

MOST_LOCATED: Final = 16
"""How many places of a passage are reported with their quarter and key."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place of a passage in the corpus."""

    song: int
    """Index in the corpus."""
    track: int
    """Of the song; -1 for the ensemble."""
    begins: Quarter
    """From the song's beginning to the passage's first onset."""
    transposition: int
    """Semitones that the piece is above the song; 0 for drums."""
    n_tokens: int
    """How much of the passage is there, at most all of it."""


@dataclass(frozen=True, eq=False)
class FoundPassage:
    """A passage of the piece and where the corpus has it."""

    passage: Passage
    places: list[Place]
    """At most `MOST_LOCATED`, the longest first."""
    n_places: int
    """How many there are in all, of which `places` are some."""
    n_songs: int
    """In how many songs it is; where places are many, of those that were looked at."""


@dataclass(frozen=True, kw_only=True)
class Kinship:
    """What a piece shares with one song at one distance in time and pitch."""

    song: int
    transposition: int
    shift: Quarter
    """Quarters from the song's onset of a note to the piece's."""
    tracks: tuple[int, ...]
    """Of the piece."""
    n_notes: int
    """Of the piece, in all those tracks."""


class PassageSearch:
    """An index and its corpus, asked for passages with their places."""

    def __init__(self, index: PassageIndex, store: CorpusStore) -> None:
        """Join the two.

        Raises:
            CorpusError: the index was made from another corpus.
        """
        if index.manifest.corpus != store.manifest.content_sha256:
            raise CorpusError(
                f"{index.path} is not an index of {store.path}; make one: "
                f"segue corpus index {store.path} --out DIR"
            )
        self.index = index
        self.store = store

    def find(
        self, piece: Score, *, own: Sequence[Score] = (), most: int = 16
    ) -> list[FoundPassage]:
        """The longest passages of a piece, over all its lines, with their places.

        Args:
            piece: the music.
            own: music that was there already, of which nothing is to be found.
            most: how many passages.
        """
        measured = measure_passages(piece, self.index, own)
        passages = sorted(
            (passage for each in measured for passage in each.passages),
            key=lambda passage: -passage.counted,
        )[:most]
        tokens = [p.line.tokens[p.first : p.last] for p in passages]
        found = self.index.places(tokens) if passages else []
        reader = _Reader(self.store)
        return [
            FoundPassage(
                passage,
                places=reader.located(passage, places),
                n_places=places.total,
                n_songs=len(np.unique(places.song)),
            )
            for passage, places in zip(passages, found, strict=True)
        ]


def kinships(found: Sequence[FoundPassage]) -> list[Kinship]:
    """What passages have in common, the closest kin first; ensembles are left out, being tracks."""
    notes: dict[tuple[int, int, int], set[tuple[int, int]]] = {}
    drums: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for each in found:
        line, first = each.passage.line, each.passage.first_note
        if line.kind is Kind.ENSEMBLE:
            continue
        for place in each.places:
            shift = int(line.step[first]) - round(place.begins * STEPS_PER_QUARTER)
            last = first + line.notes_of(place.n_tokens)
            own = {(line.track, note) for note in range(first, last)}
            if line.kind is Kind.DRUMS:
                drums.setdefault((place.song, shift), set()).update(own)
            else:
                key = (place.song, shift, place.transposition)
                notes.setdefault(key, set()).update(own)
    for song, shift in drums:
        if not any(key[:2] == (song, shift) for key in notes):
            notes[song, shift, 0] = set()
    kin = [
        _kinship(song, shift, transposition, own | drums.get((song, shift), set()))
        for (song, shift, transposition), own in notes.items()
    ]
    return sorted(kin, key=lambda each: (-each.n_notes, each.song, each.shift))


def _kinship(song: int, shift: int, transposition: int, own: set[tuple[int, int]]) -> Kinship:
    return Kinship(
        song=song,
        transposition=transposition,
        shift=shift / STEPS_PER_QUARTER,
        tracks=tuple(sorted({track for track, _ in own})),
        n_notes=len(own),
    )


class _Reader:
    """Reads lines of songs, each once."""

    def __init__(self, store: CorpusStore) -> None:
        self._store = store
        self._lines: dict[tuple[int, int], Line] = {}

    def located(self, passage: Passage, places: Places) -> list[Place]:
        longest = np.argsort(-places.length, kind="stable")[:MOST_LOCATED]
        columns = (places.song, places.track, places.note, places.length)
        rows = zip(*(column[longest].tolist() for column in columns), strict=True)
        return [self._place(passage, *row) for row in rows]

    def _place(self, passage: Passage, song: int, track: int, note: int, length: int) -> Place:
        line = self._line(song, track)
        pitched = passage.line.kind is not Kind.DRUMS
        first = note - pitched
        own = passage.first_note
        return Place(
            song=song,
            track=track,
            begins=float(line.step[first]) / STEPS_PER_QUARTER,
            transposition=int(passage.line.pitch[own] - line.pitch[first]) if pitched else 0,
            n_tokens=length,
        )

    def _line(self, index: int, track: int) -> Line:
        if (index, track) not in self._lines:
            song = self._store.song(index)
            is_drum = song.track_is_drum
            of_line = song.track == track if track >= 0 else ~is_drum[song.track]
            lines = lines_of_columns(
                onset=song.onset[of_line],
                pitch=song.pitch[of_line],
                track=song.track[of_line],
                track_is_drum=is_drum,
                ticks_per_quarter=song.ticks_per_quarter,
            )
            # Of all pitched tracks, the ensemble is the last.
            self._lines[index, track] = lines[-1]
        return self._lines[index, track]
