"""Comping: parts of several takes as one piece: the drums of take 2 with the bass of take 4.

A comp is a base with the notes of some tracks, in some bars, exchanged for those of takes. All else
of the base stays, event for event. No model is needed, and nothing is drawn.

A note belongs to the bar in which it begins. One that is taken and held on ends where the piece
begins its pitch again; one that is held into bars that are taken from a take rings on as it did.

Bars count from 0 here, tracks too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from segue.errors import InputError
from segue.files import write_bytes
from segue.generation.choosing import (
    Choice,
    Offer,
    called,
    joining_bar,
    piece_of,
    require_alike,
    require_fitting,
)
from segue.generation.joins import a_tempo
from segue.generation.piece import Piece, Prompt
from segue.generation.same_tracks import Voice, places_in, voices_of
from segue.generation.take import Take, file_of
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.score import Notes, Score, Track
from segue.version import __version__

__all__ = ["Choice", "Comp", "Part", "comp", "tracks_to_choose"]


@dataclass(frozen=True)
class Part:
    """What a comp has from a take."""

    take: str
    """What the take is called."""
    names: tuple[str, ...]
    """Of the tracks; empty where all were taken."""
    region: Region
    """The bars, and the tracks by their numbers in the comp."""
    provenance: dict[str, Any] | None
    """Of the take."""


@dataclass(frozen=True)
class Comp:
    """A base with parts of takes in it."""

    score: Score
    region: Region
    """The bars from the first that was taken to the last, and the tracks."""
    parts: tuple[Part, ...]
    """Which take gave what, in the order of the choices."""
    joined: Region
    """The bars that are joined to the base: those after its end, where there are any."""
    is_expressive: bool
    """Whether parts go on in them with their pedals, controllers and bends."""
    document: MidiDocument | None = field(repr=False)
    """The base's file; None where it came from none."""

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Which take gave which tracks and bars, both counted from 1, and where each came from."""
        return {
            "version": __version__,
            "task": "comp",
            "bars": [self.region.first + 1, self.region.last],
            "choices": [
                {
                    "from": part.take,
                    "bars": [part.region.first + 1, part.region.last],
                    "tracks": [track + 1 for track in part.region.tracks or ()],
                    **({"names": list(part.names)} if part.names else {}),
                    **({"take": part.provenance} if part.provenance else {}),
                }
                for part in self.parts
            ],
        }

    def to_bytes(self) -> bytes:
        """The comp as a MIDI file: the base's, with the notes and the provenance in it.

        Raises:
            InputError: the file has no room for so many tracks.
        """
        return file_of(
            self.score,
            self.document,
            self.provenance,
            region=self.joined,
            is_expressive=self.is_expressive,
        )

    def save(self, path: str | Path) -> Path:
        """Write the MIDI file, whole or not at all.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
        write_bytes(Path(path), self.to_bytes())
        return Path(path)


def comp(base: Prompt, choices: Sequence[Choice], *, alike: bool = True) -> Comp:
    """The base with what was chosen of takes in it; of choices that overlap the later counts.

    Args:
        base: the piece that the takes were written for, or one of them, or a later version.
        choices: what to take.
        alike: whether to refuse a take that does not begin with the same notes as the base.

    Raises:
        InputError: a file that cannot be read, tracks or bars that a take does not have, or a take
            that does not fit the base: other bar lines, another resolution, another beginning.
    """
    if not choices:
        raise InputError("nothing was chosen: name at least one take to take parts from")
    piece = piece_of(base)
    own = voices_of(piece)
    offers = [Offer.of(choice, own) for choice in choices]
    for offer in offers:
        require_fitting(piece, offer)
        if alike and offer.choice.of is None:
            require_alike(piece, offer)
    mixing = _Mixing(piece, own)
    parts = tuple(mixing.take(offer) for offer in offers)
    regions = [part.region for part in parts]
    first, last = min(r.first for r in regions), max(r.last for r in regions)
    tracks = tuple(sorted({track for region in regions for track in region.tracks or ()}))
    score, joined = mixing.score(), Region(first, last)
    if last > piece.score.n_bars:
        joined = Region(joining_bar(piece, offers), last)
        score = a_tempo(score, joined.first)
    is_expressive = any(offer.is_expressive for offer in offers)
    return Comp(score, Region(first, last, tracks), parts, joined, is_expressive, piece.document)


