"""Which channels of which ports a file uses, and what for; no other module decides this.

A *place* is a channel of a port, as a synthesizer counts them. All new tracks get their places
here: a melodic track gets a channel that nothing uses, new drums go to the file's drums.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

from segue.errors import InputError
from segue.midi.kits import Kits
from segue.midi.messages import LAST_CHANNEL_STATUS, NOTE_ON
from segue.midi.smf import TrackChunk
from segue.score import Score, Track
from segue.units import DRUM_CHANNEL, N_CHANNELS

__all__ = ["MAX_PORTS", "ChannelEvent", "Channels", "Place", "Places"]

MAX_PORTS: Final = 128
"""A port is one data byte."""
_LAST_NOTE_STATUS: Final = NOTE_ON | 0x0F
_LOOKED_AT: Final = 2 * N_CHANNELS
"""How many free places are compared."""


class Place(NamedTuple):
    """A channel of a port, as a synthesizer counts them."""

    port: int
    channel: int

    @property
    def number(self) -> int:
        """0 to 15 on the first port, then 16 more for each port."""
        return self.port * N_CHANNELS + self.channel


class ChannelEvent(NamedTuple):
    """A channel message with its tick and the place that hears it."""

    tick: int
    place: Place
    message: bytes


@dataclass(frozen=True, kw_only=True)
class Channels:
    """The channels of a file."""

    chunks: tuple[TrackChunk, ...]
    ports: tuple[int, ...]
    """The port of each chunk."""
    kits: Kits
    """Which channels play drums."""
    tracks: tuple[Place, ...]
    """The place of each track of `score`."""
    score: Score
    """The music of the file."""

    @cached_property
    def used(self) -> frozenset[Place]:
        """The places to which anything is sent."""
        return frozenset(
            Place(port, status & 0x0F)
            for port, chunk in zip(self.ports, self.chunks, strict=True)
            for status in {message[0] for message in chunk.messages}
            if status <= LAST_CHANNEL_STATUS
        )

    @cached_property
    def first_port(self) -> int:
        """The port of the first chunk that sends anything, where new tracks go first."""
        speaking = (
            port
            for port, chunk in zip(self.ports, self.chunks, strict=True)
            if any(message[0] <= LAST_CHANNEL_STATUS for message in chunk.messages)
        )
        return next(speaking, self.ports[0] if self.ports else 0)

    @cached_property
    def drums(self) -> Place | None:
        """Where new drums go: the drum channel, or else where the file has its drums.

        None if there is no drum channel left.
        """
        usual = Place(self.first_port, DRUM_CHANNEL)
        mine = [p for p, t in zip(self.tracks, self.score.tracks, strict=True) if t.is_drum]
        if usual in mine or not self.kits.is_ever_changed(*usual):
            return usual
        others = (Place(port, DRUM_CHANNEL) for port in range(MAX_PORTS))
        free = (place for place in others if place not in self.used and place != usual)
        return next(iter(mine), None) or next(free, None)

    def free(self) -> Iterator[Place]:
        """The melodic places that nothing uses, the best first.

        First those whose number no port uses, so that players without ports keep all tracks apart;
        then the rest of the first port, then other ports.
        """
        numbers = {place.channel for place in self.used}
        numbers |= {c for c in range(N_CHANNELS) if self.kits.is_ever_drum(self.first_port, c)}
        alone = [c for c in range(N_CHANNELS) if c not in numbers]
        yield from (Place(self.first_port, channel) for channel in alone)
        others = (port for port in range(MAX_PORTS) if port != self.first_port)
        for port in (self.first_port, *others):
            for channel in range(N_CHANNELS):
                place = Place(port, channel)
                if place in self.used or self.kits.is_ever_drum(*place):
                    continue
                if port != self.first_port or channel not in alone:
                    yield place

    def of(self, version: Score) -> list[Place]:
        """The place of each track of a version of the piece, including tracks that the file lacks.

        Raises:
            InputError: more tracks than MIDI has channels.
        """
        places = Places(self)
        new = version.tracks[len(self.tracks) :]
        return [*self.tracks, *(places.take(track) for track in new)]

    def events(self) -> list[ChannelEvent]:
        """Every channel message, in the order of time."""
        return self._events(0)

    def controllers(self) -> list[ChannelEvent]:
        """Every channel message that does not belong to a note, in the order of time."""
        return self._events(_LAST_NOTE_STATUS + 1)

    def _events(self, first_status: int) -> list[ChannelEvent]:
        """The channel messages from a status on; files may have millions of others."""
        found: list[ChannelEvent] = []
        for port, chunk in zip(self.ports, self.chunks, strict=True):
            places = [Place(port, channel) for channel in range(N_CHANNELS)]
            found += [
                ChannelEvent(tick, places[message[0] & 0x0F], message)
                for tick, message in zip(chunk.ticks, chunk.messages, strict=True)
                if first_status <= message[0] <= LAST_CHANNEL_STATUS
            ]
        found.sort(key=lambda event: event.tick)  # stable: the file's order holds within a tick
        return found

    def programs(self) -> dict[int, set[int]]:
        """The programs that the file's melodic tracks play on each channel, whatever the port."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for place, track in zip(self.tracks, self.score.tracks, strict=True):
            found[place.channel].add(track.program)
        return found

    def on_one_port(self) -> dict[Place, int]:
        """A channel of a single port for each place of the file, for outputs that have one port.

        The first port keeps its channels, drums are channel 10; others move to what is free. Those
        for which nothing is free are left out.
        """
        found: dict[Place, int] = {}
        ordered = sorted(self.used, key=lambda place: (place.port != self.first_port, place))
        drums = {p for p, t in zip(self.tracks, self.score.tracks, strict=True) if t.is_drum}
        for place in ordered:
            if place.port == self.first_port:
                found[place] = place.channel
            elif place in drums or (place.channel == DRUM_CHANNEL and place not in self.tracks):
                found[place] = DRUM_CHANNEL
            else:
                taken = {DRUM_CHANNEL, *found.values()}
                free = [c for c in range(N_CHANNELS) if c not in taken]
                if free:
                    found[place] = place.channel if place.channel in free else free[0]
        return found


class Places:
    """Gives new tracks their places, one after another."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._free = channels.free()
        self._waiting: list[Place] = []
        self._numbers = {place.channel for place in channels.used}
        self._programs = channels.programs()

    def take(self, track: Track) -> Place:
        """The place of the next new track.

        Raises:
            InputError: none is left.
        """
        place = self._channels.drums if track.is_drum else self._melodic(track.program)
        if place is None:
            raise InputError(
                f"no MIDI channel is left for track {track.name!r}: a file has room for "
                f"{MAX_PORTS * (N_CHANNELS - 1)} melodic tracks"
            )
        return place

    def is_shared(self, place: Place) -> bool:
        """Whether a melodic place that was given has the number of a channel of another port."""
        return place.channel in self._numbers

    def _melodic(self, program: int) -> Place | None:
        """The first free place; of those that share their number, one with the same program."""
        self._waiting += islice(self._free, _LOOKED_AT - len(self._waiting))
        if not self._waiting:
            return None
        best = self._waiting[0]
        if self.is_shared(best):
            alike = (p for p in self._waiting if self._programs[p.channel] == {program})
            best = next(alike, best)
        self._waiting.remove(best)
        return best
