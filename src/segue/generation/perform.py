"""Doing a task: every group of takes, chunk by chunk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from threading import Event

import numpy as np

from segue.encoding.grid import event_grid
from segue.encoding.sequence import BoolArray, Column
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.generation.assemble import place_notes, to_table
from segue.generation.cast import Cast
from segue.generation.cells import without_cells
from segue.generation.chunks import chunks, within, without
from segue.generation.feel import Feels
from segue.generation.following import Following
from segue.generation.following_chords import key_told, pitch_leaning
from segue.generation.groups import ROWS, Group, groups
from segue.generation.latents import cells_of_region, noised_latents
from segue.generation.morphing import blended, shares_of
from segue.generation.network import Float32Array, LatentsOf, Network
from segue.generation.request import Request
from segue.generation.sampling import Dice
from segue.generation.showing import shown
from segue.generation.task import Asked, Task, asked_of
from segue.generation.thinning import thinned
from segue.generation.window import Region, Window, cut_windows, table_of_region
from segue.generation.workers import Tell, side_by_side
from segue.generation.writer import Instructions, Prompts, Writer, Written
from segue.models.latent_arrays import LatentArrays
from segue.score import Score


@dataclass(frozen=True)
class Result:
    """A complete take, before it is said what it came from."""

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


@dataclass(frozen=True, eq=False)
class _Known:
    """What is the same for all takes of a cast."""

    silent: Score
    """The cast's score without the notes of the region."""
    asked: Asked
    feels: Feels


@dataclass(frozen=True)
class _Row:
    """What a take has become."""

    number: int
    cast: Cast
    version: Score
    """Of the cast's score."""
    joined: tuple[int, ...] = ()
    """The new tracks that have joined, in order."""

    def with_rows(self, rows: IntArray) -> tuple[int, ...]:
        """The new tracks that have joined when these events are written as well."""
        return self.cast.joined(rows[:, Column.PART], self.joined)


