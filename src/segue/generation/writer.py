"""Writing the masked notes of a window, event by event, several takes side by side.

A take must not depend on how many others are asked for, to the bit, and matrix products depend on the number of
rows. So takes are always written in groups of `ROWS`; rows that nobody asked for are written and thrown away.

When the sequence reaches the model's context, it is begun anew from its latest events.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import BAR, N_PART_CLASSES, N_PARTS, IntArray
from segue.generation.options import Options
from segue.generation.sampling import draw, uniforms
from segue.generation.window import Window
from segue.models.grammar import FORBIDDEN
from segue.models.look_back import LookBack
from segue.models.segue_vae import SegueVAE
from segue.nn.transformer import LayerCache

ROWS: Final = 4
_RANDOM_BLOCK: Final = 1024
_MIN_BAR_EVENTS: Final = 48


@dataclass(frozen=True)
class Instructions:
    """What holds for a window's written bars."""

    allowed: BoolArray
    """The parts that may play, (N_PARTS,)."""
    told_parts: bool
    """Whether the model is told that these are the parts to be written."""
    controls: IntArray
    """What is asked of each part, (N_PARTS, N_CONTROLS); 0: nothing."""
    latents: Tensor | None = None
    """z of each window bar, (takes, NB, Z); None: none is given."""


OnBar = Callable[[int, int], None]
"""(take, how many of its bars are complete)."""


