"""Who may play in a take: the parts of the model, and the tracks that their new notes go to.

A part is a track of the piece (`segue.encoding.roster`). Others may join: instruments that
were asked for, or drawn (`ensembles`). Each of them gets a track that is empty at first; when the
take is done, those that have joined stay, in the order in which they did.

Two instruments of a file can share a MIDI channel, one after the other. In new bars both might play
at once, so all but the one that sounded last go on in new tracks of their own.

`P` is the number of parts. A *score of parts* has one track a part, in the order of the roster.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from segue.encoding.roster import NOT_A_TRACK, Roster
from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import DRUMS, MAX_PARTS, IntArray, instrument_of
from segue.generation.ensembles import draw_ensemble, who_would_join
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.score import Notes, Score, Track
from segue.theory.gm import instrument_name

_ENSEMBLE: Final = 3
"""The dice are thrown by (seed, take, chunk); cells use 2 as the fourth number."""
_AT_ONCE: Final = 0.25
"""Tracks play at once if so much of either begins while the other sounds."""


@dataclass(frozen=True, eq=False)
class Cast:
    """The parts of a take."""

    score: Score
    """The piece, and after its tracks an empty one for each part that needs a new one."""
    n_own: int
    """How many tracks the piece has."""
    roster: Roster
    """Of `score`: the track that each part is known by."""
    targets: IntArray
    """The track of `score` that each part's new notes go to, (P,)."""
    allowed: BoolArray
    """Which parts may be written, (P,)."""

    def __len__(self) -> int:
        """P."""
        return len(self.roster)

    @cached_property
    def roster_of_parts(self) -> Roster:
        """The roster of a score of parts."""
        return Roster(self.roster.instruments, np.arange(len(self)))

    @cached_property
    def of_tracks(self) -> IntArray:
        """The part of each track of `score`, (tracks,); `NOT_A_TRACK` where it is none."""
        parts = np.full(len(self.score.tracks), NOT_A_TRACK, np.int64)
        for tracks in (self.targets, self.roster.tracks):
            parts[tracks] = np.arange(len(self))
        return parts

    def parts_of(self, region: Region) -> Region:
        """A region of a score of parts."""
        if region.tracks is None:
            return region
        return replace(region, tracks=tuple(self.of_tracks[list(region.tracks)].tolist()))

    def score_of_parts(self, version: Score) -> Score:
        """A version of `score` as one track a part."""
        tracks = []
        for known, target in zip(self.roster.tracks.tolist(), self.targets.tolist(), strict=True):
            track = version.tracks[known]
            if target != known:
                both = [track.notes, version.tracks[target].notes]
                track = track.with_notes(Notes.concat(both))
            tracks.append(track)
        return version.with_tracks(tracks)

    def with_own(self, version: Score) -> Score:
        """`score` with a version of the piece's own tracks."""
        return version.with_tracks([*version.tracks, *self.score.tracks[self.n_own :]])

    def of_cells(self, cells: BoolArray) -> BoolArray:
        """Cells by the piece's tracks as cells by parts, (bars, n_own) to (bars, P).

        Parts that join are free in all bars in which a track is.
        """
        known: BoolArray = np.asarray(self.roster.tracks < self.n_own)
        bars: BoolArray = np.asarray(cells.any(axis=1))
        free = np.repeat(bars[:, None], len(self), axis=1)
        free[:, known] = cells[:, self.roster.tracks[known]]
        return free

    def joined(self, parts: IntArray, before: Sequence[int] = ()) -> tuple[int, ...]:
        """The new tracks that have joined, in order: those `before`, then those of these notes.

        `parts`: of notes in the order in which they are written, (N,).
        """
        targets = self.targets[parts].tolist()
        return tuple(dict.fromkeys((*before, *(t for t in targets if t >= self.n_own))))

    def finished(self, version: Score, joined: Sequence[int]) -> Score:
        """A version of `score` with no other new tracks than those that have joined."""
        new = [version.tracks[index] for index in joined]
        return version.with_tracks([*version.tracks[: self.n_own], *new])


def cast_of(
    piece: Piece, score: Score, region: Region, options: Options, *, seed: int, take: int
) -> Cast:
    """The cast of a take that is written into a region of a piece.

    `score`: the piece's own. Only where instruments are drawn does the cast depend on seed and
    take.

    Raises:
        InputError: an instrument that there is not.
    """
    known = _known(score, region, options)
    playing = _instruments(score, known)
    wanted = None if region.tracks is not None else options.programs(playing)
    random = np.random.default_rng([seed, take, 0, _ENSEMBLE])
    joining: list[int] = []
    if wanted is not None:
        joining = [program for program in wanted if program not in playing]
    elif is_drawn(score, region, options):
        joining = who_would_join(playing, random) if known else draw_ensemble(random)
    return _assembled(piece, score, region, known, joining[:MAX_PARTS], wanted)


