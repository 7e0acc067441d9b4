"""The request of a suggestion as one of `generation.request`, checked before it may wait.

Every mistake that a musician can fix is found here, at once, without torch; a suggestion in the
queue waits only for the model.
"""

import secrets
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields, replace
from functools import cached_property
from typing import Any, Final

from segue.errors import InputError
from segue.generation.arrange import Arrange
from segue.generation.following import Following
from segue.generation.joins import join_of
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.replacing import Infill, Morph, Vary
from segue.generation.request import Accompany, Compose, Continue, Insert, Placed, Request
from segue.generation.take import Take
from segue.generation.window import Region
from segue.harmony.naming import chart_of_region, named_chords
from segue.midi import MidiDocument
from segue.score import Score
from segue.server.describing import Showing
from segue.server.likes import Like
from segue.server.model import Composing
from segue.server.schemas.music import ChannelEvent
from segue.server.schemas.suggestions import SuggestionRequest, Task

__all__ = ["Commission", "label_of", "words_of"]

_ALREADY_NOTES: Final = (
    "Compose begins a piece from nothing, and this one has notes: continue it, or make an empty "
    "project"
)
Kind = Continue | Insert | Infill | Morph | Vary | Accompany | Arrange | Compose
_REQUESTS: Final[dict[Task, type[Kind]]] = {
    "continue": Continue,
    "insert": Insert,
    "infill": Infill,
    "morph": Morph,
    "redo": Infill,
    "vary": Vary,
    "accompany": Accompany,
    "arrange": Arrange,
    "compose": Compose,
}


@dataclass(frozen=True)
class Commission:
    """What the composer is to do, checked; `of` makes it."""

    asked: SuggestionRequest
    """What was asked, with the seed that was chosen."""
    document: MidiDocument
    """The version that was asked of."""
    request: Request
    placed: Placed
    like: Like | None = None
    """The take that is varied instead of the version's own music."""

    @classmethod
    def of(
        cls,
        asked: SuggestionRequest,
        document: MidiDocument,
        *,
        own_region: Region | None,
        other: Piece | None = None,
    ) -> "Commission":
        """Check a request against a node's piece.

        Args:
            asked: the request.
            document: the piece.
            own_region: the bars that the node itself wrote, which are what `redo` means where no
                others are named.
            other: the piece that is followed, if the request names one.

        Raises:
            InputError: bars or tracks that are not there, or wishes that contradict each other.
        """
        asked = _redone(_with_seed(asked), document.score.n_bars, own_region)
        request = _request_of(asked)
        if other is not None:
            assert isinstance(request, Continue), "no other request may name a piece"
            request = replace(request, like=other)
        if not isinstance(request, Compose):
            placed = request.placed(Piece.of(document))
            if asked.follow_chords:
                request = _following_chords(request, document, placed.region)
            return cls(asked, document, request, placed)
        if document.score.n_notes:
            raise InputError(_ALREADY_NOTES)
        return cls(asked, document, request, request.placed())

    @classmethod
    def of_take(cls, asked: SuggestionRequest, document: MidiDocument, like: Like) -> "Commission":
        """Check a request for takes like one that there is.

        Raises:
            InputError: it is not to be varied, or plays nothing.
        """
        if asked.task != "vary":
            raise InputError("takes like another are variations of it: ask for vary")
        region = like.written
        asked = _with_seed(asked).model_copy(
            update={
                "like": like.named,
                "first": region.first,
                "last": region.last,
                "tracks": None,
            }
        )
        request = _request_of(asked)
        assert isinstance(request, Vary), "that is what was asked for"
        request = replace(request, tracks=region.tracks)
        return cls(asked, document, request, request.placed(Piece.of(like.document)), like)

    @property
    def prompt(self) -> MidiDocument:
        """What is written into."""
        return self.document if self.like is None else self.like.document

    @property
    def region(self) -> Region:
        """The bars that are written, and the tracks as the version numbers them."""
        return self.placed.region if self.like is None else self.like.region

    @property
    def n_bars(self) -> int:
        """How many bars the piece has with what is written."""
        return max(self.region.last, self.placed.score.n_bars)

    @cached_property
    def showing(self) -> Showing:
        """How takes are shown."""
        return self._showing(self.placed.piece.document)

    def _showing(self, written_into: MidiDocument | None) -> Showing:
        resets = None if self.like is None else self.like.resets
        return Showing(self.document, written_into or self.document, resets)

    def resets(self) -> list[ChannelEvent]:
        """The messages at the join where music is appended or put between.

        Which tracks will play there is not known yet, so all of them count as playing on.
        """
        piece = self.showing.piece.score
        join = join_of(piece, self.placed.score, self.placed.region)
        return self.showing.resets(self.placed.region, join, range(len(piece.tracks)))

    def perform(self, composer: Composing, following: Following) -> list[Take]:
        """Let the composer write it."""
        if self.like is not None:
            tell = following.on_take
            following = replace(following, on_take=lambda take: tell(self._of_like(take)))
        return composer.write(self.request, *self._prompts, following=following)

    def stopped(
        self, composer: Composing, number: int, told: Sequence[Score]
    ) -> tuple[Take, Showing]:
        """The complete bars of a take that was not finished, and how they are shown."""
        take = composer.stopped(self.request, *self._prompts, number=number, told=told)
        return self._of_like(take), self._showing(take.document)

    @property
    def _prompts(self) -> tuple[MidiDocument, ...]:
        return () if isinstance(self.request, Compose) else (self.prompt,)

    def _of_like(self, take: Take) -> Take:
        """A variation says what it is of, and is new beside the version, not beside that take."""
        if self.like is None:
            return take
        provenance = take.provenance | {"of": self.like.provenance}
        return replace(take, provenance=provenance, own=(self.document.score,))


