"""Writing the masked notes of a window, event by event, several takes side by side.

When the sequence reaches the model's context, it is begun anew: what is visible from the bars on
that are being written, then the latest events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import MASKED, N_COLUMNS, NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import BAR, N_PARTS, IntArray
from segue.generation.groups import ROWS, groups
from segue.generation.memory import Memory
from segue.generation.options import Options
from segue.generation.request import Cancelled, OnBar
from segue.generation.rules import Rules
from segue.generation.sampling import Dice, draw, top_p_of
from segue.generation.window import Window
from segue.models.heads import Outline
from segue.models.segue_vae import SegueVAE
from segue.nn.transformer import LayerCache


@dataclass(frozen=True)
class Instructions:
    """What holds for a window's written bars."""

    allowed: BoolArray
    """The parts that may play, (N_PARTS,), or of each take in each window bar, (ROWS, NB, N_PARTS).
    """
    told_parts: bool
    """Whether the model is told that these are the parts to be written."""
    controls: IntArray
    """What is asked of each part, (N_PARTS, N_CONTROLS); 0: nothing."""
    latents: Tensor | None = None
    """z of each window bar, (ROWS or 1, NB, Z); None: none is given."""
    required: BoolArray | None = None
    """The parts that must play, of each take in each window bar, (ROWS, NB, N_PARTS); None: any may
    be silent.
    """


@dataclass(frozen=True)
class Written:
    """What a take has become."""

    rows: IntArray
    """Its notes as events, (N, N_COLUMNS)."""
    log_probability: float
    """The model's, of all events together, in nats."""
    events: int
    """How many those are: notes and ends of bars."""
    complete: bool
    """Whether all bars were written."""

    @classmethod
    def nothing(cls) -> "Written":
        """No bars, all of them complete."""
        return cls(np.zeros((0, N_COLUMNS), np.int64), 0.0, 0, True)

    @property
    def log_probability_an_event(self) -> float:
        """In nats."""
        return self.log_probability / max(1, self.events)

    def __add__(self, other: "Written") -> "Written":
        """One after the other."""
        return Written(
            np.concatenate([self.rows, other.rows]),
            self.log_probability + other.log_probability,
            self.events + other.events,
            self.complete and other.complete,
        )


