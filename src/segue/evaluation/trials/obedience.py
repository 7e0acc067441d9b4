"""Are wishes obeyed? After real prompts everything that a musician can ask is asked, and measured.

Each prompt is continued once for each wish (`trials.wishes`) and once with nothing asked, from the
same seed. Of the new bars the same quantities are measured (`trials.facts`), and held against what
was asked: `trials.asked_and_written` says how. Takes with nothing asked are held against every
wish too: what they reach is no obedience.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from segue.encoding.controls import Control
from segue.encoding.roster import Roster
from segue.evaluation.candidates.model import answers_to
from segue.evaluation.music.reference import Reference
from segue.evaluation.trials.asked_and_written import Asking, Section, sections_of
from segue.evaluation.trials.facts import Facts, facts_of
from segue.evaluation.trials.notebook import Notebook
from segue.evaluation.trials.wishes import Wish, wishes_of
from segue.score import Score

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["BARS", "PROMPTS", "PROMPT_BARS", "TAKES", "Obedience", "measure_obedience"]

PROMPT_BARS: Final = 8
BARS: Final = 4
PROMPTS: Final = 40
TAKES: Final = 4
TRAPS: Final = (
    "A wish that agrees with the prompt is easy: takes with nothing asked reach it too. What "
    "counts is the difference.",
    "Asked classes differ from part to part, and so do those written, whatever is asked: the rank "
    "correlation of classes is high for a model that only goes on. That of changes is not.",
    "A fifth above a key six of seven pitches are the same.",
    "A wish can be obeyed by bad music. Look at the metrics in the table of changes, and listen.",
    "Takes of one prompt are kin: intervals are over prompts, so with few prompts they are wide.",
)


@dataclass(frozen=True, kw_only=True)
class Obedience:
    """What the trial found."""

    title: str
    about: str
    sections: Sequence[Section]
    traps: Sequence[str]
    settings: dict[str, Any]
    unreadable: Sequence[str] = ()

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class _Question:
    """One wish after one prompt."""

    prompt: Score
    wish: Wish
    bars: int
    takes: int
    seed: int

    def answers(self, composer: "Composer") -> list[Score]:
        """The new bars of each take, in the takes' order."""
        made = composer.continue_(
            self.prompt,
            bars=self.bars,
            takes=self.takes,
            seed=self.seed,
            options=self.wish.options,
        )
        return [take.new_bars for take in sorted(made, key=lambda take: take.number)]


def measure_obedience(
    reference: Reference,
    composer: "Composer",
    *,
    prompts: int,
    takes: int,
    seed: int,
    path: Path | None = None,
    workers: int = 1,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Obedience:
    """Everything that can be asked, asked; see the module.

    Args:
        reference: of excerpts as long as the new bars, with prompts of `PROMPT_BARS` before them.
        composer: the model.
        prompts: how many are continued.
        takes: of each prompt and wish.
        seed: of what is written, and of the intervals.
        path: of a file that keeps what was measured, so that a trial that was interrupted goes
            on; see `notebook`.
        workers: processes that write.
        on_progress: called with what is being done, how much is, and how much there is to do.

    Raises:
        InputError: no song is long enough.
    """
    drawn = reference.prompts(prompts)
    settings = {
        "model": composer.name,
        "against": reference.name,
        "kind": reference.kind,
        "prompt_bars": reference.prompt_bars,
        "bars": reference.n_bars,
        "prompts": len(drawn),
        "takes": takes,
        "seed": seed,
    }
    kept = Notebook(path, {key: value for key, value in settings.items() if key != "prompts"})
    scores = [reference.prompt_of(each) for each in drawn]
    wishes = [wishes_of(prompt, seed=seed + k) for k, prompt in enumerate(scores)]
    names = [(k, wish) for k, asked in enumerate(wishes) for wish in asked]
    open_ = [(k, wish) for k, wish in names if _line(k, wish) not in kept.found]
    questions = [_Question(scores[k], wish, reference.n_bars, takes, seed + k) for k, wish in open_]
    rosters = [Roster.of_score(prompt) for prompt in scores]
    done = len(names) - len(open_)
    on_progress("wishes", done, len(names))
    answered = answers_to(questions, composer, workers=workers)
    for (k, wish), answers in zip(open_, answered, strict=True):
        facts = [facts_of(take, rosters[k], reference.n_bars) for take in answers]
        kept.add(_line(k, wish), [each.to_mapping() for each in facts])
        done += 1
        on_progress("wishes", done, len(names))
    asked = [
        Asking(
            prompt=k,
            wish=wish,
            before=facts_of(scores[k], rosters[k], PROMPT_BARS),
            classes=_classes_asked(composer, scores[k], wish, reference.n_bars),
            takes=[Facts.of_mapping(each) for each in kept.found[_line(k, wish)]],
        )
        for k, wish in names
    ]
    return Obedience(
        title=f"Obedience: {reference.n_bars} bars, with wishes",
        about=(
            f"{len(drawn)} prompts of {PROMPT_BARS} bars of {reference.kind}; {takes} takes of "
            f"each wish, seed {seed}, by {composer.name}."
        ),
        sections=sections_of(asked, seed=seed),
        traps=TRAPS,
        settings=settings,
        unreadable=[each.reason for each in reference.unreadable],
    )


def _line(prompt: int, wish: Wish) -> str:
    return f"{prompt} {wish.name}"


def _classes_asked(composer: "Composer", prompt: Score, wish: Wish, bars: int) -> list[list[int]]:
    """What the model is asked of each part of a prompt, (P, N_CONTROLS); 0 is nothing."""
    from segue.generation.piece import Piece
    from segue.generation.request import Continue
    from segue.generation.task import asked_of, task_of

    request = Continue(bars=bars, options=wish.options)
    task = task_of(request, request.placed(Piece.of(prompt)))
    cast = task.cast(1)
    asked = asked_of(
        cast,
        task,
        wish.options,
        events=composer.context // 2,
        bars=composer.network.max_bars,
    ).controls
    of_tracks = dict(zip(cast.roster.tracks.tolist(), asked.tolist(), strict=False))
    nothing = [0] * len(Control)
    return [of_tracks.get(track, nothing) for track in Roster.of_score(prompt).tracks.tolist()]
