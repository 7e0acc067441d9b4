"""What the studio can do, one method an action: projects, nodes, edits, suggestions.

Routes call these and hold no logic. Methods block (on SQLite, on parsing) and are called in
threads; `Problem` and `InputError` are what they raise.
"""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from segue.errors import InputError
from segue.examples import example_path
from segue.midi import MidiDocument, read_document, score_to_bytes
from segue.midi.extract import only_tracks
from segue.score import Score
from segue.server.edits import edited
from segue.server.importing import checked, damage_told
from segue.server.midi_port import VirtualPort, timeline
from segue.server.model import Composing, Model
from segue.server.novelty import NoveltyReporter, report_of
from segue.server.problems import Problem
from segue.server.project_file import ProjectFile
from segue.server.projects import Projects
from segue.server.records import NewNode, NodeRow, SuggestionRow, TakeRow
from segue.server.schemas import (
    EditRequest,
    NewProject,
    NodeChange,
    NodeDetail,
    NodeSummary,
    Project,
    ProjectChange,
    ProjectSummary,
    Suggestion,
    SuggestionRequest,
    TakeDetail,
    TakeName,
    region_of,
)
from segue.server.suggesting import Running, Suggesting
from segue.server.tasks import Commission, label_of
from segue.server.watching import WatchFolder
from segue.server.wire import controllers, document_of, score_detail
from segue.units import DEFAULT_TICKS_PER_QUARTER

__all__ = ["MAX_BARS", "MAX_NOTES", "MAX_UPLOAD_BYTES", "Settings", "Studio"]