class Writer:
    """One group of takes being written."""

    def __init__(
        self,
        model: SegueVAE,
        windows: Sequence[Window],
        instructions: Instructions,
        options: Options,
        *,
        dice: Dice,
        context: int,
    ) -> None:
        """`windows`: one for all, or one for each of the `ROWS` takes; `context`: of the model."""
        self.model, self.windows, self.instructions = model, windows, instructions
        self.options, self.dice, self.context = options, dice, context
        window = windows[0]
        self.bars = np.flatnonzero(window.written)
        self.bar_events = window.bar_events()
        self.next_bar = np.zeros(ROWS, np.int64)
        self.notes: list[list[IntArray]] = [[] for _ in range(ROWS)]
        self.log_probability = np.zeros(ROWS)
        self.memory = Memory(ROWS, len(window.bars))
        self.rules = Rules(windows, instructions.allowed, instructions.required)
        self.caches = _caches(model, ROWS, context + 1)
        self.seen = np.zeros((ROWS, context + 1, N_COLUMNS), np.int64)
        self.length = 0

    # ---- writing -------------------------------------------------------------------------------

    @torch.inference_mode()
    def write(self, *, asked: Sequence[int], on_bar: OnBar, cancelled: Cancelled) -> list[Written]:
        """Write until the `asked` rows are complete; on_bar gets a row and its complete bars.

        Returns what has become of all rows.
        """
        self._plan()
        hidden = self._begin()
        wanted = list(asked)
        while not self._done()[wanted].all() and not cancelled():
            rows, probability = self._next_events(hidden)
            self._account(rows, probability, on_bar)
            if self.length == self.context:
                self._begin_anew()
            self.seen[:, self.length] = rows
            hidden = self._step(rows)
        return [self.written(row) for row in range(ROWS)]

    def _done(self) -> BoolArray:
        done: BoolArray = self.next_bar == len(self.bars)
        return done

    def written(self, row: int) -> Written:
        """What has become of a row so far."""
        notes = self.notes[row]
        return Written(
            rows=np.stack(notes) if notes else np.zeros((0, N_COLUMNS), np.int64),
            log_probability=float(self.log_probability[row]),
            events=len(notes) + int(self.next_bar[row]),
            complete=bool(self._done()[row]),
        )

    # ---- reading -------------------------------------------------------------------------------

    def _plan(self) -> None:
        """What the model is told of each window bar, whatever is written: all (ROWS, NB, ...)."""
        n_bars = len(self.bar_events)
        self.given = torch.zeros(ROWS, n_bars, dtype=torch.bool)
        z = torch.zeros(ROWS, n_bars, self.model.config.latents)
        if self.instructions.latents is not None:
            self.given[:, self.bars] = True
            z = self.instructions.latents.expand(ROWS, -1, -1)
        self.z = self.model.given(z, self.given)
        self.told = torch.zeros(ROWS, n_bars, N_PARTS)
        if self.instructions.told_parts:
            self.told[:, self.bars] = self.rules.allowed[:, self.bars, :N_PARTS].float()
        self.controls = torch.from_numpy(self.instructions.controls)

    def _begin(self) -> Tensor:
        """Read the visible pass and the first written bar; hidden states after it, (ROWS, 1, D)."""
        most = self.context // 2
        passes = [window.prefix(most) for window in self.windows]
        shortest = min(len(rows) for rows in passes)
        passes = [w.latest(rows, shortest) for w, rows in zip(self.windows, passes, strict=True)]
        visible = np.stack(passes)
        asked = self.instructions.controls.any(axis=0)
        visible[:, :, Column.CONTROLS :] *= asked
        visible = np.broadcast_to(visible, (ROWS, *visible.shape[1:]))
        for row, events in enumerate(visible):
            self.memory.read(row, events)
        self.visible = visible
        first = np.broadcast_to(self.bar_events[self.bars[0]], (ROWS, 1, N_COLUMNS))
        return self._read(np.concatenate([visible, first], axis=1), same=len(self.windows) == 1)

    def _begin_anew(self) -> None:
        """Make room: read what is ahead and the latest half of the context as if nothing else was.

        The event that begins a note's bar goes in the place of the note that would be first.
        """
        slowest = self.bars[min(int(self.next_bar.min()), len(self.bars) - 1)]
        window, visible = self.windows[0], self.visible
        ahead = visible[:, visible[0, :, Column.BAR] >= slowest][:, : self.context // 4]
        count = self.context // 2 - ahead.shape[1]
        latest = [window.latest(self.seen[row, : self.length], count) for row in range(ROWS)]
        self._read(np.concatenate([ahead, np.stack(latest)], axis=1), same=False)

    def _read(self, rows: IntArray, *, same: bool) -> Tensor:
        """Read sequences, (ROWS, T, N_COLUMNS), from their first event; `same`: they are equal."""
        self.length = rows.shape[1]
        self.seen[:, : self.length] = rows
        if not same:
            return self.model.decode(torch.from_numpy(rows), self.told, self.z, self.caches, at=0)[
                :, -1:
            ]
        caches = _caches(self.model, 1, self.length)
        hidden = self.model.decode(
            torch.from_numpy(rows[:1]), self.told[:1], self.z[:1], caches, at=0
        )
        for cache, one in zip(self.caches, caches, strict=True):
            cache.extend(one.keys.expand(ROWS, -1, -1, -1), one.values.expand(ROWS, -1, -1, -1), 0)
        return hidden[:, -1:].expand(ROWS, -1, -1)

    def _step(self, rows: IntArray) -> Tensor:
        """Read one event of each take, (ROWS, N_COLUMNS); hidden states after it, (ROWS, 1, D)."""
        bar = rows[:, Column.BAR]
        here = _EVERY, torch.from_numpy(bar)[:, None]
        hidden = self.model.decode(
            torch.from_numpy(rows)[:, None],
            self.told[here],  # a window of one bar is enough to read one event
            self.z[here],
            self.caches,
            at=self.length,
        )
        self.length += 1
        return hidden

    # ---- drawing -------------------------------------------------------------------------------

    def _next_events(self, hidden: Tensor) -> tuple[IntArray, IntArray]:
        """Draw the next event of every take: (ROWS, N_COLUMNS), and its log-probability, (ROWS,).

        A bar's end is an event without a note, its part is `BAR`.
        """
        latest = self.seen[:, self.length - 1]
        bar = latest[:, Column.BAR]
        previous = torch.from_numpy(latest)[:, None]
        target = previous.clone()
        target[..., Column.CONTROLS :] = 0
        roll = self.dice.roll()
        top_p = self.options.top_p
        drawn: list[Tensor] = []
        probability: list[Tensor] = []

        def choose(attribute: int, logits: Tensor) -> Tensor:
            scores = logits[:, 0]
            if attribute == 0:
                scores = self.rules.parts(scores, latest)
            elif attribute == 1:
                scores = self.rules.positions(scores, latest, drawn[0])
            value = draw(
                scores,
                roll[:, attribute],
                temperature=self.options.temperature,
                top_p=top_p if attribute == 0 else top_p_of(drawn[0], attribute, top_p=top_p),
            )
            if attribute == 0:
                target[:, 0, Column.CONTROLS :] = self.controls[value.clamp(max=N_PARTS - 1)]
            drawn.append(value)
            probability.append(scores.log_softmax(-1).gather(1, value[:, None]))
            return value[:, None]

        look = self.memory.look_from(latest) if self.model.config.look_back else None
        precedents = None if look is None else look.precedents
        self.model.heads(hidden, previous, look, precedents, self._outline(bar), target, choose)
        rows = target[:, 0].numpy()
        rows[:, Column.KIND] = NOTE_EVENT
        rows[:, Column.ROLE] = MASKED
        rows[:, Column.TIME] += rows[:, Column.POSITION] - latest[:, Column.POSITION]
        rows[:, Column.NUMERATOR : Column.CONTROLS] = 0
        rows[:, Column.PART] = drawn[0].numpy()
        total = torch.cat(probability, dim=1).double().numpy()
        ends = rows[:, Column.PART] == BAR
        return rows, np.where(ends, total[:, 0], total.sum(axis=1))

    def _outline(self, bar: IntArray) -> Outline | None:
        """What the latents say of the bars being written, (ROWS,)."""
        if self.instructions.latents is None:
            return None
        at = torch.from_numpy(bar)[:, None]
        here = _EVERY, at
        return self.model.outline(self.z[here], self.given[here], at)

    def _account(self, rows: IntArray, probability: IntArray, on_bar: OnBar) -> None:
        """Keep the notes; where a bar ended, put the event of the next (at the end, the last)."""
        done = self._done()
        for row in range(ROWS):
            if done[row]:
                rows[row] = self.bar_events[self.bars[-1]]
                continue
            self.log_probability[row] += probability[row]
            if rows[row, Column.PART] != BAR:
                self.rules.note_written(row, rows[row], self.seen[row, self.length - 1])
                self.notes[row].append(rows[row].copy())
                self.memory.read(row, rows[row : row + 1])
                continue
            ended = self.bars[self.next_bar[row]]
            self.next_bar[row] += 1
            self.rules.bar_ended(row)
            following = self.bars[min(int(self.next_bar[row]), len(self.bars) - 1)]
            rows[row] = self.bar_events[following]
            if self.windows[0].ends_bar[ended]:
                complete = self.bars[: self.next_bar[row]]
                on_bar(row, int(self.windows[0].ends_bar[complete].sum()))


_EVERY: Final = torch.arange(ROWS)[:, None]


def _caches(model: SegueVAE, rows: int, capacity: int) -> list[LayerCache]:
    config = model.config
    head_width = config.width // config.heads
    return [
        LayerCache.empty(rows, config.heads, capacity, head_width) for _ in range(config.layers)
    ]


def write_takes(
    model: SegueVAE,
    window: Window,
    instructions: Instructions,
    options: Options,
    *,
    seed: int,
    takes: Sequence[int],
    context: int,
) -> list[tuple[IntArray, float]]:
    """The rows of each take of one window, and its log-probability an event."""
    results: list[tuple[IntArray, float]] = []
    for group in groups(takes):
        dice = Dice(seed, group.numbers)
        writer = Writer(model, [window], instructions, options, dice=dice, context=context)
        found = writer.write(asked=group.asked, on_bar=lambda *_: None, cancelled=lambda: False)
        results += [(found[row].rows, found[row].log_probability_an_event) for row in group.asked]
    return results
