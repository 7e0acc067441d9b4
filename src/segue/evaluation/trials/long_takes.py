"""Long takes: 32 bars after 16 bars of prompt, and what goes wrong over so many.

Three shares, of `metrics.long_form`, each beside real songs of the same length:

- takes in which one bar comes `OFTEN` times or more, note for note, in all tracks together;
- takes in which a part of the prompt is silent for the last `END_BARS` bars;
- takes whose last `END_BARS` bars are in another key than their first ones.

None is wrong in itself. A model is as it should be if its shares lie in real music's intervals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from segue.evaluation.candidates.model import answers_to
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.reference import Reference
from segue.evaluation.trials.trial import Figure, Trial, row_of
from segue.metrics import as_table, leaves_its_key, lost_parts, most_repeated_bar
from segue.score import Score, slice_bars

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["LONG_BARS", "LONG_PROMPT_BARS", "PROMPTS", "TAKES", "measure_long_takes"]

LONG_BARS: Final = 32
LONG_PROMPT_BARS: Final = 16
PROMPTS: Final = 16
TAKES: Final = 8
OFTEN: Final = 6
END_BARS: Final = 8
_REAL_SONGS: Final = 240
FIGURES: Final = (
    Figure(name="repeats", title=f"one bar {OFTEN} times or more", better="as real", digits=2),
    Figure(
        name="loses",
        title=f"a part silent for the last {END_BARS} bars",
        better="as real",
        digits=2,
    ),
    Figure(name="leaves", title="ends in another key", better="as real", digits=2),
    Figure(name="most", title="times the commonest bar comes", better="as real", digits=1),
)
TRAPS: Final = (
    "Real songs repeat bars, lose parts and modulate. What counts is how often beside them.",
    "Takes of one prompt are kin: intervals are over prompts, so with few prompts they are wide.",
    "A key and its relative count as one key; music without a clear key leaves it by chance.",
)


@dataclass(frozen=True, eq=False)
class _LongContinuation:
    prompt: Score
    bars: int
    takes: int
    seed: int

    def answers(self, composer: "Composer") -> list[Score]:
        """The new bars of each take, in the takes' order."""
        made = composer.continue_(self.prompt, bars=self.bars, takes=self.takes, seed=self.seed)
        return [take.new_bars for take in sorted(made, key=lambda take: take.number)]


def measure_long_takes(
    reference: Reference,
    composers: Mapping[str, "Composer"],
    *,
    prompts: int,
    takes: int,
    seed: int,
    workers: int = 1,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Trial:
    """Real songs and every model; see the module.

    Args:
        reference: of excerpts as long as the takes, with prompts before them.
        composers: models by the name that they have in the report.
        prompts: how many are continued.
        takes: of each prompt.
        seed: of what is written, and of the intervals.
        workers: processes that write.
        on_progress: called with what is being done, how much is, and how much there is to do.

    Raises:
        InputError: no song is long enough.
    """
    drawn = reference.prompts(max(prompts, _REAL_SONGS))
    real = [measured(reference.prompt_of(e), e.score, reference.n_bars) for e in drawn]
    rows = [row_of("real songs", real, figures=FIGURES, groups=[e.song for e in drawn], seed=seed)]
    asked = [reference.prompt_of(each) for each in drawn[:prompts]]
    for name, composer in composers.items():
        questions = [
            _LongContinuation(prompt, reference.n_bars, takes, seed + k)
            for k, prompt in enumerate(asked)
        ]
        found: list[dict[str, float | None]] = []
        groups: list[int] = []
        for number, answers in enumerate(answers_to(questions, composer, workers=workers)):
            found += [measured(asked[number], take, reference.n_bars) for take in answers]
            groups += [number] * len(answers)
            on_progress(name, number + 1, len(asked))
        rows.append(row_of(name, found, figures=FIGURES, groups=groups, seed=seed))
    return Trial(
        title=f"Long takes: {reference.n_bars} bars",
        about=(
            f"{len(asked)} prompts of {reference.prompt_bars or reference.n_bars} bars, {takes} "
            f"takes of each, seed {seed}, beside {len(drawn)} passages of {reference.kind}. Shares "
            "of takes, and of passages."
        ),
        figures=FIGURES,
        rows=rows,
        traps=TRAPS,
        settings={"bars": reference.n_bars, "prompts": len(asked), "takes": takes, "seed": seed},
        unreadable=[each.reason for each in reference.unreadable],
    )


def measured(prompt: Score, written: Score, n_bars: int) -> dict[str, float | None]:
    """Every figure of `n_bars` bars after a prompt; shares are 0 or 1."""
    before, whole = comparable(prompt), comparable(written)
    begin = as_table(slice_bars(whole, 0, END_BARS), n_bars=END_BARS)
    end = as_table(slice_bars(whole, n_bars - END_BARS, n_bars), n_bars=END_BARS)
    most = most_repeated_bar(as_table(whole, n_bars=n_bars))
    leaves = leaves_its_key(begin, end)
    return {
        "repeats": float(most >= OFTEN),
        "loses": float(lost_parts(before, end) > 0),
        "leaves": None if leaves is None else float(leaves),
        "most": float(most),
    }
