"""What a musician gives: a MIDI file, every event of it, or a score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from segue.encoding.vocabulary import IntArray
from segue.errors import InputError
from segue.generation.bounds import check_bars
from segue.generation.joins import cut_score, open_score
from segue.generation.window import Region
from segue.harmony.naming import cut_keeping_chords
from segue.midi import MidiDocument, open_document, read_document
from segue.score import Score
from segue.units import DRUM_CHANNEL

Prompt = MidiDocument | Score | str | Path | bytes


@dataclass(frozen=True)
class Piece:
    """A prompt that was read."""

    score: Score
    document: MidiDocument | None
    """The file; None for a score that came from none."""

    @classmethod
    def of(cls, prompt: Prompt) -> "Piece":
        """Read a prompt.

        Raises:
            InputError: a file that cannot be read, or that holds several pieces.
        """
        if isinstance(prompt, Score):
            return cls(prompt, None)
        document = prompt if isinstance(prompt, MidiDocument) else read_document(prompt)
        document.require_one_piece()
        return cls(document.score, document)

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the piece" if self.document is None else self.document.source

    def region(self, first: int, last: int, tracks: Sequence[int] | None) -> Region:
        """The bars [first, last), in all tracks or in some, if the piece has them.

        Raises:
            InputError: it has not.
        """
        score = self.score
        if not score.n_notes:
            raise InputError(f"{self.name} has no notes to write anew; continue it, or compose")
        if not 0 <= first < last <= score.n_bars:
            raise InputError(
                f"bars {first + 1} to {last} are not in {self.name}, which has bars 1 to "
                f"{score.n_bars}; to add bars, continue it"
            )
        check_bars(last - first)
        if tracks is None:
            return Region(first, last)
        chosen = tuple(dict.fromkeys(tracks))
        bad = [t + 1 for t in chosen if not 0 <= t < len(score.tracks)]
        if bad or not chosen:
            raise InputError(
                f"{self.name} has no track {', '.join(map(str, bad)) or 'of no number'}; "
                f"it has tracks 1 to {len(score.tracks)}"
            )
        return Region(first, last, chosen)

    def cut(self, bar: int) -> "Piece":
        """The piece up to a bar: what follows is gone, and whatever sounds there ends.

        Chords that the file names stay, for what follows instead.
        """
        if self.document is None:
            return Piece(cut_score(self.score, bar), None)
        document = cut_keeping_chords(self.document, self.score.bar_grid(n_bars=bar).start(bar))
        return Piece(document.score, document)

    def opened(self, bar: int, bars: int) -> "Piece":
        """The piece with silent bars before one of its own: all that follows comes later."""
        score = open_score(self.score, bar, bars)
        if self.document is None:
            return Piece(score, None)
        grid = score.bar_grid(n_bars=bar + bars)
        start, end = grid.start(bar), grid.start(bar + bars)
        document = open_document(self.document, start, end - start)
        timed = replace(document.score, tempo_map=score.tempo_map, metre_map=score.metre_map)
        if timed != document.score:
            encoding = document.interpretation.texts.encoding
            data, source = document.updated(timed), document.source
            document = read_document(data, source=source, encoding=encoding)
        return Piece(document.score, document)

    def require_before(self, bar: int) -> None:
        """Refuse a bar that the piece does not reach, or before which it has no music.

        Raises:
            InputError: with the bars that there are, and the way out.
        """
        n_bars = self.score.n_bars
        if not n_bars:
            raise InputError(f"{self.name} has no notes, so no bar {bar + 1} either; compose some")
        if not 1 <= bar <= n_bars:
            raise InputError(
                f"bar {bar + 1} of {self.name}: something must be before it, so give a bar from 2 "
                f"to {n_bars + 1}; the piece has bars 1 to {n_bars}"
            )
        start = self.score.bar_grid(n_bars=bar).start(bar)
        if all(not np.any(track.notes.onset < start) for track in self.score.tracks):
            raise InputError(
                f"{self.name} has no notes before bar {bar + 1} to go on from; give a later bar"
            )

    def ticks(self, region: Region) -> tuple[int, int]:
        """The first tick of a region, and the first after it."""
        bars = self.score.bar_grid(n_bars=region.last)
        return bars.start(region.first), bars.start(region.last)

    def channels(self, version: Score) -> IntArray:
        """A number for the MIDI channel of each track of a version of the piece, (tracks,).

        Of a score that came from no file, all drums share one channel, all others have their own.
        """
        if self.document is not None:
            return np.array([p.number for p in self.document.channels.of(version)], np.int64)
        found = [DRUM_CHANNEL if t.is_drum else -1 - i for i, t in enumerate(version.tracks)]
        return np.array(found, np.int64)
