"""A folder of MIDI files as one who takes part, whoever wrote them.

Its files may be continuations of the same prompts: a file whose name begins with the number of a
prompt ("0012", "0012-2") is paired with it. Otherwise it is measured as a set alone.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.folders import FolderSet, read_folder
from segue.metrics import note_f1
from segue.score import Score, slice_bars

__all__ = ["FolderCandidate"]

_SAME_MUSIC: Final = 0.8
"""Note F1 of what a file begins with and of its prompt, from which on it is that prompt."""


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
