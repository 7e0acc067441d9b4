"""Doing a task: every group of takes, chunk by chunk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import N_PARTS
from segue.generation.assemble import place_notes, to_table
from segue.generation.cells import without_cells
from segue.generation.chunks import chunks, within, without
from segue.generation.following import Following
from segue.generation.groups import ROWS, Group, groups
from segue.generation.network import Network
from segue.generation.request import Request
from segue.generation.sampling import Dice
from segue.generation.task import CellsOf, Task, allowed_parts, asked_controls, most_notes
from segue.generation.thinning import thinned
from segue.generation.window import Region, Window, cut_windows
from segue.generation.writer import Instructions, Prompts, Writer, Written
from segue.score import Score


@dataclass(frozen=True)
class Result:
    """A complete take, before it is told what it came from."""

    number: int
    score: Score
    log_probability: float
    """In nats an event."""


def perform(
    network: Network, task: Task, request: Request, following: Following, *, context: int
) -> Iterator[Result]:
    """The takes that were asked for, group by group, as far as they become complete.

    Raises:
        InputError: wishes that contradict each other.
    """
    performance = _Performance(network, task, request, following, context)
    for group in groups(request.numbers):
        if following.cancelled():
            return
        yield from performance.write(group)


class _Performance:
    """What is the same for all groups."""

    def __init__(
        self, network: Network, task: Task, request: Request, following: Following, context: int
    ) -> None:
        self.prompts, self.task, self.context = Prompts(network), task, context
        self.request, self.following = request, following
        options = request.options
        self.shown, self.max_bars = context // 2, network.max_bars
        self.instructions = Instructions(
            allowed=allowed_parts(task, options),
            told_parts=task.region.tracks is not None
            or task.cells is not None
            or (task.arrangement is not None and not options.new_instruments)
            or options.instruments is not None,
            controls=asked_controls(task, options, events=self.shown, max_bars=self.max_bars),
        )
        self.most_notes = most_notes(task, options, events=self.shown, max_bars=self.max_bars)
        self.chunks = chunks(
            task.score,
            task.region,
            events=self.shown,
            max_bars=self.max_bars,
            kept=None if task.cells is None else task.score,
        )

    def write(self, group: Group) -> list[Result]:
        """A group's takes; in every chunk each sees what it has written in those before."""
        found, bars = [Written.nothing()] * ROWS, 0
        versions, windows = self._beginnings(group)
        for number, chunk in enumerate(self.chunks):
            if not all(written.complete for written in found):
                return []
            if number:
                windows = self._windows(versions, chunk)
            writer = Writer(
                self.prompts,
                windows,
                self._instructions(group, windows[0], bars),
                self.request.options,
                dice=Dice(self.request.seed, group.numbers, chunk=number),
                context=self.context,
            )
            chunk_found = self._run(writer, group, chunk, versions)
            versions = self._placed(versions, chunk_found, windows, chunk)
            found = [before + after for before, after in zip(found, chunk_found, strict=True)]
            bars += int(windows[0].written.sum())
        return [
            Result(group.numbers[row], versions[row], found[row].log_probability_an_event)
            for row in group.asked
            if found[row].complete
        ]

    def _beginnings(self, group: Group) -> tuple[list[Score], list[Window]]:
        """The piece without what is replaced, and the first windows: one, or each take's."""
        cells = self.task.cells
        if cells is None:
            return self._beginning
        score, region = self.task.score, self.task.region
        versions = [without_cells(score, region, cells(number)) for number in group.numbers]
        return versions, self._windows(versions, self.chunks[0])

    @cached_property
    def _beginning(self) -> tuple[list[Score], list[Window]]:
        """What all takes begin with where each replaces the whole region."""
        versions = [without(self.task.score, self.task.region)]
        return versions, self._windows(versions, self.chunks[0])

    def _windows(self, versions: Sequence[Score], chunk: Region) -> list[Window]:
        if self.task.cells is not None:  # what is left of the region is to be seen
            chunk = replace(chunk, tracks=())
        windows = cut_windows(
            versions,
            chunk,
            events=self.shown,
            max_bars=self.max_bars,
            show_after=chunk.last == self.chunks[-1].last,
        )
        return [window.with_key(self.request.options.key_number) for window in windows]

    def _instructions(self, group: Group, window: Window, bars: int) -> Instructions:
        """With each take's cells in the window, and the latents of its written bars, before which
        `bars` have been written.
        """
        found = self.instructions
        if self.task.cells is not None:
            cells = self._cells_in(window, self.task.cells, group)
            found = replace(found, allowed=cells & found.allowed)
        if self.task.arrangement is not None:
            plays = self._cells_in(window, self.task.arrangement, group)
            allowed = found.allowed if self.request.options.new_instruments else plays
            found = replace(found, allowed=allowed, required=plays & _whole(window)[:, None])
        if self.task.latents is None:
            return found
        own = self.task.latents(group.numbers)[:, bars : bars + int(window.written.sum())]
        z = np.zeros((ROWS, len(window.bars), own.shape[-1]), np.float32)
        z[:, window.written] = own
        return replace(found, latents=z)

    def _cells_in(self, window: Window, cells: CellsOf, group: Group) -> BoolArray:
        """Cells of the region in each window bar, (ROWS, NB, N_PARTS)."""
        region, score = self.task.region, self.task.score
        starts = window.grid.starts[window.bars_of_piece]
        bars = score.bar_grid(n_bars=region.last).bar_of(starts) - region.first
        inside = (bars >= 0) & (bars < region.last - region.first)
        own = np.zeros((ROWS, len(bars), N_PARTS), bool)
        own[:, inside] = np.stack([cells(number)[bars[inside]] for number in group.numbers])
        return own

    def _run(
        self, writer: Writer, group: Group, chunk: Region, versions: Sequence[Score]
    ) -> list[Written]:
        """Write a chunk: of the last one, only what is asked for need be complete."""
        done = chunk.first - self.task.region.first

        def told(row: int, bars: int) -> None:
            if row not in group.asked:
                return
            self.following.on_bar(group.numbers[row], done + bars)
            if self.following.on_music is not None:
                bar = chunk.first + bars - 1
                music = self._music(writer, row, chunk, versions, bar)
                self.following.on_music(group.numbers[row], bar, music)

        is_last = chunk == self.chunks[-1]
        return writer.write(
            asked=group.asked if is_last else range(ROWS),
            on_bar=told,
            cancelled=self.following.cancelled,
        )

    def _music(
        self, writer: Writer, row: int, chunk: Region, versions: Sequence[Score], bar: int
    ) -> Score:
        """What the bar that a row has just completed adds."""
        written = writer.written(row)
        placed = self._placed_row(versions, written, writer.windows, chunk, row, bar=bar)
        return within(placed, Region(bar, bar + 1, self.task.region.tracks))

    def _placed(
        self,
        versions: Sequence[Score],
        found: Sequence[Written],
        windows: Sequence[Window],
        chunk: Region,
    ) -> list[Score]:
        return [
            self._placed_row(versions, written, windows, chunk, row)
            for row, written in enumerate(found)
        ]

    def _placed_row(
        self,
        versions: Sequence[Score],
        written: Written,
        windows: Sequence[Window],
        chunk: Region,
        row: int,
        *,
        bar: int | None = None,
    ) -> Score:
        """A row's version with what was written; of the chunk, or of one bar alone."""
        window = windows[row % len(windows)]
        table = to_table(written.rows, window)
        return place_notes(
            versions[row % len(versions)],
            table if self.most_notes is None else thinned(table, self.most_notes),
            window=window,
            region=chunk,
            piece=self.task.piece,
            bar=bar,
        )


def _whole(window: Window) -> BoolArray:
    """The window bars that are a bar of the piece each, and no part of a longer one, (NB,)."""
    whole: BoolArray = window.ends_bar & np.append(True, window.ends_bar[:-1])
    return whole