def tracks_to_choose(base: Prompt, take: Prompt | Take) -> tuple[Track, ...]:
    """What a `Choice` may take: the base's tracks as the take has them, and those it alone has.

    Raises:
        InputError: a file that cannot be read.
    """
    return Offer.of(Choice(take=take), voices_of(piece_of(base))).tracks


# ---- putting together ----------------------------------------------------------------------------


class _Mixing:
    """The tracks of a comp while parts are put in."""

    def __init__(self, base: Piece, own: list[Voice]) -> None:
        self.base, self.voices, self.n_own = base, list(own), len(own)
        self.tracks = list(base.score.tracks)
        self.kept = [track.notes for track in self.tracks]
        self.taken: list[list[tuple[Notes, int]]] = [[] for _ in self.tracks]
        """Of each track: notes from takes, with the end of the bars that they were chosen for."""

    def take(self, offer: Offer) -> Part:
        """Put in what is chosen of a take."""
        first, last = offer.bars
        grid = self.base.score.bar_grid(n_bars=last)
        start, end = grid.start(first), grid.start(last)
        places = places_in(offer.voices, self.voices)
        targets: dict[int, Notes] = {}
        if offer.choice.tracks is None:
            targets = {index: Notes.empty() for index in range(len(self.tracks))}
        for index in offer.chosen:
            notes = _between(offer.tracks[index].notes, start, end)
            place = places[index]
            if place is None and len(notes):
                place = self._join(offer.voices[index], offer.tracks[index])
            if place is not None:
                targets[place] = notes
        for place, notes in targets.items():
            self.kept[place] = _outside(self.kept[place], start, end)
            before = [(_outside(notes_, start, end), to) for notes_, to in self.taken[place]]
            self.taken[place] = [*before, (notes, end)]
        tracks = tuple(sorted(targets))
        names = tuple(called(self.tracks[track], track) for track in tracks)
        is_all = offer.choice.tracks is None
        return Part(
            offer.name, () if is_all else names, Region(first, last, tracks), offer.provenance
        )

    def _join(self, voice: Voice, track: Track) -> int:
        """A new track for what only a take has; another take's of the same kind shares it."""
        self.voices.append(voice)
        self.tracks.append(track.with_notes(Notes.empty()))
        self.kept.append(Notes.empty())
        self.taken.append([])
        return len(self.tracks) - 1

    def score(self) -> Score:
        """What has come of it."""
        loose = [
            Notes.concat([kept, *(notes for notes, _ in taken)])
            for kept, taken in zip(self.kept, self.taken, strict=True)
        ]
        score = self.base.score.with_tracks(
            [track.with_notes(notes) for track, notes in zip(self.tracks, loose, strict=True)]
        )
        channels = self.base.channels(score)
        tracks = []
        for index, track in enumerate(score.tracks):
            sharing = [loose[other] for other in np.flatnonzero(channels == channels[index])]
            heard = Notes.concat(sharing)
            own = None if index >= self.n_own else self.base.score.tracks[index].notes
            ended = [_ended(notes, end, heard, own) for notes, end in self.taken[index]]
            tracks.append(track.with_notes(Notes.concat([self.kept[index], *ended])))
        return score.with_tracks(tracks)


def _ended(notes: Notes, end: int, heard: Notes, own: Notes | None) -> Notes:
    """Taken notes; those held past their bars end where their pitch begins again in `heard`.

    Notes that the base has itself (`own`) stay as they are.
    """
    held = np.flatnonzero(notes.offset > end)
    if not len(held):
        return notes
    known = set() if own is None else set(_rows(own))
    duration = notes.duration.copy()
    rows = _rows(notes)
    for index in held.tolist():
        again = heard.onset[(heard.pitch == notes.pitch[index]) & (heard.onset >= end)]
        if len(again) and rows[index] not in known:
            duration[index] = min(int(duration[index]), int(again[0] - notes.onset[index]))
    return Notes.of(
        onset=notes.onset, duration=duration, pitch=notes.pitch, velocity=notes.velocity
    )


def _rows(notes: Notes) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in notes.columns().values()), strict=True))


def _between(notes: Notes, start: int, end: int) -> Notes:
    return notes.select((notes.onset >= start) & (notes.onset < end))


def _outside(notes: Notes, start: int, end: int) -> Notes:
    return notes.select((notes.onset < start) | (notes.onset >= end))
