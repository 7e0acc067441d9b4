"""Everything that the README and the model card say of a model, measured in one go.

Sections are measured one after the other, and what is finished is kept: a report that was
interrupted goes on with the sections that it lacks.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from segue.corpus import CorpusStore
from segue.evaluation.continuations import PROMPT_BARS, continue_excerpts
from segue.evaluation.excerpts import comparable, draw_excerpts
from segue.evaluation.latent_use import measure_latent_use
from segue.evaluation.likelihood import baseline_likelihoods, measure_likelihood, windows_of_split
from segue.evaluation.pictures import draw_continuations
from segue.evaluation.report import compare_sets
from segue.evaluation.speed import measure_speed
from segue.generation.composer import load
from segue.midi import write_file

FILE_NAME: Final = "model-report.json"
PICTURES: Final = "rolls"


@dataclass(frozen=True)
class ReportOptions:
    """How much is measured."""

    split: str = "test"
    windows: int = 256
    """For the likelihood."""
    train_notes: int = 8_000_000
    """That the n-gram is counted on."""
    reconstructions: int = 64
    """Excerpts for the use of latents."""
    excerpts: int = 500
    """In each set that is compared."""
    takes: int = 4
    """Continuations of each prompt."""
    pictures: int = 12
    """Prompts that are drawn as piano rolls."""
    seed: int = 5


class ModelReport:
    """The report of one model in one folder; `run` measures what is missing."""

    def __init__(
        self, model: str, store: CorpusStore, folder: Path, options: ReportOptions
    ) -> None:
        """`model`: its name or its folder, as for `load`.

        Raises:
            CheckpointError: there is no such model.
        """
        self.model, self.composer = model, load(model)
        self.store, self.folder, self.options = store, folder, options
        self.path = folder / FILE_NAME
        self.sections: dict[str, Any] = {}
        asked = {"model": self.composer.name, "options": asdict(options)}
        if self.path.exists():
            known = json.loads(self.path.read_text(encoding="utf-8"))
            if {key: known.get(key) for key in asked} == asked:
                self.sections = known
        self.sections |= asked

    def run(self, on_section: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
        """Measure every section that is not there yet; returns all of them."""
        measures: dict[str, Callable[[], Any]] = {
            "speed": lambda: measure_speed(
                self.composer, self.store, split=self.options.split, model=self.model
            ),
            "pictures": self._pictures,
            "likelihood": self._likelihood,
            "latent_use": self._latent_use,
            "real_against_real": self._ceiling,
            "continuations": self._continuations,
        }
        for name, measure in measures.items():
            if name not in self.sections:
                on_section(name)
                self.sections[name] = measure()
                self._write()
        return self.sections

    def _write(self) -> None:
        text = json.dumps(self.sections, indent=2) + "\n"
        write_file(self.path, text.encode("utf-8"))

    def _pictures(self) -> list[str]:
        drawn = draw_continuations(
            self.composer,
            self.store,
            self.folder / PICTURES,
            split=self.options.split,
            count=self.options.pictures,
            seed=self.options.seed + 3,
        )
        return [str(path.relative_to(self.folder)) for path in drawn]

    def _likelihood(self) -> dict[str, Any]:
        model = self.composer.model
        events = self.composer.context
        windows = windows_of_split(
            self.store,
            split=self.options.split,
            count=self.options.windows,
            events=events,
            max_bars=model.config.max_bars,
        )
        found: dict[str, Any] = {
            name: asdict(measure_likelihood(model, windows, with_latents=given, events=events))
            for name, given in (("without_z", False), ("with_z", True))
        }
        baselines = baseline_likelihoods(self.store, windows, train_notes=self.options.train_notes)
        return found | {baseline.name: baseline.to_mapping() for baseline in baselines}

    def _latent_use(self) -> dict[str, Any]:
        given, none = measure_latent_use(
            self.composer.model,
            self.store,
            split=self.options.split,
            count=self.options.reconstructions,
            context=self.composer.context,
        )
        return {"from_posterior_means": asdict(given), "no_latent": asdict(none)}

    def _ceiling(self) -> dict[str, Any]:
        count = self.options.excerpts
        excerpts = draw_excerpts(
            self.store, split=self.options.split, count=2 * count, seed=self.options.seed + 1
        )
        scores = [comparable(excerpt.score) for excerpt in excerpts]
        order = np.random.default_rng(0).permutation(len(scores))
        halves = [[scores[i] for i in half] for half in np.array_split(order, 2)]
        return compare_sets(*halves).to_mapping()

    def _continuations(self) -> dict[str, Any]:
        found = continue_excerpts(
            self.composer,
            self.store,
            split=self.options.split,
            count=self.options.excerpts,
            takes=self.options.takes,
            seed=self.options.seed,
        )
        others = draw_excerpts(
            self.store,
            split=self.options.split,
            count=self.options.excerpts,
            seed=self.options.seed + 2,
            context_bars=PROMPT_BARS,
        )
        real = [comparable(excerpt.score) for excerpt in others]
        written = [continuation.written for continuation in found]
        groups = [continuation.number for continuation in found]
        return compare_sets(real, written, groups=groups).to_mapping()
