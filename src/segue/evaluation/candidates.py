"""Who takes part in an evaluation: baselines, models, folders. Each gives a set of excerpts.

The task is the same for all: here are prompts of real test music; write the bars that follow, or,
where what comes after is given too, the bars between. The baselines say what the figures are worth:

- *real music*: what really came next. The ceiling; no model can be asked for more.
- *repeat the last bars*: the second half of the prompt, as often as it takes.
- *a random real continuation*: excerpts of other songs, whatever the prompt.
- *5-gram*: `ngram_writer`, counted on other songs.

A folder of MIDI files may be continuations of the same prompts: a file whose name begins with the
number of a prompt ("0012", "0012-2") is paired with it. Otherwise it is measured as a set alone.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.evaluation.event_stream import EventStream
from segue.evaluation.excerpts import comparable
from segue.evaluation.folders import FolderSet, Unreadable, read_folder
from segue.evaluation.ngram_writer import NGramWriter
from segue.evaluation.reference import Reference
from segue.metrics import note_f1
from segue.score import Score, append_bars, slice_bars

__all__ = [
    "Candidate",
    "FolderCandidate",
    "NGramCandidate",
    "NamedSet",
    "OnDone",
    "RandomReal",
    "RealMusic",
    "RepeatedBars",
    "Task",
    "repeated",
]

OnDone = Callable[[int], None]
"""Told how many excerpts there are."""

_SAME_MUSIC: Final = 0.8
"""Note F1 of what a file begins with and of its prompt, from which on it is that prompt."""


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
    """What else is told of it, by title."""

    @cached_property
    def scores(self) -> list[Score]:
        """The same through `comparable`."""
        return [comparable(score) for score in self.written]


class Candidate(ABC):
    """Gives a set for a task; `name`, `kind` and `what` are told in the report."""

    name: str
    kind: str
    what: str

    @abstractmethod
    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The set, a function of the task; `on_done` is told how many excerpts there are.

        Raises:
            InputError: it cannot, and the message says why.
        """

    def _set(self, written: Sequence[Score], prompts: Sequence[int] | None = None) -> NamedSet:
        return NamedSet(
            name=self.name, kind=self.kind, what=self.what, written=written, prompts=prompts
        )


class RealMusic(Candidate):
    """The ceiling."""

    name = "real music"
    kind = "ceiling"
    what = "what really came next"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The real continuations."""
        on_done(task.count)
        return self._set(task.real, range(task.count))


class RepeatedBars(Candidate):
    """A loop."""

    name = "repeat the last bars"
    kind = "baseline"
    what = "the second half of the prompt again and again"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The loops."""
        loops = [_looped(prompt, task.n_bars) for prompt in task.prompts]
        on_done(len(loops))
        return self._set(loops, range(task.count))


class RandomReal(Candidate):
    """Retrieval without looking."""

    name = "a random real continuation"
    kind = "baseline"
    what = "bars of another song, whatever the prompt"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The excerpts, drawn from songs that no prompt and no reference is of."""
        found = [each.score for each in task.reference.others(task.count)]
        on_done(len(found))
        return self._set(found, range(len(found)))


class NGramCandidate(Candidate):
    """The 5-gram of `ngram_writer`."""

    name = "5-gram"
    kind = "baseline"

    def __init__(self, *, max_notes: int) -> None:
        self._max_notes = max_notes
        self.what = "each note drawn given four before"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """A continuation of each prompt."""
        train = EventStream.of_songs(
            task.reference.train_songs(), split="train", seed=task.seed, max_notes=self._max_notes
        )
        writer = NGramWriter.fit(train)
        written = writer.continue_(task.prompts, bars=task.n_bars, seed=task.seed)
        on_done(task.count)
        found = self._set(written, range(task.count))
        found.notes["counted on"] = f"{writer.n_train_notes:,} notes"
        return found


class FolderCandidate(Candidate):
    """A folder of MIDI files, whoever wrote them."""

    kind = "folder"

    def __init__(self, folder: Path, *, name: str, n_bars: int) -> None:
        self._folder, self.name, self._n_bars = folder, name, n_bars
        self.what = "a folder of MIDI files, the last bars of each"

    @cached_property
    def files(self) -> FolderSet:
        """What is in it; read when first asked for."""
        return read_folder(self._folder, n_bars=self._n_bars)

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """As many of its files as are asked for, drawn if there are more."""
        files = self.files
        if len(files.scores) < task.count:
            raise InputError(
                f"{self._folder}: {len(files.scores)} files, {task.count} are asked for"
            )
        chosen = np.sort(
            np.random.default_rng(task.seed).choice(len(files.scores), task.count, replace=False)
        )
        numbers = _paired([files.names[i] for i in chosen], task.count)
        on_done(task.count)
        return NamedSet(
            name=self.name,
            kind=self.kind,
            what=self.what,
            written=[
                files.scores[i] if numbers is None else _after(files, int(i), task, numbers[k])
                for k, i in enumerate(chosen)
            ],
            prompts=numbers,
            unreadable=files.unreadable,
        )


def _after(files: FolderSet, index: int, task: Task, number: int) -> Score:
    """What a file has after its prompt, if it begins with that: silence there is silence, and not
    the prompt's last bars. Otherwise its last bars.
    """
    whole = files.wholes[index]
    begin = comparable(slice_bars(whole, 0, task.n_bars))
    heard = note_f1(reference=task.comparable_prompts[number], estimate=begin).f1
    if heard < _SAME_MUSIC:
        return files.scores[index]
    return slice_bars(whole, task.n_bars, 2 * task.n_bars)


_NUMBER: Final = re.compile(r"^(\d{4})(?:\D|$)")


def _paired(names: Sequence[str], count: int) -> list[int] | None:
    """The prompts that files are named for; None unless all are."""
    found = [_NUMBER.match(name) for name in names]
    numbers = [int(match[1]) - 1 for match in found if match is not None]
    is_paired = len(numbers) == len(names) and all(0 <= n < count for n in numbers)
    return numbers if is_paired else None


def repeated(loop: Score, *, length: int, n_bars: int) -> Score:
    """The first `length` bars of a score, again and again, over `n_bars` bars."""
    whole = slice_bars(loop, 0, length)
    for bar in range(length, n_bars, length):
        whole = append_bars(whole, loop, at_bar=bar)
    return slice_bars(whole, 0, n_bars)


def _looped(prompt: Score, n_bars: int) -> Score:
    """The second half of a prompt, repeated over `n_bars` bars."""
    length = max(1, n_bars // 2)
    tail = slice_bars(prompt, max(0, prompt.bar_grid(n_bars=n_bars).n_bars - length), n_bars)
    return repeated(tail, length=length, n_bars=n_bars)
