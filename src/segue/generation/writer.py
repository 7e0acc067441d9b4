"""Writing the masked notes of a window, event by event, several takes side by side.

When the sequence reaches the model's context, it begins again: what is visible from the bars on
that are being written, then the latest events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np

from segue.encoding.sequence import (
    ATTRIBUTE_COLUMNS,
    ATTRIBUTES,
    MASKED,
    N_COLUMNS,
    NOTE_EVENT,
    BoolArray,
    Column,
)
from segue.encoding.vocabulary import DRUMS, END, MAX_PARTS, IntArray
from segue.generation.clashes import Clashes
from segue.generation.following import Cancelled, OnBar
from segue.generation.following_chords import PitchLeaning
from segue.generation.groups import ROWS
from segue.generation.habits import Habits
from segue.generation.lines import Lines
from segue.generation.network import Float32Array, Network, Plan, Steps
from segue.generation.options import Options
from segue.generation.rules import Rules
from segue.generation.sampling import Dice, FloatArray, draw, top_p_of
from segue.generation.window import Window
from segue.models.latent_arrays import LatentArrays


@dataclass(frozen=True)
class Instructions:
    """What holds for the written bars of a window of NB bars, for each take."""

    allowed: BoolArray
    """The parts that may play, (ROWS, NB, MAX_PARTS)."""
    parts: Float32Array
    """How sure it is that they play, as far as the model is told, (ROWS, NB, MAX_PARTS)."""
    controls: IntArray
    """What is asked of each part, (ROWS, MAX_PARTS, N_CONTROLS); 0: nothing."""
    required: BoolArray | None = None
    """The parts that must play, (ROWS, NB, MAX_PARTS); None: any may be silent."""
    more_notes: IntArray | None = None
    """That a bar of each part is to have, (ROWS, MAX_PARTS); 0 and None: as it comes."""
    leaning: PitchLeaning | None = None
    """How pitches lean, by the key and the chords that are asked; None: not at all."""
    latents: LatentArrays | None = None
    """Of the cells to be written, for each take."""


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


class Prompts:
    """Reads what takes begin with: once, where it is the same for all of them.

    Several threads may ask.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._reading = Lock()
        self._visible: IntArray | None = None

    def read(self, visible: IntArray, plan: Plan) -> Steps:
        """The beginning of every row of a plan; `visible` of each, or one for all, (1, T, C).

        The latest that was one for all is kept for the groups of takes that follow: what is visible
        is read without regard to the plan.
        """
        if len(visible) > 1:
            return self.network.read(visible, plan)
        with self._reading:
            if self._visible is None or not np.array_equal(visible, self._visible):
                self._visible, self._steps = visible, self.network.read(visible, plan.row(0))
            steps = self._steps
        return steps.fork(plan)


