"""Suggestions: asked for, shown, cancelled, their takes accepted."""

from dataclasses import asdict, replace
from typing import Final

from segue.errors import InputError
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.server.actions.followed import FollowActions
from segue.server.actions.nodes import NodeActions
from segue.server.actions.shelf import Shelf, new_node
from segue.server.documents import require_taken
from segue.server.likes import Like
from segue.server.limits import MAX_BARS
from segue.server.models import Models
from segue.server.problems import Problem
from segue.server.records import SuggestionRow
from segue.server.running import Running
from segue.server.schemas.music import region_of
from segue.server.schemas.suggestions import (
    Suggestion,
    SuggestionRequest,
    TakeDetail,
    TakeName,
    TakeOf,
)
from segue.server.tasks import Commission, label_of
from segue.server.watching import WatchFolder

__all__ = ["SuggestionActions", "with_tracks_that_are", "written_region"]

_ENDLESS_KEPT: Final = 8
"""How many endless suggestions of a node can be gone on from."""
_OF_A_NODE: Final = 16
"""How many suggestions of a node are sent."""


class SuggestionActions:
    """What can be done with suggestions."""

    def __init__(
        self,
        shelf: Shelf,
        nodes: NodeActions,
        others: FollowActions,
        models: Models,
        watch: WatchFolder | None,
    ) -> None:
        self._shelf, self._nodes, self._others = shelf, nodes, others
        self._models, self._watch = models, watch

    def suggest(self, project: str, node: int, asked: SuggestionRequest) -> Suggestion:
        """Put a question into the queue."""
        suggesting = self._shelf.suggesting
        suggesting.require_room()
        self._models.get(asked.model)
        file = self._shelf.file(project)
        row = self._shelf.node(file, node)
        with file.damage_of(f"version {node}"):
            own = None if row.region is None else region_of(row.region)
        midi = (
            file.midi(node) if asked.after is None else self._followed(project, node, asked.after)
        )
        document = self._shelf.documents.of(midi)
        require_taken(document)
        if asked.like is None:
            other = None
            if asked.follow is not None:
                other, named = self._others.found(asked.follow)
                asked = asked.model_copy(update={"follow": named})
            commission = Commission.of(asked, document, own_region=own, other=other)
        else:
            like = self._like(project, node, document, asked.like)
            commission = Commission.of_take(asked, document, like)
        if commission.n_bars > MAX_BARS:
            raise InputError(f"a piece of more than {MAX_BARS} bars is too long for the studio")
        found = suggesting.ask(project, file, node, commission).detail()
        if asked.endless:
            file.forget_endless(node, kept=_ENDLESS_KEPT)
        return found

    def _followed(self, project: str, node: int, suggestion: str) -> bytes:
        """The piece with the first take of another suggestion of a node.

        Raises:
            Problem: 404, there is no such suggestion of it, or it is forgotten; 409, it is not
                complete.
        """
        of_project, file, row = self._shelf.kept(suggestion)
        if (of_project, row.node) != (project, node):
            raise Problem.missing(f"suggestion {suggestion!r} of this version")
        return self._shelf.take(file, row, 1)[1]

    def _like(self, project: str, node: int, version: MidiDocument, named: TakeOf) -> Like:
        """The take that others are to be like.

        Raises:
            Problem: 404, there is none; 409, it is not complete yet.
            InputError: it is of another version.
        """
        of, file, row = self._shelf.kept(named.suggestion)
        detail, midi = self._shelf.take(file, row, named.take)
        if (of, row.node) != (project, node):
            raise InputError(
                f"take {named.take} is of another version: go to that version, or keep it first"
            )
        with file.damage_of(f"suggestion {row.number}"):
            asked = SuggestionRequest(**row.asked)
            task = asked.task if asked.like is None else (asked.like.task or asked.task)
            region = written_region(row, detail)
        return Like(
            document=self._shelf.documents.of(midi),
            version=version,
            region=region,
            named=named.model_copy(update={"task": task}),
            resets=detail.resets,
            provenance=detail.provenance,
        )

    def of_node(self, project: str, node: int) -> list[Suggestion]:
        """The newest suggestions of a node, the latest first."""
        file = self._shelf.file(project)
        self._shelf.node(file, node)
        rows = file.newest_suggestions(_OF_A_NODE, node=node)
        return [self._shelf.suggestion(project, file, row) for row in rows]

    def suggestion(self, suggestion: str) -> Suggestion:
        """How a suggestion stands."""
        running = self.running(suggestion)
        return (
            running.detail()
            if running is not None
            else self._shelf.suggestion(*self._shelf.kept(suggestion))
        )

    def running(self, suggestion: str) -> Running | None:
        """A suggestion whose events are still in memory."""
        return self._shelf.suggesting.get(suggestion)

    def cancel(self, suggestion: str) -> Suggestion:
        """End a suggestion at once; one that has ended stays as it is."""
        running = self.running(suggestion)
        if running is not None:
            self._shelf.suggesting.cancel(running)
        return self.suggestion(suggestion)

    def accept(self, suggestion: str, take: int, wish: TakeName) -> bytes:
        """A child of the node that was asked, with a take's music: the JSON of its `NodeDetail`."""
        project, file, row = self._shelf.kept(suggestion)
        detail, midi = self._shelf.take(file, row, take)
        with file.damage_of(f"suggestion {row.number}"):
            asked, region = SuggestionRequest(**row.asked), written_region(row, detail)
        label, document = label_of(asked.task, region, take), self._shelf.documents.of(midi)
        new = replace(
            new_node(asked.task, label, midi, document),
            name=wish.name or None,
            region=asdict(with_tracks_that_are(region, len(document.score.tracks))),
            novelty=detail.novelty.model_dump() if detail.novelty else None,
        )
        child = file.add(row.node, new)
        if self._watch is not None:
            self._watch.add(project=project, node=child, label=wish.name or label, midi=midi)
        return self._nodes.detail(project, child)

    def take_midi(self, suggestion: str, take: int) -> bytes:
        """The whole piece of a take as a file."""
        _, file, row = self._shelf.kept(suggestion)
        return self._shelf.take(file, row, take)[1]


def written_region(row: SuggestionRow, take: TakeDetail) -> Region:
    """The bars of a take: of one that was stopped, only those that are complete."""
    region = region_of(row.region)
    done = take.bars_done
    return region if done is None else replace(region, last=region.first + done)


def with_tracks_that_are(region: Region, n_tracks: int) -> Region:
    """The region of a take's file, in which a new track that stayed silent is not."""
    if region.tracks is None:
        return region
    return replace(region, tracks=tuple(t for t in region.tracks if t < n_tracks) or None)
