"""Finding what an action is about: a project's file, a node, a suggestion; or 404."""

from dataclasses import asdict, dataclass
from typing import Any

from segue.midi import MidiDocument
from segue.server.documents import Documents
from segue.server.problems import Problem
from segue.server.project_file import ProjectFile
from segue.server.projects import Projects
from segue.server.records import NewNode, NodeRow, SuggestionRow, TakeRow
from segue.server.schemas.nodes import NodeSummary
from segue.server.schemas.suggestions import Suggestion, TakeDetail
from segue.server.suggesting import Suggesting

__all__ = ["Shelf", "new_node", "summary_of"]


@dataclass(frozen=True)
class Shelf:
    """The folder of projects, the pieces that are read, and the suggestions that are written."""

    projects: Projects
    documents: Documents
    suggesting: Suggesting

    def file(self, project: str) -> ProjectFile:
        """A project.

        Raises:
            Problem: 404.
            ProjectError: it cannot be opened.
        """
        try:
            return self.projects.get(project)
        except KeyError as error:
            raise Problem.missing(f"project {project!r}") from error

    def node(self, file: ProjectFile, node: int) -> NodeRow:
        """A node of it.

        Raises:
            Problem: 404.
        """
        try:
            return file.node(node)
        except KeyError as error:
            raise Problem.missing(f"node {node} in this project") from error

    def kept(self, suggestion: str) -> tuple[str, ProjectFile, SuggestionRow]:
        """A suggestion's id leads to its project and its number there.

        Raises:
            Problem: 404.
        """
        project, _, number = suggestion.rpartition(".")
        try:
            file = self.projects.get(project)
            return project, file, file.suggestion(int(number))
        except (KeyError, ValueError, OverflowError) as error:
            raise Problem.missing(f"suggestion {suggestion!r}") from error

    def suggestion(self, project: str, file: ProjectFile, row: SuggestionRow) -> Suggestion:
        """A suggestion as the API has it, from memory while it is written, else from the file."""
        suggestion = f"{project}.{row.number}"
        running = self.suggesting.get(suggestion)
        if running is not None:
            return running.detail()
        with file.damage_of(f"suggestion {row.number}"):
            return Suggestion.model_validate(
                {
                    "id": suggestion,
                    "node": row.node,
                    "task": row.asked.get("task"),
                    "state": row.state,
                    "position": None,
                    "asked": row.asked,
                    "region": row.region,
                    "takes": [_details(take) | {"rank": take.rank} for take in row.takes],
                    "message": row.message,
                }
            )

    def take(self, file: ProjectFile, row: SuggestionRow, take: int) -> tuple[TakeDetail, bytes]:
        """A complete take of a suggestion, and its piece.

        Raises:
            Problem: 409, it is not complete yet; 404, there is none.
        """
        for found in row.takes:
            if found.number == take:
                with file.damage_of(f"take {take} of suggestion {row.number}"):
                    detail = TakeDetail.model_validate(_details(found))
                return detail, file.take_midi(row.number, take)
        if row.state in ("queued", "running"):
            raise Problem(
                409, "unfinished", f"take {take} is not complete yet; wait for its event, or cancel"
            )
        raise Problem.missing(f"take {take} of this suggestion")


def summary_of(file: ProjectFile, node: NodeRow) -> NodeSummary:
    """A node in the form of the API.

    Raises:
        ProjectError: the file holds what Segue cannot have written.
    """
    with file.damage_of(f"version {node.id}"):
        return NodeSummary.model_validate(asdict(node))


def new_node(kind: str, label: str, midi: bytes, document: MidiDocument) -> NewNode:
    """A node that holds a piece."""
    score = document.score
    return NewNode(kind=kind, label=label, midi=midi, n_bars=score.n_bars, n_notes=score.n_notes)


def _details(take: TakeRow) -> dict[str, Any]:
    """What was kept of a take; the first projects kept no key and no resets."""
    return {"key": None, "resets": []} | take.details
