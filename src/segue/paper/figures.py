"""The paper's figures 4 to 8, drawn from an experiment's logs in the paper's arrangement.

A line a model, or of several seeds their mean with a band from the least to the greatest. Losses
are in nats a song.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segue.evaluation.report.saving import save_figure
from segue.evaluation.types import FloatArray
from segue.paper.latents import KINDS
from segue.paper.results import Curves, Results, read_log

__all__ = ["FIGURES", "FORMATS", "draw_diffusion", "draw_figures"]

FORMATS: Final = (".svg", ".png")
_SIZE: Final = (10.0, 3.8)
_COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#404040")
"""Okabe and Ito's colours, which the colour-blind can distinguish."""

_Panel = tuple[str, str, str]
"""A title, a column of the logs, and a label of the vertical axis."""

_LOSSES: Final[tuple[_Panel, _Panel]] = (
    ("training", "train/total", "loss, nats a song"),
    ("test", "test/total", "loss, nats a song"),
)
_DISTANCES: Final[tuple[_Panel, _Panel]] = (
    ("unconditional", "unconditional/columns", "FID over note columns"),
    ("conditional", "conditional/columns", "FID over note columns"),
)
_ORDER: Final[tuple[_Panel, _Panel]] = (
    ("unconditional", "unconditional/order", "distance that sees order"),
    ("conditional", "conditional/order", "distance that sees order"),
)


def draw_figures(
    results: Results, folder: Path, formats: Sequence[str] = FORMATS
) -> dict[str, str]:
    """Write every figure that there are logs for in all formats; returns captions by name.

    Raises:
        InputError: a file cannot be written.
    """
    captions = {}
    for name, (draw, caption) in FIGURES.items():
        figure = draw(results)
        if figure is None:
            continue
        for suffix in formats:
            save_figure(figure, folder / (name + suffix))
        captions[name] = caption
    return captions


def draw_diffusion(runs: Path, folder: Path, formats: Sequence[str] = FORMATS) -> dict[str, str]:
    """Write the losses of the DDPM on the latents, if there are logs of any; returns its caption.

    `runs`: the folder with a run of each of `KINDS`.

    Raises:
        InputError: a file cannot be written, or a log is damaged.
    """
    logs = {
        kind: [read_log(runs / kind / f"{table}.csv") for table in ("steps", "validation")]
        for kind in KINDS
    }
    there = {kind: both for kind, both in logs.items() if both[0]}
    if not there:
        return {}
    figure = Figure(figsize=_SIZE, dpi=150, layout="constrained")
    for index, (kind, both) in enumerate(there.items()):
        axes = figure.add_subplot(1, len(there), index + 1)
        for log, label, colour in zip(both, ("training", "validation"), _COLOURS, strict=False):
            if log:
                axes.plot(log["step"], log["error"], lw=1.3, color=colour, label=label)
        _dress(axes, kind, "squared error of velocities", along="step")
    for suffix in formats:
        save_figure(figure, folder / ("diffusion" + suffix))
    return {"diffusion": "The DDPM on the latents: errors while it trains; 1 is to know nothing"}


def _baseline(panels: Sequence[_Panel]) -> Callable[[Results], Figure | None]:
    """Figures of beta = 1 alone."""

    def draw(results: Results) -> Figure | None:
        return _draw(results, panels, [1.0]) if results.of_beta(1.0) else None

    return draw


def _sweep(panels: Sequence[_Panel]) -> Callable[[Results], Figure | None]:
    """Figures of all betas."""
    return lambda results: _draw(results, panels, results.betas)


FIGURES: Final[dict[str, tuple[Callable[[Results], Figure | None], str]]] = {
    "figure-4": (_baseline(_LOSSES), "Figure 4: training and test loss for beta = 1"),
    "figure-5": (
        _baseline(_DISTANCES),
        "Figure 5: FID for unconditional and conditional generation, beta = 1",
    ),
    "figure-6": (_sweep(_LOSSES), "Figure 6: training and test loss for different beta"),
    "figure-7": (
        _sweep(_DISTANCES),
        "Figure 7: FID for unconditional and conditional generation, different beta",
    ),
    "figure-8": (
        _sweep(
            [
                ("training", "train/cross_entropy/instrument", "cross-entropy, nats a song"),
                ("test", "test/cross_entropy/instrument", "cross-entropy, nats a song"),
            ]
        ),
        "Figure 8: categorical cross-entropy of instruments for different beta",
    ),
    "order": (
        _sweep(_ORDER),
        "Not in the paper: the distance over a network that sees order, for different beta",
    ),
}
"""Each figure by the name of its files, with its caption."""


def _draw(results: Results, panels: Sequence[_Panel], betas: Sequence[float]) -> Figure | None:
    """Panels side by side; None if the logs have none of them."""
    there = [panel for panel in panels if any(_has(curves, panel[1]) for curves in results.curves)]
    if not there:
        return None
    figure = Figure(figsize=_SIZE, dpi=150, layout="constrained")
    for index, (title, column, label) in enumerate(there):
        axes = figure.add_subplot(1, len(there), index + 1)
        for at, beta in enumerate(betas):
            models = [curves for curves in results.of_beta(beta) if _has(curves, column)]
            _line(axes, models, column, f"beta = {beta:g}", _COLOURS[at % len(_COLOURS)])
        _dress(axes, title, label)
    return figure


def _has(curves: Curves, column: str) -> bool:
    return column in curves.epochs or column in curves.samplings


def _line(axes: Axes, models: Sequence[Curves], column: str, label: str, colour: str) -> None:
    logs = [each.epochs if column in each.epochs else each.samplings for each in models]
    if not logs:
        return
    length = min(len(log["step"]) for log in logs)
    steps: FloatArray = logs[0]["step"][:length]
    values = np.stack([log[column][:length] for log in logs])
    (line,) = axes.plot(steps, values.mean(axis=0), ms=3, lw=1.3, color=colour, label=label)
    line.set_marker("o" if length < 30 else "")
    if len(values) > 1:
        low, high = values.min(axis=0), values.max(axis=0)
        axes.fill_between(steps, low, high, color=colour, alpha=0.15, lw=0)


def _dress(axes: Axes, title: str, label: str, *, along: str = "epoch") -> None:
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(along, fontsize=9)
    axes.set_ylabel(label, fontsize=9)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.25, lw=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.lines:
        axes.legend(fontsize=8, frameon=False)
