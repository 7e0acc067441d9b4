"""The paper's model as a baseline of `segue evaluate`: its conditional decoder answers the prompts.

Of an experiment the model of the lowest FID is taken. What it does not know of bars, metre and
drums is handled in its favour (`continuer`). It hears nothing after the bars that it writes, so
between real bars it goes on from those before them alone.
"""

from pathlib import Path

from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.paper.continuer import PaperContinuer
from segue.score import Score

__all__ = ["PaperCandidate"]


class PaperCandidate(Candidate):
    """A continuation of each prompt."""

    name = "the paper's model"
    kind = "baseline"

    def __init__(self, paper: PaperContinuer) -> None:
        """`paper`: for instance `PaperContinuer.open`'s, of a folder of `segue paper run`."""
        self._paper = paper
        self.what = f"its conditional decoder after the last notes of the prompt, {paper.name}"

    @classmethod
    def shipped(cls) -> "PaperCandidate":
        """That of `segue-baselines`.

        Raises:
            InputError: that package is not installed, or damaged.
        """
        return cls(PaperContinuer.shipped())

    @classmethod
    def open(cls, run: Path) -> "PaperCandidate":
        """The best model in a folder of `segue paper run`.

        Raises:
            InputError: there is none that can continue.
        """
        return cls(PaperContinuer.open(run))

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The continuations.

        Raises:
            InputError: a prompt has no notes that its table can hold.
        """
        scores: list[Score] = []
        for number, prompt in enumerate(task.prompts):
            seed = task.seed + number
            written = self._paper.continue_(prompt, bars=task.n_bars, seed=seed)
            scores.append(written)
            on_done(len(scores))
        return self._set(scores, range(task.count))