class Writer:
    """One group of takes being written."""

    def __init__(
        self,
        prompts: Prompts,
        windows: Sequence[Window],
        instructions: Instructions,
        options: Options,
        *,
        dice: Dice,
        context: int,
    ) -> None:
        """`windows`: one for all, or one for each of the `ROWS` takes.

        `context`: the most events that the network is shown.
        """
        self.prompts, self.windows, self.instructions = prompts, windows, instructions
        self.options, self.dice, self.context = options, dice, context
        window = windows[0]
        self.bars = np.flatnonzero(window.written)
        self.bar_events = window.bar_events()
        self.next_bar = np.zeros(ROWS, np.int64)
        self.notes: list[list[IntArray]] = [[] for _ in range(ROWS)]
        self.log_probability = np.zeros(ROWS)
        self.rules = Rules(
            windows,
            instructions.allowed,
            instructions.required,
            more_notes=instructions.more_notes,
        )
        instruments = np.stack([window.roster.padded for window in windows])
        self.instruments = np.broadcast_to(instruments, (ROWS, MAX_PARTS))
        self.controls = instructions.controls
        self.visible = self._visible()
        self.habits = Habits(self.visible, self.instruments)
        self.clashes = Clashes(self.visible, ROWS, end=int(window.bars.starts[-1]))
        begin = int(self.bar_events[self.bars[0], Column.TIME])
        self.lines = Lines(self.visible, self.instruments, begin=begin)
        rows = np.broadcast_to(self.visible, (ROWS, *self.visible.shape[1:]))
        self.events = list(rows.swapaxes(0, 1))
        self.rows = np.arange(ROWS)
        """The takes that are being written; what a step says is of these, R of them."""
        self.every = np.arange(ROWS)
        """Their places among these."""

    # ---- writing -------------------------------------------------------------------------------

    def write(self, *, asked: Sequence[int], on_bar: OnBar, cancelled: Cancelled) -> list[Written]:
        """Write until the `asked` rows are complete; on_bar gets a row and its complete bars.

        Returns what has become of all rows.
        """
        self._keep(np.array(asked))
        each = len(self.visible) > 1
        steps = self.prompts.read(self.visible[self.rows] if each else self.visible, self._plan())
        self._read(steps, np.tile(self.bar_events[self.bars[0]], (len(self.rows), 1)))
        while not cancelled():
            events, probability = self._next_events(steps)
            self._account(events, probability, on_bar)
            going_on = np.flatnonzero(~self._done()[self.rows])
            if not len(going_on):
                break
            if len(going_on) < len(self.rows):
                self._keep(going_on)
                steps.keep(going_on)
            if steps.length == self.context:
                steps.restart(self._nearest())
            self._read(steps, events[going_on])
        return [self.written(row) for row in range(ROWS)]

    def _keep(self, rows: IntArray) -> None:
        """Go on with some of the takes that are being written, by their places in `rows`."""
        self.rules.keep(rows)
        self.habits.keep(rows)
        self.clashes.keep(rows)
        self.lines.keep(rows)
        self.dice.keep(rows)
        self.rows, self.every = self.rows[rows], np.arange(len(rows))
        self.instruments, self.controls = self.instruments[rows], self.controls[rows]
        self.events = [events[rows] for events in self.events[-self.context :]]

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

    def _visible(self) -> IntArray:
        """The visible pass of each window, (1 or ROWS, T, C); its controls where some are asked."""
        most = self.context // 2
        passes = [window.prefix(most) for window in self.windows]
        shortest = min(len(rows) for rows in passes)
        passes = [w.latest(rows, shortest) for w, rows in zip(self.windows, passes, strict=True)]
        visible = np.stack(passes)
        visible[:, :, Column.CONTROLS :] *= self.instructions.controls.any(axis=(0, 1))
        return visible

    def _plan(self) -> Plan:
        """What the network is given for each row."""
        parts, latents = self.instructions.parts[self.rows], self.instructions.latents
        told = None if latents is None else latents.rows(self.rows)
        return Plan(self.instruments, parts, self.controls, told)

    def _read(self, steps: Steps, events: IntArray) -> None:
        """Let the next event of each row, (R, C), be read."""
        self.events.append(events)
        steps.step(events)

    def _nearest(self) -> IntArray:
        """What is ahead and the latest half of the context, as if nothing else was, (R, T, C).

        The event that begins a note's bar goes in the place of the note that would be first.
        """
        visible = np.broadcast_to(self.visible, (ROWS, *self.visible.shape[1:]))[self.rows]
        seen = np.stack(self.events[-self.context :], axis=1)
        nearest = []
        for row, its_bar in enumerate(self.bars[self.next_bar[self.rows]]):
            ahead = visible[row, visible[row, :, Column.BAR] >= its_bar][: self.context // 4]
            latest = self.windows[0].latest(seen[row], self.context // 2 - len(ahead))
            nearest.append(np.concatenate([ahead, latest]))
        return np.stack(nearest)

    # ---- drawing -------------------------------------------------------------------------------

    def _next_events(self, steps: Steps) -> tuple[IntArray, FloatArray]:
        """Draw the next event of every take: (R, N_COLUMNS), and its log-probability, (R,).

        A bar's end is an event without a note, its part is `END`.
        """
        latest, roll, top_p = self.events[-1], self.dice.roll(), self.options.top_p
        leaning = self.instructions.leaning
        begin_of_bar = latest[:, Column.TIME] - latest[:, Column.POSITION]
        drawn: list[IntArray] = []
        probability: list[FloatArray] = []
        instrument, losses = latest[:, Column.INSTRUMENT], dict[int, Float32Array]()

        def choose(attribute: int, logits: Float32Array) -> IntArray:
            nonlocal instrument, losses
            scores: Float32Array | FloatArray = logits
            if attribute == 0:
                scores = self.rules.parts(logits, latest)
            elif attribute == 1:
                scores = self.rules.positions(logits, latest, drawn[0])
            elif attribute in losses:
                scores = logits - losses[attribute]
            if attribute == _PITCH:
                time = begin_of_bar + drawn[1]
                scores = scores - self.lines.of(drawn[0], time) - self.clashes.of(time)
            if attribute == _DURATION:
                scores = scores - self.clashes.lasting(begin_of_bar + drawn[1], drawn[2])
            if attribute == _PITCH and leaning is not None:
                scores = leaning.leaned(scores, logits, latest, drawn, instrument)
            value, likelihood = draw(
                scores,
                roll[:, attribute],
                temperature=self.options.temperature,
                top_p=top_p_of(instrument == DRUMS, attribute, top_p=top_p),
            )
            if attribute == 0:
                instrument, losses = self._instrument(value), self.habits.of(value)
            drawn.append(value)
            probability.append(likelihood)
            return value

        steps.next_event(choose)
        total = np.array(probability)
        ends = drawn[0] == END
        return (
            self._events(latest, drawn, instrument),
            np.where(ends, total[0], total.sum(axis=0)),
        )

    def _events(self, latest: IntArray, drawn: list[IntArray], instrument: IntArray) -> IntArray:
        """The events, (R, N_COLUMNS), that say what was drawn, after the latest ones."""
        events = latest.copy()
        events[:, Column.KIND] = NOTE_EVENT
        events[:, Column.ROLE] = MASKED
        events[:, Column.NUMERATOR : Column.CONTROLS] = 0
        events[:, _DRAWN] = np.array(drawn).T
        events[:, Column.TIME] += events[:, Column.POSITION] - latest[:, Column.POSITION]
        events[:, Column.INSTRUMENT] = instrument
        part = np.minimum(drawn[0], MAX_PARTS - 1)
        events[:, Column.CONTROLS :] = self.controls[self.every, part]
        return events

    def _instrument(self, part: IntArray) -> IntArray:
        """What the part of each row plays, (R,); of `END`, anything."""
        found: IntArray = self.instruments[self.every, np.minimum(part, MAX_PARTS - 1)]
        return found

    def _account(self, events: IntArray, probability: FloatArray, on_bar: OnBar) -> None:
        """Keep the notes; where a bar ended, put the event of the next (at the end, the last)."""
        self.log_probability[self.rows] += probability
        is_note = events[:, Column.PART] != END
        places = np.flatnonzero(is_note)
        notes = events[places]
        self.rules.written(places, notes, self.events[-1][places])
        self.habits.written(places, notes)
        self.clashes.written(places, notes)
        self.lines.written(places, notes)
        for row, note in zip(self.rows[places].tolist(), notes, strict=True):
            self.notes[row].append(note)
        for place in np.flatnonzero(~is_note).tolist():
            self._end_bar(place, events, on_bar)

    def _end_bar(self, place: int, events: IntArray, on_bar: OnBar) -> None:
        row = int(self.rows[place])
        ended = self.bars[self.next_bar[row]]
        self.next_bar[row] += 1
        self.rules.bar_ended(place)
        following = self.bars[min(int(self.next_bar[row]), len(self.bars) - 1)]
        events[place] = self.bar_events[following]
        if self.windows[0].ends_bar[ended]:
            complete = self.bars[: self.next_bar[row]]
            on_bar(row, int(self.windows[0].ends_bar[complete].sum()))


_DRAWN: Final = [int(column) for column in ATTRIBUTE_COLUMNS]
_PITCH, _DURATION = (ATTRIBUTES.index(name) for name in ("pitch", "duration"))
