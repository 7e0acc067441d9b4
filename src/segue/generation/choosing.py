"""What can be taken of a take: its tracks beside those of the piece, its bars, and whether it fits.

See `comp`, which puts parts of takes together. Bars and tracks count from 0.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from segue.errors import InputError
from segue.generation.piece import Piece, Prompt
from segue.generation.same_tracks import Voice, places_in, voices_of
from segue.generation.take import Take
from segue.midi.provenance import provenance_of
from segue.score import Notes, Score, Track

__all__ = [
    "Choice",
    "Offer",
    "called",
    "joining_bar",
    "piece_of",
    "require_alike",
    "require_fitting",
]

_MOST_BARS: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Some tracks and bars of a take."""

    take: Prompt | Take
    tracks: tuple[int, ...] | None = None
    """As `tracks_to_choose` numbers them: the base's own, then those that only the take has. A
    track of the base that is silent in the take becomes silent. None: all."""
    first: int | None = None
    """The first bar; None: the first that was written for the take, as far as its file says so."""
    last: int | None = None
    """The bar after the last; None: as `first`."""
    of: tuple[Voice, ...] | None = None
    """What identifies the tracks that are meant by their numbers, where those are not the base's:
    such as `voices_of` an earlier version that the take was written for."""
    name: str | None = None
    """What messages and the provenance call the take; None: the name of its file."""

    def __post_init__(self) -> None:
        """Refuse a choice of nothing.

        Raises:
            InputError: no track, or bars in no order.
        """
        if self.tracks is not None:
            object.__setattr__(self, "tracks", tuple(dict.fromkeys(self.tracks)))
            if not self.tracks:
                raise InputError("a choice must name at least one track; leave them out for all")
        first, last = self.first or 0, _MOST_BARS if self.last is None else self.last
        if not 0 <= first < last:
            raise InputError(f"bars {first + 1} to {last} of a take are none: choose at least one")


# ---- what a take offers --------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A take that was read, its tracks lined up with those of the version it was written for."""

    choice: Choice
    name: str
    score: Score
    voices: list[Voice]
    tracks: tuple[Track, ...]
    provenance: dict[str, Any] | None
    written: tuple[int, int] | None
    """The bars that were written for it, if that is known."""

    @classmethod
    def of(cls, choice: Choice, own: list[Voice]) -> "Offer":
        """What a choice is of, for a base whose tracks are `own`.

        Raises:
            InputError: a file that cannot be read.
        """
        piece = piece_of(choice.take)
        voices = voices_of(piece)
        own = own if choice.of is None else list(choice.of)
        places = places_in(voices, own)
        further = [index for index, place in enumerate(places) if place is None]
        tracks = [
            Track(notes=Notes.empty(), program=v.program, is_drum=v.is_drum, name=v.name)
            for v in own
        ]
        for track, place in zip(piece.score.tracks, places, strict=True):
            if place is not None:
                tracks[place] = tracks[place].with_notes(track.notes)
        provenance = _provenance_of(choice.take, piece)
        return cls(
            choice,
            choice.name or Path(piece.name).name,
            piece.score,
            [*own, *(voices[index] for index in further)],
            (*tracks, *(piece.score.tracks[index] for index in further)),
            provenance,
            _written(provenance),
        )

    @property
    def bars(self) -> tuple[int, int]:
        """The bars that are chosen."""
        first, last = self.written or (0, self.n_bars)
        chosen = self.choice
        return (
            first if chosen.first is None else chosen.first,
            last if chosen.last is None else chosen.last,
        )

    @property
    def is_expressive(self) -> bool:
        """Whether parts go on in it with their pedals: so, where nothing says otherwise."""
        options = (self.provenance or {}).get("options")
        return not (isinstance(options, dict) and options.get("expression") is False)

    @property
    def n_bars(self) -> int:
        """How many bars the take has: its last ones may be silent."""
        return max(self.score.n_bars, 0 if self.written is None else self.written[1])

    @property
    def chosen(self) -> tuple[int, ...]:
        """The tracks that are chosen, as numbers of `tracks`."""
        every = range(len(self.tracks))
        return tuple(every) if self.choice.tracks is None else self.choice.tracks


