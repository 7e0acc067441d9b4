"""A take: one suggestion, and where it came from."""

import json
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from segue.generation.window import Region
from segue.midi import MidiDocument, write_file
from segue.score import Score, slice_bars


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
    """The model's, in nats an event: higher is what it expected more."""
    rank: int
    """Among the takes made with it, 1 the best (`ranked`)."""
    provenance: dict[str, Any]
    """Model, seed, options, version: enough to make the take again."""
    document: MidiDocument = field(repr=False)
    """The musician's file."""

    @property
    def new_bars(self) -> Score:
        """Only the bars that were written, from tick 0."""
        return slice_bars(self.score, self.region.first, self.region.last)

    @property
    def n_new_notes(self) -> int:
        """The notes in the written bars."""
        return self.new_bars.n_notes

    def to_bytes(self) -> bytes:
        """The take as a MIDI file: the musician's, with the new notes and the provenance in it."""
        text = "segue " + json.dumps(self.provenance, sort_keys=True, separators=(",", ":"))
        bars = self.score.bar_grid(n_bars=self.region.last)
        return self.document.updated(self.score, text=text, reset_at=bars.start(self.region.first))

    def save(self, path: str | Path) -> Path:
        """Write the MIDI file, whole or not at all.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
        write_file(path, self.to_bytes())
        return Path(path)


def ranked(takes: list[Take]) -> list[Take]:
    """The same takes in the same order, each with its rank: the most probable is the first.

    What the model expects is, on average, what fits; but of takes that are nearly the same, the later
    ones rank after all that differ.
    """
    copies = {b.number for a, b in combinations(takes, 2) if overlap(a, b) > _NEARLY_THE_SAME}
    order = sorted(takes, key=lambda t: (t.number in copies, -t.log_probability, t.number))
    ranks = {take.number: place for place, take in enumerate(order, 1)}
    return [replace(take, rank=ranks[take.number]) for take in takes]


_NEARLY_THE_SAME = 0.9


def overlap(first: Take, second: Take) -> float:
    """The share of new notes, by onset, pitch and track, that two takes have in common, in 0..1."""
    a, b = (_places(take.new_bars) for take in (first, second))
    return len(a & b) / max(1, len(a | b))


def _places(score: Score) -> set[tuple[int, int, int]]:
    return {
        (track, int(onset), int(pitch))
        for track, line in enumerate(score.tracks)
        for onset, pitch in zip(line.notes.onset, line.notes.pitch, strict=True)
    }
