"""What is asked of everyone who takes part in an evaluation, and the set that each gives back.

The task is the same for all: here are prompts of real test music; write the bars that follow, or,
where what comes after is given too, the bars between.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.folders import Unreadable
from segue.evaluation.music.reference import Reference
from segue.score import Score

__all__ = ["Candidate", "NamedSet", "OnDone", "Task"]

OnDone = Callable[[int], None]
"""Told how many excerpts there are."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked: `n_bars` bars after, or between, real music, `count` times."""

    reference: Reference
    prompts: Sequence[Score]
    """As files have them, (count,)."""
    real: Sequence[Score]
    """What really came next, as files have it, (count,)."""
    n_bars: int
    takes: int
    """Of models: so many continuations of each prompt, and so many fewer prompts."""
    seed: int
    after: Sequence[Score] | None = None
    """What follows the bars that are to be written, where it is given, (count,)."""

    @classmethod
    def draw(cls, reference: Reference, count: int, *, takes: int, seed: int) -> "Task":
        """The task that a reference sets; what follows is given if its `after_bars` say so.

        Raises:
            InputError: no song is long enough.
        """
        asked = reference.prompts(count)
        return cls(
            reference=reference,
            prompts=[reference.prompt_of(each) for each in asked],
            real=[each.score for each in asked],
            n_bars=reference.n_bars,
            takes=takes,
            seed=seed,
            after=[reference.after(each) for each in asked] if reference.after_bars else None,
        )

    @property
    def count(self) -> int:
        """How many excerpts each set has."""
        return len(self.prompts)

    @cached_property
    def comparable_prompts(self) -> list[Score]:
        """The prompts through `comparable`."""
        return [comparable(score) for score in self.prompts]

    @cached_property
    def comparable_real(self) -> list[Score]:
        """What really came next through `comparable`."""
        return [comparable(score) for score in self.real]


@dataclass(frozen=True, eq=False, kw_only=True)
class NamedSet:
    """A set of excerpts and where they came from."""

    name: str
    kind: str
    """"ceiling", "baseline", "model" or "folder"."""
    what: str
    written: Sequence[Score]
    """As they were written."""
    prompts: Sequence[int] | None = None
    """The prompt that each was written for; None where it was written for none."""
    unreadable: tuple[Unreadable, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    """What else is said of it, by title."""

    @cached_property
    def scores(self) -> list[Score]:
        """The same through `comparable`."""
        return [comparable(score) for score in self.written]


class Candidate(ABC):
    """Gives a set for a task; `name`, `kind` and `what` are given in the report."""

    name: str
    kind: str
    what: str

    @abstractmethod
    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The set, a function of the task; `on_done` gets how many excerpts there are.

        Raises:
            InputError: it cannot, and the message says why.
        """

    def _set(self, written: Sequence[Score], prompts: Sequence[int] | None = None) -> NamedSet:
        return NamedSet(
            name=self.name, kind=self.kind, what=self.what, written=written, prompts=prompts
        )
