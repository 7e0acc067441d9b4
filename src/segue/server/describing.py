"""A take as the page shows it: its new notes, and in words how it differs from what it follows."""

from typing import Final

from segue.generation.chunks import within
from segue.generation.take import Take
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.score import Score, resample
from segue.server.schemas import Novelty, TakeDetail, TrackDetail
from segue.server.wire import channels_of, key_of, time_of, track_details
from segue.theory.gm import instrument_name

__all__ = ["describe", "new_tracks"]

_BARS_COMPARED: Final = 8
"""What a take is compared with: so many bars before it, or those that it replaces."""
_DENSER: Final = 1.3
"""So many times more or fewer notes a bar are told."""


def describe(take: Take, document: MidiDocument, novelty: Novelty | None) -> TakeDetail:
    """What is new in a take of a piece."""
    score = _as_in(document, take.score)
    region = take.region
    new = within(score, region)
    return TakeDetail(
        number=take.number,
        rank=take.rank,
        label=f"Take {take.number}",
        score_tracks=new_tracks(new, document),
        n_notes=new.n_notes,
        differs=_differences(new, region, document.score),
        novelty=novelty,
        log_probability=take.log_probability,
        provenance=take.provenance,
        **dict(time_of(score, region.last)),
    )


def new_tracks(music: Score, document: MidiDocument) -> list[TrackDetail]:
    """The tracks of music for a piece, at the piece's resolution: its own first, then new ones."""
    music = _as_in(document, music)
    return track_details(music, channels_of(document, music))


def _as_in(document: MidiDocument, score: Score) -> Score:
    return resample(score, document.score.ticks_per_quarter)


def _differences(new: Score, region: Region, before: Score) -> list[str]:
    """Instruments that come or go, how dense it is, which key: a few words each."""
    if not new.n_notes:
        return ["silent"]
    if not before.n_notes:
        key = key_of(new)
        return sorted(_instruments(new)) + ([key] if key else [])
    compared = within(before, _compared(region, before))
    words = []
    old_names, new_names = _instruments(compared), _instruments(new)
    words += [f"with {name}" for name in sorted(new_names - old_names)]
    words += [f"without {name}" for name in sorted(old_names - new_names)]
    words += _density(new, region, compared, _compared(region, before))
    old_key, new_key = key_of(compared), key_of(new)
    if new_key is not None and new_key != old_key:
        words.append(f"in {new_key}")
    return words


def _compared(region: Region, before: Score) -> Region:
    """The bars that a region replaces, or the last ones before it."""
    if region.first < before.n_bars:
        return Region(region.first, min(region.last, before.n_bars), region.tracks)
    return Region(max(0, before.n_bars - _BARS_COMPARED), before.n_bars)


def _instruments(score: Score) -> set[str]:
    return {
        instrument_name(program=t.program, is_drum=t.is_drum) for t in score.tracks if len(t.notes)
    }


def _density(new: Score, region: Region, old: Score, compared: Region) -> list[str]:
    now = new.n_notes / (region.last - region.first)
    then = old.n_notes / max(1, compared.last - compared.first)
    if then and not 1 / _DENSER < now / then < _DENSER:
        word = "denser" if now > then else "sparser"
        return [f"{word}: {now:.0f} notes a bar instead of {then:.0f}"]
    return []
