"""The dial of `vary`: the same bars written again by amounts from 0 to 1, beside what they were.

Of each passage of `2 n` bars the last `n` are varied, with those before them in sight. A dial that
works falls evenly: at 0 nearly all notes are as they were, at 1 as few as where the bars were never
seen. For that the last row continues the first bars alone.

Note F1 counts each note once (onset, pitch and track); chroma similarity says how far the harmony
stays, groove agreement how far the rhythm does. Source of the idea: Meng et al., "SDEdit" (2021).

The AUC says whether the bars are music at every amount: a classifier tells them from as many real
excerpts, each of a song of its own and none of a song that is varied. The first row gives it the
bars as they were, which is as low as it gets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from segue.errors import InputError
from segue.evaluation.candidates.model import answers_to
from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.distances.two_sample import FOLDS, tell_apart
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.reference import Reference
from segue.evaluation.trials.trial import Figure, Row, Trial, row_of
from segue.evaluation.types import FloatArray
from segue.metrics import (
    as_table,
    chroma_similarity,
    content_preservation,
    feature_vector,
    groove_agreement,
    note_f1,
)
from segue.score import Score, slice_bars

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["AMOUNTS", "DIAL_BARS", "PASSAGES", "TAKES", "measure_dial"]

DIAL_BARS: Final = 8
"""Varied, and as many before them."""
PASSAGES: Final = 100
"""With fewer the AUC's interval is wider than what it is to show."""
TAKES: Final = 1
AMOUNTS: Final = tuple(step / 10 for step in range(11))
FIGURES: Final = (
    Figure(name="note_f1", title="note F1", better="falls evenly"),
    Figure(name="chroma", title="chroma similarity", better="falls evenly"),
    Figure(name="groove", title="groove agreement", better="falls evenly"),
    Figure(name="content", title="content preservation", better="falls evenly"),
    Figure(name="notes", title="notes, of those that were there", better="near 1", digits=2),
)
AUC: Final = Figure(
    name="auc", title="AUC of the two-sample test, against other songs", better="near 0.5"
)
AS_THEY_WERE: Final = "as they were"
TRAPS: Final = (
    "Bars that repeat those before them come back by themselves: compare with the row 'not seen'.",
    "Notes of a pitch beside the old one count as lost, whether or not they fit.",
    "The AUC rises with the number of excerpts, and moves with the songs that are drawn: compare "
    f"it with the row '{AS_THEY_WERE}'.",
)


@dataclass(frozen=True, eq=False)
class _Variation:
    passage: Score
    amount: float | None
    """None: the bars are continued, and what they were is not shown."""
    bars: int
    takes: int
    seed: int

    def answers(self, composer: "Composer") -> list[Score]:
        """The new bars of each take, in the takes' order."""
        if self.amount is None:
            prompt = slice_bars(self.passage, 0, self.bars)
            made = composer.continue_(prompt, bars=self.bars, takes=self.takes, seed=self.seed)
        else:
            made = composer.vary(
                self.passage,
                first=self.bars,
                last=2 * self.bars,
                amount=self.amount,
                takes=self.takes,
                seed=self.seed,
            )
        return [take.new_bars for take in sorted(made, key=lambda take: take.number)]


