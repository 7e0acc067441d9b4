"""Who takes part in an evaluation: the ceiling, the baselines, and what is tested.

A baseline whose data are not installed, or damaged, is not silently missing: it takes part as
`Absent`, and the report says why it wrote nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.evaluation.candidates.baselines import (
    KnownTracks,
    NGramCandidate,
    RandomReal,
    RealMusic,
    RepeatedBars,
)
from segue.evaluation.candidates.folder import FolderCandidate
from segue.evaluation.candidates.model import ModelCandidate
from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.evaluation.candidates.trained import RiffCandidate

__all__ = ["Absent", "ceiling_and_baselines", "named_folders", "trained_models"]

NGRAM_NOTES: Final = 1_000_000
"""That the 5-gram is counted on, at most."""


class Absent(Candidate):
    """One who should take part and cannot."""

    kind = "baseline"
    what = "takes no part"

    def __init__(self, name: str, reason: InputError) -> None:
        self.name, self._reason = name, reason

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """Nothing.

        Raises:
            InputError: always, with the reason.
        """
        raise self._reason


def ceiling_and_baselines(
    of_paper: Callable[[], Candidate], *, paper_name: str, workers: int
) -> list[Candidate]:
    """Real music and every baseline, in the order of reports.

    Args:
        of_paper: makes the paper's model, which is of a layer above this.
        paper_name: what that is called if it cannot be made.
        workers: processes that write.
    """
    return [
        RealMusic(),
        KnownTracks(),
        RepeatedBars(),
        RandomReal(),
        NGramCandidate(max_notes=NGRAM_NOTES),
        _or_absent(paper_name, of_paper),
        RiffCandidate(),
    ]


def trained_models(names: Sequence[str], *, runs: int, drawn: int, workers: int) -> list[Candidate]:
    """Each model, so many times by other seeds; loads them.

    `drawn`: once more by the takes that rank first of so many; 0: not so.

    Raises:
        CheckpointError: a model is not there, or damaged.
    """
    from segue.generation.composer import load

    found: list[Candidate] = []
    for model in names:
        composer, name = load(model), Path(model).name
        found += [
            ModelCandidate(composer, name=name, run=run, workers=workers)
            for run in range(1, runs + 1)
        ]
        if drawn:
            found.append(ModelCandidate(composer, name=name, drawn=drawn, workers=workers))
    return found


def named_folders(texts: Sequence[str], *, n_bars: int) -> list[Candidate]:
    """The folders of "FOLDER" or "NAME=FOLDER", read: what cannot be is said before all else.

    Raises:
        InputError: one is not there, or none of its files can be read.
    """
    found: list[Candidate] = []
    for text in texts:
        name, _, folder = text.rpartition("=")
        path = Path(folder)
        candidate = FolderCandidate(path, name=name or path.resolve().name, n_bars=n_bars)
        _ = candidate.files
        found.append(candidate)
    return found


def _or_absent(name: str, make: Callable[[], Candidate]) -> Candidate:
    try:
        return make()
    except InputError as reason:
        return Absent(name, reason)
