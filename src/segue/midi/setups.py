"""How a channel was set while a part played on it: controllers, bend, aftertouch, parameters.

A setting *held* if it did not change since one of the part's last onsets; otherwise what counts is
the value that most onsets had, or the middle of a curve.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_high
from typing import Final

from segue.midi.channels import ChannelEvent, Place
from segue.midi.interpretation import Interpretation
from segue.midi.messages import CONTROL, KEY_PRESSURE, PITCH_BEND, PRESSURE, control, pitch_bend
from segue.score import Track

__all__ = [
    "BANKS",
    "BEND",
    "PEDALS",
    "PRESSURE_ITEM",
    "REST",
    "Settings",
    "item_of",
    "message_of",
    "settings_of",
    "setup_of",
]

BEND: Final = 128
PRESSURE_ITEM: Final = 129
_FIRST_KEY: Final = 130
"""An item is a controller's number, `BEND`, `PRESSURE_ITEM`, or a key's pressure from here on."""

PEDALS: Final = (64, 66, 67, 69)
BANKS: Final = (0, 32)
_DATA: Final = (6, 38)
_CHOOSES: Final = {98: (1, 0), 99: (1, 1), 100: (0, 0), 101: (0, 1)}
"""Controllers that choose a parameter: (whether it is unregistered, which half)."""
_NO_SETTINGS: Final = frozenset((*_DATA, 84, *range(96, 102), *range(120, 128)))
_RESET_ALL: Final = 121
_BEND_CENTRE: Final = 0x2000
REST: Final = {
    **dict.fromkeys((0, 1, 2, 4, 5, 32, *range(64, 70), *range(92, 96)), 0),
    **dict.fromkeys((8, 10, *range(71, 80)), 64),
    7: 100,
    11: 127,
    91: 40,
    BEND: _BEND_CENTRE,
    PRESSURE_ITEM: 0,
}
"""Settings of a channel while a file says nothing."""
_RESET: Final = (1, 11, 64, 65, 66, 67, BEND, PRESSURE_ITEM)
"""What "reset all controllers" resets."""
_ONSETS_HELD: Final = 8
"""A setting held if it is older than this many of the part's last onsets, or than all of fewer."""
_FEWEST_ONSETS: Final = {**dict.fromkeys((1, BEND, PRESSURE_ITEM), 2), **dict.fromkeys(PEDALS, 4)}
"""With fewer onsets, what held cannot be distinguished from what was done in passing."""


@dataclass(slots=True)
class Settings:
    """The history of every setting of one place."""

    ticks: dict[int, list[int]] = field(default_factory=dict)
    """When each item changed."""
    values: dict[int, list[int]] = field(default_factory=dict)
    """What each item became then."""
    parameters: list[tuple[int, tuple[int, int, int], int, int]] = field(default_factory=list)
    """(tick, (kind, coarse, fine), data controller, value) of registered and other parameters."""
    sent: dict[int, list[int]] = field(default_factory=dict)
    """When each item was sent, whether it changed or not."""

    chosen: tuple[int, int, int] = (0, 127, 127)
    """The parameter that data entries set: (kind, coarse, fine)."""

    def hear(self, tick: int, message: bytes) -> None:
        """Take in a message to the place, not before those that it has had."""
        kind = message[0] & 0xF0
        if kind == CONTROL and message[1] in _CHOOSES:
            family, half = _CHOOSES[message[1]]
            _, coarse, fine = self.chosen if family == self.chosen[0] else (family, 127, 127)
            self.chosen = (family, message[2], fine) if half else (family, coarse, message[2])
        elif kind == CONTROL and message[1] in _DATA:
            self.parameters.append((tick, self.chosen, message[1], message[2]))
        elif kind == CONTROL and message[1] == _RESET_ALL:
            for item in [*_RESET, *(i for i in self.ticks if i >= _FIRST_KEY)]:
                self._set(item, tick, REST.get(item, 0))
        elif kind == CONTROL and message[1] not in _NO_SETTINGS:
            self._set(message[1], tick, message[2])
        elif kind == PITCH_BEND:
            self._set(BEND, tick, message[2] << 7 | message[1])
        elif kind == PRESSURE:
            self._set(PRESSURE_ITEM, tick, message[1])
        elif kind == KEY_PRESSURE:
            self._set(_FIRST_KEY + message[1], tick, message[2])

    def _set(self, item: int, tick: int, value: int) -> None:
        self.sent.setdefault(item, []).append(tick)
        known = self.values.get(item)
        if value != (known[-1] if known else _at_rest(item)):
            self.ticks.setdefault(item, []).append(tick)
            self.values.setdefault(item, []).append(value)

    def value_at(self, item: int, tick: int) -> int | None:
        """What an item is at a tick; None for a controller whose default is unknown."""
        last = bisect_right(self.ticks.get(item, []), tick) - 1
        if last >= 0:
            return self.values[item][last]
        return _at_rest(item)

    def sent_since(self, item: int, after: int, until: int) -> bool:
        """Whether an item was sent in the ticks (after, until]."""
        ticks = self.sent.get(item, [])
        return bisect_right(ticks, after) < bisect_right(ticks, until)

    def while_played(self, item: int, onsets: Sequence[int], until: int) -> int | None:
        """What an item was while a part played with these onsets, rising, all before `until`."""
        now = self.value_at(item, until)
        last = bisect_right(self.ticks[item], until) - 1
        recent = onsets[-_ONSETS_HELD:]
        fewest = len(onsets) + 1 if item >= _FIRST_KEY else _FEWEST_ONSETS.get(item, 1)
        if len(recent) >= fewest and (last < 0 or self.ticks[item][last] <= recent[0]):
            return now
        if item in PEDALS or item >= _FIRST_KEY:
            return 0
        if len(recent) < fewest:
            return REST[item]
        levels = [value for tick in onsets if (value := self.value_at(item, tick)) is not None]
        if not levels:
            return REST.get(item)
        value, count = Counter(levels).most_common(1)[0]
        if 2 * count > len(levels):
            return value
        if item in (BEND, PRESSURE_ITEM):
            return REST[item]
        usual = median_high(levels)
        if now is not None and min(levels) <= now <= max(levels) and usual <= 2 * now:
            return now
        return usual