def measure_dial(
    reference: Reference,
    composers: Mapping[str, "Composer"],
    *,
    passages: int,
    takes: int,
    seed: int,
    amounts: Sequence[float] = AMOUNTS,
    workers: int = 1,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Trial:
    """Every amount of every model; see the module.

    Args:
        reference: of excerpts twice as long as what is varied.
        composers: models by the name that they have in the report.
        passages: how many are varied.
        takes: of each passage and amount.
        seed: of what is written, and of the intervals.
        amounts: of the dial, each in 0..1.
        workers: processes that write.
        on_progress: called with what is being done, how much is, and how much there is to do.

    Raises:
        InputError: no song is long enough.
    """
    drawn = reference.excerpts(passages)
    bars = reference.n_bars // 2
    judge = _Judge(
        before=[slice_bars(each.score, bars, 2 * bars) for each in drawn],
        songs=[each.song for each in drawn],
        others=_features_of_others(reference, passages * takes),
        bars=bars,
        seed=seed,
    )
    rows = [judge.row(AS_THEY_WERE, [[each] for each in judge.before])]
    for name, composer in composers.items():
        for amount in (*amounts, None):
            questions = [
                _Variation(each.score, amount, bars, takes, seed + k)
                for k, each in enumerate(drawn)
            ]
            title = f"{name}, not seen" if amount is None else f"{name}, {amount:g}"
            answers: list[list[Score]] = []
            for answer in answers_to(questions, composer, workers=workers):
                answers.append(answer)
                on_progress(title, len(answers), len(drawn))
            rows.append(judge.row(title, answers))
    return Trial(
        title=f"The dial: {bars} bars varied",
        about=(
            f"{len(drawn)} passages of {2 * bars} bars of {reference.kind}; takes of each by each "
            f"amount: {takes}; seed {seed}. The AUC is against {len(judge.others)} excerpts of "
            "other songs."
        ),
        figures=(*FIGURES, AUC),
        rows=rows,
        traps=TRAPS,
        settings={
            "bars": bars,
            "passages": len(drawn),
            "takes": takes,
            "seed": seed,
            "others": len(judge.others),
        },
        unreadable=[each.reason for each in reference.unreadable],
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class _Judge:
    """Measures what was written in place of bars."""

    before: Sequence[Score]
    """The bars as they were, one a passage."""
    songs: Sequence[int]
    """The song of each passage."""
    others: FloatArray
    """Features of excerpts of other songs, (N, F)."""
    bars: int
    """That are varied of each passage."""
    seed: int

    def row(self, title: str, answers: Sequence[Sequence[Score]]) -> Row:
        """The figures of each passage's takes."""
        found = [
            (measured(before, take, self.bars), song)
            for before, song, takes in zip(self.before, self.songs, answers, strict=True)
            for take in takes
        ]
        row = row_of(
            title,
            [measures for measures, _ in found],
            figures=FIGURES,
            groups=[song for _, song in found],
            seed=self.seed,
        )
        return replace(row, values={**row.values, AUC.name: self._auc(answers)})

    def _auc(self, answers: Sequence[Sequence[Score]]) -> Estimate | None:
        """Of equally many on both sides, first takes first; None of too few."""
        takes = [
            (take, song)
            for of_passages in zip(*answers, strict=True)
            for take, song in zip(of_passages, self.songs, strict=True)
        ]
        size = min(len(takes), len(self.others))
        songs = [song for _, song in takes[:size]]
        if min(size, len(set(songs))) < FOLDS:
            return None
        features = np.array([_features(take, self.bars) for take, _ in takes[:size]])
        return tell_apart(self.others[:size], features, seed=self.seed, groups=songs).auc


def _features_of_others(reference: Reference, count: int) -> FloatArray:
    """Of real excerpts, each of another song and none of a song that is varied: up to `count`."""
    try:
        drawn = {each.song: each.score for each in reversed(reference.prompts(count))}
    except InputError:  # no other song is long enough
        return np.zeros((0, 0))
    bars = reference.n_bars // 2
    return np.array([_features(slice_bars(each, bars, 2 * bars), bars) for each in drawn.values()])


def _features(score: Score, n_bars: int) -> FloatArray:
    return feature_vector(comparable(score), n_bars=n_bars)


def measured(before: Score, after: Score, n_bars: int) -> dict[str, float | None]:
    """Every figure of bars that were varied, beside what they were."""
    old, new = comparable(before), comparable(after)
    was, now = (as_table(each, n_bars=n_bars) for each in (old, new))
    return {
        "note_f1": note_f1(reference=old, estimate=new).f1,
        "chroma": chroma_similarity(reference=was, estimate=now),
        "groove": groove_agreement(reference=was, estimate=now),
        "content": content_preservation(reference=was, estimate=now),
        "notes": new.n_notes / old.n_notes if old.n_notes else None,
    }
