"""A take: one suggestion, and where it came from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from segue.generation.joins import join_of
from segue.generation.window import Region
from segue.harmony.naming import names_own
from segue.harmony.retyping import appended
from segue.midi import MidiDocument, read_document, score_to_bytes, write_file
from segue.midi.channels import ChannelEvent
from segue.midi.excerpt import excerpt
from segue.midi.extract import only_tracks
from segue.midi.provenance import PROVENANCE_MARK
from segue.novelty import NoveltyReport
from segue.novelty.known import known_music_of
from segue.score import Score, slice_bars

_NEARLY_THE_SAME: Final = 0.9
_SAMENESS: Final = 2.0


@dataclass(frozen=True)
class Take:
    """One suggestion: the whole piece with the new bars in it."""

    number: int
    """Counted from 1; with the seed it names the take, however many were asked for."""
    score: Score
    """The prompt, its own notes untouched, and what is new."""
    region: Region
    """The bars, and the tracks, that were written."""
    log_probability: float
    """The model's, in nats an event: higher is what it expected more. NaN of a stopped take."""
    rank: int
    """Among the takes made with it, 1 the first (`ranked`)."""
    provenance: dict[str, Any]
    """Model, seed, options, version: enough to make the take again."""
    document: MidiDocument | None = field(repr=False)
    """The musician's file; None where the prompt was a score or nothing."""
    own: tuple[Score, ...] = field(default=(), repr=False)
    """The music that was there already: what comes back of it is not held against the take."""
    model_folder: Path | None = field(default=None, repr=False)
    """Of the model that wrote it; its `novelty.npz` knows the training music."""
    is_expressive: bool = True
    """Whether parts go on with their pedals, controllers and bends."""
    sections: tuple[tuple[int, str], ...] = ()
    """Where the sections of a song begin, in ticks, and their names; the file has them, too."""
    likeness: float | None = None
    """To real music after the same prompt, by the model's critic, in nats; comparable only between
    takes of one prompt. None where no critic has heard it."""

    @property
    def new_bars(self) -> Score:
        """Only what was written, from tick 0; tracks that were not are without notes."""
        bars = slice_bars(self.score, self.region.first, self.region.last)
        chosen = self.region.tracks
        return bars if chosen is None else bars.only(chosen)

    @property
    def join(self) -> int | None:
        """The tick at which the new bars are appended to the file; None where they are not."""
        return None if self.document is None else self._joined.reset_at

    @property
    def expressed(self) -> tuple[int, int] | None:
        """The ticks in which parts go on with their expression; None where they do not.

        Where the file has notes, its own pedals, controllers and bends hold.
        """
        return None if self.document is None else self._joined.expressed

    @property
    def sent_beside(self) -> list[ChannelEvent]:
        """What the take's file has beside the musician's own messages and all notes."""
        if self.document is None:
            return []
        return self.document.sent_beside(self.score, **self._joined._asdict())

    @property
    def _joined(self) -> "Joined":
        """How the new music is joined to the file."""
        assert self.document is not None, "there is no file to be joined to"
        return Joined.of(self.document, self.score, self.region, self.is_expressive)

    @property
    def n_new_notes(self) -> int:
        """How many notes were written."""
        return self.new_bars.n_notes

    @cached_property
    def novelty(self) -> NoveltyReport | None:
        """What the new bars share with the music that the model was trained on, at most.

        None if the model's folder has no `novelty.npz`. Reading that takes a quarter of a second
        once, a report then some milliseconds.

        Raises:
            FormatError: the file is damaged, or of another version.
        """
        known = None if self.model_folder is None else known_music_of(self.model_folder)
        return None if known is None else known.report(self.new_bars, own=self.own)

    def to_bytes(self) -> bytes:
        """The take as a MIDI file: the musician's, with the new notes and the provenance in it.

        Where music is appended, what the ending did in passing (pedals, bends, a fade-out) is put
        back at the join, and parts go on with the expression that they had (`is_expressive`). Every
        track ends on the last bar line, unless the file's own ends later.

        Raises:
            InputError: the file has no room for so many tracks.
        """
        return file_of(
            self.score,
            self.document,
            self.provenance,
            region=self.region,
            is_expressive=self.is_expressive,
            sections=self.sections,
        )

    def new_bars_to_bytes(self) -> bytes:
        """Only the new bars as a MIDI file that begins with them, with only the tracks written.

        Every part has the instrument and the settings that it has there in the whole piece.

        Raises:
            InputError: the file has no room for so many tracks; or nothing was written.
        """
        document = read_document(self.to_bytes(), source=f"take {self.number}")
        bars = document.score.bar_grid(n_bars=self.region.last)
        chosen = self.region.tracks
        if chosen is not None:
            there = [index for index in chosen if index < len(document.score.tracks)]
            document = read_document(only_tracks(document, there), source=document.source)
        return excerpt(document, bars.start(self.region.first), bars.start(self.region.last))

    def save(self, path: str | Path) -> Path:
        """Write the MIDI file, whole or not at all.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
        write_file(path, self.to_bytes())
        return Path(path)


class Joined(NamedTuple):
    """How new music is joined to a file: arguments of `MidiDocument.updated`."""

    expressed: tuple[int, int] | None
    reset_at: int | None
    end_at: int

    @classmethod
    def of(
        cls, document: MidiDocument, score: Score, region: Region, is_expressive: bool
    ) -> "Joined":
        """For the new bars of a score that are in a region, in all tracks or in some."""
        bars = score.bar_grid(n_bars=region.last)
        start, end = bars.start(region.first), bars.start(region.last)
        onsets = [track.notes.onset for track in document.score.tracks]
        has_own = any(np.any((own >= start) & (own < end)) for own in onsets)
        join = join_of(document.score, score, region)
        expressed = (start, end) if is_expressive and not has_own else None
        return cls(expressed, join, 0 if join is None else end)


def file_of(
    score: Score,
    document: MidiDocument | None,
    provenance: dict[str, Any],
    *,
    region: Region,
    is_expressive: bool,
    sections: Sequence[tuple[int, str]] = (),
) -> bytes:
    """A MIDI file with new music: the musician's, or where there is none, one of its own.

    Args:
        score: the music, its first tracks those of the file.
        document: the musician's file.
        provenance: where the music came from.
        region: the bars that are new.
        is_expressive: whether parts go on with their pedals, controllers and bends.
        sections: the ticks and names of its sections, which become markers.

    Raises:
        InputError: the file has no room for so many tracks.
    """
    text = PROVENANCE_MARK + json.dumps(provenance, sort_keys=True, separators=(",", ":"))
    if document is None:
        end = score.bar_grid(n_bars=region.last).start(region.last)
        return score_to_bytes(score, text=text, end_at=end, sections=sections)
    joined = Joined.of(document, score, region, is_expressive)
    updated = document.updated(score, text=text, sections=sections, **joined._asdict())
    if joined.reset_at is None or not names_own(document):
        return updated
    written = read_document(updated, source=document.source)
    return appended(written, bars=document.score.n_bars) or updated


def worth(take: Take) -> float:
    """What takes are ranked by: their critic's likeness, or where none heard them, probability.

    The probability is what the model expected. It prefers repetition: a take that it ranks first is
    further from real music than one at random (experiments/LOG.md).
    """
    return take.log_probability if take.likeness is None else take.likeness


def ranked(takes: list[Take]) -> list[Take]:
    """The same takes in the same order, each with its rank: that of the highest worth is 1.

    The others follow in `order_of` their worth and of what they have in common.
    """
    by_number = sorted(takes, key=lambda take: take.number)
    notes = [places(take.new_bars) for take in by_number]
    order = order_of([worth(take) for take in by_number], notes)
    ranks = {by_number[index].number: place for place, index in enumerate(order, 1)}
    return [replace(take, rank=ranks[take.number]) for take in takes]


def best(takes: list[Take], count: int) -> list[Take]:
    """The `count` takes that rank first, with their ranks and in their order."""
    return [take for take in ranked(takes) if take.rank <= count]


Places = set[tuple[int, int, int]]


def overlap(first: Places, second: Places) -> float:
    """The share of notes, by track, onset and pitch, that two sets have in common, in 0..1."""
    return len(first & second) / max(1, len(first | second))


def places(score: Score) -> Places:
    """Where its notes are: (track, onset in ticks, pitch)."""
    return {
        (track, onset, pitch)
        for track, line in enumerate(score.tracks)
        for onset, pitch in zip(line.notes.onset.tolist(), line.notes.pitch.tolist(), strict=True)
    }


def order_of(worths: Sequence[float], notes: Sequence[Places]) -> list[int]:
    """The order of takes, by what they are worth and where their notes are, as indices.

    The next is always the one that is worth most, less what it has in common with any before it: a
    take that shares all its notes with one has lost `_SAMENESS` standard deviations of worth. Those
    that are nearly the same as one before them come after all that differ, and silent ones last.
    """
    if not len(worths):
        return []
    fine = _SAMENESS * float(np.std(worths))
    left, common, order = list(range(len(worths))), [0.0] * len(worths), []

    def merit(take: int) -> tuple[bool, bool, float]:
        differs = common[take] <= _NEARLY_THE_SAME
        return bool(notes[take]), differs, worths[take] - fine * common[take]

    while left:
        chosen = max(left, key=merit)
        left.remove(chosen)
        order.append(chosen)
        for take in left:
            common[take] = max(common[take], overlap(notes[take], notes[chosen]))
    return order
