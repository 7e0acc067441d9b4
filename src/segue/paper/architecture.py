"""The paper's figures 1 to 3, drawn from a model that runs: encoder, a decoder, and the whole.

A song goes through the model, each module that computes reports its kind, the shape of what it
gives and its parameters, and those are the boxes: nothing is drawn by hand, so what the picture
shows is what there is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from torch import Tensor, nn

from segue.evaluation.report.saving import save_figure
from segue.models.paper_vae import PaperVAE
from segue.paper.figures import FORMATS

__all__ = ["Step", "draw_architecture", "trace"]

_INK: Final = "#333333"
_COLOURS: Final = {"Embedding": "#cfe3f5", "Linear": "#fde9c8", "GRU": "#d5efe3",
                   "LSTM": "#d5efe3", "RNN": "#d5efe3"}  # fmt: skip
_OTHER: Final = "#eeeeee"
_COLUMNS: Final = 6
_TITLES: Final = {
    "embedding": "notes",
    "encoder": "encoder of x",
    "heads": "q(z | x)",
    "decoders": "p(x | z)",
    "partial_encoder": "encoder of\nx_partial",
    "given_heads": "q(z | x,\nx_partial)",
    "given_decoders": "p(x | z,\nx_partial)",
}
"""What each part of the model is, beside its row."""
_BEGINS: Final = _TITLES["partial_encoder"]
"""It reads the notes, not what is drawn above it."""
_PARTS: Final = {
    "figure-1": ("Figure 1: encoder", ("embedding", "encoder", "heads")),
    "figure-2": ("Figure 2: a decoder", ("decoders",)),
    "figure-3": (
        "Figure 3: conditional VAE, a decoder for each column",
        (
            "embedding", "encoder", "heads", "decoders",
            "partial_encoder", "given_heads", "given_decoders",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A module as it ran."""

    name: str
    """Its path in the model."""
    kind: str
    shape: tuple[int, ...]
    """Of what it gave, without the batch."""
    parameters: int


_Row: TypeAlias = tuple[str, list[Step]]
"""A title and the boxes beside it."""


def trace(model: PaperVAE) -> list[Step]:
    """Every module without modules inside that ran when one song was read, in that order."""
    steps: list[Step] = []
    handles = []

    def hook(name: str) -> Callable[[nn.Module, object, Tensor | tuple[Tensor, ...]], None]:
        def report(module: nn.Module, _: object, output: Tensor | tuple[Tensor, ...]) -> None:
            given = output if isinstance(output, Tensor) else output[0]
            count = sum(each.numel() for each in module.parameters())
            steps.append(Step(name, type(module).__name__, tuple(given.shape[1:]), count))

        return report

    for name, module in model.named_modules():
        if not list(module.children()):
            handles.append(module.register_forward_hook(hook(name)))
    song = torch.zeros(1, model.config.notes, len(model.embedding.columns))
    try:
        with torch.no_grad():
            model(song, torch.Generator().manual_seed(0))
    finally:
        for handle in handles:
            handle.remove()
    return steps


def draw_architecture(
    model: PaperVAE, folder: Path, formats: Sequence[str] = FORMATS
) -> dict[str, str]:
    """Write figures 1 to 3 in all formats; returns captions by name.

    Raises:
        InputError: a file cannot be written.
    """
    steps = trace(model)
    captions = {}
    for name, (caption, parts) in _PARTS.items():
        rows = _rows(steps, parts, whole=name == "figure-3")
        figure = _draw(rows)
        for suffix in formats:
            save_figure(figure, folder / (name + suffix))
        captions[name] = f"{caption}, as it ran ({_count(model)} parameters in all)"
    return captions


def _rows(
    steps: list[Step], parts: tuple[str, ...], *, whole: bool
) -> list[tuple[str, list[Step]]]:
    """Boxes row by row: of the whole, a row a part; else a row a module, those alike together."""
    rows: list[_Row] = []
    for part in parts:
        own = [step for step in steps if step.name.split(".")[0] == part]
        if not own:
            continue
        if whole:
            rows.append((_TITLES[part], _summed(own)))
        elif part == "decoders":
            first = own[0].name.split(".")[1]
            mine = [step for step in own if step.name.split(".")[1] == first]
            rows += [(f"{first}", [step]) for step in mine]
        else:
            rows.append((_TITLES[part], own))
    return rows


def _summed(steps: list[Step]) -> list[Step]:
    """A box for each child of a part: its last module's shape and all its parameters."""
    children: dict[str, list[Step]] = {}
    for step in steps:
        path = step.name.split(".")
        at = 2 if path[0] == "embedding" else 1
        children.setdefault(".".join(path[at : at + 1]) or path[0], []).append(step)
    found = []
    for name, own in children.items():
        kinds = own[0].kind if len(own) == 1 else f"{len(own)} layers"
        found.append(Step(name, kinds, own[-1].shape, sum(step.parameters for step in own)))
    return found


def _draw(rows: list[_Row]) -> Figure:
    wrapped = [
        (title if not first else "", row[first : first + _COLUMNS])
        for title, row in rows
        for first in range(0, len(row), _COLUMNS)
    ]
    width = 2.2 * max(len(row) for _, row in wrapped) + 1.6
    figure = Figure(figsize=(max(width, 4.5), 1.05 * len(wrapped) + 0.3), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, max(width, 4.5))
    axes.set_ylim(-len(wrapped), 0.15)
    for at, (title, row) in enumerate(wrapped):
        axes.text(0.1, -at - 0.45, title, fontsize=8, color=_INK, va="center", weight="bold")
        for column, step in enumerate(row):
            _box(axes, 1.5 + 2.2 * column, -at - 0.8, step)
        if at and title != _BEGINS:
            axes.annotate(
                "", xy=(2.45, -at - 0.08), xytext=(2.45, -at + 0.2),
                arrowprops={"arrowstyle": "->", "color": _INK, "lw": 0.8},
            )  # fmt: skip
    return figure


def _box(axes: Axes, left: float, bottom: float, step: Step) -> None:
    colour = _COLOURS.get(step.kind, _OTHER)
    box = FancyBboxPatch(
        (left, bottom),
        1.9,
        0.7,
        boxstyle="round,pad=0.02",
        facecolor=colour,
        edgecolor=_INK,
        lw=0.6,
    )
    axes.add_patch(box)
    shape = " x ".join(map(str, step.shape))
    name = ".".join(step.name.split(".")[1:]).removeprefix("tables.") or step.name
    text = f"{name}\n{step.kind}: {shape}\n{step.parameters:,} parameters"
    axes.text(left + 0.95, bottom + 0.35, text, fontsize=6.5, color=_INK, ha="center", va="center")


def _count(model: PaperVAE) -> str:
    return f"{sum(each.numel() for each in model.parameters()):,}"