def settings_of(events: Iterable[ChannelEvent]) -> Mapping[Place, Settings]:
    """The settings of every place from the events of a file, in the order of time.

    One pass for all places: a file may have thousands of places and millions of events.
    """
    found: defaultdict[Place, Settings] = defaultdict(Settings)
    for tick, place, message in events:
        found[place].hear(tick, message)
    return found


def _at_rest(item: int) -> int | None:
    return 0 if item >= _FIRST_KEY else REST.get(item)


def message_of(item: int, channel: int, value: int) -> bytes:
    """The message that sets an item."""
    if item == BEND:
        return pitch_bend(channel, value)
    if item == PRESSURE_ITEM:
        return bytes((PRESSURE | channel, value))
    if item >= _FIRST_KEY:
        return bytes((KEY_PRESSURE | channel, item - _FIRST_KEY, value))
    return control(channel, item, value)


def item_of(message: bytes) -> int:
    """The item that a message of `message_of` sets."""
    kind = message[0] & 0xF0
    if kind == CONTROL:
        return message[1]
    if kind == KEY_PRESSURE:
        return _FIRST_KEY + message[1]
    return BEND if kind == PITCH_BEND else PRESSURE_ITEM


def setup_of(
    music: Interpretation, of_places: Mapping[Place, Settings], track: Track, channel: int
) -> list[bytes]:
    """The messages by which a new track sounds as the file's part of its program did before it.

    If there are several, the one that played last before the new track begins counts; if none had
    begun yet, the one that begins first.

    Empty if no part of the file has this program.
    """
    score = music.score
    alike = [
        index
        for index, own in enumerate(score.tracks)
        if (own.program, own.is_drum) == (track.program, track.is_drum)
    ]
    if not alike:
        return []
    first = int(track.notes.onset[0])
    played = {index: sorted(set(score.tracks[index].notes.onset.tolist())) for index in alike}
    before = {i: onsets[: bisect_right(onsets, first)] for i, onsets in played.items()}
    if any(before.values()):
        latest = max((i for i in alike if before[i]), key=lambda index: before[index][-1])
        onsets = before[latest]
    else:
        latest = min(alike, key=lambda index: played[index][0])
        onsets = played[latest][:1]
    settings = of_places.get(music.channels.tracks[latest], Settings())
    found = []
    for item in sorted(settings.ticks, key=lambda item: (item not in BANKS, item)):
        if item in PEDALS or item > BEND or settings.ticks[item][0] > onsets[-1]:
            continue
        value = settings.while_played(item, onsets, onsets[-1])
        if value is not None and value != REST.get(item):
            found.append(message_of(item, channel, value))
    return found + _parameters(settings, channel, until=onsets[-1])


def _parameters(settings: Settings, channel: int, *, until: int) -> list[bytes]:
    """The last data entry of each parameter, with the controllers that choose it."""
    last: dict[tuple[tuple[int, int, int], int], int] = {}
    for tick, parameter, data, value in settings.parameters:
        if tick <= until and parameter[1:] != (127, 127):
            last[parameter, data] = value
    found = []
    for ((family, coarse, fine), data), value in last.items():
        chooses = (99, 98) if family else (101, 100)
        found += [
            control(channel, chooses[0], coarse),
            control(channel, chooses[1], fine),
            control(channel, data, value),
        ]
    if found:
        found += [control(channel, 101, 127), control(channel, 100, 127)]
    return found
