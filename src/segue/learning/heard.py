"""What the model writes before and after, and how much of it is in the songs that it learned from.

Both models go on from the same bars of held-out songs with the same seed. *Shared* is the share of
new grams (eight intervals with their lengths, or strokes; see `segue.novelty.grams`) of their
tracks that a song learned from has, too. *Unit:* 0 to 1. *Direction:* lower is newer; what the
held-out songs themselves share shows what is usual in this music. *Trap:* some songs are few; two
models' figures from a handful of takes differ by chance.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from segue.corpus import CorpusStore
from segue.encoding.vocabulary import IntArray
from segue.generation.composer import Composer
from segue.generation.request import Continue
from segue.generation.take import Take
from segue.novelty import Fingerprint, Kind, lines_of_score, longest_of, measure_passages
from segue.novelty.grams import Ruler, fresh_grams, grams_of
from segue.score import Score, slice_bars

__all__ = ["Heard", "Shared", "fingerprint_of", "hear"]

BARS: Final = 8
"""Of a prompt, and of what is written after it."""
PROMPTS: Final = 3
_FEWEST_NOTES: Final = 16
"""In a prompt."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What some music has in common with the songs that were learned from."""

    share: float
    longest: int
    """The longest passage in one pitched track, in notes."""

    def to_mapping(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Heard:
    """Takes of both models after the same prompts, in the same order."""

    prompts: list[Score]
    before: list[Take]
    after: list[Take]
    shared_before: Shared
    shared_after: Shared
    shared_real: Shared
    """Of what really comes after the prompts."""


def fingerprint_of(store: CorpusStore, songs: IntArray) -> Fingerprint:
    """The grams of some songs of a corpus."""
    lines = (lines_of_score(store.score(song)) for song in songs.tolist())
    return Fingerprint.of(np.concatenate([line.tokens for line in found]) for found in lines)


def hear(
    before: Composer,
    after: Composer,
    songs: Iterable[Score],
    known: Ruler,
    *,
    seed: int,
    on_take: Callable[[int, int], None],
) -> Heard:
    """Let two models write after the first bars of some songs.

    Args:
        before: the model that was begun with.
        after: what came of it.
        songs: pieces; the first that are long enough are taken.
        known: knows the songs that were learned from.
        seed: of all takes.
        on_take: called with (takes written, takes in all).
    """
    chosen = [song for song in songs if _is_long_enough(song)][:PROMPTS]
    prompts = [slice_bars(song, 0, BARS) for song in chosen]
    real = [slice_bars(song, BARS, 2 * BARS) for song in chosen]
    request = Continue(bars=BARS, takes=1, seed=seed)
    written: list[list[Take]] = []
    for composer in (before, after):
        takes: list[Take] = []
        for prompt in prompts:
            takes += composer.write(request, prompt)
            on_take(len(takes) + len(prompts) * len(written), 2 * len(prompts))
        written.append(takes)
    return Heard(
        prompts=prompts,
        before=written[0],
        after=written[1],
        shared_before=shared([take.new_bars for take in written[0]], prompts, known),
        shared_after=shared([take.new_bars for take in written[1]], prompts, known),
        shared_real=shared(real, prompts, known),
    )


def shared(new: Sequence[Score], prompts: Sequence[Score], known: Ruler) -> Shared:
    """What new bars share with known songs; what of their prompts comes back does not count."""
    n_known = n_fresh = longest = 0
    for score, prompt in zip(new, prompts, strict=True):
        lines = [line for line in lines_of_score(score) if line.kind is not Kind.ENSEMBLE]
        own = grams_of(lines_of_score(prompt))
        for line, reach in zip(lines, known.reaches(lines), strict=True):
            fresh = fresh_grams(line.tokens, own)
            n_fresh += int(fresh.sum())
            n_known += int((fresh & (reach[: len(fresh)] > 0)).sum())
        passage = longest_of(measure_passages(score, known, [prompt]), Kind.TRACK)
        longest = max(longest, passage.n_notes if passage else 0)
    return Shared(share=n_known / max(1, n_fresh), longest=longest)


def _is_long_enough(song: Score) -> bool:
    return song.n_bars >= 2 * BARS and slice_bars(song, 0, BARS).n_notes >= _FEWEST_NOTES
