"""What only a model itself can say: its likelihood, and how fast it writes.

How good its music is, is not asked here: takes of a model are held against real music as any
folder is, by `comparison.benchmark` (`segue evaluate --model`).

Sections are measured one after the other, and what is finished is kept: a report that was
interrupted goes on with the sections that it lacks.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from segue.corpus import CorpusStore
from segue.evaluation.inside.likelihood import (
    baseline_likelihoods,
    measure_likelihood,
    windows_of_split,
)
from segue.evaluation.inside.speed import measure_speed
from segue.generation.composer import load
from segue.midi import write_file
from segue.models.decoder import Decoder
from segue.models.decoder_folder import load_decoder
from segue.models.folder import model_folder
from segue.training.examples import Example

FILE_NAME: Final = "model-report.json"


@dataclass(frozen=True)
class ReportOptions:
    """How much is measured."""

    split: str = "test"
    windows: int = 256
    """For the likelihood."""
    window_events: int = 1024
    """Of those, whatever the model can read: models are compared on the same windows."""
    train_notes: int = 8_000_000
    """That the n-gram is counted on."""


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
            "likelihood": self._likelihood,
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

    def _likelihood(self) -> dict[str, Any]:
        model = load_decoder(model_folder(self.model))
        context = model.config.context
        events = min(self.options.window_events, context)
        windows = self._windows(model, events)
        own, coarser = measure_likelihood(model, windows, events=events)
        found: dict[str, Any] = {"model": asdict(own), "in_coarser_units": asdict(coarser)}
        if context > events:
            longer = self._windows(model, context)
            own, coarser = measure_likelihood(model, longer, events=context)
            found["longest_windows"] = asdict(own)
            found["longest_windows_in_coarser_units"] = asdict(coarser)
        baselines = baseline_likelihoods(self.store, windows, train_notes=self.options.train_notes)
        return found | {baseline.name: baseline.to_mapping() for baseline in baselines}

    def _windows(self, model: Decoder, events: int) -> list[Example]:
        options = self.options
        return windows_of_split(
            self.store,
            split=options.split,
            count=options.windows,
            events=events,
            max_bars=model.config.max_bars,
        )