class Writer:
    """One group of takes being written; `write` does all of it."""

    def __init__(
        self,
        model: SegueVAE,
        window: Window,
        instructions: Instructions,
        options: Options,
        *,
        seed: int,
        takes: list[int],
        context: int,
    ) -> None:
        """`takes`: their numbers, at most `ROWS`; `context`: the most events the model is shown."""
        self.model, self.window, self.options = model, window, options
        self.instructions, self.takes, self.context = instructions, takes, context
        self.seed = seed
        self.bars = np.flatnonzero(window.written)
        self.next_bar = np.zeros(ROWS, np.int64)
        self.done = np.zeros(ROWS, bool)
        self.notes_in_bar = np.zeros(ROWS, np.int64)
        self.log_probability = np.zeros(ROWS)
        self.written: list[list[IntArray]] = [[] for _ in range(ROWS)]
        self.steps = 0
        self._random = torch.zeros(ROWS, 0, 5)
        self._prepare()

    # ---- set-up --------------------------------------------------------------------------------

    def _prepare(self) -> None:
        config = self.model.config
        n_bars = len(self.window.bars)
        parts = torch.zeros(1, n_bars, N_PARTS)
        if self.instructions.told_parts:
            told = torch.from_numpy(self.instructions.allowed).float()
            parts[0, torch.from_numpy(self.bars)] = told
        self.masked_parts = parts.expand(ROWS, -1, -1)
        latents = self.instructions.latents
        z = torch.zeros(ROWS, n_bars, config.latents)
        if latents is not None:
            z[: len(self.takes)] = latents
        given = torch.from_numpy(self.window.written)[None].expand(ROWS, -1)
        self.given = given if latents is not None else torch.zeros_like(given)
        self.z = self.model.given(z, self.given)
        seen = self.window.visible
        busiest = np.bincount(seen[:, 0]).max() if len(seen) else 0
        self.most_in_bar = max(_MIN_BAR_EVENTS, 2 * int(busiest))
        out_of_bounds = torch.ones(N_PART_CLASSES, dtype=torch.bool)
        out_of_bounds[:N_PARTS] = ~torch.from_numpy(self.instructions.allowed)
        out_of_bounds[BAR] = False
        self.forbidden_parts = out_of_bounds
        self.controls = torch.from_numpy(self.instructions.controls)

    def _begin(self) -> Tensor:
        """Read the visible pass and the first written bar; hidden states of the last event, (ROWS, 1, D)."""
        prefix = self.window.prefix()[-(self.context // 2) :]
        rows = np.concatenate([prefix, self.window.bar_row(int(self.bars[0]))[None]])
        return self._read_all(torch.from_numpy(rows)[None], same=True)

    def _read_all(self, rows: Tensor, *, same: bool) -> Tensor:
        """Read a sequence from its first event: (1 or ROWS, T, N_COLUMNS)."""
        config = self.model.config
        head_width = config.width // config.heads
        batch = len(rows)
        capacity = self.context + 1
        caches = [
            LayerCache.empty(batch, config.heads, capacity, head_width)
            for _ in range(config.layers)
        ]
        hidden = self.model.decode(rows, self.masked_parts[:batch], self.z[:batch], caches, at=0)[
            :, -1:
        ]
        if same:
            caches = [
                LayerCache(c.keys.repeat(ROWS, 1, 1, 1), c.values.repeat(ROWS, 1, 1, 1))
                for c in caches
            ]
            rows, hidden = rows.repeat(ROWS, 1, 1), hidden.repeat(ROWS, 1, 1)
        self.caches = caches
        self.length = rows.shape[1]
        self.seen = torch.zeros(ROWS, capacity, N_COLUMNS, dtype=torch.int64)
        self.seen[:, : self.length] = rows
        return hidden

    def _begin_anew(self) -> Tensor:
        """Keep the latest half of the context, begun by the bar event that it needs."""
        kept = self.seen[:, self.length - self.context // 2 : self.length].clone()
        first = kept[:, 0]
        bars = [self.window.bar_row(int(bar)) for bar in first[:, Column.BAR]]
        rows = torch.from_numpy(np.stack(bars))
        rows[:, Column.ROLE] = first[:, Column.ROLE]
        kept[:, 0] = rows
        return self._read_all(kept, same=False)

    # ---- writing -------------------------------------------------------------------------------

    @torch.inference_mode()
    def write(
        self, on_bar: OnBar = lambda *_: None, cancelled: Callable[[], bool] = lambda: False
    ) -> list[IntArray]:
        """The rows that each take has written, (N, N_COLUMNS) each; cut short where cancelled."""
        hidden = self._begin()
        asked = slice(0, len(self.takes))
        while not self.done[asked].all() and not cancelled():
            rows = self._next_events(hidden)
            self._account(rows, on_bar)
            if self.length >= self.context:
                hidden = self._begin_anew()
            self.seen[:, self.length] = rows
            hidden = self.model.decode(
                rows[:, None], self.masked_parts, self.z, self.caches, at=self.length
            )
            self.length += 1
            self.steps += 1
        empty = np.zeros((0, N_COLUMNS), np.int64)
        return [np.stack(rows) if rows else empty for rows in self.written[asked]]

    def _next_events(self, hidden: Tensor) -> Tensor:
        """Draw the next event of every row, (ROWS, N_COLUMNS)."""
        seen = self.seen[:, : self.length]
        previous = seen[:, -1:]
        bar = previous[..., Column.BAR]
        look = LookBack.over(seen, bar, torch.ones(ROWS, dtype=torch.bool))
        has_latents = self.instructions.latents is not None
        outline = self.model.outline(self.z, self.given, bar) if has_latents else None
        target = previous.clone()
        target[..., Column.CONTROLS :] = 0
        uniform = self._uniforms()
        full = torch.from_numpy(self.notes_in_bar >= self.most_in_bar)
        parts = torch.zeros(ROWS, dtype=torch.int64)
        probability = torch.zeros(ROWS)

        def choose(attribute: int, logits: Tensor) -> Tensor:
            nonlocal parts, probability
            scores = logits[:, 0]
            if attribute == 0:
                scores = scores.masked_fill(self.forbidden_parts, FORBIDDEN)
                scores[full, :BAR] = FORBIDDEN
            value = draw(
                scores,
                uniform[:, attribute],
                temperature=self.options.temperature,
                top_p=self.options.top_p,
            )
            chosen = scores.log_softmax(-1).gather(1, value[:, None])[:, 0]
            if attribute == 0:
                parts = value
                target[:, 0, Column.CONTROLS :] = self.controls[value.clamp(max=N_PARTS - 1)]
                probability = chosen
            else:
                probability = probability + torch.where(parts == BAR, 0.0, chosen)
            return value[:, None]

        self.model.heads(hidden, previous, look, outline, target, choose)
        self._probability = probability.numpy()
        rows = target[:, 0]
        begin = previous[:, 0, Column.TIME] - previous[:, 0, Column.POSITION]
        rows[:, Column.KIND] = NOTE_EVENT
        rows[:, Column.ROLE] = 1
        rows[:, Column.TIME] = begin + rows[:, Column.POSITION]
        rows[:, Column.NUMERATOR : Column.CONTROLS] = 0
        self._bar_ends = (parts == BAR).numpy()
        return rows

    def _uniforms(self) -> Tensor:
        while self.steps >= self._random.shape[1]:
            count = self._random.shape[1] + _RANDOM_BLOCK
            numbers = [uniforms(self.seed, take, count) for take in self.takes]
            numbers += [torch.zeros(count, 5)] * (ROWS - len(numbers))
            self._random = torch.stack(numbers)
        return self._random[:, self.steps]

    def _account(self, rows: Tensor, on_bar: OnBar) -> None:
        """Keep the notes; where a bar ended, put the next bar's event (or, at the end, the last's)."""
        for row in range(ROWS):
            if self.done[row]:
                self._rest(rows, row)
                continue
            self.log_probability[row] += float(self._probability[row])
            if not self._bar_ends[row]:
                self.written[row].append(rows[row].numpy().copy())
                self.notes_in_bar[row] += 1
                continue
            self.next_bar[row] += 1
            self.notes_in_bar[row] = 0
            self.done[row] = self.next_bar[row] >= len(self.bars)
            self._rest(rows, row)
            if row < len(self.takes):
                on_bar(self.takes[row], int(self.next_bar[row]))

    def _rest(self, rows: Tensor, row: int) -> None:
        bar = self.bars[min(int(self.next_bar[row]), len(self.bars) - 1)]
        rows[row] = torch.from_numpy(self.window.bar_row(int(bar)))


def write_takes(
    model: SegueVAE,
    window: Window,
    instructions: Instructions,
    options: Options,
    *,
    seed: int,
    takes: list[int],
    context: int,
    on_bar: OnBar = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[tuple[IntArray, float]]:
    """The rows of each take and its log-probability an event, in groups of `ROWS`."""
    results: list[tuple[IntArray, float]] = []
    for begin in range(0, len(takes), ROWS):
        group = takes[begin : begin + ROWS]
        latents = instructions.latents
        own = None if latents is None else latents[begin : begin + ROWS]
        writer = Writer(
            model,
            window,
            Instructions(instructions.allowed, instructions.told_parts, instructions.controls, own),
            options,
            seed=seed,
            takes=group,
            context=context,
        )
        rows = writer.write(on_bar, cancelled)
        for i, written in enumerate(rows):
            events = len(written) + max(1, int(writer.next_bar[i]))
            results.append((written, float(writer.log_probability[i]) / events))
    return results
