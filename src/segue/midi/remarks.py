"""What a musician should know of a version of a file before it is written, in words."""

from segue.midi.channels import Places
from segue.midi.interpretation import Interpretation
from segue.midi.messages import CONTROL, META
from segue.midi.smf import Smf, meta_payload
from segue.score import Score

__all__ = ["remarks"]

_MARKER, _CUE = 0x06, 0x07
_LOOP_WORDS = dict.fromkeys(("loopstart", "loop start", "loop_start", "["), "start")
_LOOP_WORDS |= dict.fromkeys(("loopend", "loop end", "loop_end", "]"), "end")
_HMI_START, _RPG_MAKER, _EMIDI_START, _EMIDI_END = 110, 111, 116, 117
_LOOP_CONTROLLERS = (_HMI_START, _RPG_MAKER, _EMIDI_START, _EMIDI_END)


def remarks(smf: Smf, music: Interpretation, score: Score) -> list[str]:
    """What in a version the musician may not expect: bars outside a loop, shared channels."""
    found = []
    start, end = _loop(smf)
    if end is not None and music.score.last_onset < end <= score.last_onset:
        bar = int(score.bar_grid().bar_of(end - 1)) + 1
        found.append(
            f"the file loops, and its loop ends after bar {bar}: the new bars lie outside it until "
            "you move the end of the loop"
        )
    elif start is not None and end is None and start <= music.score.last_onset < score.last_onset:
        bar = int(score.bar_grid().bar_of(start)) + 1
        found.append(
            f"the file loops from bar {bar} to its end: the new bars are part of what is repeated"
        )
    places = Places(music.channels)
    for track in score.tracks[len(music.origins) :]:
        if len(track.notes):
            place = places.take(track)
            if not track.is_drum and places.is_shared(place):
                found.append(
                    f"no channel is free for {track.name!r}: it is on channel {place.channel + 1} "
                    f"of port {place.port + 1}, where players without ports change the "
                    "instrument of what is there"
                )
    return found


def _loop(smf: Smf) -> tuple[int | None, int | None]:
    """The ticks at which a loop begins and ends, if the file says so; the first of several.

    By markers, or by controllers: 111 alone begins a loop (RPG Maker), 110 and 111 stand around one
    (HMI), 116 and 117 as well (EMIDI).
    """
    markers: dict[str, list[int]] = {"start": [], "end": []}
    controllers: dict[int, list[int]] = {number: [] for number in _LOOP_CONTROLLERS}
    for chunk in smf.tracks:
        for tick, message in zip(chunk.ticks, chunk.messages, strict=True):
            if message[0] == META and message[1] in (_MARKER, _CUE):
                words = meta_payload(message).decode("latin-1").strip().lower()
                if words in _LOOP_WORDS:
                    markers[_LOOP_WORDS[words]].append(tick)
            elif message[0] & 0xF0 == CONTROL and message[1] in controllers:
                controllers[message[1]].append(tick)
    starts = markers["start"] + controllers[_HMI_START] + controllers[_EMIDI_START]
    ends = markers["end"] + controllers[_EMIDI_END]
    if controllers[_HMI_START]:
        ends += controllers[_RPG_MAKER]
    else:
        starts += controllers[_RPG_MAKER]
    return min(starts, default=None), min(ends, default=None)