def _with_seed(asked: SuggestionRequest) -> SuggestionRequest:
    if asked.seed is not None:
        return asked
    return asked.model_copy(update={"seed": secrets.randbelow(2**31)})


def label_of(task: Task, region: Region, take: int) -> str:
    """The label of the node that an accepted take makes; bars count from 1, as for musicians."""
    return f"{words_of(task, region)}, take {take}"


def words_of(task: Task, region: Region) -> str:
    """What a suggestion's takes are; bars count from 1, as for musicians."""
    n_bars = region.last - region.first
    count = f"{n_bars} bar{'s' * (n_bars != 1)}"
    place = f"bar {region.last}" if n_bars == 1 else f"bars {region.first + 1}-{region.last}"
    return {
        "continue": f"{count} more",
        "insert": f"{count} put in as {place}",
        "accompany": f"a new part in {place}",
        "arrange": f"a song of {region.last} bars",
        "compose": f"{count} composed",
        "infill": f"{place} rewritten",
        "morph": f"{place} morphed",
        "redo": f"{place} once more",
        "vary": f"{place} varied",
    }[task]


def _request_of(asked: SuggestionRequest) -> Kind:
    """The request for what was asked; everything else has the request's default.

    Raises:
        InputError: wishes that contradict each other, or one that has to be there and is not.
    """
    kind = _REQUESTS[asked.task]
    if asked.follow is not None and kind is not Continue:
        raise InputError(f"{asked.task} follows no other piece; ask for continue")
    options = Options(**asked.options.model_dump(exclude_none=True))
    names = {field.name for field in fields(kind)} - {"options", "like"}
    wishes: dict[str, Any] = asked.model_dump(include=names, exclude_none=True)
    needed = {f.name for f in fields(kind) if f.default is f.default_factory is MISSING}
    if missing := sorted(needed - {*wishes}):
        raise InputError(f"{asked.task} needs {' and '.join(missing)}; say which")
    return kind(**wishes, options=options)


def _following_chords(request: Kind, document: MidiDocument, region: Region) -> Kind:
    """The request with the chords that a file names for its bars; bars put between have none."""
    if request.options.chords is not None or isinstance(request, Insert):
        return request
    if isinstance(request, Arrange):
        return request.over_chords_of(Piece.of(document))
    chart = chart_of_region(
        named_chords(document), document.score, first=region.first, last=region.last
    )
    chords = None if chart is None else str(chart)
    return replace(request, options=replace(request.options, chords=chords))


def _redone(asked: SuggestionRequest, n_bars: int, own_region: Region | None) -> SuggestionRequest:
    """Give a `redo` without bars those that its node wrote; other requests stay as they are.

    Where those bars are silent and nothing follows them, nothing can be replaced, so the piece is
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
    tracks = asked.tracks
    if tracks is None and own_region.tracks is not None:
        tracks = list(own_region.tracks)
    return asked.model_copy(update={"first": first, "last": last, "tracks": tracks})
