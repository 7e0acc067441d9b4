"""An evaluation from end to end: real music, baselines, models and folders, on one task.

`run_benchmark` measures every candidate's set against the same real excerpts, at equal numbers, and
the real continuations as well: the ceiling. All of it is a function of the settings, the reference
and the candidates. A candidate that cannot write is not silently missing: the report says why.

Sets are brought to one size: as many excerpts as were asked for, or as the smallest folder or the
reference has. Figures depend on the size, so figures of two reports compare only at equal ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from segue.errors import InputError
from segue.evaluation.candidates.folder import FolderCandidate
from segue.evaluation.candidates.task import Candidate, NamedSet, Task
from segue.evaluation.comparison.headlines import headline_figures
from segue.evaluation.comparison.measured import MeasuredSet, measure_set
from segue.evaluation.comparison.pairing import PairedMeasure, Triple, paired_measures
from segue.evaluation.comparison.sensitivity import Sensitivity, measure_sensitivity
from segue.evaluation.comparison.set_report import SetReport, compare_measured
from segue.evaluation.copies.set_novelty import SetNovelty, measure_novelty
from segue.evaluation.distances.bootstrap import N_RESAMPLES
from segue.evaluation.distances.two_sample import FOLDS, N_TREES
from segue.evaluation.encoder.excerpt_encoder import encoder_card
from segue.evaluation.music.damage import DAMAGES
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.reference import Reference
from segue.novelty import KnownMusic
from segue.score import Score
from segue.version import __version__

__all__ = ["Benchmark", "EvaluatedSet", "Settings", "run_benchmark"]

FORMAT_VERSION: Final = 1
_QUICK_EXCERPTS: Final = 40
_QUICK_RESAMPLES: Final = 40
_QUICK_TREES: Final = 60
MIN_EXCERPTS: Final = FOLDS

OnProgress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is, and how much there is to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much is measured."""

    n_bars: int = 8
    excerpts: int = 240
    """In each set, at most."""
    takes: int = 1
    """Continuations that a model writes of each prompt, of so many fewer prompts: with more than
    one its set holds less that is independent than the others' sets."""
    seed: int = 0
    resamples: int = N_RESAMPLES
    trees: int = N_TREES
    """Of the classifier."""
    sensitivity: bool = True
    workers: int = 1
    """Processes that measure."""

    def quick(self) -> "Settings":
        """The same with few excerpts and few draws, so with wide intervals."""
        return replace(
            self,
            excerpts=min(self.excerpts, _QUICK_EXCERPTS),
            resamples=_QUICK_RESAMPLES,
            trees=_QUICK_TREES,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class EvaluatedSet:
    """A candidate's set and what was found."""

    given: NamedSet
    measured: MeasuredSet
    comparison: SetReport
    paired: dict[str, PairedMeasure] | None
    """None for sets that were written for no prompts."""
    novelty: SetNovelty | None
    """None where no training music is known."""

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it, without the music."""
        figures = headline_figures(self.comparison)
        return {
            "name": self.given.name,
            "kind": self.given.kind,
            "what": self.given.what,
            "n": len(self.measured),
            "notes": self.given.notes,
            "unreadable": [asdict(each) for each in self.given.unreadable],
            "headlines": {k: None if v is None else asdict(v) for k, v in figures.items()},
            "paired": None
            if self.paired is None
            else {name: asdict(each) for name, each in self.paired.items()},
            "novelty": None if self.novelty is None else self.novelty.to_mapping(),
            "comparison": self.comparison.to_mapping(),
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class Benchmark:
    """The whole evaluation."""

    settings: Settings
    reference: Reference
    task: Task
    real: MeasuredSet
    """The excerpts that all sets are compared with."""
    sets: Sequence[EvaluatedSet]
    missing: dict[str, str]
    """Candidates without a set, and why."""
    sensitivity: Sensitivity | None

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it: no music, no NaN."""
        return {
            "format_version": FORMAT_VERSION,
            "segue": __version__,
            "against": {"name": self.reference.name, "kind": self.reference.kind},
            "task": "infill" if self.reference.after_bars else "continue",
            "settings": asdict(self.settings),
            "n": len(self.real),
            "unreadable": [asdict(each) for each in self.reference.unreadable],
            "sets": [each.to_mapping() for each in self.sets],
            "missing": self.missing,
            "sensitivity": None if self.sensitivity is None else asdict(self.sensitivity),
            "encoder": encoder_card(),
        }


def run_benchmark(
    reference: Reference,
    candidates: Sequence[Candidate],
    settings: Settings,
    on_progress: OnProgress = lambda *_: None,
    *,
    known: KnownMusic | None = None,
) -> Benchmark:
    """Measure all candidates; see the module.

    Args:
        reference: the real music.
        candidates: who takes part.
        settings: how much is measured.
        on_progress: called with what is being done.
        known: the training music that the sets' passages are looked for in.

    Raises:
        InputError: the reference or a folder has fewer than `MIN_EXCERPTS` excerpts.
    """
    count = _common_size(reference, candidates, settings)
    drawn = reference.excerpts(count)
    task = Task.draw(reference, count, takes=settings.takes, seed=settings.seed)
    real = _measure("real music", [comparable(e.score) for e in drawn], settings, on_progress)
    sets: list[EvaluatedSet] = []
    missing: dict[str, str] = {}
    for candidate in candidates:
        try:
            given = candidate.write(task, _told(on_progress, candidate.name, count))
            sets.append(_evaluated(given, real, task, settings, on_progress, known))
        except InputError as error:
            missing[candidate.name] = str(error)
    sensitivity = _sensitivity(real, sets, settings, on_progress) if settings.sensitivity else None
    return Benchmark(
        settings=settings,
        reference=reference,
        task=task,
        real=real,
        sets=sets,
        missing=missing,
        sensitivity=sensitivity,
    )


def _common_size(reference: Reference, candidates: Sequence[Candidate], settings: Settings) -> int:
    sizes = {"--n": settings.excerpts}
    sizes |= {c.name: len(c.files.scores) for c in candidates if isinstance(c, FolderCandidate)}
    found = len({each.song for each in reference.excerpts(settings.excerpts)})
    prompted = len({each.song for each in reference.prompts(settings.excerpts)})
    sizes[reference.name] = min(found, prompted)
    smallest = min(sizes, key=lambda name: sizes[name])
    if sizes[smallest] < MIN_EXCERPTS:
        raise InputError(
            f"{smallest}: {sizes[smallest]} excerpts; comparing sets needs at least "
            f"{MIN_EXCERPTS} of each, and tells much only with a hundred"
        )
    independent = -(-sizes[smallest] // settings.takes)
    if independent < FOLDS:
        raise InputError(
            f"{settings.takes} takes of each of {independent} prompts: comparing sets needs at "
            f"least {FOLDS} prompts; ask for more excerpts, or for fewer takes"
        )
    return sizes[smallest]


def _told(on_progress: OnProgress, name: str, total: int) -> Callable[[int], None]:
    return lambda done: on_progress(f"writing: {name}", done, total)


def _measure(
    name: str, scores: Sequence[Score], settings: Settings, on_progress: OnProgress
) -> MeasuredSet:
    return measure_set(
        scores,
        n_bars=settings.n_bars,
        workers=settings.workers,
        on_excerpt=lambda done: on_progress(f"measuring: {name}", done, len(scores)),
    )


def _evaluated(
    given: NamedSet,
    real: MeasuredSet,
    task: Task,
    settings: Settings,
    on_progress: OnProgress,
    known: KnownMusic | None,
) -> EvaluatedSet:
    measured = _measure(given.name, given.scores, settings, on_progress)
    on_progress(f"comparing: {given.name}", 0, 1)
    comparison = compare_measured(
        real,
        measured,
        seed=settings.seed,
        groups=given.prompts,
        n_resamples=settings.resamples,
        n_trees=settings.trees,
    )
    on_progress(f"comparing: {given.name}", 1, 1)
    return EvaluatedSet(
        given=given,
        measured=measured,
        comparison=comparison,
        paired=_paired(given, task),
        novelty=None if known is None else _novelty(given, task, known, on_progress),
    )


def _novelty(given: NamedSet, task: Task, known: KnownMusic, on_progress: OnProgress) -> SetNovelty:
    own = None if given.prompts is None else [_heard(task, n) for n in given.prompts]
    return measure_novelty(
        given.written,
        known,
        own=own,
        groups=given.prompts,
        seed=task.seed,
        on_excerpt=lambda done: on_progress(
            f"looking for copies: {given.name}", done, len(given.written)
        ),
    )


def _heard(task: Task, number: int) -> list[Score]:
    """What was there already: the prompt, and what follows where it was given."""
    after = [] if task.after is None else [task.after[number]]
    return [task.prompts[number], *after]


def _paired(given: NamedSet, task: Task) -> dict[str, PairedMeasure] | None:
    if given.prompts is None:
        return None
    triples = [
        Triple(task.comparable_prompts[number], task.comparable_real[number], written, number)
        for number, written in zip(given.prompts, given.scores, strict=True)
    ]
    return paired_measures(triples, n_bars=task.n_bars, seed=task.seed)


def _sensitivity(
    real: MeasuredSet,
    sets: Sequence[EvaluatedSet],
    settings: Settings,
    on_progress: OnProgress,
) -> Sensitivity | None:
    """Of the reference's excerpts and the real continuations, which share no song."""
    ceiling = next((each.measured for each in sets if each.given.kind == "ceiling"), None)
    if ceiling is None:
        return None
    return measure_sensitivity(
        real.joined(ceiling),
        seed=settings.seed,
        n_trees=settings.trees,
        workers=settings.workers,
        on_damage=lambda done: on_progress("sensitivity", done, len(DAMAGES)),
    )
