"""The figures of an evaluation as SVG: how near sets come, how they are distributed, what is seen.

No music is drawn here, only figures of it.
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segue.evaluation.comparison.benchmark import Benchmark, EvaluatedSet
from segue.evaluation.comparison.headlines import HEADLINES, headline_figures
from segue.evaluation.comparison.sensitivity import Sensitivity
from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.distances.overlap import grid_ends, masses
from segue.evaluation.music.damage import DAMAGES
from segue.evaluation.report.saving import save_figure
from segue.evaluation.trials.trial import Trial
from segue.evaluation.types import FloatArray
from segue.metrics import METRICS

__all__ = ["draw_distributions", "draw_headlines", "draw_sensitivity", "draw_trial"]

_INK: Final = "#39404a"
_REAL: Final = "#c9ced6"
_COLOURS: Final = ("#3b6fb6", "#d1495b", "#2e9e6b", "#e08e1b", "#8a5bb5", "#1aa6b7", "#6b4f3a")
_SHOWN: Final = (
    "auc", "feature_frechet", "feature_mmd", "embedding_frechet", "coverage", "overlap",
)  # fmt: skip
"""Headlines that are drawn."""
_DISTRIBUTED: Final = (
    "pitch_class_entropy", "scale_consistency", "key_clarity", "chord_fit", "polyphony",
    "note_density", "mean_duration", "groove_similarity", "instrument_entropy", "bar_similarity_1",
    "bar_similarity_4", "distinct_bars",
)  # fmt: skip
"""Metrics whose distributions are drawn."""
_COLUMNS: Final = 3
_TITLE_WIDTH: Final = 40
_EVERY: Final = 6
"""Cells of a density, of which one is drawn."""


def draw_headlines(benchmark: Benchmark, path: Path) -> None:
    """Each headline figure of every set with its interval, a panel a figure."""
    figure = Figure(figsize=(10, 0.9 + 0.52 * len(benchmark.sets) * 2), layout="constrained")
    axes = figure.subplots(2, len(_SHOWN) // 2, sharey=True)
    names = [each.given.name for each in benchmark.sets]
    found = [headline_figures(each.comparison) for each in benchmark.sets]
    for panel, name in zip(axes.flat, _SHOWN, strict=True):
        headline = next(h for h in HEADLINES if h.name == name)
        for row, figures in enumerate(found):
            _draw_interval(panel, figures[name], row, _colour(row))
        _name_rows(panel, f"{headline.title} ({headline.better})", names)
    save_figure(figure, path)


def draw_trial(trial: Trial, path: Path) -> None:
    """Each figure of every row with its interval, a panel a figure; a line at the first row's."""
    lines = -(-len(trial.figures) // _COLUMNS)
    figure = Figure(figsize=(10, lines * (0.6 + 0.19 * len(trial.rows))), layout="constrained")
    axes = figure.subplots(lines, _COLUMNS, sharey=True, squeeze=False)
    for panel, each in zip(axes.flat, trial.figures, strict=False):
        values = [row.values[each.name] for row in trial.rows]
        if values and values[0] is not None:
            panel.axvline(values[0].value, color=_REAL)
        for row, value in enumerate(values):
            _draw_interval(panel, value, row, _COLOURS[0])
        title = f"{each.title} ({each.better})"
        _name_rows(panel, fill(title, _TITLE_WIDTH), [row.name for row in trial.rows])
    for panel in axes.flat[len(trial.figures) :]:
        panel.set_visible(False)
    save_figure(figure, path)


def _draw_interval(panel: Axes, value: Estimate | None, row: int, colour: str) -> None:
    if value is not None:
        panel.plot([value.low, value.high], [row, row], color=colour, linewidth=2)
        panel.plot(value.value, row, "o", color=colour, markersize=5)


def _name_rows(panel: Axes, title: str, names: Sequence[str]) -> None:
    panel.set_title(title, fontsize=8, color=_INK)
    panel.set_yticks(range(len(names)), names, fontsize=8)
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.grid(axis="x", color="#e3e6ea")
    _plain(panel)


def draw_distributions(benchmark: Benchmark, path: Path) -> None:
    """Densities of some metrics over the excerpts: real music grey, a line for each set."""
    rows = -(-len(_DISTRIBUTED) // 3)
    figure = Figure(figsize=(10, 1.9 * rows + 0.4), layout="constrained")
    axes = figure.subplots(rows, 3)
    real = benchmark.real
    for panel, name in zip(axes.flat, _DISTRIBUTED, strict=True):
        metric = next(each for each in METRICS if each.name == name)
        ours = _values(real.values, name)
        for number, each in enumerate(benchmark.sets):
            _draw_density(panel, ours, each, name, number)
        panel.set_title(f"{metric.title}, {metric.unit}", fontsize=8, color=_INK)
        panel.set_yticks([])
        _plain(panel)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, fontsize=8, frameon=False)
    save_figure(figure, path)


def _draw_density(
    panel: Axes, ours: FloatArray, each: EvaluatedSet, name: str, number: int
) -> None:
    theirs = _values(each.measured.values, name)
    if not len(ours) or not len(theirs):
        return
    low, high = np.quantile(np.concatenate([ours, theirs]), [0.005, 0.995])
    ours, theirs = np.clip(ours, low, high), np.clip(theirs, low, high)
    p, q = masses(ours, theirs)
    x = np.linspace(*grid_ends(ours, theirs), len(p))[::_EVERY]
    p, q = p / (x[1] - x[0]), q / (x[1] - x[0])  # densities, since each set has its own grid
    p, q = p[::_EVERY], q[::_EVERY]
    if number == 0:
        panel.fill_between(x, p, color=_REAL, label="real, compared with")
    panel.plot(x, q, color=_colour(number), linewidth=1.2, label=each.given.name)


def draw_sensitivity(found: Sensitivity, path: Path) -> None:
    """A cell for each damage and headline figure: filled where the figure sees the damage."""
    headlines = [
        h for h in HEADLINES if any(row[h.name] is not None for row in found.sees.values())
    ]
    grid = np.array(
        [[_cell(found.sees[name][h.name]) for h in headlines] for name in DAMAGES], dtype=float
    )
    figure = Figure(figsize=(10, 0.36 * len(DAMAGES) + 2.0), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(grid, cmap="Blues", vmin=0.0, vmax=2.2, aspect="auto")
    for row, name in enumerate(DAMAGES):
        for column, headline in enumerate(headlines):
            value = found.damaged[name][headline.name]
            text = "-" if value is None else f"{value:.{headline.digits}f}"
            axes.text(column, row, text, ha="center", va="center", fontsize=6.5, color=_INK)
    axes.set_xticks(
        range(len(headlines)), [h.title for h in headlines], rotation=40, ha="right", fontsize=7
    )
    axes.set_yticks(range(len(DAMAGES)), list(DAMAGES), fontsize=8)
    _plain(axes)
    save_figure(figure, path)


def _cell(sees: bool | None) -> float:
    return 0.0 if sees is None else float(sees)


def _values(rows: Sequence[dict[str, float | None]], name: str) -> FloatArray:
    return np.array([value for row in rows if (value := row[name]) is not None])


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=7, labelcolor=_INK, length=0)
    for spine in axes.spines.values():
        spine.set_color("#c3c8cf")
