"""A model of Segue as one who takes part in an evaluation.

Prompts are answered by several processes where they are asked for, on one thread each: the takes
are the same, since each depends on its own prompt, seed and model alone.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.generation.asking import Asking
from segue.score import Score, append_bars

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["ModelCandidate", "Question", "answers_to"]

_RUNS_APART: Final = 1_000_003
"""Between the seeds of runs, further than there are prompts."""


class Question(Protocol):
    """What a model is asked; it can be sent to another process."""

    def answers(self, composer: "Composer") -> list[Score]:
        """What the model answers, one for each take."""
        ...


def answers_to(
    questions: Sequence[Question], composer: "Composer", *, workers: int
) -> Iterator[list[Score]]:
    """The answers in order, written by so many processes if the model is from a folder."""
    folder = composer.folder
    if workers == 1 or folder is None:
        yield from (question.answers(composer) for question in questions)
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_load, initargs=(folder,)
    ) as pool:
        yield from pool.map(_answer, questions)


@dataclass(frozen=True, eq=False)
class _Continuation:
    """One prompt, and what is asked after it."""

    prompt: Score
    after: Score | None
    """What follows the bars that are to be written, where it is given."""
    n_bars: int
    takes: int
    drawn: int
    """How many are written, of which those that rank first are the answers."""
    seed: int

    def answers(self, composer: "Composer") -> list[Score]:
        """The new bars of each take."""
        bars = self.n_bars
        asking = Asking(takes=self.takes, drawn=self.drawn, seed=self.seed)
        if self.after is None:
            made = composer.continue_(self.prompt, bars=bars, **asking)
        else:
            piece = append_bars(self.prompt, self.after, at_bar=2 * bars)
            made = composer.infill(piece, first=bars, last=2 * bars, **asking)
        return [take.new_bars for take in made]


class ModelCandidate(Candidate):
    """See the module."""

    def __init__(
        self,
        composer: "Composer",
        *,
        name: str,
        run: int = 1,
        drawn: int = 0,
        kind: str = "model",
        what: str | None = None,
        workers: int = 1,
    ) -> None:
        """Name a model.

        Args:
            composer: the model; with several workers it must be from a folder.
            name: in the report.
            run: further ones write other takes, for how much figures vary by chance.
            drawn: so many takes of each prompt are written, and those that rank first take part,
                if these are more than are asked for.
            kind: in the report.
            what: in the report; by default the composer's name.
            workers: processes that write.
        """
        self._composer, self._run, self._workers = composer, run, workers
        self._drawn = drawn
        ranked = f", first of {drawn}" if drawn else ""
        self.name = (name if run == 1 else f"{name}, run {run}") + ranked
        self.kind = kind
        chosen = ", those that rank first" if drawn else ""
        self.what = what or f"takes by {composer.name}{chosen}"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """`takes` continuations of each of the first prompts."""
        questions = [
            _Continuation(
                prompt=task.prompts[number],
                after=None if task.after is None else task.after[number],
                n_bars=task.n_bars,
                takes=task.takes,
                drawn=max(task.takes, self._drawn),
                seed=task.seed + number + _RUNS_APART * (self._run - 1),
            )
            for number in range(-(-task.count // task.takes))
        ]
        written: list[Score] = []
        numbers: list[int] = []
        for number, answers in enumerate(
            answers_to(questions, self._composer, workers=self._workers)
        ):
            written += answers
            numbers += [number] * len(answers)
            on_done(min(len(written), task.count))
        return self._set(written[: task.count], numbers[: task.count])


_COMPOSERS: "list[Composer]" = []
"""A worker's own."""


def _load(folder: Path) -> None:
    from segue.generation.composer import load

    _COMPOSERS[:] = [load(str(folder), threads=1)]


def _answer(question: Question) -> list[Score]:
    return question.answers(_COMPOSERS[0])
