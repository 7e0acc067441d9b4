"""Two bars of one track taken out of a whole piece, and written again with all the rest in sight.

A *hole* is `n_bars` bars of one track that plays in them, in the `n_bars` bars before and in the
bar after; another track plays in them, too. One hole is drawn of each piece. What is written there
is held against what was there by the measures that the field reports, all from `segue.metrics`:

- note F1, each note matched with one note at most (onset, pitch and track; not its duration);
- the difference of the entropies of pitch classes, groove agreement, content preservation;
- the seam after the hole: chroma on its both sides, and the leap in semitones.

Everyone goes through `comparable`, real music too. Rows: what was there, the `n_bars` bars before
copied, and of each model the first take, the take that it ranks first, and the take of highest note
F1, which looks at the answer and is an upper bound. With `controls` the model is also told what it
could not know: the key of the hole's bars over all tracks, and whether the hole has fewer or more
notes than the bars before it.

Sources: M. Malandro, "Composer's Assistant" (ISMIR 2023); MIDI-RWKV (2025).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from segue.errors import InputError
from segue.evaluation.candidates.model import answers_to
from segue.evaluation.music.excerpts import Songs, comparable
from segue.evaluation.trials.trial import Figure, Row, Trial, row_of
from segue.evaluation.types import IntArray
from segue.metrics import (
    as_table,
    content_preservation,
    entropy_difference,
    groove_agreement,
    note_f1,
    seam_chroma_similarity,
    seam_leap,
)
from segue.score import Score, slice_bars
from segue.theory.key import estimate_key

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["HOLES", "HOLE_BARS", "TAKES", "Hole", "draw_holes", "measure_infilling"]

HOLE_BARS: Final = 2
HOLES: Final = 120
TAKES: Final = 4
FIGURES: Final = (
    Figure(name="note_f1", title="note F1", better="higher"),
    Figure(name="entropy", title="pitch-class entropy difference, bits", better="lower"),
    Figure(name="groove", title="groove agreement", better="higher"),
    Figure(name="content", title="content preservation", better="higher"),
    Figure(name="seam_chroma", title="chroma at the seam after it", better="as real"),
    Figure(
        name="seam_leap", title="leap at the seam after it, semitones", better="as real", digits=1
    ),
)
TRAPS: Final = (
    "A copy of the bars before is hard to beat, because much music repeats. A model below it in "
    "note F1 may still write better music.",
    "Note F1 counts only the notes that were there: other good bars score 0.",
    "Pieces of the training music make any model look good: use pieces that it has not seen.",
    "Most bars of real music come back elsewhere in their piece. Who looks there finds what was in "
    "the hole: that is memory, not invention.",
    "The take of highest note F1 is chosen by the answer: it is an upper bound, not a result.",
)
_MORE: Final = 1.25
"""Times the notes of the bars before, from which on a hole is denser; sparser the other way."""


@dataclass(frozen=True, eq=False)
class Hole:
    """Bars of one track of a piece."""

    piece: Score
    number: int
    """Of the piece."""
    track: int
    first: int
    """The first bar of the hole, from 0."""
    n_bars: int

    @property
    def real(self) -> Score:
        """What was there, as a score of the one track."""
        return self._bars(self.first, self.n_bars)

    @property
    def before(self) -> Score:
        """As many bars before it."""
        return self._bars(self.first - self.n_bars, self.n_bars)

    @property
    def after(self) -> Score:
        """The bar after it."""
        return self._bars(self.first + self.n_bars, 1)

    @property
    def emptied(self) -> Score:
        """The piece without the hole's notes, so that nobody can look at them."""
        from segue.generation.chunks import without
        from segue.generation.window import Region

        return without(self.piece, Region(self.first, self.first + self.n_bars, (self.track,)))

    def _bars(self, first: int, count: int) -> Score:
        bars = slice_bars(self.piece, first, first + count)
        return bars.with_tracks([bars.tracks[self.track]])


def draw_holes(songs: Songs, *, split: str, count: int, n_bars: int, seed: int) -> list[Hole]:
    """One hole of each of up to `count` pieces, in random order.

    Raises:
        InputError: no piece has a place for one.
    """
    random = np.random.default_rng(seed)
    found: list[Hole] = []
    for number in random.permutation(songs.split(split)).tolist():
        piece = songs.score(number)
        places = _places(piece, n_bars)
        if len(places):
            track, first = places[random.integers(len(places))].tolist()
            found.append(Hole(piece, number, track, first, n_bars))
        if len(found) == count:
            break
    if not found:
        raise InputError(
            f"no piece has {2 * n_bars + 1} bars in a row in which one track plays, and another "
            "beside it; give whole pieces of several tracks"
        )
    return found


