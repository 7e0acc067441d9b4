"""Which track of one version of a piece is which of another.

A track's number is only its place: a track without notes is in no file, and those behind it move
up. What stays is where it lives in the file, its channel, program and name; one that was renamed,
or is played by another instrument since, is still known by the rest. Tracks that have all of that
in common are told apart by their order. The page does the same (`web/src/core/same_tracks.ts`).
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple

from segue.generation.piece import Piece
from segue.midi import Origin

__all__ = ["Voice", "places_in", "voices_of"]


class Voice(NamedTuple):
    """What identifies a track."""

    origin: Origin | None
    """Where it lives in its file; None for a track that came from none."""
    channel: int | None
    """Its channel, 16 more for each port after the first; None for a track that came from none."""
    program: int
    is_drum: bool
    name: str


def voices_of(piece: Piece) -> list[Voice]:
    """What identifies each track of a piece; `score` may have more of them than the file."""
    document, score = piece.document, piece.score
    n_own = 0 if document is None else len(document.origins)
    channels = [None] * len(score.tracks) if document is None else piece.channels(score).tolist()
    return [
        Voice(
            document.origins[index] if document is not None and index < n_own else None,
            channel,
            track.program,
            track.is_drum,
            track.name.strip(),
        )
        for index, (track, channel) in enumerate(zip(score.tracks, channels, strict=True))
    ]


_COMPARED: Final[tuple[Callable[[Voice], tuple[Hashable, ...]], ...]] = (
    lambda voice: (voice.origin, voice.name),
    lambda voice: (voice.channel, voice.program, voice.is_drum, voice.name),
    lambda voice: (voice.origin,),
    lambda voice: (voice.channel, voice.is_drum, voice.name or None),  # another instrument
    lambda voice: (voice.channel, voice.program, voice.is_drum),
    lambda voice: (voice.program, voice.is_drum, voice.name),
)
"""What is compared, one after the other; what is not known (None) is the same as nothing."""


def places_in(voices: Sequence[Voice], among: Sequence[Voice]) -> list[int | None]:
    """The number of each track among others; None for those that are not there."""
    places: list[int | None] = [None] * len(voices)
    free = list(range(len(among)))
    for compared in _COMPARED:
        for index, voice in enumerate(voices):
            wanted = compared(voice)
            if places[index] is not None or None in wanted:
                continue
            place = next((p for p in free if compared(among[p]) == wanted), None)
            if place is not None:
                places[index] = place
                free.remove(place)
    return places
