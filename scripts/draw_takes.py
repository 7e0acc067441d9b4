"""Piano rolls of a model's takes beside the bars that were really there, to be looked at.

    python -m scripts.draw_takes MODEL CORPUS OUT [--seed N] [--split SPLIT]

By seed, from songs of a split: first takes of continuations (eight bars after eight), of holes
(two bars of a track of a whole song), of variations by several amounts, and of continuations like
another piece. OUT gets a PNG of each and the MIDI of every row in it. This is real music: do not
give it away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from segue.errors import InputError
from segue.evaluation.music.excerpts import Excerpt
from segue.evaluation.music.reference import (
    PROMPTS,
    REFERENCE,
    Reference,
    open_reference,
    open_songs,
)
from segue.evaluation.trials.infilling import HOLE_BARS, draw_holes
from segue.files import make_folder, write_bytes
from segue.generation.composer import Composer, load
from segue.generation.like import patterned
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.midi import score_to_bytes
from segue.picture import draw_takes
from segue.score import Score, append_bars

_BARS: Final = 8
_NEW: Final = Region(_BARS, 2 * _BARS)
_CONTINUED: Final = 12
_FILLED: Final = 6
_VARIED: Final = 4
_AMOUNTS: Final = (0.3, 0.6, 0.9)
_FOLLOWED: Final = 2
_REAL: Final = "as it was"


@dataclass(frozen=True)
class Picture:
    """Rolls one under another."""

    name: str
    rows: dict[str, Score]
    """By what stands above them."""
    new: Region
    """The bars that are not shaded."""


def main(
    model: str,
    corpus: Path,
    out: Path,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    split: str = "test",
) -> None:
    """Draw all pictures."""
    composer = load(model)
    reference = open_reference(corpus, split=split, n_bars=_BARS, seed=seed)
    make_folder(out)
    for pictures in (
        _continued(composer, reference),
        _filled(composer, corpus, split, seed),
        _varied(composer, reference),
        _followed(composer, reference),
    ):
        for picture in pictures:
            labels, scores = list(picture.rows), list(picture.rows.values())
            new, path = (picture.new.first, picture.new.last), out / f"{picture.name}.png"
            draw_takes(scores[0], scores, path, labels=labels, new_bars=new)
            for number, score in enumerate(scores):
                write_bytes(out / f"{picture.name}-{number}.mid", score_to_bytes(score))
            print(path, flush=True)


def _continued(composer: Composer, reference: Reference) -> Iterator[Picture]:
    for number, excerpt in enumerate(reference.excerpts(_CONTINUED), start=1):
        prompt = reference.prompt_of(excerpt, REFERENCE)
        (take,) = composer.continue_(
            prompt, first=_BARS, bars=_BARS, takes=[1], seed=reference.seed + number
        )
        rows = {_REAL: _whole(prompt, excerpt), "take 1": take.score}
        yield Picture(f"continue-{number:02}", rows, _NEW)


def _filled(composer: Composer, corpus: Path, split: str, seed: int) -> Iterator[Picture]:
    _, songs, _ = open_songs(corpus, split=split)
    holes = draw_holes(songs, split=split, count=_FILLED, n_bars=HOLE_BARS, seed=seed)
    for number, hole in enumerate(holes, start=1):
        new = Region(hole.first, hole.first + hole.n_bars, (hole.track,))
        (take,) = composer.infill(
            hole.emptied,
            first=new.first,
            last=new.last,
            tracks=new.tracks,
            takes=[1],
            seed=seed + number,
        )
        whole = {_REAL: hole.piece, "take 1": take.score}
        alone = {
            f"{name}, the track alone": score.with_tracks([score.tracks[hole.track]])
            for name, score in whole.items()
        }
        yield Picture(f"infill-{number}", whole | alone, new)


def _varied(composer: Composer, reference: Reference) -> Iterator[Picture]:
    for number, excerpt in enumerate(reference.prompts(_VARIED), start=1):
        whole = _whole(reference.prompt_of(excerpt, PROMPTS), excerpt)
        rows = {_REAL: whole}
        for amount in _AMOUNTS:
            (take,) = composer.vary(
                whole,
                amount=amount,
                first=_NEW.first,
                last=_NEW.last,
                takes=[1],
                seed=reference.seed + number,
            )
            rows[f"varied by {amount:g}"] = take.score
        yield Picture(f"vary-{number}", rows, _NEW)


def _followed(composer: Composer, reference: Reference) -> Iterator[Picture]:
    """Of pairs of songs, those in the same metre."""
    found, drawn = 0, reference.prompts(_VARIED + 20)[_VARIED:]
    for own, other in zip(drawn[::2], drawn[1::2], strict=True):
        if found == _FOLLOWED:
            return
        prompt = reference.prompt_of(own, PROMPTS)
        try:
            fitted = patterned(Piece.of(prompt), prompt, _NEW, Piece.of(other.score))
        except InputError:
            continue
        found += 1
        (take,) = composer.continue_(
            prompt,
            first=_BARS,
            bars=_BARS,
            like=other.score,
            takes=[1],
            seed=reference.seed + found,
        )
        rows = {
            "the other piece, fitted": fitted,
            "like it": take.score,
            _REAL: _whole(prompt, own),
        }
        yield Picture(f"like-{found}", rows, _NEW)


def _whole(prompt: Score, excerpt: Excerpt) -> Score:
    return append_bars(prompt, excerpt.score, at_bar=_BARS)


if __name__ == "__main__":
    typer.run(main)
