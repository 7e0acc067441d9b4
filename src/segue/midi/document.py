"""A musician's MIDI file: its music as a Score, and every byte that is not music kept beside it.

`read_document` never trusts the file: the result is a document, whose warnings say what was
repaired or dropped, or a FormatError. `MidiDocument.updated` gives the file back with other notes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from os import PathLike

from segue.errors import FormatError, InputError
from segue.midi.channels import ChannelEvent, Channels
from segue.midi.interpretation import MAX_DURATION_S, Interpretation, Origin, interpret
from segue.midi.opening import read_file
from segue.midi.reader import MAX_BYTES, read_smf
from segue.midi.remarks import remarks
from segue.midi.resets import resets
from segue.midi.sections import SectionMark, sections_of
from segue.midi.smf import Smf
from segue.midi.texts import checked_encoding
from segue.midi.update import sent_beside, updated
from segue.score import Score

__all__ = ["MidiDocument", "read_document"]

_MAX_WARNINGS = 40


@dataclass(frozen=True, kw_only=True)
class MidiDocument:
    """A MIDI file that was read; its music can be replaced without touching the rest."""

    smf: Smf
    """The raw events: every meta, sysex, controller and unknown chunk of the file."""
    interpretation: Interpretation = field(repr=False)
    """The music in it, with the place of every note."""
    warnings: tuple[str, ...]
    """What was repaired or dropped in reading; empty for a sound file."""
    source: str
    """The name of the file in messages."""

    @property
    def score(self) -> Score:
        """The music: a track per (track chunk, channel, program) that has notes."""
        return self.interpretation.score

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where each track of `score` lives: (track chunk, channel 0..15, program)."""
        return self.interpretation.origins

    @property
    def channels(self) -> Channels:
        """Which channels of which ports it uses, what for, and where new tracks go."""
        return self.interpretation.channels

    @property
    def sections(self) -> list[SectionMark]:
        """The file's markers, by their ticks; see `segue.midi.sections`."""
        return sections_of(self.smf, self.interpretation)

    def remarks(self, score: Score) -> list[str]:
        """What writing `score` does that the musician may not expect, in words."""
        return remarks(self.smf, self.interpretation, score)

    def require_one_piece(self) -> None:
        """Refuse a type 2 file of several sequences, since nothing says which one is meant.

        Raises:
            InputError: it is one; the message names the way out.
        """
        if self.smf.n_sequences > 1:
            raise InputError(
                f"{self.source}: a type 2 file of {self.smf.n_sequences} independent sequences; "
                "open it in a DAW and export the one that you mean as type 0 or 1"
            )

    def resets(self, join: int, going_on: Collection[int]) -> list[ChannelEvent]:
        """The messages that the file gets at a tick from which on music is appended to it.

        Args:
            join: the tick, after all onsets.
            going_on: the tracks, by their index in `score`, that play on.
        """
        return resets(self.interpretation, join, going_on)

    def updated(
        self,
        score: Score,
        *,
        text: str | None = None,
        reset_at: int | None = None,
        end_at: int = 0,
        expressed: tuple[int, int] | None = None,
        sections: Sequence[SectionMark] = (),
    ) -> bytes:
        """The file with its notes replaced by those of `score`; everything else stays.

        Track i of `score` is track i of `self.score` with other notes; further tracks are new. See
        `segue.midi.update` for what is promised.

        Args:
            score: the music, at the file's resolution. Its tempo and metre may have further events,
                which are added; none of the file's own is removed.
            text: where the new music came from; see `segue.midi.provenance`.
            reset_at: a tick from which on music is appended, where what the ending did in passing
                is undone; see `segue.midi.resets`.
            end_at: the tick before which no track ends.
            expressed: the ticks [first, last) of new bars, in which the file has no notes and parts
                go on with pedal, controllers and bends; see `segue.midi.expression`.
            sections: their ticks and names, which become markers beside those of the file.

        Raises:
            InputError: another resolution, fewer tracks than the file has, or a track whose
                instrument differs from the file's.
        """
        return updated(
            self.smf,
            self.interpretation,
            score,
            text=text,
            reset_at=reset_at,
            end_at=end_at,
            expressed=expressed,
            sections=sections,
        )

    def sent_beside(
        self,
        score: Score,
        *,
        reset_at: int | None = None,
        end_at: int = 0,
        expressed: tuple[int, int] | None = None,
    ) -> list[ChannelEvent]:
        """The channel messages that `updated` adds to the file's own beside those of notes.

        Without those by which parts that share a channel are told apart (`segue.midi.mixes`).
        """
        return sent_beside(
            self.interpretation, score, reset_at=reset_at, end_at=end_at, expressed=expressed
        )


def read_document(
    file: str | PathLike[str] | bytes,
    *,
    source: str | None = None,
    encoding: str | None = None,
    max_events: int | None = None,
) -> MidiDocument:
    """Read a MIDI file from a path or from its bytes.

    Args:
        file: a path, or the bytes of a file.
        source: the name of the file in messages; by default its path, or "MIDI data".
        encoding: of its texts; by default what fits them of UTF-8, Shift-JIS and Latin-1.
        max_events: a file with more is refused (`TooManyEventsError`, a FormatError).

    Raises:
        InputError: the path does not exist or cannot be read, or there is no such encoding.
        FormatError: not a MIDI file, damaged beyond reading, or larger or longer than any music;
            the message names the file, the byte and the way out.
    """
    if isinstance(file, bytes):
        data, source = file, source or "MIDI data"
    else:
        data, source = read_file(file, max_bytes=MAX_BYTES), source or str(file)
    smf, reading_warnings = read_smf(data, source=source, max_events=max_events)
    interpretation = interpret(
        smf, encoding=None if encoding is None else checked_encoding(encoding)
    )
    _require_sane_length(interpretation, source)
    warnings = [*reading_warnings, *interpretation.warnings]
    if len(warnings) > _MAX_WARNINGS:
        more = len(warnings) - _MAX_WARNINGS
        warnings[_MAX_WARNINGS:] = [f"and {more} more of this kind"]
    return MidiDocument(
        smf=smf, interpretation=interpretation, warnings=tuple(warnings), source=source
    )


def _require_sane_length(music: Interpretation, source: str) -> None:
    n_notes = sum(notes.on.size for notes in music.notes)
    if n_notes and music.score.n_notes * 2 < n_notes:
        last = max(int(notes.end.max()) for notes in music.notes if notes.on.size)
        raise FormatError(
            f"{source}: most of its notes end after {MAX_DURATION_S / 3600:.0f} hours, the last at "
            f"tick {last}: it is longer than any music, or its times are damaged; cut it in a DAW"
        )
    try:
        music.score.bar_grid(end_tick=music.score.end_tick)
    except InputError as error:
        raise FormatError(f"{source}: {error}") from error