def _places(piece: Score, n_bars: int) -> IntArray:
    """Track and first bar of every possible hole, (places, 2)."""
    grid = piece.bar_grid()
    plays = np.zeros((len(piece.tracks), grid.n_bars), bool)
    for index, track in enumerate(piece.tracks):
        plays[index, grid.bar_of(track.notes.onset)] = True
    whole = 2 * n_bars + 1
    if grid.n_bars < whole:
        return np.zeros((0, 2), np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(plays, whole, axis=1)
    hole = windows[:, :, n_bars : 2 * n_bars]
    alone = hole.any(axis=2).sum(axis=0) < 2
    good = windows.all(axis=2) & ~alone
    places: IntArray = np.argwhere(good) + np.array([0, n_bars])
    return places


@dataclass(frozen=True, eq=False)
class _Infilling:
    """A hole as a question to a model."""

    hole: Hole
    takes: int
    seed: int
    controls: bool

    def answers(self, composer: "Composer") -> list[Score]:
        """The takes in the hole's track, best ranked first; and the first take before them."""
        from segue.generation.options import Options

        hole = self.hole
        options = Options()
        if self.controls:
            options = Options(key=_key(hole), density=_density(hole))
        made = composer.infill(
            hole.emptied,
            first=hole.first,
            last=hole.first + hole.n_bars,
            tracks=[hole.track],
            takes=self.takes,
            seed=self.seed,
            options=options,
        )
        in_order = [
            min(made, key=lambda take: take.number),
            *sorted(made, key=lambda take: take.rank),
        ]
        return [take.new_bars.with_tracks([take.new_bars.tracks[hole.track]]) for take in in_order]


def _key(hole: Hole) -> int:
    """Of the hole's bars, over all tracks."""
    bars = slice_bars(hole.piece, hole.first, hole.first + hole.n_bars)
    table = as_table(bars).pitched()
    counts = np.bincount(table.pitch % 12, weights=table.duration, minlength=12)
    return estimate_key(counts.astype(np.float64))


def _density(hole: Hole) -> Literal["sparser", "same", "denser"]:
    """Of the hole beside the bars before it."""
    times = hole.real.n_notes / max(1, hole.before.n_notes)
    return "denser" if times > _MORE else "sparser" if times < 1 / _MORE else "same"


def measure_infilling(
    holes: Sequence[Hole],
    composers: Mapping[str, "Composer"],
    *,
    takes: int,
    seed: int,
    about: str,
    unreadable: Sequence[str] = (),
    workers: int = 1,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Trial:
    """Everyone's rows; see the module.

    Args:
        holes: `draw_holes`.
        composers: models by the name that they have in the report.
        takes: of each hole.
        seed: of what is written, and of the intervals.
        about: of what music the holes are.
        unreadable: why files could not be read.
        workers: processes that write.
        on_progress: called with what is being done, how much is, and how much there is to do.
    """
    rows = [
        _row("what was there", holes, [hole.real for hole in holes], seed),
        _row("the bars before, copied", holes, [hole.before for hole in holes], seed),
    ]
    for name, composer in composers.items():
        for controls in (False, True):
            asked = [_Infilling(hole, takes, seed + k, controls) for k, hole in enumerate(holes)]
            called = f"{name}, told key and density" if controls else name
            written = []
            for answers in answers_to(asked, composer, workers=workers):
                written.append(answers)
                on_progress(called, len(written), len(holes))
            rows += _rows_of(called, holes, written, seed)
    return Trial(
        title=f"Infilling: {holes[0].n_bars} bars of one track",
        about=f"{len(holes)} holes, one a piece, of {about}; {takes} takes of each, seed {seed}.",
        figures=FIGURES,
        rows=rows,
        traps=TRAPS,
        settings={"bars": holes[0].n_bars, "holes": len(holes), "takes": takes, "seed": seed},
        unreadable=unreadable,
    )


def _rows_of(
    name: str, holes: Sequence[Hole], written: Sequence[Sequence[Score]], seed: int
) -> list[Row]:
    rows = [_row(name, holes, [first for first, *_ in written], seed)]
    if len(written[0]) > 2:
        rows.append(_row(f"{name}, ranked first", holes, [w[1] for w in written], seed))
        nearest = [
            max(ranked, key=lambda take: _f1(hole.real, take))
            for hole, (_, *ranked) in zip(holes, written, strict=True)
        ]
        rows.append(_row(f"{name}, highest note F1", holes, nearest, seed))
    return rows


def _row(name: str, holes: Sequence[Hole], written: Sequence[Score], seed: int) -> Row:
    found = [measured(hole, score) for hole, score in zip(holes, written, strict=True)]
    return row_of(name, found, figures=FIGURES, groups=[hole.number for hole in holes], seed=seed)


def measured(hole: Hole, written: Score) -> dict[str, float | None]:
    """Every figure of what was written into a hole."""
    real, here = (as_table(comparable(score), n_bars=hole.n_bars) for score in (hole.real, written))
    after = as_table(comparable(hole.after), n_bars=1)
    return {
        "note_f1": _f1(hole.real, written),
        "entropy": entropy_difference(reference=real, estimate=here),
        "groove": groove_agreement(reference=real, estimate=here),
        "content": content_preservation(reference=real, estimate=here),
        "seam_chroma": seam_chroma_similarity(prompt=here, continuation=after),
        "seam_leap": seam_leap(before=here, after=after),
    }


def _f1(real: Score, written: Score) -> float:
    return note_f1(reference=comparable(real), estimate=comparable(written)).f1