MAX_UPLOAD_BYTES: Final = 8 * 2**20
MAX_NOTES: Final = 100_000
MAX_BARS: Final = 4_000
MAX_TRACKS: Final = 512
_SUGGESTIONS_SHOWN: Final = 5
"""So many of a project are told with it: those that are being written are among them."""
_SUGGESTIONS_OF_A_NODE: Final = 16


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a studio is begun with."""

    projects: Path
    model: str = "band"
    load: Callable[[], Composing]
    """Loads the model of this name."""
    watch: Path | None = None
    novelty: NoveltyReporter = field(default=report_of)


class Studio:
    """All of the studio behind its routes; `start` and `close` once each."""

    def __init__(self, settings: Settings) -> None:
        """Open the folders.

        Raises:
            InputError: a folder cannot be made.
        """
        self.projects = Projects(settings.projects)
        self.watch = None if settings.watch is None else WatchFolder(settings.watch)
        self.port = VirtualPort()
        self.model = Model(settings.model, settings.load)
        self.suggesting = Suggesting(self.model, settings.novelty)

    def start(self) -> None:
        """Load the model and work off the queue, in the background."""
        self.suggesting.start()

    def close(self) -> None:
        """End the queue and close the projects."""
        self.port.close()
        self.suggesting.close()
        self.projects.close()

    # ---- projects ------------------------------------------------------------------------------

    def list_projects(self) -> list[ProjectSummary]:
        """Every project of the folder, the one that was changed last first."""
        found = []
        for listed in self.projects.list():
            facts = listed.facts
            found.append(
                ProjectSummary(
                    id=listed.id,
                    name=facts.name if facts else listed.id,
                    created=facts.created if facts else "",
                    changed=facts.changed if facts else "",
                    n_nodes=facts.n_nodes if facts else 0,
                    problem=listed.problem,
                )
            )
        return sorted(found, key=lambda project: project.changed, reverse=True)

    def create_project(self, new: NewProject) -> Project:
        """A project from an example, or an empty one."""
        if new.example is None:
            empty = Score(ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER, tracks=())
            return self._create(new.name or "New piece", score_to_bytes(empty), "Nothing yet")
        midi = example_path(new.example).read_bytes()
        return self._create(new.name or new.example.capitalize(), midi, "The example")

    def upload(self, midi: bytes, name: str | None) -> Project:
        """A project from a musician's file.

        Raises:
            Problem: 413, it is larger than the studio takes.
            FormatError: it is not a MIDI file.
        """
        title = Path(name or "").stem or "My piece"
        return self._create(title, midi, "The file as it came")

    def import_project(self, data: bytes, name: str | None) -> Project:
        """A project from a copy of its file, under an id of its own.

        Raises:
            Problem: 413, it has more music than the studio takes.
            FormatError: it is no project, is damaged, or a later Segue made it.
        """
        source = name or "the file"
        with checked(data, source) as file:
            with damage_told(source):
                told = self._told("", file, n_suggestions=-1)
                document = read_document(file.midi(told.current), source=source)
            _require_within_limits(document)
            return self.project(self.projects.adopt(file))

    def _create(self, name: str, midi: bytes, label: str) -> Project:
        document = read_document(midi, source=name)
        _require_within_limits(document)
        root = _new_node("root", label, midi, document)
        return self.project(self.projects.create(name[:200], root))

    def project(self, project: str) -> Project:
        """A project's tree and its newest suggestions."""
        return self._told(project, self._file(project), n_suggestions=_SUGGESTIONS_SHOWN)

    def _told(self, project: str, file: ProjectFile, *, n_suggestions: int) -> Project:
        facts = file.facts()
        return Project(
            id=project,
            name=facts.name,
            created=facts.created,
            changed=facts.changed,
            current=facts.current,
            nodes=[_summary(node) for node in file.nodes()],
            suggestions=[
                self._suggestion_detail(project, row)
                for row in file.newest_suggestions(n_suggestions)
            ],
        )

    def change_project(self, project: str, change: ProjectChange) -> Project:
        """Another name, another current node."""
        file = self._file(project)
        if change.current is not None:
            try:
                file.go_to(change.current)
            except KeyError as error:
                raise Problem.missing(f"node {change.current} in this project") from error
        if change.name is not None:
            file.rename(change.name)
        return self.project(project)

    def delete_project(self, project: str) -> None:
        """Put a project into the trash."""
        self.suggesting.forget(project)
        try:
            self.projects.delete(project)
        except KeyError as error:
            raise Problem.missing(f"project {project!r}") from error

    def copy_project(self, project: str) -> tuple[bytes, str]:
        """The project's file, and what it may be called."""
        file = self._file(project)
        with tempfile.TemporaryDirectory(prefix="segue-") as folder:
            target = Path(folder) / "copy.segue"
            file.copy(target)
            return target.read_bytes(), file.facts().name

    # ---- nodes ---------------------------------------------------------------------------------

    def node(self, project: str, node: int) -> NodeDetail:
        """A node with its music."""
        file = self._file(project)
        row = self._node(file, node)
        document = document_of(file.midi(node))
        return NodeDetail(
            **_summary(row).model_dump(),
            score=score_detail(document),
            controllers=controllers(document),
            warnings=list(document.warnings),
        )

    def change_node(self, project: str, node: int, change: NodeChange) -> NodeSummary:
        """Name, star, note."""
        file = self._file(project)
        self._node(file, node)
        file.change_node(node, name=change.name, starred=change.starred, note=change.note)
        return _summary(file.node(node))

    def node_midi(self, project: str, node: int, tracks: list[int] | None) -> bytes:
        """The piece of a node as a file, whole or some tracks."""
        file = self._file(project)
        self._node(file, node)
        midi = file.midi(node)
        return midi if tracks is None else only_tracks(document_of(midi), set(tracks))

    def play(self, project: str, node: int, from_tick: int) -> None:
        """Send a node's piece to the virtual MIDI port."""
        file = self._file(project)
        self._node(file, node)
        self.port.play(timeline(document_of(file.midi(node)), from_tick))

    def edit(self, project: str, node: int, edit: EditRequest) -> NodeDetail:
        """A child of a node with an edit made."""
        file = self._file(project)
        self._node(file, node)
        midi = edited(document_of(file.midi(node)), edit)
        document = read_document(midi, source="the edited piece")
        _require_within_limits(document)
        child = file.add(node, _new_node("edit", edit.label, midi, document))
        return self.node(project, child)

    # ---- suggestions ---------------------------------------------------------------------------

    def suggest(self, project: str, node: int, asked: SuggestionRequest) -> Suggestion:
        """Put a question into the queue."""
        self.suggesting.require_room()
        file = self._file(project)
        row = self._node(file, node)
        own = None if row.region is None else region_of(row.region)
        document = document_of(file.midi(node))
        commission = Commission.of(asked, document, own_region=own)
        if commission.region.last > MAX_BARS:
            raise InputError(f"a piece of more than {MAX_BARS} bars is more than the studio takes")
        return self.suggesting.ask(project, file, node, commission).detail()

    def suggestions(self, project: str, node: int) -> list[Suggestion]:
        """The newest suggestions of a node, the latest first."""
        file = self._file(project)
        self._node(file, node)
        rows = file.newest_suggestions(_SUGGESTIONS_OF_A_NODE, node=node)
        return [self._suggestion_detail(project, row) for row in rows]

    def suggestion(self, suggestion: str) -> Suggestion:
        """How a suggestion stands."""
        running = self.suggesting.get(suggestion)
        if running is not None:
            return running.detail()
        project, _, row = self._kept(suggestion)
        return self._suggestion_detail(project, row)

    def running(self, suggestion: str) -> Running | None:
        """A suggestion whose events are still in memory."""
        return self.suggesting.get(suggestion)

    def cancel(self, suggestion: str) -> Suggestion:
        """End a suggestion at once; one that has ended stays as it is."""
        running = self.suggesting.get(suggestion)
        if running is not None:
            self.suggesting.cancel(running)
        return self.suggestion(suggestion)

    def accept(self, suggestion: str, take: int, wish: TakeName) -> NodeDetail:
        """A child of the node that was asked, with a take's music."""
        project, file, row = self._kept(suggestion)
        detail, midi = self._take(file, row, take)
        asked = SuggestionRequest(**row.asked)
        label = label_of(asked.task, region_of(row.region), take)
        new = replace(
            _new_node(asked.task, label, midi, document_of(midi)),
            name=wish.name or None,
            region=row.region,
            novelty=detail.novelty.model_dump() if detail.novelty else None,
        )
        child = file.add(row.node, new)
        if self.watch is not None:
            self.watch.add(project=project, node=child, label=wish.name or label, midi=midi)
        return self.node(project, child)

    def take_midi(self, suggestion: str, take: int) -> bytes:
        """The whole piece of a take as a file."""
        _, file, row = self._kept(suggestion)
        return self._take(file, row, take)[1]

    # ---- inside --------------------------------------------------------------------------------

    def _file(self, project: str) -> ProjectFile:
        try:
            return self.projects.get(project)
        except KeyError as error:
            raise Problem.missing(f"project {project!r}") from error

    def _node(self, file: ProjectFile, node: int) -> NodeRow:
        try:
            return file.node(node)
        except KeyError as error:
            raise Problem.missing(f"node {node} in this project") from error

    def _kept(self, suggestion: str) -> tuple[str, ProjectFile, SuggestionRow]:
        """A suggestion's id leads to its project and its number there."""
        project, _, number = suggestion.rpartition(".")
        try:
            file = self.projects.get(project)
            return project, file, file.suggestion(int(number))
        except (KeyError, ValueError, OverflowError) as error:
            raise Problem.missing(f"suggestion {suggestion!r}") from error

    def _take(self, file: ProjectFile, row: SuggestionRow, take: int) -> tuple[TakeDetail, bytes]:
        for found in row.takes:
            if found.number == take:
                return TakeDetail.model_validate(_details(found)), file.take_midi(row.number, take)
        if row.state in ("queued", "running"):
            raise Problem(
                409, "unfinished", f"take {take} is not complete yet; wait for its event, or cancel"
            )
        raise Problem.missing(f"take {take} of this suggestion")

    def _suggestion_detail(self, project: str, row: SuggestionRow) -> Suggestion:
        suggestion = f"{project}.{row.number}"
        running = self.suggesting.get(suggestion)
        if running is not None:
            return running.detail()
        return Suggestion.model_validate(
            {
                "id": suggestion,
                "node": row.node,
                "task": row.asked["task"],
                "state": row.state,
                "position": None,
                "asked": row.asked,
                "region": row.region,
                "takes": [_details(take) | {"rank": take.rank} for take in row.takes],
                "message": row.message,
            }
        )


def _details(take: TakeRow) -> dict[str, Any]:
    """What was kept of a take; the first projects kept no key and no resets."""
    return {"key": None, "resets": []} | take.details


def _new_node(kind: str, label: str, midi: bytes, document: MidiDocument) -> NewNode:
    score = document.score
    return NewNode(kind=kind, label=label, midi=midi, n_bars=score.n_bars, n_notes=score.n_notes)


def _summary(node: NodeRow) -> NodeSummary:
    return NodeSummary.model_validate(asdict(node))


def _require_within_limits(document: MidiDocument) -> None:
    score = document.score
    for count, most, what in (
        (score.n_notes, MAX_NOTES, "notes"),
        (score.n_bars, MAX_BARS, "bars"),
        (len(score.tracks), MAX_TRACKS, "tracks"),
    ):
        if count > most:
            raise Problem(
                413,
                "too_large",
                f"{document.source} has {count:,} {what}, and the studio takes {most:,}; cut it in "
                "a DAW, or use the command line",
            )
