"""A take as the page shows it: what is new in it. The page itself finds how takes differ."""

from segue.generation.chunks import within
from segue.generation.take import Take
from segue.midi import MidiDocument
from segue.score import Score, resample
from segue.server.schemas.music import Novelty, TrackDetail
from segue.server.schemas.suggestions import TakeDetail
from segue.server.wire import channels_of, resets, time_of, track_details

__all__ = ["describe", "new_tracks"]


def describe(take: Take, document: MidiDocument, novelty: Novelty | None) -> TakeDetail:
    """What is new in a take of a piece."""
    score = _as_in(document, take.score)
    region = take.region
    new = within(score, region)
    tracks = new_tracks(new, document)
    playing = {index for index, track in enumerate(tracks) if track.notes.onset}
    return TakeDetail(
        number=take.number,
        rank=take.rank,
        label=f"Take {take.number}",
        score_tracks=tracks,
        n_notes=new.n_notes,
        key=None,  # unsure of so few bars: see `keys`
        resets=resets(document, take.join, playing),
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