def piece_of(given: Prompt | Take) -> Piece:
    """A piece that was given, or the whole piece of a take.

    Raises:
        InputError: a file that cannot be read.
    """
    return Piece(given.score, given.document) if isinstance(given, Take) else Piece.of(given)


def _provenance_of(given: Prompt | Take, piece: Piece) -> dict[str, Any] | None:
    if isinstance(given, Take):
        return given.provenance
    return None if piece.document is None else provenance_of(piece.document.smf)


def _written(provenance: dict[str, Any] | None) -> tuple[int, int] | None:
    """The bars that a provenance says were written; anybody may have changed it."""
    bars = (provenance or {}).get("bars")
    if not isinstance(bars, list) or not all(isinstance(bar, int) for bar in bars):
        return None
    return (bars[0] - 1, bars[1]) if len(bars) == 2 and 1 <= bars[0] <= bars[1] else None


def joining_bar(piece: Piece, offers: Sequence[Offer]) -> int:
    """Where what is appended begins: where it was written to begin, else with the base's end."""
    n_bars = piece.score.n_bars
    begun = [offer.written[0] for offer in offers if offer.written is not None]
    return min((bar for bar in begun if bar >= n_bars), default=n_bars)


# ---- whether it fits -----------------------------------------------------------------------------


def require_fitting(base: Piece, offer: Offer) -> None:
    """Refuse what the take does not have, and a take whose bars are not the base's.

    Raises:
        InputError: which, and where.
    """
    (first, last), n_tracks = offer.bars, len(offer.tracks)
    bad = [track + 1 for track in offer.chosen if not 0 <= track < n_tracks]
    if bad:
        raise InputError(
            f"{offer.name} has no track {', '.join(map(str, bad))}; with those of {base.name} it "
            f"has tracks 1 to {n_tracks}"
        )
    if not first < last <= offer.n_bars:
        raise InputError(
            f"bars {first + 1} to {last} are not in {offer.name}, which has bars 1 to "
            f"{offer.n_bars}"
        )
    own, other = base.score.ticks_per_quarter, offer.score.ticks_per_quarter
    if own != other:
        raise InputError(
            f"{offer.name} has {other} ticks a quarter, {base.name} {own}: parts go together only "
            "in one resolution; export both with the same"
        )
    lines, others = (
        score.bar_grid(n_bars=last).starts[: last + 1] for score in (base.score, offer.score)
    )
    if np.any(lines != others):
        bar = int(np.flatnonzero(lines != others)[0])
        raise InputError(
            f"bar {bar} of {offer.name} does not end where that of {base.name} does: only takes "
            "of one piece, in the same metre, go together"
        )


def require_alike(base: Piece, offer: Offer) -> None:
    """Refuse a take in which the base's tracks play something else before what was written for it.

    Tracks that only the take has may have played before: they were added to the base.

    Raises:
        InputError: with the first bar and track that differ.
    """
    first = offer.bars[0] if offer.written is None else offer.written[0]
    first = min(first, base.score.n_bars)  # what comes after the base is no prompt
    grid = base.score.bar_grid(n_bars=first)
    start = grid.start(first)
    for index, (own, track) in enumerate(zip(base.score.tracks, offer.tracks, strict=False)):
        mine, theirs = _begun(own.notes, start), _begun(track.notes, start)
        differing = [*(mine - theirs), *(theirs - mine)]
        if differing:
            bar = int(grid.bar_of(min(onset for onset, *_ in differing)))
            raise InputError(
                f"{offer.name} and {base.name} do not begin with the same prompt: they differ in "
                f"bar {bar + 1} of {called(track, index)}; give the piece that the take was "
                "written for, or say that one was changed since (--anyway, alike=False)"
            )


def _begun(notes: Notes, end: int) -> Counter[tuple[int, int, int]]:
    """The notes that begin before a tick, wherever they end: a join may have cut them."""
    inside = notes.select(notes.onset < end)
    columns = (inside.onset, inside.pitch, inside.velocity)
    return Counter(zip(*(column.tolist() for column in columns), strict=True))


def called(track: Track, index: int) -> str:
    """What people call a track."""
    return track.name.strip() or f"track {index + 1}"
