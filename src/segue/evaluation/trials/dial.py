"""The dial of `vary`: the same bars written again by amounts from 0 to 1, beside what they were.

Of each passage of `2 n` bars the last `n` are varied, with those before them in sight. A dial that
works falls evenly: at 0 nearly all notes are as they were, at 1 as few as where the bars were never
seen. For that the last row continues the first bars alone.

Note F1 counts each note once (onset, pitch and track); chroma similarity says how far the harmony
stays, groove agreement how far the rhythm does. Source of the idea: Meng et al., "SDEdit" (2021).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from segue.evaluation.candidates.model import answers_to
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.reference import Reference
from segue.evaluation.trials.trial import Figure, Trial, row_of
from segue.metrics import (
    as_table,
    chroma_similarity,
    content_preservation,
    groove_agreement,
    note_f1,
)
from segue.score import Score, slice_bars

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["AMOUNTS", "DIAL_BARS", "PASSAGES", "TAKES", "measure_dial"]

DIAL_BARS: Final = 8
"""Varied, and as many before them."""
PASSAGES: Final = 40
TAKES: Final = 2
AMOUNTS: Final = tuple(step / 10 for step in range(11))
FIGURES: Final = (
    Figure(name="note_f1", title="note F1", better="falls evenly"),
    Figure(name="chroma", title="chroma similarity", better="falls evenly"),
    Figure(name="groove", title="groove agreement", better="falls evenly"),
    Figure(name="content", title="content preservation", better="falls evenly"),
    Figure(name="notes", title="notes, of those that were there", better="near 1", digits=2),
)
TRAPS: Final = (
    "Bars that repeat those before them come back by themselves: compare with the row 'not seen'.",
    "Notes of a pitch beside the old one count as lost, whether or not they fit.",
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
    bars, rows = reference.n_bars // 2, []
    for name, composer in composers.items():
        for amount in (*amounts, None):
            questions = [
                _Variation(each.score, amount, bars, takes, seed + k)
                for k, each in enumerate(drawn)
            ]
            found: list[dict[str, float | None]] = []
            groups: list[int] = []
            title = f"{name}, not seen" if amount is None else f"{name}, {amount:g}"
            for number, answers in enumerate(answers_to(questions, composer, workers=workers)):
                before = slice_bars(drawn[number].score, bars, 2 * bars)
                found += [measured(before, take, bars) for take in answers]
                groups += [drawn[number].song] * len(answers)
                on_progress(title, number + 1, len(drawn))
            rows.append(row_of(title, found, figures=FIGURES, groups=groups, seed=seed))
    return Trial(
        title=f"The dial: {bars} bars varied",
        about=(
            f"{len(drawn)} passages of {2 * bars} bars of {reference.kind}, {takes} takes of each "
            f"by each amount, seed {seed}."
        ),
        figures=FIGURES,
        rows=rows,
        traps=TRAPS,
        settings={"bars": bars, "passages": len(drawn), "takes": takes, "seed": seed},
        unreadable=[each.reason for each in reference.unreadable],
    )


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
