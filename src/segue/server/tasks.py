"""A suggestion's request to a call of the composer: what is checked before it waits in the queue.

Everything that a musician can mend is found here, at once; in the queue only the model is missing.
Nothing of torch is needed for that.
"""

import secrets
from dataclasses import dataclass
from typing import Any, Final

from segue.errors import InputError
from segue.generation.joins import a_tempo, join_of
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.take import Take
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.score import MetreMap, Score, TempoMap
from segue.server.model import Composing
from segue.server.schemas import ChannelEvent, SuggestionRequest, Task
from segue.server.schemas import Region as RegionDetail
from segue.server.wire import channels_of, resets
from segue.theory.key import parse_key
from segue.units import DEFAULT_TICKS_PER_QUARTER, US_PER_MINUTE

__all__ = ["DEFAULT_BARS", "Commission", "label_of"]

DEFAULT_BARS: Final = 8
DEFAULT_AMOUNT: Final = 0.3
DEFAULT_BPM: Final = 120.0
_ALREADY_NOTES: Final = (
    "Compose begins a piece from nothing, and this one has notes: continue it, or make an empty "
    "project"
)


@dataclass(frozen=True)
class Commission:
    """What the composer is to do, checked; `of` makes it."""

    asked: SuggestionRequest
    """As it was asked, with the seed that was chosen."""
    document: MidiDocument
    region: Region
    options: Options
    time: Score
    """A score with the tempo and metre that the takes will have."""

    @classmethod
    def of(
        cls, asked: SuggestionRequest, document: MidiDocument, *, own_region: RegionDetail | None
    ) -> "Commission":
        """Check a request against a node's piece.

        Args:
            asked: the request.
            document: the piece.
            own_region: the bars that the node itself wrote, which are what `redo` means where no
                others are named.

        Raises:
            InputError: bars or tracks that are not there, or wishes that contradict each other.
        """
        if asked.seed is None:
            asked = asked.model_copy(update={"seed": secrets.randbelow(2**31)})
        options = _options(asked)
        piece = Piece(document.score, document)
        asked = _redone(asked, document.score.n_bars, own_region)
        if asked.task == "continue":
            first = document.score.n_bars
            region = Region(first, first + (asked.bars or DEFAULT_BARS))
            time = a_tempo(document.score, first)
        elif asked.task == "compose":
            if document.score.n_notes:
                raise InputError(_ALREADY_NOTES)
            region = Region(0, asked.bars or DEFAULT_BARS)
            time = _empty(asked)
        else:
            region = _named_region(asked, piece)
            time = document.score
        if region.tracks is not None and (asked.options.instruments or options.new_instruments):
            raise InputError("a track keeps its instrument: name tracks or instruments, not both")
        return cls(asked, document, region, options, time)

    def resets(self) -> list[ChannelEvent]:
        """What stands at the join where the piece is appended to; which channels will play there
        is not known yet, so all have them.
        """
        piece = self.document.score
        join = join_of(piece, self.time, self.region)
        return resets(self.document, join, channels_of(self.document, piece))

    def perform(self, composer: Composing, **following: Any) -> list[Take]:
        """Have it written; `following` are the callbacks of `generation.request.Asking`."""
        asked, region = self.asked, self.region
        common: dict[str, Any] = {
            "takes": asked.takes,
            "seed": asked.seed,
            "options": self.options,
            **following,
        }
        if asked.task == "continue":
            return composer.continue_(self.document, bars=region.last - region.first, **common)
        if asked.task == "compose":
            metre = asked.metre or (4, 4)
            return composer.compose(
                bars=region.last, bpm=asked.bpm or DEFAULT_BPM, metre=metre, **common
            )
        place: dict[str, Any] = {
            "first": region.first,
            "last": region.last,
            "tracks": region.tracks,
        }
        if asked.task == "vary":
            amount = DEFAULT_AMOUNT if asked.amount is None else asked.amount
            return composer.vary(self.document, amount=amount, **place, **common)
        return composer.infill(self.document, **place, **common)


def label_of(task: Task, region: RegionDetail, take: int) -> str:
    """What a node is called that an accepted take makes, bars counted from 1 as musicians do."""
    n_bars = region.last - region.first
    count = f"{n_bars} bar{'s' * (n_bars != 1)}"
    place = f"bar {region.last}" if n_bars == 1 else f"bars {region.first + 1}-{region.last}"
    words = {
        "continue": f"{count} more",
        "compose": f"{count} composed",
        "infill": f"{place} anew",
        "redo": f"{place} once more",
        "vary": f"{place} varied",
    }[task]
    return f"{words}, take {take}"


def _options(asked: SuggestionRequest) -> Options:
    wishes = asked.options
    given: dict[str, Any] = {"new_instruments": wishes.new_instruments, "density": wishes.density}
    if wishes.temperature is not None:
        given["temperature"] = wishes.temperature
    if wishes.instruments is not None:
        given["instruments"] = tuple(dict.fromkeys(wishes.instruments))
    if wishes.key is not None:
        given["key"] = parse_key(wishes.key)
    return Options(**given)


def _redone(
    asked: SuggestionRequest, n_bars: int, own_region: RegionDetail | None
) -> SuggestionRequest:
    """A `redo` that names no bars, with those that its node wrote; others stay as they are.

    Where those were silent and nothing follows them, there is nothing to replace: the piece is
    continued.
    """
    if asked.task != "redo" or own_region is None:
        return asked
    if asked.first is not None or asked.last is not None:
        return asked
    first, last = own_region.first, min(own_region.last, n_bars)
    if first >= last:
        bars = own_region.last - own_region.first
        return asked.model_copy(update={"task": "continue", "bars": bars, "tracks": None})
    tracks = own_region.tracks if asked.tracks is None else asked.tracks
    return asked.model_copy(update={"first": first, "last": last, "tracks": tracks})


def _named_region(asked: SuggestionRequest, piece: Piece) -> Region:
    first = 0 if asked.first is None else asked.first
    last = piece.score.n_bars if asked.last is None else asked.last
    return piece.region(first, last, asked.tracks)


def _empty(asked: SuggestionRequest) -> Score:
    over, under = asked.metre or (4, 4)
    return Score(
        ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER,
        tracks=(),
        tempo_map=TempoMap.constant(round(US_PER_MINUTE / (asked.bpm or DEFAULT_BPM))),
        metre_map=MetreMap.constant(numerator=over, denominator=under),
    )
