"""Takes as the page shows them: what is new, beside the version of the piece that was asked.

Takes may be written into that version cut off at a bar, or opened there for more bars (`request`).
Their tracks are told by the version's numbers all the same. The page itself finds how takes differ.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from math import isnan

from segue.generation.chunks import within
from segue.generation.take import Take
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.score import Notes, Score, resample
from segue.server.schemas.music import ChannelEvent, Novelty, TrackDetail
from segue.server.schemas.suggestions import TakeDetail
from segue.server.wire import (
    channels_of,
    controllers,
    resets,
    rows,
    section_marks,
    time_of,
    track_details,
)

__all__ = ["Showing"]


@dataclass(frozen=True)
class Showing:
    """How what is written is shown beside a version of a piece."""

    document: MidiDocument
    """The version."""
    piece: MidiDocument
    """What takes are written into: the version, or it cut off or opened, or a take of it."""
    known_resets: list[ChannelEvent] | None = None
    """Of the take that is varied: they are in its file."""

    def take(
        self, take: Take, novelty: Novelty | None, *, bars_done: int | None = None
    ) -> TakeDetail:
        """What is new in a take; `bars_done` of one that was stopped."""
        score = self._resampled(take.score)
        new = within(score, take.region)
        return TakeDetail(
            number=take.number,
            rank=take.rank,
            label=f"Take {take.number}",
            score_tracks=self.tracks(new),
            n_notes=new.n_notes,
            sections=section_marks(take.sections),
            key=None,  # unsure of so few bars: see `keys`
            resets=self._sent_beside(take),
            novelty=novelty,
            log_probability=None if isnan(take.log_probability) else take.log_probability,
            provenance=take.provenance,
            bars_done=bars_done,
            **dict(time_of(score, take.region.last)),
        )

    def _sent_beside(self, take: Take) -> list[ChannelEvent]:
        """What a kept take has beside the version's own messages."""
        if self.known_resets is not None:
            return self.known_resets
        added = rows(take.sent_beside)
        if take.join is None and self.piece is not self.document:
            return [*self._in_opening(take.region), *added]
        return added

    def tracks(self, music: Score) -> list[TrackDetail]:
        """The tracks of music for the piece: those of the version first, then new ones."""
        music = self._resampled(music)
        found = track_details(music, channels_of(self.piece, music))
        if self.piece.origins == self.document.origins:
            return found
        own = dict(zip(self.piece.origins, found, strict=False))
        score = self.document.score
        silent = score.with_tracks([track.with_notes(Notes.empty()) for track in score.tracks])
        shown = track_details(silent, channels_of(self.document, silent))
        shown = [own.pop(o, track) for o, track in zip(self.document.origins, shown, strict=True)]
        return [*shown, *own.values(), *found[len(self.piece.origins) :]]

    def resets(
        self, region: Region, join: int | None, playing: Collection[int]
    ) -> list[ChannelEvent]:
        """What a kept take has beside the version's own messages, so that nothing rings on.

        `join`: where music is appended; `playing`: the tracks of the piece that play on there.
        """
        if self.known_resets is not None:
            return self.known_resets
        if join is None and self.piece is not self.document:
            return self._in_opening(region)
        return resets(self.piece, join, playing)

    def _in_opening(self, region: Region) -> list[ChannelEvent]:
        grid = self.piece.score.bar_grid(n_bars=region.last)
        start, end = grid.start(region.first), grid.start(region.last)
        moved = Counter(
            (tick + (end - start) * (tick >= start), *message)
            for tick, *message in controllers(self.document)
        )
        found = []
        for row in controllers(self.piece):
            if moved[row]:
                moved[row] -= 1
            else:
                found.append(row)
        return found

    def _resampled(self, score: Score) -> Score:
        return resample(score, self.document.score.ticks_per_quarter)
