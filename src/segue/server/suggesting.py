"""Suggestions being written: a queue, one thread that works it off, and events for clients.

One suggestion runs at a time, on one core: the others are for the browser's synthesizer and the
DAW.

Takes are stored in the project's file one by one; events are kept in memory, for the latest
suggestions only.
"""

import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from segue.errors import SegueError
from segue.generation.following import Following
from segue.generation.take import Take, ranked
from segue.server.models import Models
from segue.server.novelty import NoveltyReporter
from segue.server.problems import Problem
from segue.server.project_file import ProjectError, ProjectFile
from segue.server.records import TakeRow
from segue.server.running import BarEvent, EndedEvent, QueuedEvent, Running, StartedEvent
from segue.server.schemas.suggestions import State, TakeDetail
from segue.server.tasks import Commission
from segue.server.wire import time_of

if TYPE_CHECKING:
    from segue.score import Score

__all__ = ["MAX_WAITING", "Running", "Suggesting"]

_LOG: Final = logging.getLogger("segue.server")

MAX_WAITING: Final = 16
"""How many suggestions may wait; more are refused, with the time after which to ask again."""
_LOGS_KEPT: Final = 16
"""How many finished suggestions keep their events."""
_TYPICAL_S: Final = 6.0
"""How long a suggestion takes, until some have been measured."""
_WIND_UP_S: Final = 0.3
"""How long a cancellation waits for the writer to hand over what it has."""
_UNHURRIED_S: Final = 3.0
"""How long loading the model waits for the page, which is slow while a model is being loaded."""
_FAREWELL_S: Final = 1.0
"""How long closing the studio waits for the writer."""

CANCELLED: Final = "stopped; what is finished can be kept"


