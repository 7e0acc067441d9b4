"""Baselines that are made on the spot. They say what the figures of an evaluation are worth.

- *real music*: what really came next. The ceiling; no model can be asked for more.
- *real music, no new tracks*: the same in the tracks that the prompt has. Songs bring in tracks,
  and who continues a piece for its own tracks may not.
- *repeat the last bars*: the second half of the prompt, as often as it takes.
- *a random real continuation*: excerpts of other songs, whatever the prompt.
- *5-gram*: `ngrams.writer`, counted on other songs.
"""

from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.evaluation.ngrams.event_stream import EventStream
from segue.evaluation.ngrams.writer import NGramWriter
from segue.score import Score, append_bars, slice_bars

__all__ = ["KnownTracks", "NGramCandidate", "RandomReal", "RealMusic", "RepeatedBars", "repeated"]


class RealMusic(Candidate):
    """The ceiling."""

    name = "real music"
    kind = "ceiling"
    what = "what really came next"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The real continuations."""
        on_done(task.count)
        return self._set(task.real, range(task.count))


class KnownTracks(Candidate):
    """The ceiling of all that write for the prompt's tracks."""

    name = "real music, no new tracks"
    kind = "baseline"
    what = "what really came next in the tracks that play in the prompt"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The real continuations, as far as that."""
        pairs = zip(task.prompts, task.real, strict=True)
        found = [_in_tracks_of(prompt, real) for prompt, real in pairs]
        on_done(len(found))
        return self._set(found, range(len(found)))


class RepeatedBars(Candidate):
    """A loop."""

    name = "repeat the last bars"
    kind = "baseline"
    what = "the second half of the prompt again and again"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The loops."""
        loops = [_looped(prompt, task.n_bars) for prompt in task.prompts]
        on_done(len(loops))
        return self._set(loops, range(task.count))


class RandomReal(Candidate):
    """Retrieval without looking."""

    name = "a random real continuation"
    kind = "baseline"
    what = "bars of another song, whatever the prompt"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """The excerpts, drawn from songs that no prompt and no reference is of."""
        found = [each.score for each in task.reference.others(task.count)]
        on_done(len(found))
        return self._set(found, range(len(found)))


class NGramCandidate(Candidate):
    """The 5-gram of `ngrams.writer`."""

    name = "5-gram"
    kind = "baseline"

    def __init__(self, *, max_notes: int) -> None:
        self._max_notes = max_notes
        self.what = "each note drawn given four before"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """A continuation of each prompt."""
        train = EventStream.of_songs(
            task.reference.train_songs(), split="train", seed=task.seed, max_notes=self._max_notes
        )
        writer = NGramWriter.fit(train)
        written = writer.continue_(task.prompts, bars=task.n_bars, seed=task.seed)
        on_done(task.count)
        found = self._set(written, range(task.count))
        found.notes["counted on"] = f"{writer.n_train_notes:,} notes"
        return found


def _in_tracks_of(prompt: Score, real: Score) -> Score:
    """What came next, without the notes of tracks that a prompt of the same song has none in."""
    return real.only([index for index, track in enumerate(prompt.tracks) if len(track.notes)])


def repeated(loop: Score, *, length: int, n_bars: int) -> Score:
    """The first `length` bars of a score, again and again, over `n_bars` bars."""
    whole = slice_bars(loop, 0, length)
    for bar in range(length, n_bars, length):
        whole = append_bars(whole, loop, at_bar=bar)
    return slice_bars(whole, 0, n_bars)


def _looped(prompt: Score, n_bars: int) -> Score:
    """The second half of a prompt, repeated over `n_bars` bars."""
    length = max(1, n_bars // 2)
    tail = slice_bars(prompt, max(0, prompt.bar_grid(n_bars=n_bars).n_bars - length), n_bars)
    return repeated(tail, length=length, n_bars=n_bars)
