"""The tracks of a file in another order, each with everything that is in it."""

from collections.abc import Sequence

from segue.errors import InputError
from segue.midi.document import MidiDocument
from segue.midi.smf import write_smf

__all__ = ["reordered"]


def reordered(document: MidiDocument, order: Sequence[int]) -> bytes:
    """The file with its tracks in another order: the first is to be `order[0]`, and so on.

    Raises:
        InputError: not every track once, or tracks that share a track of the file torn apart.
    """
    chunks = [origin.chunk for origin in document.origins]
    if sorted(order) != list(range(len(chunks))):
        raise InputError(f"order: name each of the {len(chunks)} tracks once")
    wanted = list(dict.fromkeys(chunks[track] for track in order))
    inside = {chunk: [track for track in order if chunks[track] == chunk] for chunk in wanted}
    is_whole = [track for chunk in wanted for track in inside[chunk]] == list(order)
    if not is_whole or any(own != sorted(own) for own in inside.values()):
        raise InputError(
            "some of these tracks are one track of the MIDI file and stay together, in their "
            "order; move them as a group"
        )
    tracks = list(document.smf.tracks)
    for place, chunk in zip(sorted(wanted), wanted, strict=True):
        tracks[place] = document.smf.tracks[chunk]
    return write_smf(document.smf.with_tracks(tracks))
