"""The tools that an assistant has: each builds a request as the command line and the studio do.

An assistant works in one folder: it reads pieces from it and writes takes into new folders in it,
and nothing outside. Bars and tracks count from 1 here, as musicians count them, and the bars of a
range are both included.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from segue.errors import InputError
from segue.generation.bounds import BPM, SEED, TAKES, TEMPERATURE
from segue.generation.composer import Composer, load
from segue.generation.options import Density, Options, Register
from segue.generation.replacing import Infill, Morph, Vary
from segue.generation.request import Accompany, Bridge, Compose, Continue, Insert, Request
from segue.generation.take import Take
from segue.midi import MidiDocument, read_document
from segue.theory.gm import instrument_name

__all__ = ["Toolbox", "Wishes", "WrittenTake", "WrittenTakes"]


class Wishes(BaseModel):
    """How takes are written; every wish may be left out."""

    model_config = ConfigDict(extra="forbid")

    takes: int = Field(TAKES.default, description="How many to write.", ge=1, le=16)
    seed: int = Field(SEED.default, description="The same seed, the same takes.", ge=0)
    instruments: list[str] | None = Field(
        None,
        description='Which may play, such as ["piano", "bass", "drums"]; by default the piece\'s.',
    )
    density: Density | None = Field(None, description="Fewer or more notes than the piece has.")
    register_: Register | None = Field(None, alias="register")  # `BaseModel.register` is taken
    key: str | None = Field(None, description='The key to lean on, such as "F# minor".')
    chords: str | None = Field(None, description='The new bars\' chords: "Am F | C G/B".')
    temperature: float = Field(
        TEMPERATURE.default, description="Below 1 safer, above 1 more surprising."
    )

    def fields(self) -> dict[str, Any]:
        """The fields that every request has."""
        instruments = None if self.instruments is None else tuple(self.instruments)
        options = Options(
            temperature=self.temperature,
            instruments=instruments,
            density=self.density,
            register=self.register_,
            key=self.key,
            chords=self.chords,
        )
        return {"takes": self.takes, "seed": self.seed, "options": options}


_NO_WISHES: Final = Wishes.model_validate({})


class WrittenTake(BaseModel):
    """A take that was written."""

    file: str
    rank: int = Field(description="1 is the one to hear first.")
    new_notes: int
    instruments: list[str]
    novelty: str | None = Field(description="What it shares with the training music, in words.")


class WrittenTakes(BaseModel):
    """All takes of a request, the first in rank first."""

    task: str
    bars: str = Field(description='The new bars, such as "9:16".')
    takes: list[WrittenTake]


class Toolbox:
    """The tools, in one folder and with one model, which is loaded when it is first needed."""

    def __init__(self, folder: Path, model: str) -> None:
        self.folder = folder.resolve()
        self._model = model
        self._composer: Composer | None = None

    def describe_piece(self, file: str) -> dict[str, Any]:
        """What is in a MIDI file: its bars, tempo, metre and tracks, by the numbers to ask with."""
        document = self._read(file)
        score = document.score
        over, under = score.metre_map.metre_at(0)
        return {
            "bars": score.n_bars,
            "bpm": round(score.tempo_map.bpm_at(0), 2),
            "metre": f"{over}/{under}",
            "tracks": [
                {
                    "number": number,
                    "name": track.name,
                    "instrument": instrument_name(program=track.program, is_drum=track.is_drum),
                    "notes": len(track.notes),
                }
                for number, track in enumerate(score.tracks, start=1)
            ],
            "repaired": list(document.warnings),
        }

    def continue_piece(
        self, file: str, bars: int = 8, from_bar: int | None = None, wishes: Wishes = _NO_WISHES
    ) -> WrittenTakes:
        """Write new bars after the end of a piece, or in the place of a bar and all that follow."""
        first = None if from_bar is None else _index("from_bar", from_bar)
        return self._write(Continue(bars=bars, first=first, **wishes.fields()), file)

    def insert_bars(
        self, file: str, before_bar: int, bars: int = 4, wishes: Wishes = _NO_WISHES
    ) -> WrittenTakes:
        """Write new bars inside a piece, before a bar; what follows moves on."""
        request = Insert(first=_index("before_bar", before_bar), bars=bars, **wishes.fields())
        return self._write(request, file)

    def infill_bars(
        self,
        file: str,
        first_bar: int,
        last_bar: int,
        tracks: list[int] | None = None,
        wishes: Wishes = _NO_WISHES,
    ) -> WrittenTakes:
        """Write some bars of a piece again, in all tracks or in those of these numbers."""
        request = Infill(
            first=_index("first_bar", first_bar),
            last=last_bar,
            tracks=_tracks(tracks),
            **wishes.fields(),
        )
        return self._write(request, file)

    def morph_bars(
        self,
        file: str,
        first_bar: int,
        last_bar: int,
        tracks: list[int] | None = None,
        wishes: Wishes = _NO_WISHES,
    ) -> WrittenTakes:
        """Write some bars again so that they lead from the bar before into the bar after them."""
        request = Morph(
            first=_index("first_bar", first_bar),
            last=last_bar,
            tracks=_tracks(tracks),
            **wishes.fields(),
        )
        return self._write(request, file)

    def vary_piece(
        self,
        file: str,
        amount: float = 0.5,
        first_bar: int = 1,
        last_bar: int | None = None,
        tracks: list[int] | None = None,
        wishes: Wishes = _NO_WISHES,
    ) -> WrittenTakes:
        """Write a version of some bars; the amount says how much is new, from 0 to 1."""
        request = Vary(
            amount=amount,
            first=_index("first_bar", first_bar),
            last=last_bar,
            tracks=_tracks(tracks),
            **wishes.fields(),
        )
        return self._write(request, file)

    def accompany_piece(
        self,
        file: str,
        add: list[str],
        first_bar: int = 1,
        last_bar: int | None = None,
        wishes: Wishes = _NO_WISHES,
    ) -> WrittenTakes:
        """Write new tracks that play along, an instrument each, such as "bass" or "drums"."""
        request = Accompany(
            add=tuple(add),
            first=_index("first_bar", first_bar),
            last=last_bar,
            **wishes.fields(),
        )
        return self._write(request, file)

    def compose_piece(
        self,
        bars: int = 8,
        bpm: float = BPM.default,
        metre: tuple[int, Literal[1, 2, 4, 8, 16, 32]] = (4, 4),
        wishes: Wishes = _NO_WISHES,
    ) -> WrittenTakes:
        """Write a piece from nothing but a tempo, a metre and wishes."""
        return self._write(Compose(bars=bars, bpm=bpm, metre=metre, **wishes.fields()))

    def bridge_pieces(
        self, start: str, end: str, bars: int = 4, wishes: Wishes = _NO_WISHES
    ) -> WrittenTakes:
        """Write bars that lead from the end of one piece to the beginning of another."""
        return self._write(Bridge(bars=bars, **wishes.fields()), start, end)

    def _write(self, request: Request, *files: str) -> WrittenTakes:
        prompts = [self._read(file) for file in files]
        if self._composer is None:
            self._composer = load(self._model)
        takes = sorted(self._composer.write(request, *prompts), key=lambda take: take.rank)
        folder = self._fresh_folder(f"{Path(files[0]).stem}-{request.task}" if files else "compose")
        region = takes[0].region
        return WrittenTakes(
            task=request.task,
            bars=f"{region.first + 1}:{region.last}",
            takes=[self._kept(take, folder) for take in takes],
        )

    def _kept(self, take: Take, folder: Path) -> WrittenTake:
        path = take.save(folder / f"take-{take.number}.mid")
        playing = [track for track in take.new_bars.tracks if len(track.notes)]
        names = [instrument_name(program=t.program, is_drum=t.is_drum) for t in playing]
        return WrittenTake(
            file=path.relative_to(self.folder).as_posix(),
            rank=take.rank,
            new_notes=take.n_new_notes,
            instruments=list(dict.fromkeys(names)),
            novelty=None if take.novelty is None else take.novelty.words,
        )

    def _read(self, file: str) -> MidiDocument:
        path = (self.folder / file).resolve()
        if not path.is_relative_to(self.folder):
            raise InputError(f"{file}: is not in {self.folder}; only files in that folder are read")
        return read_document(path)

    def _fresh_folder(self, name: str) -> Path:
        """A folder that nothing has, so that no earlier take is replaced."""
        number = 1
        while True:
            folder = self.folder / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir()
                return folder
            except FileExistsError:
                number += 1
            except OSError as error:
                raise InputError(f"{folder}: cannot be made: {error.strerror}") from error


def _index(what: str, bar: int) -> int:
    """A bar as it is counted inside."""
    if bar < 1:
        raise InputError(f"{what} must be at least 1, got {bar}")
    return bar - 1


def _tracks(tracks: Sequence[int] | None) -> tuple[int, ...] | None:
    if tracks is None:
        return None
    if any(track < 1 for track in tracks):
        raise InputError("tracks count from 1; ask for a description of the piece first")
    return tuple(track - 1 for track in tracks)