def is_drawn(score: Score, region: Region, options: Options) -> bool:
    """Whether instruments of the cast are drawn, so that every take has its own."""
    if region.tracks is not None or options.instruments is not None:
        return False
    return options.new_instruments or not _known(score, region, options)


def instruments_of(score: Score, region: Region, options: Options) -> list[int]:
    """What the piece's own parts play: 0..127, 128 for drums."""
    return sorted(set(_instruments(score, _known(score, region, options))))


def _known(score: Score, region: Region, options: Options) -> list[int]:
    """The tracks that are parts: those with notes, and silent ones that are named.

    In a piece without notes, all.
    """
    every = range(len(score.tracks))
    heard = [index for index in every if len(score.tracks[index].notes)]
    if not heard:
        return list(every)
    instruments = _instruments(score, every)
    silent = set(options.programs(instruments) or ()) - {instruments[index] for index in heard}
    named = [index for index in every if instruments[index] in silent]
    return sorted({*heard, *named, *(region.tracks or ())})


def _instruments(score: Score, tracks: Iterable[int]) -> list[int]:
    chosen = [score.tracks[index] for index in tracks]
    return [instrument_of(program=track.program, is_drum=track.is_drum) for track in chosen]


def _assembled(
    piece: Piece,
    score: Score,
    region: Region,
    known: list[int],
    joining: list[int],
    wanted: tuple[int, ...] | None,
) -> Cast:
    """The cast of tracks that are known and of instruments that join."""
    n_own = len(score.tracks)
    tracks = [*score.tracks, *(empty_track(instrument) for instrument in joining)]
    counts = np.zeros(len(tracks), np.int64)
    counts[known] = [1 + len(score.tracks[index].notes) for index in known]
    named = [*(region.tracks or ()), *range(n_own, len(tracks))]
    counts[named] += counts.sum() + 1  # these have their places, whoever else there is
    full = score.with_tracks(tracks)
    roster = Roster.of(np.array(_instruments(full, range(len(tracks))), np.int64), counts)
    allowed = np.ones(len(roster), bool)
    if region.tracks is not None:
        allowed = np.isin(roster.tracks, region.tracks)
    elif wanted is not None:
        allowed = np.isin(roster.instruments, wanted)
    targets = roster.tracks.copy()
    if region.tracks is None:
        for part in _leaving(piece, score, region, roster):
            targets[part] = len(tracks)
            tracks.append(empty_track(int(roster.instruments[part])))
    return Cast(score.with_tracks(tracks), n_own, roster, targets, allowed)


def empty_track(instrument: int) -> Track:
    """A track without notes for an instrument, 0..127, 128 for drums."""
    is_drum = instrument == DRUMS
    program = 0 if is_drum else instrument
    name = instrument_name(program=program, is_drum=is_drum)
    return Track(notes=Notes.empty(), program=program, is_drum=is_drum, name=name)


def _leaving(piece: Piece, score: Score, region: Region, roster: Roster) -> list[int]:
    """The parts that leave their channel to another program: see the module.

    Where two programs of a channel do play at once in the file, each in a chunk of its own as a DAW
    keeps them apart, both stay.
    """
    start, _ = piece.ticks(region)
    channels = piece.channels(score)
    parts = [part for part, track in enumerate(roster.tracks) if track < len(score.tracks)]
    leaving: list[int] = []
    for channel in np.unique(channels[roster.tracks[parts]]).tolist():
        sharing = [part for part in parts if channels[roster.tracks[part]] == channel]
        if len(set(roster.instruments[sharing].tolist())) < 2 or roster.is_drum[sharing[0]]:
            continue
        latest = [_latest_onset(score.tracks[roster.tracks[part]].notes, start) for part in sharing]
        keeper = roster.instruments[sharing[int(np.argmax(latest))]]
        keepers = [int(roster.tracks[p]) for p in sharing if roster.instruments[p] == keeper]
        for part in sharing:
            track = int(roster.tracks[part])
            if track not in keepers and not any(_at_once(piece, track, k) for k in keepers):
                leaving.append(part)
    return leaving


def _at_once(piece: Piece, first: int, second: int) -> bool:
    """Whether two tracks of different chunks of a file sound at the same time there."""
    document = piece.document
    if document is None or max(first, second) >= len(document.origins):
        return False
    if document.origins[first].chunk == document.origins[second].chunk:
        return False
    one, two = (piece.score.tracks[index].notes for index in (first, second))
    shares = [
        float(np.mean(_sounds_at(other, own.onset))) if len(own) else 0.0
        for own, other in ((one, two), (two, one))
    ]
    return max(shares) >= _AT_ONCE


def _sounds_at(notes: Notes, ticks: IntArray) -> BoolArray:
    """Whether any note sounds at each tick."""
    until = np.append(0, np.maximum.accumulate(notes.offset))
    sounding: BoolArray = until[np.searchsorted(notes.onset, ticks, side="right")] > ticks
    return sounding


def _latest_onset(notes: Notes, start: int) -> int:
    before = notes.onset[notes.onset < start]
    return int(before[-1]) if len(before) else -1
