"""The 5-gram of `likelihood` as a writer: a small, honest rival of any model that continues music.

It writes what the model writes, event by event and in the same order: the part of the next note (or
that the bar is at its end), its position, pitch, duration and velocity, each drawn given up to four
events before. Drawing follows the interpolation: from the longest context down, with the weight of
its level a symbol is drawn from those that followed the context in training, else the next shorter
context is asked; at the end all classes are equally likely.

As the model does, it keeps to the prompt's instruments: a part that the prompt has not is drawn
again, and after `MOST_DRAWS` draws the bar ends. Its memory ends after four events, so it knows
nothing of what the bar before held, or of the key. What it writes is put where the prompt's metre
has room: positions beyond the bar are left out, and a bar of more than `MAX_EVENTS` events is
ended.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    DURATIONS,
    POSITIONS_PER_QUARTER,
    instrument_of,
    velocity_of,
)
from segue.evaluation.ngrams.event_stream import (
    ATTRIBUTES,
    BAR,
    PADDING,
    EventStream,
    sequence_of_score,
)
from segue.evaluation.ngrams.interpolation import InterpolatedModel, KeyArray, Observations
from segue.evaluation.ngrams.likelihood import N_CLASSES, contexts_of, observations
from segue.evaluation.types import BoolArray, FloatArray, IntArray
from segue.score import MetreMap, Notes, Score, TempoMap, Track

__all__ = ["NGramWriter"]

MAX_EVENTS: Final = 128
MOST_DRAWS: Final = 16


@dataclass(frozen=True, eq=False)
class _Followers:
    """What followed each context of one length: symbols, sorted by context."""

    contexts: KeyArray
    symbols: IntArray
    weights: FloatArray
    """Of this level, by the bucket of how often a context was seen."""

    def draw(self, contexts: KeyArray, generator: np.random.Generator) -> IntArray:
        """A symbol after each context, (N,), or -1 where the next shorter one is to be asked."""
        first = np.searchsorted(self.contexts, contexts, side="left")
        count = np.searchsorted(self.contexts, contexts, side="right") - first
        bucket = np.where(count > 0, 1 + np.log2(np.maximum(count, 1)).astype(np.int64), 0)
        asked = (count > 0) & (generator.random(len(contexts)) < self.weights[bucket])
        place = first + (generator.random(len(contexts)) * count).astype(np.int64)
        place = np.minimum(place, len(self.symbols) - 1)
        return np.where(asked, self.symbols[place], -1)


class NGramWriter:
    """See the module; build with `fit`."""

    def __init__(self, levels: Mapping[str, Sequence[_Followers]], n_train_notes: int) -> None:
        self._levels = levels
        self.n_train_notes = n_train_notes

    @classmethod
    def fit(cls, train: EventStream) -> "NGramWriter":
        """Count on nine tenths of a stream's pieces; the rest sets the weights.

        Raises:
            InputError: fewer than two pieces, or no notes.
        """
        counted, held_out = train.hold_out()
        levels = {}
        for attribute in ATTRIBUTES:
            seen = observations(counted, attribute)
            model = InterpolatedModel.fit(
                seen, observations(held_out, attribute), n_classes=N_CLASSES[attribute]
            )
            levels[attribute] = _followers(seen, model)
        return cls(levels, train.n_notes)

    def continue_(
        self,
        prompts: Sequence[Score],
        *,
        bars: int,
        seed: int,
        on_event: Callable[[int], None] = lambda _: None,
    ) -> list[Score]:
        """A continuation of each prompt, of exactly `bars` bars in its last metre and tempo."""
        generator = np.random.default_rng(seed)
        history = np.stack([_last_events(prompt) for prompt in prompts])  # (B, PADDING + 1, 5)
        allowed = np.stack([_parts(prompt) for prompt in prompts])
        bar = np.zeros(len(prompts), np.int64)
        in_bar = np.zeros(len(prompts), np.int64)
        rows: list[list[tuple[int, ...]]] = [[] for _ in prompts]
        for step in range(bars * MAX_EVENTS):
            writing = np.flatnonzero(bar < bars)
            if not len(writing):
                break
            events = self._next(history[writing], allowed[writing], generator)
            ended = (events[:, 0] == BAR) | (in_bar[writing] >= MAX_EVENTS)
            events[ended] = (BAR, 0, 0, 0, 0)
            for index, event in zip(writing, events, strict=True):
                if event[0] != BAR:
                    rows[index].append((int(bar[index]), *event.tolist()))
            bar[writing] += ended
            in_bar[writing] = np.where(ended, 0, in_bar[writing] + 1)
            history[writing, :-1] = np.concatenate(
                [history[writing, 1:-1], events[:, None]], axis=1
            )
            on_event(step)
        return [_score(found, prompt) for found, prompt in zip(rows, prompts, strict=True)]

    def _next(
        self, history: IntArray, allowed: BoolArray, generator: np.random.Generator
    ) -> IntArray:
        """The next event of each, (N, 5)."""
        events = np.zeros((len(history), len(ATTRIBUTES)), np.int64)
        events[:, 0] = self._part(history, allowed, generator)
        rows = history.copy()
        for index, attribute in enumerate(ATTRIBUTES[1:], start=1):
            rows[:, -1] = events
            events[:, index] = self._draw(attribute, rows, generator)
        return events

    def _part(
        self, history: IntArray, allowed: BoolArray, generator: np.random.Generator
    ) -> IntArray:
        part = self._draw(ATTRIBUTES[0], history, generator)
        for _ in range(MOST_DRAWS):
            again = np.flatnonzero(~allowed[np.arange(len(part)), part])
            if not len(again):
                return part
            part[again] = self._draw(ATTRIBUTES[0], history[again], generator)
        return np.where(allowed[np.arange(len(part)), part], part, BAR)

    def _draw(self, attribute: str, rows: IntArray, generator: np.random.Generator) -> IntArray:
        keys = contexts_of(
            attribute, lambda name, ago: rows[:, -1 - ago, ATTRIBUTES.index(name)], len(rows)
        )
        drawn = np.full(len(rows), -1, np.int64)
        for level, context in zip(reversed(self._levels[attribute]), reversed(keys), strict=True):
            open_ = drawn < 0
            if not open_.any():
                return drawn
            drawn[open_] = level.draw(context[open_], generator)
        uniform = generator.integers(N_CLASSES[attribute], size=len(rows))
        return np.where(drawn < 0, uniform, drawn)


def _followers(seen: Observations, model: InterpolatedModel) -> list[_Followers]:
    found = []
    for contexts, weights in zip(seen.contexts, model.weights, strict=True):
        order = np.argsort(contexts, kind="stable")
        found.append(_Followers(contexts[order], seen.symbols[order], weights))
    return found


def _last_events(prompt: Score) -> IntArray:
    """The last events of a prompt and an empty row for the next, (PADDING + 1, 5)."""
    stream = EventStream.of_sequences([(sequence_of_score(prompt), None)])
    last = stream.events[-PADDING:]
    return np.concatenate([last, np.zeros((1, len(ATTRIBUTES)), np.int64)])


def _parts(prompt: Score) -> BoolArray:
    """Which classes of the part may be written, (BAR + 1,)."""
    allowed = np.zeros(N_CLASSES["part"], bool)
    allowed[BAR] = True
    for track in prompt.tracks:
        if len(track.notes):
            allowed[instrument_of(program=track.program, is_drum=track.is_drum)] = True
    return allowed


def _score(rows: list[tuple[int, ...]], prompt: Score) -> Score:
    """Events in bars, as a score on the model's grid with the prompt's last metre and tempo."""
    end = prompt.bar_grid().end_tick
    numerator, denominator = prompt.metre_map.metre_at(max(0, end - 1))
    length = max(1, 4 * POSITIONS_PER_QUARTER * numerator // denominator)
    table = np.array([row for row in rows if row[2] < length], np.int64).reshape(-1, 6)
    bar, part, position, pitch, duration, velocity = table.T
    onset = bar * length + position
    tracks = []
    for each in np.unique(part):
        own = part == each
        notes = Notes.of(
            onset=onset[own],
            duration=DURATIONS[duration[own]],
            pitch=pitch[own] % DRUM_PITCH_OFFSET,
            velocity=velocity_of(velocity[own]),
        )
        is_drum = bool(each == DRUMS)
        tracks.append(Track(notes=notes, program=0 if is_drum else int(each), is_drum=is_drum))
    score = Score(ticks_per_quarter=POSITIONS_PER_QUARTER, tracks=tuple(tracks))
    tempo = TempoMap.of(ticks=[0], us_per_quarter=[prompt.tempo_map.us_at(max(0, end - 1))])
    metre = MetreMap.constant(numerator=numerator, denominator=denominator)
    return replace(score, tempo_map=tempo, metre_map=metre)