class _Performance:
    """What is the same for all groups."""

    def __init__(
        self, network: Network, task: Task, request: Request, following: Following, context: int
    ) -> None:
        self.network, self.prompts = network, Prompts(network)
        self.task, self.context = task, context
        self.request, self.following = request, following
        self.shown, self.max_bars = context // 2, network.max_bars
        self._known = cache(self._of_cast)
        self.chunks = chunks(
            task.score,
            task.region,
            events=self.shown,
            max_bars=self.max_bars,
            kept=None if task.cells is None else task.score,
        )

    def write(self, group: Group) -> list[Result]:
        """A group's takes; in every chunk each sees what it has written in those before."""
        found = [Written.nothing()] * ROWS
        rows = self._beginnings(group)
        for number, chunk in enumerate(self.chunks):
            if not all(written.complete for written in found):
                return []
            windows = self._windows(rows, chunk)
            chunk_found = self._write_chunk(group, number, rows, windows)
            rows = [
                replace(
                    row,
                    version=self._placed(row, written.rows, window, chunk),
                    joined=row.with_rows(written.rows),
                )
                for row, written, window in zip(rows, chunk_found, _each(windows), strict=True)
            ]
            found = [before + after for before, after in zip(found, chunk_found, strict=True)]
        return [
            Result(
                rows[row].number,
                rows[row].cast.finished(rows[row].version, rows[row].joined),
                found[row].log_probability_an_event,
            )
            for row in group.asked
            if found[row].complete
        ]

    def _of_cast(self, cast: Cast) -> _Known:
        score, region, options = self.task.score, self.task.region, self.request.options
        silent = without(cast.score, region)
        bars = score.bar_grid(n_bars=region.last)
        return _Known(
            silent,
            asked_of(cast, self.task, options, events=self.shown, bars=self.max_bars),
            Feels.of(
                [track.notes for track in cast.score_of_parts(silent).tracks],
                event_grid(score, bars),
                near=bars.start(region.first),
            ),
        )

    def _beginnings(self, group: Group) -> list[_Row]:
        """Each take's cast, and the piece without what it replaces."""
        cells, region = self.task.cells, self.task.region
        rows = []
        for number in group.numbers:
            cast = self.task.cast(number)
            if cells is None:
                version = self._known(cast).silent
            else:
                version = without_cells(cast.score, region, cells(number))
            rows.append(_Row(number, cast, version))
        return rows

    def _windows(self, rows: Sequence[_Row], chunk: Region) -> list[Window]:
        """The window of each take, or one where all see the same."""
        if all(row.version is rows[0].version for row in rows):
            rows = rows[:1]
        region = rows[0].cast.parts_of(chunk)
        if self.task.cells is not None:  # what is left of the region is to be seen
            region = replace(region, tracks=())
        windows = cut_windows(
            [self._shown(row) for row in rows],
            [row.cast.roster_of_parts for row in rows],
            region,
            events=self.shown,
            max_bars=self.max_bars,
            show_after=chunk.last == self.chunks[-1].last,
        )
        return [window.with_key(key_told(self.request.options)) for window in windows]

    def _shown(self, row: _Row) -> Score:
        """What the model sees of a take: a score of parts."""
        moves = self._known(row.cast).asked.moves
        return shown(row.cast.score_of_parts(row.version), moves, self.task.region)

    # ---- what holds ----------------------------------------------------------------------------

    def _instructions(self, rows: Sequence[_Row], window: Window, chunk: int) -> Instructions:
        """Each take's parts and cells in the window."""
        task, options = self.task, self.request.options
        casts = [row.cast for row in rows]
        allowed = np.zeros((ROWS, len(window.bars), MAX_PARTS), bool)
        for row, cast in enumerate(casts):
            allowed[row, :, : len(cast)] = cast.allowed
        if task.cells is not None:
            own = [row.cast.of_cells(task.cells(row.number)) for row in rows]
            allowed &= self._cells_in(window, own)
        latents = self._latents(rows, window, chunk)
        parts = np.zeros(allowed.shape, np.float32)
        if task.parts_are_known or options.instruments is not None:
            parts[:, window.written] = allowed[:, window.written]
        elif latents is not None:
            parts[:, window.written] = latents.parts[:, window.written]
        required = None
        if task.due is not None:
            due = self._cells_in(window, [task.due(row.number) for row in rows])
            required = due & _whole(window)[:, None]
        asked = [self._known(cast).asked for cast in casts]
        more = [each.more_notes for each in asked if each.more_notes is not None]
        return Instructions(
            allowed=allowed,
            parts=parts,
            controls=np.stack([each.controls for each in asked]),
            required=required,
            more_notes=np.stack(more) if more else None,
            leaning=pitch_leaning(options, window, task.score, task.region),
            latents=latents,
        )

    def _latents(self, rows: Sequence[_Row], window: Window, chunk: int) -> LatentArrays | None:
        """Of the region's cells as the task's score has them, with noise of each take's own.

        Those of cells that a take keeps are given too: it never comes to write them.
        """
        latents_of, levels_of, region = self.network.latents_of, self.task.levels, self.task.region
        if latents_of is None or levels_of is None:
            return None
        levels = [levels_of(row.number) for row in rows]
        cast = rows[0].cast  # nobody joins where there are latents: it is the same for all
        bars = self._bars_in(window)
        means, places = self._means(latents_of, cast, cast.score, window)
        if self.task.toward is not None:
            other = self._means(latents_of, cast, cast.with_own(self.task.toward), window)
            shares = shares_of(bars, region.last - region.first)
            means, places = blended((means, places), other, shares)
        if not len(places):
            return None
        bars = bars[places[:, 0]]
        return noised_latents(
            means,
            places,
            levels=[None if each is None else each[bars] for each in levels],
            seed=self.request.seed,
            takes=[row.number for row in rows],
            chunk=chunk,
            n_bars=len(window.bars),
        )

    def _means(
        self, latents_of: LatentsOf, cast: Cast, score: Score, window: Window
    ) -> tuple[Float32Array, IntArray]:
        """The latents of the region's cells in a version of a cast's score, and their places."""
        region, parts = cast.parts_of(self.task.region), cast.score_of_parts(score)
        table = table_of_region(parts, cast.roster_of_parts, region, window)
        cells, places = cells_of_region(table, window)
        return latents_of(cells), places

    def _cells_in(self, window: Window, cells: Sequence[BoolArray]) -> BoolArray:
        """Each take's cells of the region, (bars, P), by window bars: (ROWS, NB, MAX_PARTS)."""
        bars, region = self._bars_in(window), self.task.region
        inside = (bars >= 0) & (bars < region.last - region.first)
        found = np.zeros((ROWS, len(bars), MAX_PARTS), bool)
        for row, own in enumerate(cells):
            found[row, inside, : own.shape[1]] = own[bars[inside]]
        return found

    def _bars_in(self, window: Window) -> IntArray:
        """Which bar of the region each of the window is, (NB,); others are outside of it."""
        starts = window.grid.starts[window.bars_of_piece]
        bars = self.task.score.bar_grid(n_bars=self.task.region.last).bar_of(starts)
        return np.asarray(bars - self.task.region.first)

    # ---- writing -------------------------------------------------------------------------------

    def _write_chunk(
        self, group: Group, number: int, rows: Sequence[_Row], windows: Sequence[Window]
    ) -> list[Written]:
        """Write a chunk: of the last one, only what is asked for need be complete.

        The rows are shared out among as many threads as the network has. No row depends on who
        else is written beside it, so that the threads never wait for each other.
        """
        chunk, stop = self.chunks[number], Event()
        asked = group.asked if chunk == self.chunks[-1] else tuple(range(ROWS))
        threads = min(self.network.threads, len(asked))
        shares = [asked[first::threads] for first in range(threads)]
        instructions = self._instructions(rows, windows[0], number)

        def write(share: Sequence[int], tell: Tell) -> list[Written]:
            writer = Writer(
                self.prompts,
                windows,
                instructions,
                self.request.drawing(self.task.region),
                dice=Dice(self.request.seed, group.numbers, chunk=number),
                context=self.context,
            )

            def on_bar(row: int, bars: int) -> None:
                if row in group.asked:
                    written = writer.written(row).rows
                    window = windows[row % len(windows)]
                    tell(lambda: self._tell(rows[row], bars, written, window, chunk))

            return writer.write(
                asked=share,
                on_bar=on_bar,
                cancelled=lambda: stop.is_set() or self.following.cancelled(),
            )

        found = side_by_side([partial(write, share) for share in shares], stop=stop)
        writes = {row: number for number, share in enumerate(shares) for row in share}
        return [found[writes.get(row, 0)][row] for row in range(ROWS)]

    def _tell(self, row: _Row, bars: int, written: IntArray, window: Window, chunk: Region) -> None:
        """Tell of the bar that a take has just completed, the last of so many of the chunk."""
        self.following.on_bar(row.number, chunk.first - self.task.region.first + bars)
        if self.following.on_music is not None:
            bar = chunk.first + bars - 1
            music = self._music(row, written, window, chunk, bar)
            self.following.on_music(row.number, bar, music)

    def _music(
        self, row: _Row, written: IntArray, window: Window, chunk: Region, bar: int
    ) -> Score:
        """What a bar that a take has just completed adds."""
        bars = self.task.score.bar_grid(n_bars=bar + 1)
        begins = window.grid.starts[window.bars_of_piece[written[:, Column.BAR]]]
        inside = (begins >= bars.start(bar)) & (begins < bars.start(bar + 1))
        placed = self._placed(row, written[inside], window, chunk)
        music = row.cast.finished(placed, row.with_rows(written))
        return within(music, Region(bar, bar + 1, self.task.region.tracks))

    def _placed(self, row: _Row, written: IntArray, window: Window, chunk: Region) -> Score:
        """A take's version with what was written, events (N, C)."""
        table, known = to_table(written, window), self._known(row.cast)
        if known.asked.most_notes is not None:
            table = thinned(table, known.asked.most_notes)
        return place_notes(
            row.version,
            table,
            grid=window.grid,
            region=chunk,
            cast=row.cast,
            piece=self.task.piece,
            onset=known.feels.moved(table, window.grid, take=row.number),
        )


def _each(windows: Sequence[Window]) -> list[Window]:
    """The window of each take."""
    return list(windows) if len(windows) == ROWS else list(windows) * ROWS


def _whole(window: Window) -> BoolArray:
    """The window bars that are a bar of the piece each, and no part of a longer one, (NB,)."""
    whole: BoolArray = window.ends_bar & np.append(True, window.ends_bar[:-1])
    return whole