class Suggesting:
    """The queue and its thread."""

    def __init__(self, models: Models, novelty: NoveltyReporter) -> None:
        self._models, self._novelty = models, novelty
        self._waiting: deque[Running] = deque()
        self._current: Running | None = None
        self._known: OrderedDict[str, Running] = OrderedDict()
        self._changed = threading.Condition(threading.RLock())
        self._durations: deque[float] = deque(maxlen=8)
        self._closing = False
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._work, name="suggesting", daemon=True)

    def start(self) -> None:
        """Start the thread: it loads the model when it may be needed, then works."""
        self._thread.start()

    def make_ready(self) -> None:
        """Load the model now, if that has not begun: the page is open, or somebody asks."""
        self._wanted.set()

    def close(self) -> None:
        """Cancel everything and end, whatever the writer is in the middle of."""
        self._wanted.set()
        with self._changed:
            self._closing = True
            known = list(self._known.values())
            self._changed.notify_all()
        for running in known:
            self._end(running, "cancelled", "the studio was closed")
        if self._thread.is_alive():
            self._thread.join(timeout=_FAREWELL_S)  # it may be loading the model: it ends with us

    def require_room(self) -> None:
        """Refuse when too many wait.

        Raises:
            Problem: 503, with the seconds after which there may be room.
        """
        with self._changed:
            if len(self._waiting) >= MAX_WAITING:
                typical = sum(self._durations) / len(self._durations) if self._durations else None
                wait_s = math.ceil(typical or _TYPICAL_S)
                raise Problem(
                    503,
                    "busy",
                    f"{len(self._waiting)} suggestions wait already; ask again in {wait_s} s, or "
                    "cancel one that is no longer needed",
                    retry_after_s=wait_s,
                )

    def ask(self, project: str, file: ProjectFile, node: int, commission: Commission) -> Running:
        """Put a question into the queue.

        Raises:
            Problem: 503, the queue is full.
            KeyError: there is no such node.
        """
        self.make_ready()
        with self._changed:
            self.require_room()
            number = file.ask(node, commission.asked.model_dump(), asdict(commission.region))
            running = Running(f"{project}.{number}", number, project, file, node, commission)
            self._known[running.id] = running
            self._waiting.append(running)
            self._tell_positions()
            self._changed.notify_all()
            return running

    def get(self, suggestion: str) -> Running | None:
        """A suggestion that is running or was asked for lately."""
        with self._changed:
            return self._known.get(suggestion)

    def cancel(self, running: Running) -> None:
        """End a suggestion now; complete takes stay, and so do complete bars of others."""
        running.cancelled.set()
        with self._changed:
            waits = running in self._waiting
            if waits:
                self._waiting.remove(running)
        # The writer looks before every note.
        if waits or not running.ended.wait(_WIND_UP_S):
            self._end(running, "cancelled", CANCELLED)

    def forget(self, project: str) -> None:
        """Cancel what belongs to a project that is deleted."""
        with self._changed:
            mine = [running for running in self._known.values() if running.project == project]
        for running in mine:
            if running.ended.is_set():
                continue
            self.cancel(running)
        with self._changed:
            for running in mine:
                self._known.pop(running.id, None)

    # ---- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        self._wanted.wait(_UNHURRIED_S)
        if not self._closing:
            self._models.default.warm_up()
        while (running := self._next()) is not None:
            try:
                self._attempt(running)
            except Exception:  # noqa: BLE001 - not even a failure to report ends the thread
                _LOG.exception("the end of suggestion %s could not be reported", running.id)
                running.log.close()

    def _attempt(self, running: Running) -> None:
        """Write a suggestion; whatever goes wrong ends only this one."""
        started = time.monotonic()
        try:
            self._write(running)
        except SegueError as error:
            self._end(running, "failed", str(error))
        except BaseException:  # noqa: BLE001 - a defect in one suggestion must not end the thread
            _LOG.exception("suggestion %s failed", running.id)
            message = "a defect of Segue: what happened is in the terminal of the studio"
            self._end(running, "failed", message)
        else:
            self._durations.append(time.monotonic() - started)

    def _next(self) -> Running | None:
        with self._changed:
            self._current = None
            while not self._waiting and not self._closing:
                self._changed.wait()
            if self._closing:
                return None
            running = self._current = self._waiting.popleft()
            running.state, running.position = "running", None
            self._tell_positions()
            return running

    def _write(self, running: Running) -> None:
        commission = running.commission
        running.file.set_state(running.number, "running")
        region = running.region
        time_ = time_of(commission.placed.score, region.last)
        running.log.append(
            "started",
            StartedEvent(
                region=region,
                takes=len(commission.request.numbers),
                resets=commission.resets(),
                **dict(time_),
            ),
        )
        model = self._models.get(commission.asked.model)
        takes = commission.perform(
            model.composer(),
            Following(
                on_music=self._bar_teller(running),
                on_take=lambda take: self._keep(running, take),
                cancelled=running.cancelled.is_set,
            ),
        )
        ranks = {take.number: take.rank for take in takes}
        running.file.set_ranks(running.number, ranks)
        with self._changed:
            running.details = [
                take.model_copy(update={"rank": ranks.get(take.number, take.rank)})
                for take in running.details
            ]
        if running.cancelled.is_set():
            self._end(running, "cancelled", CANCELLED)
        else:
            model.has_written()
            self._end(running, "done", None)

    def _bar_teller(self, running: Running) -> "Callable[[int, int, Score], None]":
        first, last = running.region.first, running.region.last
        showing = running.commission.showing

        def report(take: int, bar: int, music: "Score") -> None:
            if running.ended.is_set():
                return
            running.told.setdefault(take, []).append(music)
            event = BarEvent(
                take=take,
                bar=bar,
                bars_done=bar + 1 - first,
                bars=last - first,
                tracks=showing.tracks(music),
            )
            running.log.append("bar", event)

        return report

    def _keep(self, running: Running, take: Take) -> None:
        """Store a finished take and report it, with its rank among those so far."""
        with running.ending:
            if running.ended.is_set():  # its complete bars are kept already
                return
            running.takes.append(take)
            ranks = {found.number: found.rank for found in ranked(running.takes)}
            detail = running.commission.showing.take(take, self._novelty(take))
            detail.rank = ranks[take.number]
            self._store(running, detail, take)

    def _store(self, running: Running, detail: TakeDetail, take: Take) -> None:
        row = TakeRow(number=take.number, rank=detail.rank, details=detail.model_dump())
        running.file.add_take(running.number, row, take.to_bytes())
        with self._changed:
            running.details.append(detail)
        running.log.append("take", detail)

    def _keep_stopped(self, running: Running) -> None:
        """Store the complete bars of takes that will not be finished; they rank behind all.

        Songs are not kept in part, and of endless music the page keeps what was heard.
        """
        if running.commission.asked.task == "arrange" or running.commission.asked.endless:
            return
        stored = {detail.number for detail in running.details}
        composer = self._models.get(running.commission.asked.model).composer()
        for number in sorted([*running.told]):
            if number in stored:
                continue
            told = tuple(running.told[number])
            take, showing = running.commission.stopped(composer, number, told)
            detail = showing.take(take, self._novelty(take), bars_done=len(told))
            detail.rank = len(running.details) + 1
            self._store(running, detail, take)

    # ---- states --------------------------------------------------------------------------------

    def _end(self, running: Running, state: State, message: str | None) -> None:
        """Set the last state of a suggestion; after its end nothing changes it."""
        with running.ending:
            if running.ended.is_set():
                return
            running.cancelled.set()
            try:
                if state != "done":
                    self._keep_stopped(running)
            except Exception:  # noqa: BLE001 - whatever is wrong with them, the end is told
                _LOG.exception("bars of suggestion %s could not be kept", running.id)
            with self._changed:
                running.state, running.message, running.position = state, message, None
                if running in self._waiting:
                    self._waiting.remove(running)
                self._tell_positions()
                running.ended.set()
                running.takes, running.told = [], {}
                self._drop_old_logs()
        try:
            running.file.set_state(running.number, state, message)
        except ProjectError:
            _LOG.info("the project of suggestion %s is gone", running.id)
        ended = running.detail() if state == "done" else EndedEvent(message=message or state)
        running.log.append(state, ended, last=True)

    def _tell_positions(self) -> None:
        first = 1 if self._current is None else 2  # the one being written comes before all others
        for position, waiting in enumerate(self._waiting, first):
            if waiting.position != position:
                waiting.position = position
                waiting.log.append("queued", QueuedEvent(position=position))

    def _drop_old_logs(self) -> None:
        ended = [running for running in self._known.values() if running.ended.is_set()]
        for running in ended[: max(0, len(ended) - _LOGS_KEPT)]:
            del self._known[running.id]
