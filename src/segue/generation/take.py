"""A take: one suggestion, and where it came from."""

import json
from dataclasses import dataclass, field
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


def rank(takes: list[Take]) -> list[Take]:
    """The takes, the most probable first: what the model expects is, on average, what fits."""
    return sorted(takes, key=lambda take: (-take.log_probability, take.number))
