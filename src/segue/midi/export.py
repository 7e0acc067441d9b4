"""A score without a file to a type 1 MIDI file: tempo and metre first, then the tracks."""

from collections.abc import Sequence

from segue.midi.document import MidiDocument, read_document
from segue.midi.interpretation import interpret
from segue.midi.messages import END_OF_TRACK, TRACK_NAME, meta, set_tempo, time_signature
from segue.midi.sections import SectionMark
from segue.midi.smf import Smf, TrackChunk
from segue.midi.update import updated
from segue.score import Score

__all__ = ["document_from_score", "score_to_bytes"]


def score_to_bytes(
    score: Score,
    *,
    text: str | None = None,
    end_at: int = 0,
    sections: Sequence[SectionMark] = (),
) -> bytes:
    """The bytes of a MIDI file with this music; tracks without notes are left out.

    A note that lies wholly inside another on the same key of the same track lasts as long as that
    one: MIDI cannot express it otherwise. Everything else reads back as it was.

    Args:
        score: the music.
        text: a text event for the start of the file (provenance).
        end_at: the tick before which no track ends.
        sections: their ticks and names, which become markers.

    Raises:
        InputError: more melodic tracks than MIDI has channels (1920).
    """
    messages = [meta(TRACK_NAME, score.name.encode())] if score.name else []
    messages.append(set_tempo(score.tempo_map.us_at(0)))
    messages.append(time_signature(*score.metre_map.metre_at(0)))
    messages.append(END_OF_TRACK)
    conductor = TrackChunk(ticks=[0] * len(messages), messages=messages)
    smf = Smf(format=1, division=score.ticks_per_quarter, chunks=(conductor,))
    return updated(smf, interpret(smf), score, text=text, end_at=end_at, sections=sections)


def document_from_score(score: Score, *, source: str = "a new score") -> MidiDocument:
    """A document for a score without a file; `document.score` has no empty tracks."""
    return read_document(score_to_bytes(score), source=source)
