"""What a musician should know of a version of a file before it is written, in words."""

from collections.abc import Iterator

from segue.midi.channels import Places
from segue.midi.interpretation import Interpretation
from segue.midi.messages import META
from segue.midi.smf import Smf, meta_payload
from segue.score import Score

__all__ = ["remarks"]

_MARKER, _CUE = 0x06, 0x07
_LOOP_END = ("loopend", "loop end", "loop_end", "]")


def remarks(smf: Smf, music: Interpretation, score: Score) -> list[str]:
    """What a version does that its musician may not expect: loops left behind, channels shared."""
    found = []
    end = min(_loop_ends(smf), default=None)
    if end is not None and music.score.last_onset < end <= score.last_onset:
        bar = int(score.bar_grid().bar_of(end - 1)) + 1
        found.append(
            f"the file loops, and its loop ends after bar {bar}: the new bars lie outside it until "
            "you move the marker"
        )
    places = Places(music.channels)
    for track in score.tracks[len(music.origins) :]:
        if len(track.notes):
            place = places.take(track)
            if not track.is_drum and places.is_shared(place):
                found.append(
                    f"no channel is free for {track.name!r}: it is on channel {place.channel + 1} "
                    f"of port {place.port + 1}, where players that know no ports change the "
                    "instrument of what is there"
                )
    return found


def _loop_ends(smf: Smf) -> Iterator[int]:
    for chunk in smf.tracks:
        for tick, message in zip(chunk.ticks, chunk.messages, strict=True):
            if message[0] == META and message[1] in (_MARKER, _CUE):
                words = meta_payload(message).decode("latin-1").strip().lower()
                if words in _LOOP_END:
                    yield tick
