"""Comps: parts of takes kept as one version."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from segue.errors import InputError
from segue.generation.comp import Choice, Comp, comp
from segue.generation.piece import Piece
from segue.generation.same_tracks import Voice, voices_of
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.server.actions.nodes import NodeActions
from segue.server.actions.shelf import Shelf, new_node
from segue.server.actions.suggestions import with_tracks_that_are, written_region
from segue.server.documents import require_taken
from segue.server.problems import Problem
from segue.server.project_file import ProjectFile
from segue.server.records import SuggestionRow
from segue.server.schemas.comps import CompChoice, CompRequest
from segue.server.schemas.suggestions import SuggestionRequest, TakeDetail, Task
from segue.server.tasks import words_of
from segue.server.watching import WatchFolder

__all__ = ["CompActions"]

_MAX_LABEL = 160


@dataclass(frozen=True)
class _Chosen:
    """A choice, and the take that it is of."""

    asked: CompChoice
    row: SuggestionRow
    words: str
    """What the takes of its suggestion are."""
    task: Task
    """What its suggestion was; of takes like another, what that one was."""
    detail: TakeDetail
    region: Region
    document: MidiDocument
    version: MidiDocument
    """What the take was asked of."""

    @property
    def ground(self) -> tuple[str, int, int]:
        """What the take is laid over: the version, or that cut off or opened at a bar."""
        first, last = self.region.first, self.region.last
        if self.task == "insert":
            return ("opened", first, last - first)
        if self.task == "compose":
            return ("empty", 0, 0)
        if self.task == "continue" and first < self.version.score.n_bars:
            return ("cut", first, 0)
        return ("version", 0, 0)

    @property
    def voices(self) -> tuple[Voice, ...]:
        """What identifies the tracks that the choice counts."""
        own = voices_of(Piece.of(self.version))
        further = [
            Voice(None, track.channel, track.program, track.is_drum, track.name.strip())
            for track in self.detail.score_tracks[len(own) :]
        ]
        return (*own, *further)


class CompActions:
    """What can be done with parts of takes."""

    def __init__(self, shelf: Shelf, nodes: NodeActions, watch: WatchFolder | None) -> None:
        self._shelf, self._nodes, self._watch = shelf, nodes, watch

    def keep(self, project: str, node: int, wish: CompRequest) -> bytes:
        """A child of a node with parts of takes in it: the JSON of its `NodeDetail`.

        Raises:
            Problem: 404, there is no such take; 409, it is not complete yet.
            InputError: parts that do not go together.
        """
        file = self._shelf.file(project)
        self._shelf.node(file, node)
        chosen = [self._chosen(project, file, choice) for choice in wish.choices]
        version = self._shelf.documents.of(file.midi(node))
        base = _base(version, [each for each in chosen if each.row.node == node])
        names = _names(chosen)
        made = comp(
            base.score if base.document is None else base.document,
            [
                Choice(
                    take=each.document,
                    tracks=tuple(each.asked.tracks),
                    first=each.asked.first,
                    last=each.asked.last,
                    of=each.voices,
                    name=name,
                )
                for each, name in zip(chosen, names, strict=True)
            ],
            alike=False,  # the tree says whose takes they are
        )
        midi, label = made.to_bytes(), _label(made)
        document = self._shelf.documents.of(midi)
        require_taken(document)
        region = with_tracks_that_are(made.region, len(document.score.tracks))
        new = replace(new_node("comp", label, midi, document), name=wish.name or None)
        child = file.add(node, replace(new, region=asdict(region)))
        if self._watch is not None:
            self._watch.add(project=project, node=child, label=wish.name or label, midi=midi)
        return self._nodes.detail(project, child)

    def _chosen(self, project: str, file: ProjectFile, choice: CompChoice) -> _Chosen:
        of, _, row = self._shelf.kept(choice.suggestion)
        if of != project:
            raise Problem.missing(f"suggestion {choice.suggestion!r} in this project")
        detail, midi = self._shelf.take(file, row, choice.take)
        with file.damage_of(f"suggestion {row.number}"):
            asked, region = SuggestionRequest(**row.asked), written_region(row, detail)
        return _Chosen(
            asked=choice,
            row=row,
            words=words_of(asked.task, region),
            task=asked.task if asked.like is None else (asked.like.task or asked.task),
            detail=detail,
            region=region,
            document=self._shelf.documents.of(midi),
            version=self._shelf.documents.of(file.midi(row.node)),
        )


def _base(version: MidiDocument, own: Sequence[_Chosen]) -> Piece:
    """What parts are put into: the version, or what its own takes are laid over."""
    grounds = {each.ground for each in own}
    if len(grounds) > 1:
        raise InputError(
            "these takes do not go together: some leave bars out or put bars in that others have "
            "not; choose parts of takes that begin at the same bar, or keep one and go on from it"
        )
    piece = Piece.of(version)
    for kind, first, bars in grounds:
        if kind == "cut":
            return piece.cut(first)
        if kind == "opened":
            return piece.opened(first, bars)
        if kind == "empty":
            return Piece(own[0].document.score.with_tracks(()), None)
    return piece


def _names(chosen: Sequence[_Chosen]) -> list[str]:
    """What each take is called: where there are several of a number, with what it is."""
    if len({each.row.number for each in chosen}) < 2:
        return [f"take {each.asked.take}" for each in chosen]
    return [f"take {each.asked.take} ({each.words})" for each in chosen]


def _label(made: Comp) -> str:
    """`Drums of take 2; Bass of take 4 (bars 10-12)`."""
    phrases = []
    for part in made.parts:
        first, last = part.region.first, part.region.last
        is_whole = (first, last) == (made.region.first, made.region.last)
        bars = f"bar {last}" if last == first + 1 else f"bars {first + 1}-{last}"
        names = ", ".join(part.names) or "silence"
        phrases.append(f"{names} of {part.take}{'' if is_whole else f', {bars}'}")
    label = "; ".join(phrases)
    if len(label) <= _MAX_LABEL:
        return label
    takes = dict.fromkeys(part.take for part in made.parts)
    return f"parts of {len(takes)} takes"
