"""Channels at a join: what an ending did in passing must not colour what is appended to it.

What held through the piece is kept: modulation set once, a fine tuning, a bank, a pedal. Where a
part goes on, what the ending changed in passing (a fade, a bend, a pedal, a filter) returns to what
it was while the part played. Where a part stops, pedals and aftertouch are released, and a filter
that was swept returns.
"""

from collections.abc import Collection, Mapping, Sequence

from segue.midi.channels import ChannelEvent, Place
from segue.midi.edits import ChunkEdit, Rank
from segue.midi.interpretation import Interpretation
from segue.midi.messages import LAST_CHANNEL_STATUS
from segue.midi.setups import PEDALS, PRESSURE_ITEM, Settings, message_of, settings_of

__all__ = ["insert_resets", "resets"]

_FILTERS = (71, 74)
_LEVELS = (7, 11)
_QUARTERS_OF_SILENCE = 4
"""A part that is silent for this long before the end of what is appended has stopped."""


def resets(
    music: Interpretation,
    join: int,
    going_on: Collection[int],
    *,
    last: Mapping[Place, int] | None = None,
    end: int | None = None,
    going: Collection[tuple[Place, int]] = (),
) -> list[ChannelEvent]:
    """The messages to send where music is appended to a file, in the order of time for each place.

    Args:
        music: the file.
        join: the tick at which it is appended to, after all onsets.
        going_on: the tracks, by their index in the score, that play on.
        last: where the last new note of a place ends, if it is known.
        end: where what is appended ends, if it is known.
        going: the items of places that go on otherwise; see `expression`.
    """
    channels = music.channels
    of_places = settings_of(channels.controllers())
    found: list[ChannelEvent] = []
    for place in sorted(set(channels.tracks)):
        mine = [i for i, other in enumerate(channels.tracks) if other == place]
        playing = [index for index in mine if index in going_on]
        settings = of_places.get(place)
        if settings is None or not settings.ticks:
            continue
        notes = [music.score.tracks[index].notes.onset for index in playing or mine]
        onsets = sorted({tick for onset in notes for tick in onset.tolist() if tick < join})
        targets = {
            item: value
            for item in sorted(settings.ticks, key=_order)
            if (playing or _rings(item)) and (place, item) not in going
            if (value := _target(settings, item, onsets, join, goes_on=bool(playing))) is not None
        }
        found += _restored(settings, targets, place, join)
        stop = (last or {}).get(place)
        silence = _QUARTERS_OF_SILENCE * music.score.ticks_per_quarter
        if playing and stop is not None and end is not None and stop + silence <= end:
            found += [
                ChannelEvent(stop, place, message_of(item, place.channel, 0))
                for item, value in targets.items()
                if value and (item in PEDALS or item >= PRESSURE_ITEM)
            ]
    return found


def _order(item: int) -> tuple[bool, bool, int]:
    """Pedals first, levels last: nothing gets loud before the rest is set."""
    return item in _LEVELS, item not in PEDALS, item


def _rings(item: int) -> bool:
    return item in PEDALS or item in _FILTERS or item >= PRESSURE_ITEM


def _target(
    settings: Settings, item: int, onsets: Sequence[int], join: int, *, goes_on: bool
) -> int | None:
    if not goes_on and item not in _FILTERS:
        return 0
    return settings.while_played(item, onsets, join)


def _restored(
    settings: Settings, targets: Mapping[int, int], place: Place, join: int
) -> list[ChannelEvent]:
    """Each item brought to its target at the join, and again wherever the file sets it later."""
    found = []
    for item, target in targets.items():
        later = [tick for tick in settings.sent[item] if tick > join]
        for tick in (join, *dict.fromkeys(later)):
            if settings.value_at(item, tick) not in (target, None):
                found.append(ChannelEvent(tick, place, message_of(item, place.channel, target)))
    return found


def insert_resets(
    edits: Sequence[ChunkEdit], ports: Sequence[int], events: Sequence[ChannelEvent]
) -> None:
    """Insert the resets after the file's own events of their ticks, before new notes.

    They go into the chunk that gets new notes on their place, or else into the last that speaks
    there.
    """
    homes: dict[Place, int] = {}
    for index, (port, edit) in enumerate(zip(ports, edits, strict=True)):
        speaking = {m[0] & 0x0F for m in edit.chunk.messages if m[0] <= LAST_CHANNEL_STATUS}
        homes.update({Place(port, channel): index for channel in speaking})
    for index, (port, edit) in enumerate(zip(ports, edits, strict=True)):
        homes.update({Place(port, note.channel): index for note in edit.added})
    for tick, place, message in events:
        edit = edits[homes[place]]
        edit.insert(message, tick=tick, rank=Rank.RESET, before=edit.end_of(tick))
